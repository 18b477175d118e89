"""Keeping an SR's sizes, and those of its disks, as the driver sees them."""

from __future__ import annotations

import logging

from cenote.model.classes.SR import SR
from cenote.model.core import ApiError, Draft, Ref
from cenote.operations.context import Rooms
from cenote.operations.storage import published

log = logging.getLogger(__name__)


def renew(rooms: Rooms, sr: Ref[SR]) -> None:
    """As :func:`refresh`, after something that is done whether or not the sizes can be told."""
    try:
        refresh(rooms, sr)
    except ApiError as error:
        log.warning("the repository's sizes can't be told: %s", error, extra={"object": sr})


def refresh(rooms: Rooms, sr: Ref[SR]) -> None:
    """Write the repository's sizes into its record; a repository that is not attached keeps what it had."""
    found = rooms.store.state.find(SR, sr)
    repository = None if found is None else rooms.repositories.find(found.uuid)
    if repository is None:
        return
    with published(sr=sr):
        facts = repository.facts()

    def write(draft: Draft) -> None:
        if draft.find(SR, sr) is not None:
            draft.update(
                sr,
                SR.physical_size.to(facts.physical_size),
                SR.physical_utilisation.to(facts.physical_utilisation),
                SR.virtual_allocation.to(facts.virtual_allocation),
            )

    rooms.store.transact(write)
