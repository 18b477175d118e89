"""VM.suspend, VM.resume and VM.resume_on: a VM's memory on a disk, and back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from cenote.base.undo import Undo
from cenote.compute.errors import DomainUnknown, HypervisorError
from cenote.compute.facts import Power
from cenote.compute.spec import DomainSpec
from cenote.model.classes.host import host as Host
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.core import NULL, Ref
from cenote.model.errors.general import TaskCancelled
from cenote.model.errors.vm import VmHasNoSuspendVdi
from cenote.operations.compute import in_state, observed, published
from cenote.operations.context import Context
from cenote.operations.registry import implements
from cenote.operations.vm import resources, spec, state
from cenote.operations.vm.start import images, reserve, unreserve

HALTED, RUNNING, PAUSED, SUSPENDED = (
    vm_power_state.HALTED,
    vm_power_state.RUNNING,
    vm_power_state.PAUSED,
    vm_power_state.SUSPENDED,
)


@implements(VM.suspend)
def suspend(context: Context, vm: Ref[VM]) -> None:
    """Save the VM's memory to a disk of its own and end its run."""
    record = context.view.get(VM, vm)
    context.progress.check()
    with Undo() as undo:
        vdi = state.make(context, record)
        undo.add("remove the saved memory", lambda: state.drop(context.rooms, vdi))
        path = state.attach(context, vdi, read_only=False)
        with published(context, vm):
            _save(context, record, path, undo)
        undo.keep()
    state.detach(context.rooms, vdi)
    observed(context, in_state(vm, SUSPENDED), "the suspension")


def _save(context: Context, record: VM, path: Path, undo: Undo) -> None:
    """Save the guest. A save may go on, or be done, although its call failed: then the guest itself is looked at."""
    try:
        context.rooms.hypervisor.save(record.uuid, path, _teller(context))
    except Exception:
        power = _power(context, record.uuid)
        ended = _ended(context, record.ref) if power is Power.SHUT_OFF else None
        if ended is SUSPENDED:
            return
        if power in {None, Power.PAUSED} or ended in {RUNNING, PAUSED}:
            undo.keep()  # its end is open: the observer sees it, one way or the other
        raise


def _teller(context: Context) -> Callable[[float], None]:
    """Tells the task how far the save is. The hypervisor does not stop half-way, so neither does the operation."""
    report = context.progress.part(0.05, 0.95)

    def tell(done: float) -> None:
        with suppress(TaskCancelled):
            report(done)

    return tell


def _ended(context: Context, vm: Ref[VM]) -> vm_power_state:
    """What the observer makes of a guest that is gone; nobody cancels that."""
    ended = in_state(vm, SUSPENDED, HALTED)
    context.store.wait(lambda state: ended(state) or None, context.rooms.settings.observe_timeout)
    return context.view.get(VM, vm).power_state


def _power(context: Context, uuid: str) -> Power | None:
    """What a guest is doing: shut off when it is gone, None when the hypervisor does not say."""
    try:
        return context.rooms.hypervisor.state(uuid).power
    except DomainUnknown:
        return Power.SHUT_OFF
    except HypervisorError:
        return None


@implements(VM.resume)
def resume(context: Context, vm: Ref[VM], start_paused: bool, force: bool) -> None:
    """Bring a suspended VM back, on the host that placement chooses."""
    _resume(context, vm, None, start_paused)


@implements(VM.resume_on)
def resume_on(context: Context, vm: Ref[VM], host: Ref[Host], start_paused: bool, force: bool) -> None:
    """Bring a suspended VM back on that host."""
    _resume(context, vm, host, start_paused)


def _resume(context: Context, vm: Ref[VM], on: Ref[Host] | None, paused: bool) -> None:
    record = context.view.get(VM, vm)
    vdi = record.suspend_VDI
    if vdi == NULL:
        raise VmHasNoSuspendVdi(vm)
    reserve(context, vm, on)
    with Undo() as undo:
        undo.add("free the reserved place", lambda: unreserve(context, vm))
        path = state.attach(context, vdi, read_only=True)
        undo.add("let go of the saved memory", lambda: state.detach(context.rooms, vdi))
        devices = resources.attach(context, record, undo)
        context.progress.report(0.1)
        with published(context, vm, images={**images(context, record, devices), str(path): vdi}):
            _restore(context, path, spec.domain(record, devices, context.rooms.settings), undo)
        undo.keep()
    observed(context, in_state(vm, PAUSED), "the resumption")
    context.write(lambda draft: draft.update(vm, VM.suspend_VDI.to(NULL)))
    state.drop(context.rooms, vdi)
    if not paused:
        with published(context, vm):
            context.rooms.hypervisor.unpause(record.uuid)
        observed(context, in_state(vm, RUNNING), "the resumption")


def _restore(context: Context, path: Path, wanted: DomainSpec, undo: Undo) -> None:
    """Bring the guest back with its processors stopped: it runs only once its saved memory is forgotten."""
    try:
        context.rooms.hypervisor.restore(path, wanted, paused=True)
    except Exception:
        if _power(context, wanted.uuid) is not Power.SHUT_OFF:
            undo.keep()  # it may still come back, and needs its disks then
        raise
