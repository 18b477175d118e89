"""The disk's setters, VDI.forget and VDI.update."""

from __future__ import annotations

from cenote.model.classes.VDI import VDI
from cenote.model.core import Ref
from cenote.operations import storage
from cenote.operations.context import Context
from cenote.operations.plain import sets
from cenote.operations.registry import implements

sets(VDI.set_name_label, VDI.name_label)
sets(VDI.set_name_description, VDI.name_description)
sets(VDI.set_read_only, VDI.read_only)
sets(VDI.set_sharable, VDI.sharable)


@implements(VDI.forget)
def forget(context: Context, vdi: Ref[VDI]) -> None:
    """Remove the record; what is on the medium stays, and a scan finds it again."""
    context.write(lambda draft: draft.delete(VDI, vdi))


@implements(VDI.update)
def update(context: Context, vdi: Ref[VDI]) -> None:
    """Take over the disk's sizes from its repository."""
    record = context.view.get(VDI, vdi)
    with storage.published(sr=record.SR, vdi=vdi, operation="update"):
        facts = storage.home(context, record).volume(record.uuid)
    context.write(
        lambda draft: draft.update(
            vdi, VDI.virtual_size.to(facts.virtual_size), VDI.physical_utilisation.to(facts.physical_utilisation)
        )
    )
