"""The running guest: what is known of it, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cenote.model.classes.vm.operations import vm_operations
from cenote.model.core import Field, Lifecycle, Object, Runs, editable, initial, message, runtime
from cenote.model.errors.general import OperationNotAllowed, OtherOperationInProgress
from cenote.model.errors.vm import VmBadPowerState, VmIsTemplate
from cenote.model.refs import VMGuestMetricsRef, VMMetricsRef
from cenote.model.roles import Role

if TYPE_CHECKING:
    from cenote.model.classes.data_source import data_source


class Domain(Object):
    """The running guest: what is known of it, and what can be asked of it."""

    other_config: Field[Mapping[str, str]] = initial("free keys and values")
    domid: Field[int] = runtime("the number of the guest's domain on its host; -1 while it does not run", default=-1)
    domarch: Field[str] = runtime("the architecture of the guest's domain")
    last_boot_CPU_flags: Field[Mapping[str, str]] = initial(
        "the processor features that the guest found when it last booted", default={}
    )
    is_control_domain: Field[bool] = runtime("whether it stands for a host's own operating system")
    metrics: Field[VMMetricsRef] = runtime("what is observed about the guest from outside")
    guest_metrics: Field[VMGuestMetricsRef] = runtime("what the guest tells about itself")
    last_booted_record: Field[str] = initial("the virtual machine's record as it was at the last boot", default="")
    recommendations: Field[str] = editable("limits and advice for those who configure the virtual machine, in XML")
    xenstore_data: Field[Mapping[str, str]] = editable(
        "keys and values that the guest finds in its store, below `vm-data` and `FIST`", default={}
    )

    @message(Role.VM_ADMIN)
    def set_other_config(self, value: Mapping[str, str]) -> None:
        """Replace all free keys and values."""

    @message(Role.VM_ADMIN)
    def add_to_other_config(self, key: str, value: str) -> None:
        """Add a free key and its value; the key must be new."""

    @message(Role.VM_ADMIN)
    def remove_from_other_config(self, key: str) -> None:
        """Remove a free key; nothing happens when it is not there."""

    @message(
        Role.POOL_ADMIN,
        runs=Runs.RESIDENT,
        operation=vm_operations.SEND_SYSRQ,
        errors=(VmBadPowerState,),
        self_name="vm",
    )
    def send_sysrq(self, key: str) -> None:
        """Press a magic SysRq key in the guest."""

    @message(
        Role.POOL_ADMIN,
        runs=Runs.RESIDENT,
        operation=vm_operations.SEND_TRIGGER,
        errors=(VmBadPowerState,),
        self_name="vm",
    )
    def send_trigger(self, trigger: str) -> None:
        """Send the guest an event of the hardware, such as `nmi` or `power`."""

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, operation=vm_operations.QUERY_SERVICES)
    def query_services(self) -> Mapping[str, str]:
        """The services that the guest, a system domain, offers."""
        ...

    @message(Role.VM_OPERATOR, runs=Runs.RESIDENT, operation=vm_operations.CALL_PLUGIN, self_name="vm")
    def call_plugin(self, plugin: str, fn: str, args: Mapping[str, str]) -> str:
        """Have the guest's agent run one of its plugins; answers what the plugin says."""
        ...

    @message(
        Role.VM_OPERATOR,
        runs=Runs.RESIDENT,
        operation=vm_operations.CALL_PLUGIN,
        lifecycle=Lifecycle.PROTOTYPED,
        self_name="vm",
    )
    def call_host_plugin(self, plugin: str, fn: str, args: Mapping[str, str]) -> str:
        """Have the guest's host run a plugin that is about the guest; answers what it says."""
        ...

    @message(Role.VM_ADMIN, runs=Runs.RESIDENT, operation=vm_operations.SYSPREP, lifecycle=Lifecycle.PROTOTYPED)
    def sysprep(self, unattend: str, timeout: float) -> None:
        """Have a Windows guest make itself ready to be cloned, by an unattended answer file."""

    @message(
        Role.VM_POWER_ADMIN,
        client_cert=True,
        runs=Runs.RESIDENT,
        operation=vm_operations.POOL_MIGRATE,
        errors=(VmBadPowerState, OtherOperationInProgress, VmIsTemplate, OperationNotAllowed),
        lifecycle=Lifecycle.PROTOTYPED,
    )
    def restart_device_models(self) -> None:
        """Replace the guest's device model by a fresh one while it runs."""

    @message(Role.READ_ONLY, runs=Runs.RESIDENT)
    def get_data_sources(self) -> tuple[data_source, ...]:
        """What is and what could be measured about the guest."""
        ...

    @message(Role.VM_ADMIN, runs=Runs.RESIDENT, operation=vm_operations.DATA_SOURCE_OP)
    def record_data_source(self, data_source: str) -> None:
        """Begin to record a measurement."""

    @message(Role.READ_ONLY, runs=Runs.RESIDENT)
    def query_data_source(self, data_source: str) -> float:
        """The newest value of a measurement."""
        ...

    @message(Role.VM_ADMIN, runs=Runs.RESIDENT, operation=vm_operations.DATA_SOURCE_OP)
    def forget_data_source_archives(self, data_source: str) -> None:
        """Drop what was recorded of a measurement."""
