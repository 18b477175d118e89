"""VDI.create, VDI.destroy and VDI.resize."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from typing import Any

from cenote.base.undo import Undo
from cenote.model.classes.SR import SR
from cenote.model.classes.VBD import VBD, vbd_type
from cenote.model.classes.VDI import VDI
from cenote.model.classes.vm import VM
from cenote.model.core import NULL, Draft, Ref
from cenote.model.errors.general import UuidInvalid
from cenote.operations.context import Context
from cenote.operations.records import assignments
from cenote.operations.registry import creates, destroys, implements
from cenote.operations.sr.facts import renew
from cenote.operations.storage import home, published
from cenote.storage.contract import VolumeFacts
from cenote.storage.errors import VolumeUnknown

log = logging.getLogger(__name__)


@creates(VDI)
def create(context: Context, values: Mapping[str, Any]) -> Ref[VDI]:
    """Create an empty disk."""
    repository = context.rooms.repositories.of(context.view.get(SR, values["SR"]))
    new = str(uuid.uuid4())
    with published(sr=values["SR"]), Undo() as undo:
        facts = repository.create_volume(new, values["virtual_size"])
        undo.add(f"remove the volume {new}", lambda: repository.destroy_volume(new))
        made = context.write(lambda draft: record(draft, values, facts))
        undo.keep()
    renew(context.rooms, values["SR"])
    return made


def record(draft: Draft, values: Mapping[str, Any], facts: VolumeFacts) -> Ref[VDI]:
    """Add the record of a new volume to a draft. One that a scan in between has added is taken over."""
    told = (
        *assignments(VDI, values),
        VDI.uuid.to(facts.uuid),
        VDI.location.to(facts.uuid),
        VDI.virtual_size.to(facts.virtual_size),
        VDI.physical_utilisation.to(facts.physical_utilisation),
        VDI.managed.to(True),
    )
    try:
        known = draft.by_uuid(VDI, facts.uuid).ref
    except UuidInvalid:
        return draft.create(VDI, *told)
    draft.update(known, *told)
    return known


@destroys(VDI)
def destroy(context: Context, vdi: Ref[VDI]) -> None:
    """Destroy a disk that no running VM has open; drives that named it are emptied or removed."""
    discard(context, vdi)


def discard(context: Context, vdi: Ref[VDI]) -> None:
    """Remove a disk: first its volume, which nobody may have open, then its records.

    A failure in between leaves a record whose volume is gone, which can be destroyed once more: that does the rest.
    """
    found = context.view.get(VDI, vdi)
    repository = home(context, found)
    with published(sr=found.SR, vdi=vdi, operation="destroy"):
        try:
            repository.destroy_volume(found.uuid)
        except VolumeUnknown:
            log.warning("its volume was gone already", extra={"object": vdi})
    context.write(lambda draft: _forget(draft, vdi))
    renew(context.rooms, found.SR)


def _forget(draft: Draft, vdi: Ref[VDI]) -> None:
    for ref in draft.get(VDI, vdi).VBDs:
        if draft.get(VBD, ref).type is vbd_type.CD:
            draft.update(ref, VBD.VDI.to(NULL), VBD.empty.to(True))
        else:
            draft.delete(VBD, ref)
    for vm in draft.all(VM):
        if vm.suspend_VDI == vdi:
            draft.update(vm.ref, VM.suspend_VDI.to(NULL))
    draft.delete(VDI, vdi)


@implements(VDI.resize)
def resize(context: Context, vdi: Ref[VDI], size: int) -> None:
    """Grow a disk to ``size`` bytes."""
    found = context.view.get(VDI, vdi)
    with published(sr=found.SR, vdi=vdi, operation="resize"):
        facts = home(context, found).resize_volume(found.uuid, size)
    context.write(
        lambda draft: draft.update(
            vdi, VDI.virtual_size.to(facts.virtual_size), VDI.physical_utilisation.to(facts.physical_utilisation)
        )
    )
    renew(context.rooms, found.SR)
