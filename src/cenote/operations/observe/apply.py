"""From what the hypervisor says of a guest to the records: power state, number, devices, consoles, metrics."""

from __future__ import annotations

from datetime import datetime, timedelta

from cenote.compute.event import Reason
from cenote.compute.facts import DomainState, Power
from cenote.compute.spec import DiskKind
from cenote.model.classes.console import console, console_protocol
from cenote.model.classes.host import host
from cenote.model.classes.host_metrics import host_metrics
from cenote.model.classes.VBD import VBD
from cenote.model.classes.VDI import VDI
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM, domain_type, vm_operations, vm_power_state
from cenote.model.classes.VM_guest_metrics import VM_guest_metrics
from cenote.model.classes.VM_metrics import VM_metrics
from cenote.model.core import NULL, Draft, Ref
from cenote.rules import placement

ALIVE = frozenset({vm_power_state.RUNNING, vm_power_state.PAUSED})
LETTERS = {DiskKind.DISK: "vd", DiskKind.CDROM: "sd", DiskKind.FLOPPY: "fd"}
SAVING = frozenset({vm_operations.SUSPEND, vm_operations.RESUME, vm_operations.RESUME_ON})
"""Operations that look after the saved memory themselves."""


def present(draft: Draft, vm: VM, state: DomainState, here: Ref[host], now: datetime, url: str) -> Ref[VDI]:
    """The guest is there: write how. Answers the disk with saved memory that is of no use any more, or NULL."""
    power = vm_power_state.PAUSED if state.power is Power.PAUSED else vm_power_state.RUNNING
    begins = vm.power_state not in ALIVE
    draft.update(
        vm.ref,
        VM.power_state.to(power),
        VM.domid.to(state.domid),
        VM.resident_on.to(here),
        VM.scheduled_to_be_resident_on.to(NULL),
        VM.memory_target.to(state.memory),
        VM.domarch.to("x86_64"),
    )
    _metrics(draft, vm, state, now, begins)
    _devices(draft, vm, state)
    if begins or not vm.consoles:
        _consoles(draft, vm, state, url)
    # A guest that stands still may be in the middle of being saved or restored, by a daemon before this one too.
    return NULL if power is vm_power_state.PAUSED or saving(vm) else _forgotten(draft, vm)


def saving(vm: VM) -> bool:
    """A suspension or a resumption is under way."""
    return not SAVING.isdisjoint(vm.current_operations.values())


def _forgotten(draft: Draft, vm: VM) -> Ref[VDI]:
    if vm.suspend_VDI != NULL:
        draft.update(vm.ref, VM.suspend_VDI.to(NULL))
    return vm.suspend_VDI


def _metrics(draft: Draft, vm: VM, state: DomainState, now: datetime, begins: bool) -> None:
    draft.update(
        vm.metrics,
        VM_metrics.memory_actual.to(state.memory),
        VM_metrics.VCPUs_number.to(state.vcpus),
        VM_metrics.hvm.to(True),
        VM_metrics.current_domain_type.to(domain_type.HVM),
        VM_metrics.state.to((state.power.value,)),
    )
    if begins:
        restarted(draft, vm, now)


def restarted(draft: Draft, vm: VM, now: datetime) -> None:
    """The guest's run begins anew. Start times only grow, so that a quick second start is seen as one."""
    before = draft.get(VM_metrics, vm.metrics).start_time
    begun = max(now, before + timedelta(seconds=1))
    draft.update(vm.metrics, VM_metrics.start_time.to(begun), VM_metrics.last_updated.to(now))
    if vm.guest_metrics != NULL:
        draft.delete(VM_guest_metrics, vm.guest_metrics)
        draft.update(vm.ref, VM.guest_metrics.to(NULL))


def _devices(draft: Draft, vm: VM, state: DomainState) -> None:
    disks = {each.index: each for each in state.disks}
    nics = {each.index for each in state.nics}
    for ref in vm.VBDs:
        vbd = draft.get(VBD, ref)
        there = disks.get(int(vbd.userdevice))
        name = "" if there is None else f"{LETTERS[there.kind]}{chr(97 + there.index % 26)}"
        draft.update(ref, VBD.currently_attached.to(there is not None), VBD.device.to(name))
    for each in vm.VIFs:
        vif = draft.get(VIF, each)
        draft.update(each, VIF.currently_attached.to(int(vif.device) in nics))


def _consoles(draft: Draft, vm: VM, state: DomainState, url: str) -> None:
    for old in vm.consoles:
        draft.delete(console, old)
    kinds = [console_protocol.RFB] if state.vnc else []
    for kind in (*kinds, console_protocol.VT100):
        made = draft.create(console, console.protocol.to(kind), console.VM.to(vm.ref))
        location = f"{url}/console?uuid={draft.get(console, made).uuid}"
        draft.update(made, console.location.to(location))


def suspended(vm: VM, reason: Reason | None) -> bool:
    """Whether a guest that is gone has its memory on a disk. ``reason`` is None when nobody saw it go.

    A guest that failed while it was restored has not run, so that what it was restored from is still good.
    """
    if vm.suspend_VDI == NULL:
        return False
    if reason is None or reason is Reason.SAVED:
        return True
    restored = vm.power_state is vm_power_state.PAUSED and vm_operations.SUSPEND not in vm.current_operations.values()
    return restored and reason is not Reason.DESTROYED


def absent(draft: Draft, vm: VM, reason: Reason | None, now: datetime) -> Ref[VDI]:
    """The guest is not there (any more): halted, or suspended. Answers the disk with saved memory that is of no use."""
    saved = suspended(vm, reason)
    draft.update(
        vm.ref,
        VM.power_state.to(vm_power_state.SUSPENDED if saved else vm_power_state.HALTED),
        VM.domid.to(-1),
        VM.resident_on.to(NULL),
        VM.memory_target.to(0),
    )
    draft.update(
        vm.metrics,
        VM_metrics.memory_actual.to(0),
        VM_metrics.VCPUs_number.to(0),
        VM_metrics.state.to(()),
        VM_metrics.last_updated.to(now),
    )
    if not saved:
        unplugged(draft, vm)
    for each in vm.consoles:
        draft.delete(console, each)
    if vm.guest_metrics != NULL:
        draft.delete(VM_guest_metrics, vm.guest_metrics)
        draft.update(vm.ref, VM.guest_metrics.to(NULL))
    return NULL if saved or saving(vm) else _forgotten(draft, vm)


def unplugged(draft: Draft, vm: VM) -> None:
    """A VM that is halted has no device attached. A suspended one keeps those that are part of its saved state."""
    for vbd in vm.VBDs:
        draft.update(vbd, VBD.currently_attached.to(False))
    for vif in vm.VIFs:
        draft.update(vif, VIF.currently_attached.to(False))


def memory(draft: Draft, here: Ref[host]) -> None:
    """What guests may still take on this host."""
    record = draft.get(host, here)
    free = max(placement.free_memory(draft, record), 0)
    draft.update(record.metrics, host_metrics.memory_free.to(free))
