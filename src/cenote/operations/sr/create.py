"""SR.create, SR.introduce, SR.destroy and SR.forget."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from types import MappingProxyType

from cenote.base.undo import Undo
from cenote.model.classes.host import host as Host
from cenote.model.classes.PBD import PBD
from cenote.model.classes.SR import SR
from cenote.model.classes.VDI import VDI
from cenote.model.core import Draft, Ref
from cenote.model.errors.storage import SrHasNoPbds, SrHasPbd, SrUuidExists
from cenote.operations.context import Context
from cenote.operations.registry import implements
from cenote.operations.sr.facts import refresh
from cenote.operations.sr.scan import scan_records
from cenote.operations.storage import published
from cenote.storage.registry import types

NOTHING: Mapping[str, str] = MappingProxyType({})


@implements(SR.create)
def create(
    context: Context,
    host: Ref[Host],
    device_config: Mapping[str, str],
    physical_size: int,
    name_label: str,
    name_description: str,
    type: str,  # noqa: A002 - the published name
    content_type: str,
    shared: bool,
    sm_config: Mapping[str, str] = NOTHING,
) -> Ref[SR]:
    """Prepare the medium, attach it to the host, and tell what is on it."""
    context.view.get(Host, host)
    new = str(uuid.uuid4())
    with published(), Undo() as undo:
        made = context.rooms.repositories.make(type, new, dict(device_config))
        made.create()
        undo.add(f"take the medium of {new} back", made.destroy)
        made.attach()
        undo.add(f"detach {new}", made.detach)
        context.rooms.repositories.add(made)
        undo.add(f"forget {new}", lambda: context.rooms.repositories.drop(new))

        def record(draft: Draft) -> Ref[SR]:
            sr = _record(draft, new, name_label, name_description, type, content_type, shared, sm_config)
            draft.create(
                PBD,
                PBD.host.to(host),
                PBD.SR.to(sr),
                PBD.device_config.to(dict(device_config)),
                PBD.currently_attached.to(True),
            )
            return sr

        sr = context.write(record)
        undo.add(f"remove the records of {new}", lambda: _remove(context, sr))
        refresh(context.rooms, sr)
        scan_records(context, sr)
        undo.keep()
    return sr


def _record(
    draft: Draft,
    new: str,
    name_label: str,
    name_description: str,
    type_: str,
    content_type: str,
    shared: bool,
    sm_config: Mapping[str, str],
) -> Ref[SR]:
    return draft.create(
        SR,
        SR.uuid.to(new),
        SR.name_label.to(name_label),
        SR.name_description.to(name_description),
        SR.type.to(type_),
        SR.content_type.to(content_type),
        SR.shared.to(shared),
        SR.sm_config.to(dict(sm_config)),
    )


@implements(SR.introduce)
def introduce(
    context: Context,
    uuid: str,
    name_label: str,
    name_description: str,
    type: str,  # noqa: A002 - the published name
    content_type: str,
    shared: bool,
    sm_config: Mapping[str, str] = NOTHING,
) -> Ref[SR]:
    """Add the record of a repository that exists already; a PBD says where, and plugging it attaches it."""
    if any(each.uuid == uuid for each in context.view.all(SR)):
        raise SrUuidExists(uuid)
    with published():
        context.rooms.repositories.check(type)
    return context.write(
        lambda draft: _record(draft, uuid, name_label, name_description, type, content_type, shared, sm_config)
    )


@implements(SR.destroy)
def destroy(context: Context, sr: Ref[SR]) -> None:
    """Take the medium back to empty and remove the record; only for a repository that holds no disks."""
    record = context.view.get(SR, sr)
    pbds = [context.view.get(PBD, ref) for ref in record.PBDs]
    if any(each.currently_attached for each in pbds):
        raise SrHasPbd(sr)
    if not pbds:
        raise SrHasNoPbds(sr)
    with published(sr=sr):
        context.rooms.repositories.make(record.type, record.uuid, dict(pbds[0].device_config)).destroy()
    _remove(context, sr)


@implements(SR.forget)
def forget(context: Context, sr: Ref[SR]) -> None:
    """Remove the records of a repository; what is on the medium stays."""
    if any(context.view.get(PBD, ref).currently_attached for ref in context.view.get(SR, sr).PBDs):
        raise SrHasPbd(sr)
    _remove(context, sr)


def _remove(context: Context, sr: Ref[SR]) -> None:
    def work(draft: Draft) -> None:
        record = draft.get(SR, sr)
        for vdi in record.VDIs:
            draft.delete(VDI, vdi)
        for pbd in record.PBDs:
            draft.delete(PBD, pbd)
        draft.delete(SR, sr)

    context.write(work)


@implements(SR.get_supported_types, quick=True)
def get_supported_types(context: Context) -> tuple[str, ...]:
    """The types of repository that there are drivers for."""
    return tuple(types())
