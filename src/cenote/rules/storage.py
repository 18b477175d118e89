"""What may happen to virtual disks and to the repositories that hold them."""

from __future__ import annotations

from cenote.model.classes.PBD import PBD
from cenote.model.classes.SR import SR, storage_operations
from cenote.model.classes.VBD import VBD, vbd_mode
from cenote.model.classes.VDI import VDI, vdi_operations, vdi_type
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.core import NULL, ApiError, View
from cenote.model.errors.general import OperationNotAllowed, OtherOperationInProgress
from cenote.model.errors.storage import (
    SrHasNoPbds,
    SrHasPbd,
    SrNotAttached,
    SrOperationNotSupported,
    VdiInUse,
    VdiReadonly,
)

op = vdi_operations
DESTROY_VDI = op.DESTROY

NEEDS_IDLE = frozenset({op.DESTROY, op.RESIZE, op.CLONE, op.COPY, op.SNAPSHOT, op.FORGET, op.DATA_DESTROY})
"""Operations that a disk in use by a running VM refuses. Snapshots of running disks are the VM's business."""
MAKES = frozenset({op.CLONE, op.COPY, op.SNAPSHOT})
"""Operations that need room in the repository."""

READ_ONLY_TYPES = frozenset({"iso"})
"""Repositories that only show what is there."""
LEAVES = frozenset({op.COPY, op.UPDATE, op.FORGET})
"""Operations that leave the repository as it is."""


def attached(view: View, vdi: VDI, *, writable_only: bool = False) -> bool:
    """Whether a VM that runs, is about to, or is suspended, has the disk; or, whether one may write to it now."""
    vbds = [found for ref in vdi.VBDs if (found := view.find(VBD, ref))]
    return any(_writes(view, each) if writable_only else _has(view, each) for each in vbds)


def _has(view: View, vbd: VBD) -> bool:
    vm = view.find(VM, vbd.VM)
    return vbd.currently_attached or (vm is not None and vm.scheduled_to_be_resident_on != NULL)


def _writes(view: View, vbd: VBD) -> bool:
    vm = view.find(VM, vbd.VM)
    asleep = vm is not None and vm.power_state is vm_power_state.SUSPENDED and vm.scheduled_to_be_resident_on == NULL
    return vbd.mode is vbd_mode.RW and _has(view, vbd) and not asleep


def vdi_refusal(view: View, vdi: VDI, operation: vdi_operations) -> ApiError | None:
    """Why the operation may not begin now, or None."""
    for task, current in vdi.current_operations.items():
        if operation in MAKES and current in MAKES:
            continue
        return OtherOperationInProgress("VDI", vdi.ref, current.value, task)
    repository = view.find(SR, vdi.SR)
    if repository is None or not plugged(view, repository):
        return SrNotAttached(vdi.SR)
    if repository.type in READ_ONLY_TYPES and operation not in LEAVES:
        return SrOperationNotSupported(repository.ref)
    if operation in NEEDS_IDLE and attached(view, vdi, writable_only=operation in MAKES):
        return VdiInUse(vdi.ref, operation.value)
    if operation in {op.RESIZE, op.RESIZE_ONLINE} and vdi.read_only:
        return VdiReadonly(vdi.ref)
    if operation is op.RESIZE_ONLINE:
        return OperationNotAllowed("no VM has the disk open") if not attached(view, vdi) else None
    if vdi.type is vdi_type.SUSPEND and operation in {op.DESTROY, op.FORGET} and _suspended_on(view, vdi):
        return VdiInUse(vdi.ref, operation.value)
    return None


def _suspended_on(view: View, vdi: VDI) -> bool:
    return any(vm.suspend_VDI == vdi.ref and vm.power_state is vm_power_state.SUSPENDED for vm in view.all(VM))


def plugged(view: View, repository: SR) -> bool:
    """Whether some host has the repository attached."""
    return any(found.currently_attached for ref in repository.PBDs if (found := view.find(PBD, ref)))


def sr_refusal(view: View, repository: SR, operation: storage_operations) -> ApiError | None:
    """Why the operation may not begin now, or None."""
    for task, current in repository.current_operations.items():
        return OtherOperationInProgress("SR", repository.ref, current.value, task)
    if operation in {storage_operations.FORGET, storage_operations.DESTROY} and plugged(view, repository):
        return SrHasPbd(repository.ref)
    if operation is storage_operations.FORGET:
        return None
    if operation is storage_operations.DESTROY:
        return SrHasNoPbds(repository.ref) if not repository.PBDs else None
    if not plugged(view, repository):
        return SrNotAttached(repository.ref)
    return None
