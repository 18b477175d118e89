"""Making a VM's disks and wires ready before it runs, and letting go of them after."""

from __future__ import annotations

import logging

from cenote.base.undo import Undo
from cenote.compute.facts import DomainState
from cenote.compute.spec import DiskSpec, NicSpec
from cenote.model.classes.network import network
from cenote.model.classes.SR import SR
from cenote.model.classes.VBD import VBD, vbd_mode
from cenote.model.classes.VDI import VDI
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.core import NULL, Ref
from cenote.network.contract import Attachment, Locking, PortSpec
from cenote.network.errors import NetworkError
from cenote.operations import storage
from cenote.operations.context import Context, Rooms
from cenote.operations.network import bridge
from cenote.operations.vm.spec import Devices, disk, nic
from cenote.storage.contract import DiskSource
from cenote.storage.errors import StorageError

log = logging.getLogger(__name__)


def attach(context: Context, vm: VM, undo: Undo) -> Devices:
    """Attach every disk and prepare every wire of a VM; raises the published error, with all undone.

    Of a suspended VM, those that it was suspended with: it knows no others.
    """
    suspended = vm.power_state is vm_power_state.SUSPENDED
    vbds = [vbd for ref in vm.VBDs if (vbd := context.view.get(VBD, ref)).currently_attached or not suspended]
    vifs = [vif for ref in vm.VIFs if (vif := context.view.get(VIF, ref)).currently_attached or not suspended]
    disks = tuple(attach_disk(context, vbd, undo) for vbd in sorted(vbds, key=lambda each: int(each.userdevice)))
    nics = tuple(attach_nic(context, vif, undo) for vif in sorted(vifs, key=lambda each: int(each.device)))
    return Devices(disks, nics)


def attach_disk(context: Context, vbd: VBD, undo: Undo) -> DiskSpec:
    """Attach the disk of a VBD, under the VBD's uuid; an empty drive needs nothing."""
    if vbd.VDI == NULL:
        return disk(vbd, None, None)
    vdi = context.view.get(VDI, vbd.VDI)
    source = attach_image(context, vbd, vdi)
    undo.add(f"detach {vdi.uuid}", lambda: storage.home(context, vdi).detach_volume(vdi.uuid, vbd.uuid))
    return disk(vbd, vdi, source)


def attach_image(context: Context, vbd: VBD, vdi: VDI) -> DiskSource:
    """Let a VBD use an image; raises the published error."""
    with storage.published(sr=vdi.SR, vdi=vdi.ref, operation="attach"):
        return storage.home(context, vdi).attach_volume(vdi.uuid, vbd.uuid, read_only=vbd.mode is vbd_mode.RO)


def attach_nic(context: Context, vif: VIF, undo: Undo) -> NicSpec:
    """Make the network of a VIF be there on this host, and learn how to join it."""
    joined = attachment(context, vif)
    undo.add(f"detach {vif.uuid}", lambda: context.rooms.wiring.detach(vif.uuid))
    return nic(vif, joined)


def attachment(context: Context, vif: VIF) -> Attachment:
    """How the hypervisor joins a VIF to its network; raises the published error."""
    record = context.view.get(network, vif.network)
    port = PortSpec(vif.uuid, vif.MAC, max(vif.MTU, 0), _locking(vif, record))
    return bridge.attach(context.rooms, vif.network, port)


def _locking(vif: VIF, record: network) -> Locking:
    mode = vif.locking_mode.value
    return Locking(record.default_locking_mode.value if mode == "network_default" else mode)


def release(rooms: Rooms, vm: Ref[VM]) -> None:
    """Let go of the disks and wires of a VM that no longer runs here; what can't be let go of is said in the log."""
    view = rooms.store.state
    record = view.find(VM, vm)
    if record is None:
        return
    for ref in record.VBDs:
        vbd = view.find(VBD, ref)
        if vbd is not None and vbd.VDI != NULL:
            release_disk(rooms, vbd)
    for each in record.VIFs:
        vif = view.find(VIF, each)
        if vif is not None:
            release_nic(rooms, vif)


def release_gone(rooms: Rooms, vm: VM, guest: DomainState) -> None:
    """Let go of the disks and wires of devices that a running guest had, and has released."""
    view = rooms.store.state
    disks, nics = {each.index for each in guest.disks}, {each.index for each in guest.nics}
    for ref in vm.VBDs:
        vbd = view.find(VBD, ref)
        if vbd is not None and vbd.currently_attached and int(vbd.userdevice) not in disks:
            release_disk(rooms, vbd)
    for each in vm.VIFs:
        vif = view.find(VIF, each)
        if vif is not None and vif.currently_attached and int(vif.device) not in nics:
            release_nic(rooms, vif)


def release_disk(rooms: Rooms, vbd: VBD) -> None:
    """End a VBD's use of its image."""
    vdi = rooms.store.state.find(VDI, vbd.VDI)
    if vdi is not None:
        release_image(rooms, vdi, vbd.uuid)


def release_image(rooms: Rooms, vdi: VDI, holder: str) -> None:
    """End a holder's use of an image; one that can't be let go of is said in the log."""
    home = rooms.store.state.find(SR, vdi.SR)
    repository = None if home is None else rooms.repositories.find(home.uuid)
    if repository is None:
        return
    try:
        repository.detach_volume(vdi.uuid, holder)
    except StorageError as error:
        log.error("disk %s can't be let go of: %s", vdi.uuid, error)


def release_nic(rooms: Rooms, vif: VIF) -> None:
    """Remove what a VIF may have left in the host's wiring."""
    try:
        rooms.wiring.detach(vif.uuid)
    except NetworkError as error:
        log.error("interface %s can't be let go of: %s", vif.uuid, error)
