"""VBD.plug, VBD.unplug, VBD.insert and VBD.eject."""

from __future__ import annotations

from cenote.base.undo import Undo
from cenote.model.classes.VBD import VBD
from cenote.model.classes.VDI import VDI
from cenote.model.classes.vm import VM
from cenote.model.core import NULL, Ref
from cenote.operations.compute import published, reached, uncertain
from cenote.operations.context import Context
from cenote.operations.registry import implements
from cenote.operations.vm import resources
from cenote.operations.vm.spec import disk
from cenote.rules.vm import LIVE


@implements(VBD.plug)
def plug(context: Context, vbd: Ref[VBD]) -> None:
    """Plug a disk into its running VM."""
    record = context.view.get(VBD, vbd)
    vm = context.view.get(VM, record.VM)
    with Undo() as undo:
        drive = resources.attach_disk(context, record, undo)
        with published(context, vm.ref, device=vbd, images={drive.source or "": record.VDI}), uncertain(undo):
            context.rooms.hypervisor.attach_disk(vm.uuid, drive)
        undo.keep()
    reached(context, vm.ref, lambda state: state.get(VBD, vbd).currently_attached, "the plugging")


@implements(VBD.unplug)
def unplug(context: Context, vbd: Ref[VBD]) -> None:
    """Unplug a disk from its running VM, which must let it go."""
    record = context.view.get(VBD, vbd)
    vm = context.view.get(VM, record.VM)
    with published(context, vm.ref, device=vbd):
        context.rooms.hypervisor.detach_disk(vm.uuid, int(record.userdevice))
    reached(context, vm.ref, lambda state: not state.get(VBD, vbd).currently_attached, "the unplugging")
    resources.release_disk(context.rooms, record)


@implements(VBD.unplug_force)
def unplug_force(context: Context, vbd: Ref[VBD]) -> None:
    """As unplug; a disk that is not plugged is success."""
    if context.view.get(VBD, vbd).currently_attached:
        unplug(context, vbd)


@implements(VBD.insert)
def insert(context: Context, vbd: Ref[VBD], vdi: Ref[VDI]) -> None:
    """Put a disk into an empty CD drive, of a running VM or a halted one."""
    record, image = context.view.get(VBD, vbd), context.view.get(VDI, vdi)
    vm = context.view.get(VM, record.VM)
    if vm.power_state in LIVE:
        with Undo() as undo:
            source = resources.attach_image(context, record, image)
            undo.add(f"let go of {image.uuid}", lambda: resources.release_image(context.rooms, image, record.uuid))
            with published(context, vm.ref, device=vbd, images={source.path: vdi}):
                context.rooms.hypervisor.insert(vm.uuid, disk(record, image, source))
            undo.keep()
    context.write(lambda draft: draft.update(vbd, VBD.VDI.to(vdi), VBD.empty.to(False)))


@implements(VBD.eject)
def eject(context: Context, vbd: Ref[VBD]) -> None:
    """Empty a CD drive, of a running VM or a halted one."""
    record = context.view.get(VBD, vbd)
    vm = context.view.get(VM, record.VM)
    if vm.power_state in LIVE:
        with published(context, vm.ref, device=vbd):
            context.rooms.hypervisor.eject(vm.uuid, int(record.userdevice))
        resources.release_disk(context.rooms, record)
    context.write(lambda draft: draft.update(vbd, VBD.VDI.to(NULL), VBD.empty.to(True)))
