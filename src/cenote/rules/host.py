"""What may happen to a host."""

from __future__ import annotations

from cenote.model.classes.host import host, host_allowed_operations
from cenote.model.core import ApiError, View
from cenote.model.errors.general import OtherOperationInProgress
from cenote.model.errors.host import HostDisabled, HostNotDisabled

op = host_allowed_operations
NEEDS_ENABLED = frozenset({op.VM_START, op.VM_RESUME, op.VM_MIGRATE, op.PROVISION})
NEEDS_DISABLED = frozenset({op.SHUTDOWN, op.REBOOT, op.APPLY_UPDATES})


def refusal(view: View, record: host, operation: host_allowed_operations) -> ApiError | None:
    """Why the operation may not begin now, or None."""
    for task, current in record.current_operations.items():
        if current not in NEEDS_ENABLED:
            return OtherOperationInProgress("host", record.ref, current.value, task)
    if operation in NEEDS_ENABLED and not record.enabled:
        return HostDisabled(record.ref)
    if operation in NEEDS_DISABLED and record.enabled:
        return HostNotDisabled()
    return None
