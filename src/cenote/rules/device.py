"""What may happen to the devices of a virtual machine: its block devices and its network interfaces."""

from __future__ import annotations

from cenote.model.classes.VBD import VBD, vbd_operations, vbd_type
from cenote.model.classes.VIF import VIF, vif_operations
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.core import ApiError, View
from cenote.model.errors.general import (
    DeviceAlreadyAttached,
    DeviceAlreadyDetached,
    OperationNotAllowed,
    OtherOperationInProgress,
)
from cenote.model.errors.storage import VbdIsEmpty, VbdNotEmpty, VbdNotRemovableMedia
from cenote.model.errors.vm import VmBadPowerState

PLUGS = frozenset({vbd_operations.PLUG, vbd_operations.ATTACH})
UNPLUGS = frozenset({vbd_operations.UNPLUG, vbd_operations.UNPLUG_FORCE})


def vbd_refusal(view: View, vbd: VBD, operation: vbd_operations) -> ApiError | None:
    """Why the operation may not begin now, or None."""
    for task, current in vbd.current_operations.items():
        return OtherOperationInProgress("VBD", vbd.ref, current.value, task)
    busy = vm_busy(view, vbd.VM)
    if busy is not None:
        return busy
    if operation in PLUGS or operation in UNPLUGS:
        return _not_running(view, vbd.VM) or _plugged(vbd, operation)
    if operation in {vbd_operations.INSERT, vbd_operations.EJECT}:
        return _media(vbd, operation)
    return None


def vm_busy(view: View, ref: Ref[VM]) -> ApiError | None:
    """The operation under way on a device's VM that takes its devices along, or None."""
    vm = view.find(VM, ref)
    for task, current in {} if vm is None else vm.current_operations.items():
        if current in TAKES_DEVICES:
            return OtherOperationInProgress("VM", ref, current.value, task)
    return None


def _not_running(view: View, ref: str) -> ApiError | None:
    vm = view.find(VM, ref)  # type: ignore[arg-type]
    if vm is None or vm.power_state is not vm_power_state.RUNNING:
        actual = "halted" if vm is None else vm.power_state.value.lower()
        return VmBadPowerState(ref, "running", actual)  # type: ignore[arg-type]
    return None


def _plugged(vbd: VBD, operation: vbd_operations) -> ApiError | None:
    if operation in PLUGS:
        if vbd.currently_attached:
            return DeviceAlreadyAttached(vbd.ref)
        if vbd.type is vbd_type.CD:
            return OperationNotAllowed("a CD drive is there from the start of the VM: insert a disk instead")
        return None
    if not vbd.currently_attached:
        return DeviceAlreadyDetached(vbd.ref)
    if vbd.type is vbd_type.CD:
        return OperationNotAllowed("a CD drive stays with the VM: eject its disk instead")
    return None


def _media(vbd: VBD, operation: vbd_operations) -> ApiError | None:
    if vbd.type is not vbd_type.CD:
        return VbdNotRemovableMedia(vbd.ref)
    if operation is vbd_operations.INSERT and not vbd.empty:
        return VbdNotEmpty(vbd.ref)
    if operation is vbd_operations.EJECT and vbd.empty:
        return VbdIsEmpty(vbd.ref)
    return None


def vif_refusal(view: View, vif: VIF, operation: vif_operations) -> ApiError | None:
    """Why the operation may not begin now, or None."""
    for task, current in vif.current_operations.items():
        return OtherOperationInProgress("VIF", vif.ref, current.value, task)
    busy = vm_busy(view, vif.VM)
    if busy is not None:
        return busy
    wrong = _not_running(view, vif.VM)
    if wrong is not None:
        return wrong
    if operation in {vif_operations.PLUG, vif_operations.ATTACH}:
        return DeviceAlreadyAttached(vif.ref) if vif.currently_attached else None
    return None if vif.currently_attached else DeviceAlreadyDetached(vif.ref)
