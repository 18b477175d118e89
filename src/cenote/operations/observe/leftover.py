"""What verbs that were cut short with the daemon before this one have left. Nothing is in progress when this runs."""

from __future__ import annotations

import logging
from functools import partial

from cenote.model.classes.vm import VM
from cenote.model.core import NULL, Draft, Ref
from cenote.operations.context import Rooms
from cenote.operations.observe import apply
from cenote.operations.vm import resources, state

log = logging.getLogger(__name__)


def settle(rooms: Rooms) -> None:
    """Take back what was promised to VMs that are not there, and let go of saved memory; only once guests are known."""
    for vm in [each for each in rooms.store.state.all(VM) if each.scheduled_to_be_resident_on == rooms.host]:
        log.info("its start was interrupted", extra={"object": vm.ref})
        resources.release(rooms, vm.ref)
        rooms.store.transact(partial(_unreserve, rooms=rooms, vm=vm.ref))
    state.settle(rooms)


def _unreserve(draft: Draft, rooms: Rooms, vm: Ref[VM]) -> None:
    draft.update(vm, VM.scheduled_to_be_resident_on.to(NULL))
    apply.memory(draft, rooms.host)
