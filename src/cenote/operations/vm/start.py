"""VM.start and VM.start_on: a halted VM begins to run."""

from __future__ import annotations

from cenote.base.undo import Undo
from cenote.model.classes.host import host as Host
from cenote.model.classes.VBD import VBD
from cenote.model.classes.VDI import VDI
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.core import NULL, Draft, Ref
from cenote.operations.compute import in_state, observed, published
from cenote.operations.context import Context
from cenote.operations.registry import implements
from cenote.operations.vm import resources, spec
from cenote.rules import placement


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
        with published(context, vm, images=images(context, record, devices)):
            context.rooms.hypervisor.create(spec.domain(record, devices, context.rooms.settings), paused=paused)
        undo.keep()
    wanted = vm_power_state.PAUSED if paused else vm_power_state.RUNNING
    observed(context, in_state(vm, wanted), f"the start of {record.name_label}")


def images(context: Context, vm: VM, devices: spec.Devices) -> dict[str, Ref[VDI]]:
    """The VDI behind each path that the guest opens, so that an error about a path can name it."""
    by_index = {int(vbd.userdevice): vbd.VDI for ref in vm.VBDs if (vbd := context.view.find(VBD, ref))}
    return {each.source: by_index[each.index] for each in devices.disks if each.source is not None}
