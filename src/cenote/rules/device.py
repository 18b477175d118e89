"""What may happen to the devices of a virtual machine: its block devices and its network interfaces."""

from __future__ import annotations

from cenote.model.classes.VBD import VBD, vbd_operations, vbd_type
from cenote.model.classes.VIF import VIF, vif_operations
from cenote.model.classes.vm import VM, vm_operations, vm_power_state
from cenote.model.core import ApiError, Ref, View
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
TAKES_DEVICES = frozenset(
    {
        vm_operations.START,
        vm_operations.START_ON,
        vm_operations.RESUME,
        vm_operations.RESUME_ON,
        vm_operations.SUSPEND,
        vm_operations.HARD_SHUTDOWN,
        vm_operations.CLONE,
        vm_operations.COPY,
        vm_operations.PROVISION,
        vm_operations.DESTROY,
    }
)
"""Operations of a VM that read its devices once and then work on them: none may come, go or change meanwhile."""


def busy(view: View, device: VBD | VIF) -> ApiError | None:
    """The operation under way on the device, or on its VM and so on the device too, as the error; or None."""
    kind = type(device).__name__
    for task, current in device.current_operations.items():
        return OtherOperationInProgress(kind, device.ref, current.value, task)
    vm = view.find(VM, device.VM)
    taking = [] if vm is None else [each for each in vm.current_operations.items() if each[1] in TAKES_DEVICES]
    for task, operation in taking:
        return OtherOperationInProgress("VM", device.VM, operation.value, task)
    return None


def vbd_refusal(view: View, vbd: VBD, operation: vbd_operations) -> ApiError | None:
    """Why the operation may not begin now, or None."""
    other = busy(view, vbd)
    if other is not None:
        return other
    if operation in PLUGS or operation in UNPLUGS:
        return _not_running(view, vbd.VM) or _plugged(vbd, operation)
    if operation in {vbd_operations.INSERT, vbd_operations.EJECT}:
        return _asleep(view, vbd.VM) or _media(vbd, operation)
    return None


def _asleep(view: View, ref: Ref[VM]) -> ApiError | None:
    vm = view.find(VM, ref)
    suspended = vm is not None and vm.power_state is vm_power_state.SUSPENDED
    return VmBadPowerState(ref, "halted, running", "suspended") if suspended else None


def _not_running(view: View, ref: Ref[VM]) -> ApiError | None:
    vm = view.find(VM, ref)
    if vm is None or vm.power_state is not vm_power_state.RUNNING:
        actual = "halted" if vm is None else vm.power_state.value.lower()
        return VmBadPowerState(ref, "running", actual)
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
    wrong = busy(view, vif) or _not_running(view, vif.VM)
    if wrong is not None:
        return wrong
    if operation in {vif_operations.PLUG, vif_operations.ATTACH}:
        return DeviceAlreadyAttached(vif.ref) if vif.currently_attached else None
    return None if vif.currently_attached else DeviceAlreadyDetached(vif.ref)
