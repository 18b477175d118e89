"""VM.suspend, VM.resume and VM.resume_on: a VM's memory on a disk, and back."""

from __future__ import annotations

import uuid
from pathlib import Path

from cenote.base.undo import Undo
from cenote.model.classes.host import host as Host
from cenote.model.classes.pool import pool
from cenote.model.classes.SR import SR
from cenote.model.classes.VDI import VDI, on_boot, vdi_type
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.core import NULL, Draft, Ref
from cenote.model.errors.vm import VmHasNoSuspendVdi, VmNoSuspendSr
from cenote.operations import storage
from cenote.operations.compute import in_state, observed, published
from cenote.operations.context import Context
from cenote.operations.registry import implements
from cenote.operations.vdi.create import discard
from cenote.operations.vm import resources, spec
from cenote.operations.vm.start import images, reserve, unreserve
from cenote.storage.contract import Kind

HEADROOM = 64 * 2**20
"""Bytes that a saved state may take beyond the guest's memory: device state and video memory."""


@implements(VM.suspend)
def suspend(context: Context, vm: Ref[VM]) -> None:
    """Save the VM's memory to a disk of its own and end its run."""
    record = context.view.get(VM, vm)
    with Undo() as undo:
        vdi = _state_disk(context, record)
        undo.add("remove the state's disk", lambda: discard(context, vdi))
        path = _open(context, vdi, read_only=False)
        undo.add("close the state's disk", lambda: _close(context, vdi))
        context.write(lambda draft: draft.update(vm, VM.suspend_VDI.to(vdi)))
        undo.add("forget the state's disk", lambda: context.write(lambda d: d.update(vm, VM.suspend_VDI.to(NULL))))
        with published(context, vm):
            context.rooms.hypervisor.save(record.uuid, path, context.progress.part(0.05, 0.95))
        undo.keep()
    _close(context, vdi)
    observed(context, in_state(vm, vm_power_state.SUSPENDED), "the suspension")


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
        path = _open(context, vdi, read_only=True)
        undo.add("close the state's disk", lambda: _close(context, vdi))
        devices = resources.attach(context, record, undo)
        known = {**images(context, record, devices), str(path): vdi}
        with published(context, vm, images=known):
            context.rooms.hypervisor.restore(path, spec.domain(record, devices, context.rooms.settings), paused=paused)
        undo.keep()
    wanted = vm_power_state.PAUSED if paused else vm_power_state.RUNNING
    observed(context, in_state(vm, wanted), "the resumption")
    _close(context, vdi)
    discard(context, vdi)


def _state_disk(context: Context, record: VM) -> Ref[VDI]:
    """A new disk for the VM's state, in its suspend SR, else the host's, the pool's, or the pool's default."""
    home = suspend_sr(context, record)
    repository = context.rooms.repositories.of(context.view.get(SR, home))
    new = str(uuid.uuid4())
    with storage.published(sr=home):
        facts = repository.create_volume(new, record.memory_static_max + HEADROOM, kind=Kind.STATE)

    def work(draft: Draft) -> Ref[VDI]:
        return draft.create(
            VDI,
            VDI.uuid.to(new),
            VDI.location.to(new),
            VDI.name_label.to("Suspend image"),
            VDI.name_description.to(f"the memory of {record.name_label}"),
            VDI.SR.to(home),
            VDI.virtual_size.to(facts.virtual_size),
            VDI.type.to(vdi_type.SUSPEND),
            VDI.on_boot.to(on_boot.PERSIST),
            VDI.managed.to(True),
        )

    return context.write(work)


def suspend_sr(context: Context, record: VM) -> Ref[SR]:
    """The SR that keeps the VM's state while it is suspended; raises ``VM_NO_SUSPEND_SR``."""
    view = context.view
    whole = next(iter(view.all(pool)))
    here = view.get(Host, context.rooms.host)
    wishes = (record.suspend_SR, here.suspend_image_sr, whole.suspend_image_SR, whole.default_SR)
    found = next((ref for ref in wishes if ref != NULL and view.find(SR, ref) is not None), None)
    if found is None:
        raise VmNoSuspendSr(record.ref)
    return found


def _open(context: Context, vdi: Ref[VDI], *, read_only: bool) -> Path:
    record = context.view.get(VDI, vdi)
    with storage.published(sr=record.SR, vdi=vdi, operation="attach"):
        source = storage.home(context, record).attach_volume(record.uuid, f"state:{record.uuid}", read_only=read_only)
    return Path(source.path)


def _close(context: Context, vdi: Ref[VDI]) -> None:
    record = context.view.get(VDI, vdi)
    storage.home(context, record).detach_volume(record.uuid, f"state:{record.uuid}")
