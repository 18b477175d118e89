"""Where a virtual machine may run, and whether it fits."""

from __future__ import annotations

from cenote.model.classes.host import host
from cenote.model.classes.host_metrics import host_metrics
from cenote.model.classes.PBD import PBD
from cenote.model.classes.SR import SR
from cenote.model.classes.VBD import VBD
from cenote.model.classes.VDI import VDI, vdi_operations
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM
from cenote.model.core import ApiError, Ref, View
from cenote.model.errors.general import OtherOperationInProgress
from cenote.model.errors.host import HostDisabled, HostNotEnoughFreeMemory, HostNotLive, NoHostsAvailable
from cenote.model.errors.vm import VmRequiresSr

RESERVE = 256 * 2**20
"""Bytes that stay free for the host itself."""
OVERHEAD = 64 * 2**20
"""Bytes that a guest costs besides its memory: the device model, page tables, video memory (measured with QEMU)."""


TAKES_DISK = frozenset(
    {vdi_operations.DESTROY, vdi_operations.FORGET, vdi_operations.RESIZE, vdi_operations.DATA_DESTROY}
)
"""Operations on a disk that no VM may begin to use meanwhile."""


def needed(vm: VM) -> int:
    """Bytes of host memory that starting the VM takes: it boots with all it may have, and gives back after."""
    return vm.memory_static_max + OVERHEAD


def free_memory(view: View, on: host) -> int:
    """Bytes that guests may still take on a host: what is not promised to VMs that run there or are about to."""
    metrics = view.find(host_metrics, on.metrics)
    total = 0 if metrics is None else metrics.memory_total
    here = [
        vm
        for vm in view.all(VM)
        if not vm.is_control_domain and on.ref in {vm.resident_on, vm.scheduled_to_be_resident_on}
    ]
    return total - RESERVE - sum(needed(vm) for vm in here)


def refusal(view: View, vm: VM, on: host) -> ApiError | None:
    """Why the VM can't run on that host, or None."""
    metrics = view.find(host_metrics, on.metrics)
    if not on.enabled:
        return HostDisabled(on.ref)
    if metrics is None or not metrics.live:
        return HostNotLive()
    missing = unreachable(view, vm, on)
    if missing is not None:
        return VmRequiresSr(vm.ref, missing)
    busy = busy_device(view, vm) or busy_disk(view, vm)
    if busy is not None:
        return busy
    free = free_memory(view, on)
    if vm.scheduled_to_be_resident_on != on.ref and needed(vm) > free:
        return HostNotEnoughFreeMemory(needed(vm), max(free, 0))
    return None


def unreachable(view: View, vm: VM, on: host) -> Ref[SR] | None:
    """A repository that the VM's disks are on and that the host has not attached."""
    attached = {each.SR for ref in on.PBDs if (each := view.find(PBD, ref)) and each.currently_attached}
    return next((vdi.SR for vdi in _disks(view, vm) if vdi.SR not in attached), None)


def busy_device(view: View, vm: VM) -> ApiError | None:
    """The operation under way on one of the VM's devices, as the error; or None."""
    vbds: list[VBD | VIF] = [vbd for ref in vm.VBDs if (vbd := view.find(VBD, ref))]
    vifs: list[VBD | VIF] = [vif for ref in vm.VIFs if (vif := view.find(VIF, ref))]
    for device in vbds + vifs:
        for task, current in device.current_operations.items():
            return OtherOperationInProgress(type(device).__name__, device.ref, current.value, task)
    return None


def busy_disk(view: View, vm: VM) -> ApiError | None:
    """The operation under way that takes one of the VM's disks away or changes it, as the error; or None."""
    for vdi in _disks(view, vm):
        for task, current in vdi.current_operations.items():
            if current in TAKES_DISK:
                return OtherOperationInProgress("VDI", vdi.ref, current.value, task)
    return None


def _disks(view: View, vm: VM) -> list[VDI]:
    vbds = [vbd for ref in vm.VBDs if (vbd := view.find(VBD, ref))]
    return [vdi for vbd in vbds if (vdi := view.find(VDI, vbd.VDI))]


def choose(view: View, vm: VM) -> Ref[host]:
    """The host to start the VM on: its affinity if it fits there, else the one with most free memory.

    Raises why not: with one host the reason that it gives, with several ``NO_HOSTS_AVAILABLE``.
    """
    hosts = list(view.all(host))
    refusals = {each.ref: refusal(view, vm, each) for each in hosts}
    fit = [each for each in hosts if refusals[each.ref] is None]
    if not fit:
        only = refusals[hosts[0].ref] if len(hosts) == 1 else None
        raise only or NoHostsAvailable()
    if any(each.ref == vm.affinity for each in fit):
        return vm.affinity
    return max(fit, key=lambda each: (free_memory(view, each), each.ref)).ref
