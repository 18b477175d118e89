"""Starting and stopping a guest, and what follows when it stops by itself."""

from __future__ import annotations

from enum import Enum

from cenote.model.classes.vm.operations import vm_operations
from cenote.model.core import Field, Lifecycle, Object, Runs, editable, initial, message
from cenote.model.errors.general import LicenceRestriction, OperationNotAllowed, OtherOperationInProgress
from cenote.model.errors.guest import BootloaderFailed, UnknownBootloader
from cenote.model.errors.host import NoHostsAvailable
from cenote.model.errors.vm import VmBadPowerState, VmHvmRequired, VmIsTemplate
from cenote.model.refs import HostRef
from cenote.model.roles import Role


class on_softreboot_behavior(Enum):
    """What follows a guest's soft reboot."""

    SOFT_REBOOT = "soft_reboot"
    """Reboots within its domain."""
    DESTROY = "destroy"
    """Stops."""
    RESTART = "restart"
    """Starts anew."""
    PRESERVE = "preserve"
    """Keeps its domain, for someone to look at."""


class on_normal_exit(Enum):
    """What follows when a guest powers itself off or reboots."""

    DESTROY = "destroy"
    """Stops."""
    RESTART = "restart"
    """Starts anew."""


class on_crash_behaviour(Enum):
    """What follows a guest's crash."""

    DESTROY = "destroy"
    """Stops."""
    COREDUMP_AND_DESTROY = "coredump_and_destroy"
    """Leaves a dump, then stops."""
    RESTART = "restart"
    """Starts anew."""
    COREDUMP_AND_RESTART = "coredump_and_restart"
    """Leaves a dump, then starts anew."""
    PRESERVE = "preserve"
    """Keeps its domain, for someone to look at."""
    RENAME_RESTART = "rename_restart"
    """Keeps its domain under another name, and starts anew."""


