"""What may happen to a virtual machine, and when.

The power states in which an operation may begin are those of the published API.
"""

from __future__ import annotations

from collections.abc import Mapping

from cenote.model.classes.vm import VM, vm_operations, vm_power_state
from cenote.model.core import ApiError, View
from cenote.model.errors.general import OperationBlocked, OperationNotAllowed, OtherOperationInProgress
from cenote.model.errors.vm import VmBadPowerState, VmCannotDeleteDefaultTemplate, VmIsTemplate, VmNonSuspendable

op = vm_operations
HALTED, RUNNING, PAUSED, SUSPENDED = (
    vm_power_state.HALTED,
    vm_power_state.RUNNING,
    vm_power_state.PAUSED,
    vm_power_state.SUSPENDED,
)
ANY = (HALTED, RUNNING, PAUSED, SUSPENDED)
LIVE = (RUNNING, PAUSED)

STATES: Mapping[vm_operations, tuple[vm_power_state, ...]] = {
    op.SNAPSHOT: ANY,
    op.CLONE: (HALTED,),
    op.COPY: (HALTED,),
    op.PROVISION: (HALTED,),
    op.START: (HALTED,),
    op.START_ON: (HALTED,),
    op.PAUSE: (RUNNING,),
    op.UNPAUSE: (PAUSED,),
    op.CLEAN_SHUTDOWN: (RUNNING,),
    op.CLEAN_REBOOT: (RUNNING,),
    op.SHUTDOWN: (RUNNING, PAUSED, SUSPENDED),
    op.HARD_SHUTDOWN: (RUNNING, PAUSED, SUSPENDED),
    op.HARD_REBOOT: LIVE,
    op.POWER_STATE_RESET: ANY,
    op.SUSPEND: (RUNNING,),
    op.RESUME: (SUSPENDED,),
    op.RESUME_ON: (SUSPENDED,),
    op.MAKE_INTO_TEMPLATE: (HALTED,),
    op.EXPORT: (HALTED, SUSPENDED),
    op.METADATA_EXPORT: ANY,
    op.CHANGING_VCPUS: (HALTED,),
    op.CHANGING_VCPUS_LIVE: (RUNNING,),
    op.CHANGING_MEMORY_LIMITS: (HALTED,),
    op.CHANGING_STATIC_RANGE: (HALTED,),
    op.CHANGING_SHADOW_MEMORY: (HALTED,),
    op.CHANGING_DYNAMIC_RANGE: (HALTED, RUNNING),
    op.CHANGING_NVRAM: (HALTED,),
    op.DESTROY: (HALTED,),
    op.CREATE_TEMPLATE: (HALTED, SUSPENDED),
    op.CREATE_VTPM: (HALTED,),
    op.CHECKPOINT: (RUNNING, PAUSED, SUSPENDED),
    op.GET_BOOT_RECORD: (RUNNING, PAUSED, SUSPENDED),
    op.SNAPSHOT_WITH_QUIESCE: (RUNNING,),
    op.REVERT: ANY,
    op.REVERTING: ANY,
    op.CSVM: (SUSPENDED,),
    op.POOL_MIGRATE: (RUNNING,),
    op.MIGRATE_SEND: (HALTED, RUNNING, SUSPENDED),
    op.SEND_SYSRQ: (RUNNING,),
    op.SEND_TRIGGER: (RUNNING,),
    op.CALL_PLUGIN: (RUNNING,),
    op.SYSPREP: (RUNNING,),
    op.DATA_SOURCE_OP: (RUNNING,),
    op.QUERY_SERVICES: ANY,
    op.CHANGING_MEMORY_LIVE: (RUNNING,),
    op.AWAITING_MEMORY_LIVE: (RUNNING,),
    op.CHANGING_SHADOW_MEMORY_LIVE: (RUNNING,),
    op.ASSERT_OPERATION_VALID: ANY,
    op.UPDATE_ALLOWED_OPERATIONS: ANY,
    op.IMPORT: (),
}
"""The power states in which each operation may begin; an import makes the VM, and so never begins on one."""

TEMPLATES = frozenset(
    {
        op.CLONE,
        op.COPY,
        op.PROVISION,
        op.DESTROY,
        op.METADATA_EXPORT,
        op.EXPORT,
        op.CHANGING_VCPUS,
        op.CHANGING_MEMORY_LIMITS,
        op.CHANGING_STATIC_RANGE,
        op.CHANGING_DYNAMIC_RANGE,
        op.CHANGING_SHADOW_MEMORY,
        op.CHANGING_NVRAM,
    }
)
"""What may be done to a template."""

CONTROL_DOMAIN = frozenset({op.METADATA_EXPORT, op.CHANGING_DYNAMIC_RANGE})
"""What may be done to a control domain."""

HARD = frozenset({op.HARD_SHUTDOWN, op.HARD_REBOOT, op.POWER_STATE_RESET})
"""What may begin while a gentler operation is under way."""
GENTLE = frozenset({op.CLEAN_SHUTDOWN, op.CLEAN_REBOOT, op.SHUTDOWN})
"""Operations that wait for the guest, and that a hard one may overtake."""
COPIES = frozenset({op.CLONE, op.COPY, op.EXPORT})
"""What only reads the VM's disks, and may go on side by side."""


def refusal(view: View, vm: VM, operation: vm_operations) -> ApiError | None:
    """Why the operation may not begin now, or None."""
    if operation in vm.blocked_operations:
        return OperationBlocked(vm.ref, vm.blocked_operations[operation])
    if vm.is_control_domain and operation not in CONTROL_DOMAIN:
        return OperationNotAllowed("it is the control domain of a host")
    if vm.is_a_template and operation not in TEMPLATES:
        return VmIsTemplate(vm.ref)
    if vm.is_default_template and operation is op.DESTROY:
        return VmCannotDeleteDefaultTemplate(vm.ref)
    wanted = STATES[operation]
    if vm.power_state not in wanted:
        expected = ", ".join(state.value.lower() for state in wanted)
        return VmBadPowerState(vm.ref, expected, vm.power_state.value.lower())
    return _in_progress(vm, operation) or _unable(vm, operation)


def _in_progress(vm: VM, operation: vm_operations) -> ApiError | None:
    for task, current in vm.current_operations.items():
        if (operation in HARD and current in GENTLE) or (operation in COPIES and current in COPIES):
            continue
        return OtherOperationInProgress("VM", vm.ref, current.value, task)
    return None


def _unable(vm: VM, operation: vm_operations) -> ApiError | None:
    if operation is op.SUSPEND and vm.platform.get("nested-virt") == "true":
        return VmNonSuspendable(vm.ref, "it uses nested virtualization")
    return None
