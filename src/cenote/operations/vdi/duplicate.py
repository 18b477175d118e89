"""VDI.clone, VDI.snapshot and VDI.copy: a new disk with the content of another."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from types import MappingProxyType

from cenote.base.undo import Undo
from cenote.model.classes.SR import SR
from cenote.model.classes.VDI import VDI
from cenote.model.core import NULL, Draft, Ref
from cenote.operations.context import Context
from cenote.operations.records import copied
from cenote.operations.registry import implements
from cenote.operations.storage import home, published
from cenote.operations.vdi.create import discard, record
from cenote.storage.contract import VolumeFacts

__all__ = ["clone", "copy", "discard"]

NOTHING: Mapping[str, str] = MappingProxyType({})


@implements(VDI.clone)
def clone_message(context: Context, vdi: Ref[VDI], driver_params: Mapping[str, str] = NOTHING) -> Ref[VDI]:
    """Clone a disk in constant time."""
    return clone(context, vdi)


@implements(VDI.snapshot)
def snapshot_message(context: Context, vdi: Ref[VDI], driver_params: Mapping[str, str] = NOTHING) -> Ref[VDI]:
    """Keep the disk as it is now, read-only, in constant time."""
    source, new, now = context.view.get(VDI, vdi), str(uuid.uuid4()), context.rooms.clock.now()
    repository = home(context, source)
    with published(sr=source.SR, vdi=vdi, operation="snapshot"), Undo() as undo:
        facts = repository.snapshot_volume(source.uuid, new)
        undo.add(f"remove the snapshot {new}", lambda: repository.destroy_volume(new))

        def note(draft: Draft) -> Ref[VDI]:
            made = _record(draft, source, source.SR, facts)
            draft.update(made, VDI.is_a_snapshot.to(True), VDI.snapshot_of.to(vdi), VDI.snapshot_time.to(now))
            return made

        made = context.write(note)
        undo.keep()
    return made


@implements(VDI.copy)
def copy_message(
    context: Context, vdi: Ref[VDI], sr: Ref[SR] = NULL, base_vdi: Ref[VDI] = NULL, into_vdi: Ref[VDI] = NULL
) -> Ref[VDI]:
    """Copy a disk in full, to a new disk in ``sr`` (NULL: its own) or into one that exists."""
    if into_vdi == NULL:
        return copy(context, vdi, sr, context.progress.report)
    source, target = context.view.get(VDI, vdi), context.view.get(VDI, into_vdi)
    holder = str(context.task)
    with published(sr=target.SR, vdi=into_vdi, operation="copy", task=context.task):
        image = home(context, source).attach_volume(source.uuid, holder, read_only=True)
        try:
            home(context, target).fill_volume(
                target.uuid, image, progress=context.progress.report, cancel=lambda: context.progress.cancelled
            )
        finally:
            home(context, source).detach_volume(source.uuid, holder)
    return into_vdi


def clone(context: Context, vdi: Ref[VDI]) -> Ref[VDI]:
    """A new disk with the content of ``vdi``, in constant time."""
    source, new = context.view.get(VDI, vdi), str(uuid.uuid4())
    repository = home(context, source)
    with published(sr=source.SR, vdi=vdi, operation="clone"), Undo() as undo:
        facts = repository.clone_volume(source.uuid, new)
        undo.add(f"remove the clone {new}", lambda: repository.destroy_volume(new))
        made = context.write(lambda draft: _record(draft, source, source.SR, facts))
        undo.keep()
    return made


def copy(context: Context, vdi: Ref[VDI], sr: Ref[SR], progress: Callable[[float], None]) -> Ref[VDI]:
    """A new disk in ``sr`` (NULL: the same) with a full copy of ``vdi``."""
    source, new = context.view.get(VDI, vdi), str(uuid.uuid4())
    target = source.SR if sr == NULL else sr
    origin, repository = home(context, source), context.rooms.repositories.of(context.view.get(SR, target))
    holder = f"copy:{new}"
    with published(sr=target, vdi=vdi, operation="copy", task=context.task), Undo() as undo:
        image = origin.attach_volume(source.uuid, holder, read_only=True)
        try:
            facts = repository.copy_volume(
                new, image, size=source.virtual_size, progress=progress, cancel=lambda: context.progress.cancelled
            )
        finally:
            origin.detach_volume(source.uuid, holder)
        undo.add(f"remove the copy {new}", lambda: repository.destroy_volume(new))
        made = context.write(lambda draft: _record(draft, source, target, facts))
        undo.keep()
    return made


def _record(draft: Draft, source: VDI, sr: Ref[SR], facts: VolumeFacts) -> Ref[VDI]:
    return record(draft, {**copied(source, "virtual_size"), "SR": sr, "read_only": facts.read_only}, facts)
