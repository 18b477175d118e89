"""VM.start and VM.start_on: a halted VM begins to run."""

from __future__ import annotations

import logging
from datetime import datetime

from cenote.base.undo import Undo
from cenote.compute.errors import DomainUnknown, HypervisorError
from cenote.model.classes.host import host as Host
from cenote.model.classes.VBD import VBD
from cenote.model.classes.VDI import VDI
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.classes.VM_metrics import VM_metrics
from cenote.model.core import NULL, Draft, Ref
from cenote.model.errors.general import InternalError
from cenote.operations.compute import in_state, published, uncertain
from cenote.operations.context import Context
from cenote.operations.registry import implements
from cenote.operations.vm import resources, spec
from cenote.rules import placement
from cenote.rules.vm import LIVE
from cenote.store.state import State

log = logging.getLogger(__name__)


@implements(VM.start)
def start(context: Context, vm: Ref[VM], start_paused: bool, force: bool) -> None:
    """Start the VM on the host that placement chooses."""
    reserve(context, vm, None)
    power_on(context, vm, start_paused)


@implements(VM.start_on)
def start_on(context: Context, vm: Ref[VM], host: Ref[Host], start_paused: bool, force: bool) -> None:
    """Start the VM on that host."""
    reserve(context, vm, host)
    power_on(context, vm, start_paused)


def reserve(context: Context, vm: Ref[VM], on: Ref[Host] | None) -> None:
    """Promise the VM a host and its memory; raises why there is none. Two starts can't both have the last gigabyte."""

    def work(draft: Draft) -> None:
        record = draft.get(VM, vm)
        chosen = placement.choose(draft, record) if on is None else on
        refusal = placement.refusal(draft, record, draft.get(Host, chosen))
        if refusal is not None:
            raise refusal
        draft.update(vm, VM.scheduled_to_be_resident_on.to(chosen))

    context.write(work)


def unreserve(context: Context, vm: Ref[VM]) -> None:
    """Take the promise back."""
    context.write(lambda draft: draft.update(vm, VM.scheduled_to_be_resident_on.to(NULL)))


def power_on(context: Context, vm: Ref[VM], paused: bool) -> None:
    """Run a VM whose place is reserved, and wait until it was seen to run."""
    record = context.view.get(VM, vm)
    with Undo() as undo:
        undo.add("free the reserved place", lambda: unreserve(context, vm))
        devices = resources.attach(context, record, undo)
        context.progress.report(0.3)
        guest = spec.domain(record, devices, context.rooms.settings)
        before = started(context.view, vm)
        with published(context, vm, images=images(context, record, devices)), uncertain(undo):
            context.rooms.hypervisor.create(guest, paused=paused)
        begun(context, record, before, paused, undo.moved())


def begun(context: Context, record: VM, before: datetime | None, paused: bool, undo: Undo) -> None:
    """Wait until a guest was seen to run, or to have ended already: then what it used is let go of, by ``undo``.

    ``before`` is when its last run began. Raises ``INTERNAL_ERROR`` when nothing was seen in time.
    """
    running = in_state(record.ref, vm_power_state.PAUSED if paused else vm_power_state.RUNNING)
    alive = in_state(record.ref, *LIVE)

    def look(state: State) -> bool | None:
        ended = started(state, record.ref) != before and not alive(state)
        return True if running(state) else False if ended else None

    found = context.store.wait(look, context.rooms.settings.observe_timeout)
    if found or (found is None and _there(context, record)):
        undo.keep()
    undo.unwind()
    if found is None:
        raise InternalError(
            f"the start of {record.name_label} was not observed in time; the VM's record says what is known"
        )


def _there(context: Context, record: VM) -> bool:
    """Whether the hypervisor has the guest; what can't be known counts as yes."""
    try:
        context.rooms.hypervisor.state(record.uuid)
    except DomainUnknown:
        return False
    except HypervisorError as error:
        log.warning("whether the guest runs can't be known: %s", error, extra={"object": record.ref})
    return True


def started(state: State, vm: Ref[VM]) -> datetime | None:
    """When the VM's present run began; the observer moves it with each start and each reset."""
    record = state.find(VM, vm)
    metrics = None if record is None else state.find(VM_metrics, record.metrics)
    return None if metrics is None else metrics.start_time


def images(context: Context, vm: VM, devices: spec.Devices) -> dict[str, Ref[VDI]]:
    """The VDI behind each path that the guest opens, so that an error about a path can name it."""
    by_index = {int(vbd.userdevice): vbd.VDI for ref in vm.VBDs if (vbd := context.view.find(VBD, ref))}
    return {each.source: by_index[each.index] for each in devices.disks if each.source is not None}
