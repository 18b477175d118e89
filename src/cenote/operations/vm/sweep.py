"""At start: uses of disks that nobody has any more, such as those of a copy that ended with the daemon before this."""

from __future__ import annotations

import logging

from cenote.compute.errors import HypervisorError
from cenote.model.classes.SR import SR
from cenote.model.classes.VBD import VBD
from cenote.model.classes.VDI import VDI, vdi_type
from cenote.model.classes.vm import VM
from cenote.operations.context import Rooms
from cenote.operations.vm import resources

log = logging.getLogger(__name__)


def sweep(rooms: Rooms) -> None:
    """End the uses whose holder is no drive of a guest that runs; before any verb, and only once guests are known."""
    try:
        running = {each.uuid for each in rooms.hypervisor.domains()}
    except HypervisorError as error:
        log.warning("which disks are in use can't be known: %s", error)
        return
    view = rooms.store.state
    guests = {vm.ref for vm in view.all(VM) if vm.uuid in running}
    drives = {vbd.uuid for vbd in view.all(VBD) if vbd.VM in guests}
    for vdi in [each for each in view.all(VDI) if each.type is not vdi_type.SUSPEND]:  # those have their own keeper
        home = view.find(SR, vdi.SR)
        repository = None if home is None else rooms.repositories.find(home.uuid)
        for holder in () if repository is None else repository.holders(vdi.uuid):
            if holder not in drives:
                log.warning("its use by %s has ended", holder, extra={"object": vdi.ref})
                resources.release_image(rooms, vdi, holder)
