"""SR.scan and SR.update: the disks' records follow what the driver finds on the medium."""

from __future__ import annotations

from cenote.model.classes.SR import SR
from cenote.model.classes.VDI import VDI, on_boot, vdi_type
from cenote.model.core import Draft, Ref
from cenote.model.errors.storage import VdiMissing
from cenote.operations.context import Context
from cenote.operations.registry import implements
from cenote.operations.sr.facts import refresh
from cenote.operations.storage import published
from cenote.storage.contract import Kind, Repository, VolumeFacts

TYPES = {Kind.STATE: vdi_type.SUSPEND}
"""What a volume that was found is, when it isn't a disk that a user made: a guest's memory, for one."""


@implements(SR.scan)
def scan(context: Context, sr: Ref[SR]) -> None:
    """Add disks that were found, mark those that are missing, and take over sizes."""
    scan_records(context, sr)
    refresh(context.rooms, sr)


@implements(SR.update)
def update(context: Context, sr: Ref[SR]) -> None:
    """Take over the repository's sizes."""
    context.rooms.repositories.of(context.view.get(SR, sr))
    refresh(context.rooms, sr)


def scan_records(context: Context, sr: Ref[SR]) -> None:
    """Make the records of an attached repository's disks true; those that come or go meanwhile are others' business."""
    view = context.view
    repository = context.rooms.repositories.of(view.get(SR, sr))
    before = {vdi.uuid for ref in view.get(SR, sr).VDIs if (vdi := view.find(VDI, ref))}
    with published(sr=sr):
        found = {facts.uuid: facts for facts in repository.scan() if facts.kind is not Kind.BASE}

    def work(draft: Draft) -> list[VDI]:
        known = {vdi.uuid: vdi for ref in draft.get(SR, sr).VDIs if (vdi := draft.find(VDI, ref))}
        for uuid in known.keys() & (found.keys() | before):
            _renew(draft, known[uuid], found.get(uuid))
        new = [_add(draft, sr, found[uuid]) for uuid in found.keys() - known.keys() - before]
        return [draft.get(VDI, ref) for ref in new]

    for added in context.write(work):
        _check(context, repository, added)


def _check(context: Context, repository: Repository, added: VDI) -> None:
    """Take back the record of a disk that came and went, record and all, while the scan looked."""
    try:
        with published(sr=added.SR):
            repository.volume(added.uuid)
    except VdiMissing:
        context.write(lambda draft: draft.delete(VDI, added.ref))


def _renew(draft: Draft, vdi: VDI, facts: VolumeFacts | None) -> None:
    if facts is None:
        draft.update(vdi.ref, VDI.missing.to(True))
        return
    draft.update(
        vdi.ref,
        VDI.missing.to(facts.fault is not None),
        VDI.virtual_size.to(facts.virtual_size or vdi.virtual_size),
        VDI.physical_utilisation.to(facts.physical_utilisation),
    )


def _add(draft: Draft, sr: Ref[SR], facts: VolumeFacts) -> Ref[VDI]:
    iso = facts.kind is Kind.ISO
    return draft.create(
        VDI,
        VDI.uuid.to(facts.uuid),
        VDI.location.to(facts.name or facts.uuid),
        VDI.name_label.to(facts.name),
        VDI.SR.to(sr),
        VDI.virtual_size.to(facts.virtual_size),
        VDI.physical_utilisation.to(facts.physical_utilisation),
        VDI.type.to(TYPES.get(facts.kind, vdi_type.USER)),
        VDI.on_boot.to(on_boot.PERSIST),
        VDI.read_only.to(facts.read_only),
        VDI.sharable.to(iso),
        VDI.managed.to(True),
        VDI.missing.to(facts.fault is not None),
        VDI.is_a_snapshot.to(facts.kind is Kind.SNAPSHOT),
    )
