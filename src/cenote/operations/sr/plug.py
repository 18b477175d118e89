"""PBD.create, PBD.destroy, PBD.plug and PBD.unplug: which host has which repository attached."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from cenote.model.classes.PBD import PBD
from cenote.model.classes.SR import SR
from cenote.model.classes.VBD import VBD
from cenote.model.classes.VDI import VDI
from cenote.model.core import ApiError, Draft, Ref
from cenote.model.errors.general import OperationNotAllowed
from cenote.model.errors.storage import PbdExists, VdiInUse
from cenote.operations.context import Context, Rooms
from cenote.operations.records import assignments
from cenote.operations.registry import creates, destroys, implements
from cenote.operations.sr.facts import refresh
from cenote.operations.sr.scan import scan_records
from cenote.operations.storage import published

log = logging.getLogger(__name__)


@creates(PBD)
def create(context: Context, values: Mapping[str, Any]) -> Ref[PBD]:
    """Say how a host reaches a repository; plugging attaches it."""

    def work(draft: Draft) -> Ref[PBD]:
        for ref in draft.get(SR, values["SR"]).PBDs:
            if draft.get(PBD, ref).host == values["host"]:
                raise PbdExists(values["SR"], values["host"], ref)
        return draft.create(PBD, *assignments(PBD, values), PBD.currently_attached.to(False))

    return context.write(work)


@destroys(PBD)
def destroy(context: Context, pbd: Ref[PBD]) -> None:
    """Forget how a host reaches a repository; it must be unplugged."""
    if context.view.get(PBD, pbd).currently_attached:
        raise OperationNotAllowed("unplug the PBD first")
    context.write(lambda draft: draft.delete(PBD, pbd))


@implements(PBD.plug)
def plug(context: Context, pbd: Ref[PBD]) -> None:
    """Attach the repository to the host; plugging twice is success."""
    sr = attach(context.rooms, pbd)
    refresh(context.rooms, sr)
    scan_records(context, sr)


def attach(rooms: Rooms, pbd: Ref[PBD]) -> Ref[SR]:
    """Attach a PBD's repository and note it; answers the SR. Raises the published error."""
    record = rooms.store.state.get(PBD, pbd)
    repository = rooms.store.state.get(SR, record.SR)
    if rooms.repositories.find(repository.uuid) is None:
        with published(sr=record.SR):
            made = rooms.repositories.make(repository.type, repository.uuid, dict(record.device_config))
            made.attach()
        rooms.repositories.add(made)
    rooms.store.transact(lambda draft: draft.update(pbd, PBD.currently_attached.to(True)))
    return record.SR


@implements(PBD.unplug)
def unplug(context: Context, pbd: Ref[PBD]) -> None:
    """Detach the repository from the host; refused while a running VM has one of its disks open."""
    record = context.view.get(PBD, pbd)
    repository = context.view.get(SR, record.SR)
    used = _used(context, repository)
    if used is not None:
        raise VdiInUse(used, "unplug")
    attached = context.rooms.repositories.find(repository.uuid)
    if attached is not None:
        with published(sr=record.SR):
            attached.detach()
        context.rooms.repositories.drop(repository.uuid)
    context.write(lambda draft: draft.update(pbd, PBD.currently_attached.to(False)))


def _used(context: Context, repository: SR) -> Ref[VDI] | None:
    view = context.view
    for ref in repository.VDIs:
        vdi = view.find(VDI, ref)
        vbds = () if vdi is None else [each for vbd in vdi.VBDs if (each := view.find(VBD, vbd))]
        if any(each.currently_attached for each in vbds):
            return ref
    return None


def attach_all(rooms: Rooms) -> None:
    """At start: attach every repository of this host; one that can't be is noted as unplugged, and said in the log."""
    for pbd in list(rooms.store.state.all(PBD)):
        if pbd.host != rooms.host:
            continue
        try:
            refresh(rooms, attach(rooms, pbd.ref))
        except ApiError as error:
            log.error("repository %s can't be attached: %s", pbd.SR, error)
            _note_detached(rooms, pbd.ref)


def _note_detached(rooms: Rooms, pbd: Ref[PBD]) -> None:
    rooms.store.transact(lambda draft: draft.update(pbd, PBD.currently_attached.to(False)))
