"""The disk that holds a VM's memory while it is suspended.

While a VM names such a disk (``suspend_VDI``) its guest has not run since that memory was saved, or is being saved just
now: a resumption forgets the disk before it lets the guest run, and the observer when it sees a guest run without one.
So whoever finds the disk after a crash, and no guest, may take the VM for suspended.
"""

from __future__ import annotations

import logging
import uuid
from pathlib import Path

from cenote.base.undo import Undo
from cenote.model.classes.host import host
from cenote.model.classes.pool import pool
from cenote.model.classes.SR import SR
from cenote.model.classes.VDI import VDI, on_boot, vdi_type
from cenote.model.classes.vm import VM
from cenote.model.core import NULL, ApiError, Draft, Ref
from cenote.model.errors.vm import VmNoSuspendSr
from cenote.operations import storage
from cenote.operations.context import Caller, Context, Rooms
from cenote.operations.vdi.create import discard
from cenote.operations.vm import resources
from cenote.storage.contract import Kind, Repository
from cenote.storage.errors import StorageError

log = logging.getLogger(__name__)

HEADROOM = 64 * 2**20
"""Bytes that a saved state may take beyond the guest's memory: device state and video memory."""


def make(context: Context, record: VM) -> Ref[VDI]:
    """A new disk for the VM's memory, in the SR of :func:`home`, which the VM names from now on. ``SR_FULL``."""
    sr = home(context, record)
    repository = context.rooms.repositories.of(context.view.get(SR, sr))
    new = str(uuid.uuid4())
    with storage.published(sr=sr), Undo() as undo:
        facts = repository.create_volume(new, record.memory_static_max + HEADROOM, kind=Kind.STATE)
        undo.add(f"remove the volume {new}", lambda: repository.destroy_volume(new))

        def work(draft: Draft) -> Ref[VDI]:
            made = draft.create(
                VDI,
                VDI.uuid.to(new),
                VDI.location.to(new),
                VDI.name_label.to("Suspend image"),
                VDI.name_description.to(f"the memory of {record.name_label}"),
                VDI.SR.to(sr),
                VDI.virtual_size.to(facts.virtual_size),
                VDI.type.to(vdi_type.SUSPEND),
                VDI.on_boot.to(on_boot.PERSIST),
                VDI.managed.to(True),
            )
            draft.update(record.ref, VM.suspend_VDI.to(made))
            return made

        vdi = context.write(work)
        undo.keep()
    return vdi


def home(context: Context, record: VM) -> Ref[SR]:
    """The SR for the VM's memory: its own choice, the host's, the pool's, the pool's default. ``VM_NO_SUSPEND_SR``."""
    view = context.view
    whole = next(iter(view.all(pool)))
    here = view.get(host, context.rooms.host)
    wishes = (record.suspend_SR, here.suspend_image_sr, whole.suspend_image_SR, whole.default_SR)
    found = next((ref for ref in wishes if ref != NULL and view.find(SR, ref) is not None), None)
    if found is None:
        raise VmNoSuspendSr(record.ref)
    return found


def attach(context: Context, vdi: Ref[VDI], *, read_only: bool) -> Path:
    """Where the hypervisor writes the memory to, or reads it from, until :func:`detach`."""
    record = context.view.get(VDI, vdi)
    with storage.published(sr=record.SR, vdi=vdi, operation="attach"):
        source = storage.home(context, record).attach_volume(record.uuid, holder(record), read_only=read_only)
    return Path(source.path)


def detach(rooms: Rooms, vdi: Ref[VDI]) -> None:
    """End that use; a disk that is gone, or can't be let go of, is said in the log at most. Idempotent."""
    record = rooms.store.state.find(VDI, vdi)
    if record is not None:
        resources.release_image(rooms, record, holder(record))


def drop(rooms: Rooms, vdi: Ref[VDI]) -> None:
    """Remove a disk whose memory is of no use any more; one that can't be removed stays, and the log says why."""
    detach(rooms, vdi)
    if rooms.store.state.find(VDI, vdi) is None:
        return
    try:
        discard(Context(rooms, Caller(session=NULL, user="", superuser=True)), vdi)
    except ApiError as error:
        log.error("the saved memory can't be removed: %s", error, extra={"object": vdi})


def holder(record: VDI) -> str:
    """Under which name the hypervisor's use of the disk is noted: nobody else uses it."""
    return f"state:{record.uuid}"


def settle(rooms: Rooms) -> None:
    """At start, when what runs is known: let go of the disks of suspended VMs, and drop those that no VM names.

    Only a disk that is still held here is dropped: one that was merely found on a medium is somebody's suspended VM.
    """
    view = rooms.store.state
    named = {vm.suspend_VDI: vm for vm in view.all(VM) if vm.suspend_VDI != NULL}
    for record in [each for each in view.all(VDI) if each.type is vdi_type.SUSPEND]:
        sr = view.find(SR, record.SR)
        repository = None if sr is None else rooms.repositories.find(sr.uuid)
        if repository is None or not _held(repository, record):
            continue
        vm = named.get(record.ref)
        if vm is None:
            log.warning("removing the saved memory that an interrupted operation left", extra={"object": record.ref})
            drop(rooms, record.ref)
        elif vm.domid < 0:
            detach(rooms, record.ref)


def _held(repository: Repository, record: VDI) -> bool:
    try:
        return holder(record) in repository.holders(record.uuid)
    except StorageError as error:
        log.error("who uses the saved memory can't be known: %s", error, extra={"object": record.ref})
        return False