class Power(Object):
    """Starting and stopping a guest, and what follows when it stops by itself."""

    actions_after_softreboot: Field[on_softreboot_behavior] = editable(
        "what follows when the guest asks for a soft reboot",
        default=on_softreboot_behavior.SOFT_REBOOT,
        lifecycle=Lifecycle.PROTOTYPED,
    )
    actions_after_shutdown: Field[on_normal_exit] = editable("what follows when the guest powers itself off")
    actions_after_reboot: Field[on_normal_exit] = editable("what follows when the guest reboots itself")
    actions_after_crash: Field[on_crash_behaviour] = initial("what follows when the guest crashes")

    @message(
        Role.VM_OPERATOR,
        runs=Runs.CHOSEN,
        operation=vm_operations.START,
        errors=(
            VmBadPowerState,
            VmHvmRequired,
            VmIsTemplate,
            OtherOperationInProgress,
            OperationNotAllowed,
            BootloaderFailed,
            UnknownBootloader,
            NoHostsAvailable,
            LicenceRestriction,
        ),
        self_name="vm",
    )
    def start(self, start_paused: bool, force: bool) -> None:
        """Start the guest on the host that suits it best."""

    @message(
        Role.VM_POWER_ADMIN,
        client_cert=True,
        runs=Runs.NAMED,
        operation=vm_operations.START_ON,
        errors=(
            VmBadPowerState,
            VmIsTemplate,
            OtherOperationInProgress,
            OperationNotAllowed,
            BootloaderFailed,
            UnknownBootloader,
        ),
        self_name="vm",
    )
    def start_on(self, host: HostRef, start_paused: bool, force: bool) -> None:
        """Start the guest on that host."""

    @message(
        Role.VM_OPERATOR,
        runs=Runs.RESIDENT,
        operation=vm_operations.PAUSE,
        errors=(VmBadPowerState, OtherOperationInProgress, OperationNotAllowed, VmIsTemplate),
        self_name="vm",
    )
    def pause(self) -> None:
        """Stop the running guest's processors; all else stays as it is."""

    @message(
        Role.VM_OPERATOR,
        runs=Runs.RESIDENT,
        operation=vm_operations.UNPAUSE,
        errors=(VmBadPowerState, OperationNotAllowed, VmIsTemplate),
        self_name="vm",
    )
    def unpause(self) -> None:
        """Let a paused guest's processors run on."""

    @message(
        Role.VM_OPERATOR,
        runs=Runs.RESIDENT,
        operation=vm_operations.CLEAN_SHUTDOWN,
        errors=(VmBadPowerState, OtherOperationInProgress, OperationNotAllowed, VmIsTemplate),
        self_name="vm",
    )
    def clean_shutdown(self) -> None:
        """Ask the guest to shut down, and wait until it has."""

    @message(
        Role.VM_OPERATOR,
        client_cert=True,
        runs=Runs.RESIDENT,
        operation=vm_operations.SHUTDOWN,
        errors=(VmBadPowerState, OtherOperationInProgress, OperationNotAllowed, VmIsTemplate),
        self_name="vm",
    )
    def shutdown(self) -> None:
        """Ask the guest to shut down; when it does not, stop it as hard_shutdown does."""

    @message(
        Role.VM_OPERATOR,
        runs=Runs.RESIDENT,
        operation=vm_operations.CLEAN_REBOOT,
        errors=(VmBadPowerState, OtherOperationInProgress, OperationNotAllowed, VmIsTemplate),
        self_name="vm",
    )
    def clean_reboot(self) -> None:
        """Ask the guest to reboot, and wait until it has."""

    @message(
        Role.VM_OPERATOR,
        runs=Runs.RESIDENT,
        operation=vm_operations.HARD_SHUTDOWN,
        errors=(VmBadPowerState, OtherOperationInProgress, OperationNotAllowed, VmIsTemplate),
        self_name="vm",
    )
    def hard_shutdown(self) -> None:
        """Stop the guest at once, as a power cut would; drop the memory of a suspended one."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, operation=vm_operations.POWER_STATE_RESET, self_name="vm")
    def power_state_reset(self) -> None:
        """Record the guest as halted without looking; only for a host that is surely gone."""

    @message(
        Role.VM_OPERATOR,
        runs=Runs.RESIDENT,
        operation=vm_operations.HARD_REBOOT,
        errors=(VmBadPowerState, OtherOperationInProgress, OperationNotAllowed, VmIsTemplate),
        self_name="vm",
    )
    def hard_reboot(self) -> None:
        """Stop the guest at once and start it again."""

    @message(
        Role.VM_OPERATOR,
        client_cert=True,
        runs=Runs.RESIDENT,
        operation=vm_operations.SUSPEND,
        errors=(VmBadPowerState, OtherOperationInProgress, OperationNotAllowed, VmIsTemplate),
        self_name="vm",
    )
    def suspend(self) -> None:
        """Keep the guest's memory on a disk and stop it."""

    @message(
        Role.VM_OPERATOR,
        runs=Runs.CHOSEN,
        operation=vm_operations.RESUME,
        errors=(VmBadPowerState, OperationNotAllowed, VmIsTemplate),
        self_name="vm",
    )
    def resume(self, start_paused: bool, force: bool) -> None:
        """Let a suspended guest run on, on the host that suits it best."""

    @message(
        Role.VM_POWER_ADMIN,
        client_cert=True,
        runs=Runs.NAMED,
        operation=vm_operations.RESUME_ON,
        errors=(VmBadPowerState, OperationNotAllowed, VmIsTemplate),
        self_name="vm",
    )
    def resume_on(self, host: HostRef, start_paused: bool, force: bool) -> None:
        """Let a suspended guest run on, on that host."""

    @message(Role.VM_ADMIN, runs=Runs.RESIDENT)
    def set_actions_after_crash(self, value: on_crash_behaviour) -> None:
        """Say what follows when the guest crashes."""
