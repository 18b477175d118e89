"""A hypervisor by libvirt: everything that QEMU and Xen have in common."""

import socket
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import libvirt

from cenote.compute import agent
from cenote.compute.bulletin import Bulletin
from cenote.compute.connection import Connection
from cenote.compute.contract import Progress, SerialConsole
from cenote.compute.domainxml.disk import Disk
from cenote.compute.domainxml.domain import Domain
from cenote.compute.domainxml.drive import exchange
from cenote.compute.domainxml.interface import Interface, LinkState
from cenote.compute.errors import DeviceExists, DeviceUnknown, GuestRefused, ImageMissing, Unsupported
from cenote.compute.event import Device, DeviceKind, Listener
from cenote.compute.facts import DomainState, GuestFacts, HypervisorFacts
from cenote.compute.failure import About
from cenote.compute.removal import Removal
from cenote.compute.saving import saving
from cenote.compute.seats import Seats
from cenote.compute.spec import DiskSpec, DomainSpec, NicSpec
from cenote.compute.state import POWERS, domain_state, find_disk, find_nic, fresh_state
from cenote.compute.survey import Survey

T = TypeVar("T")

LONG = 3600.0  # seconds for save and restore
LIVE = libvirt.VIR_DOMAIN_AFFECT_LIVE


class LibvirtHypervisor(ABC):
    """The contract, over one libvirtd. Subclasses say how a spec becomes XML."""

    def __init__(self, uri: str, survey: Survey, *, deadline: float = 30.0, patience: float = 15.0) -> None:
        self._survey = survey
        self._patience = patience
        self._bulletin = Bulletin()
        self._connection = Connection(uri, self._bulletin, deadline=deadline)
        self._seats = Seats(self._connection)
        self._bulletin.subscribe(self._seats.hear)

    @abstractmethod
    def document(self, spec: DomainSpec) -> Domain:
        """The whole guest as XML."""
        ...

    @abstractmethod
    def disk(self, spec: DiskSpec, live: Domain) -> Disk:
        """A disk to plug into the running guest ``live``."""
        ...

    @abstractmethod
    def card(self, spec: NicSpec, live: Domain) -> Interface:
        """A network card to plug into the running guest ``live``."""
        ...

    def facts(self) -> HypervisorFacts:
        """The host; see the contract."""
        return self._connection.call(About("read the host's facts"), self._survey.look)

    def domains(self) -> tuple[DomainState, ...]:
        """Every domain of Cenote's; see the contract."""

        def work(connection: libvirt.virConnect) -> tuple[DomainState, ...]:
            states = (live(domain) for domain in connection.listAllDomains(libvirt.VIR_CONNECT_LIST_DOMAINS_ACTIVE))
            return tuple(state for state in states if state is not None)

        return self._connection.call(About("list domains"), work)

    def state(self, uuid: str) -> DomainState:
        """One domain; see the contract."""
        return self._on(uuid, "read the state", read_state)

    def create(self, spec: DomainSpec, *, paused: bool = False) -> DomainState:
        """Start a guest; see the contract."""
        text = self.document(spec).xml()
        flags = libvirt.VIR_DOMAIN_START_PAUSED if paused else 0

        def work(connection: libvirt.virConnect) -> DomainState:
            domain = connection.createXML(text, flags)
            return fresh_state(spec, domain.name(), domain.ID(), paused=paused)

        return self._connection.call(about_spec("start the guest", spec), work)

    def destroy(self, uuid: str) -> None:
        """Cut the power; see the contract."""
        self._on(uuid, "destroy the guest", end)

    def shutdown(self, uuid: str) -> None:
        """Ask to shut down; see the contract."""
        self._on(uuid, "shut the guest down", lambda domain: domain.shutdownFlags(0))

    def reboot(self, uuid: str, *, hard: bool) -> None:
        """Reset or ask to restart; see the contract."""
        if hard:
            self._on(uuid, "reset the guest", lambda domain: domain.reset(0))
        else:
            self._on(uuid, "restart the guest", lambda domain: domain.reboot(0))

    def pause(self, uuid: str) -> None:
        """Stop the processors; see the contract."""
        self._on(uuid, "pause the guest", suspend)

    def unpause(self, uuid: str) -> None:
        """Let the processors run; see the contract."""
        self._on(uuid, "unpause the guest", resume)

    def save(self, uuid: str, path: Path, progress: Progress | None = None) -> None:
        """Write the memory to a file; see the contract."""
        saving(self._connection, uuid, path, progress, LONG)

    def restore(self, path: Path, spec: DomainSpec, *, paused: bool = False) -> DomainState:
        """Bring back a saved guest; see the contract."""
        if not path.exists():
            raise ImageMissing(str(path))
        wanted = self.document(spec)
        flags = libvirt.VIR_DOMAIN_SAVE_PAUSED if paused else libvirt.VIR_DOMAIN_SAVE_RUNNING

        def work(connection: libvirt.virConnect) -> DomainState:
            saved = Domain.parse(connection.saveImageGetXMLDesc(str(path), libvirt.VIR_DOMAIN_SAVE_IMAGE_XML_SECURE))
            repoint(saved, wanted)
            connection.restoreFlags(str(path), saved.xml(), flags)
            return read_state(connection.lookupByUUIDString(spec.uuid))

        return self._connection.call(about_spec("restore the guest", spec), work, deadline=LONG)

    def attach_disk(self, uuid: str, disk: DiskSpec) -> None:
        """Plug a disk; see the contract."""
        device, paths = str(Device(DeviceKind.DISK, disk.index)), (disk.source,) if disk.source else ()

        def work(domain: libvirt.virDomain, live: Domain) -> None:
            if find_disk(live, disk.index):
                raise DeviceExists(uuid, device)
            domain.attachDeviceFlags(self.disk(disk, live).xml(), LIVE)

        self._change(About("plug the disk", self._connection.uri, uuid, device, paths), work)

    def detach_disk(self, uuid: str, index: int) -> None:
        """Unplug a disk; see the contract."""
        self._remove(uuid, Device(DeviceKind.DISK, index), lambda live: find_disk(live, index))

    def insert(self, uuid: str, disk: DiskSpec) -> None:
        """Put in a medium; see the contract."""
        self._medium(uuid, disk.index, disk)

    def eject(self, uuid: str, index: int) -> None:
        """Empty a drive; see the contract."""
        self._medium(uuid, index, None)

    def plug_nic(self, uuid: str, nic: NicSpec) -> None:
        """Plug a network card; see the contract."""
        device = str(Device(DeviceKind.NIC, nic.index))

        def work(domain: libvirt.virDomain, live: Domain) -> None:
            if find_nic(live, nic.index):
                raise DeviceExists(uuid, device)
            domain.attachDeviceFlags(self.card(nic, live).xml(), LIVE)

        about = About("plug the network card", self._connection.uri, uuid, device)
        self._change(about.with_bridges([nic]), work)

    def unplug_nic(self, uuid: str, index: int) -> None:
        """Unplug a network card; see the contract."""
        self._remove(uuid, Device(DeviceKind.NIC, index), lambda live: find_nic(live, index))

    def set_link(self, uuid: str, index: int, *, up: bool) -> None:
        """Pull or plug the cable; see the contract."""

        def work(domain: libvirt.virDomain, live: Domain) -> None:
            card = find_nic(live, index)
            if card is None:
                raise DeviceUnknown(uuid, str(Device(DeviceKind.NIC, index)))
            card.link = LinkState.UP if up else LinkState.DOWN
            domain.updateDeviceFlags(card.xml(), LIVE)

        self._change(About("set the link", self._connection.uri, uuid), work)

    def set_vcpus(self, uuid: str, count: int) -> None:
        """Change the number of processors; see the contract."""
        self._on(uuid, "release a processor", lambda domain: domain.setVcpusFlags(count, LIVE))

    def set_memory_target(self, uuid: str, target: int) -> None:
        """Tell the balloon; see the contract."""
        self._on(uuid, "set the memory target", lambda domain: domain.setMemoryFlags(target // 1024, LIVE))

    def guest(self, uuid: str) -> GuestFacts:
        """Ask the agent; see the contract."""
        return self._on(uuid, "ask the guest agent", agent.ask)

    def open_vnc(self, uuid: str) -> socket.socket:
        """A connection to the screen; see the contract."""

        def work(domain: libvirt.virDomain) -> socket.socket:
            if not Domain.parse(domain.XMLDesc(0)).graphics:
                raise Unsupported("look at the screen", f"domain {uuid} has none")
            return socket.socket(fileno=domain.openGraphicsFD(0, libvirt.VIR_DOMAIN_OPEN_GRAPHICS_SKIPAUTH))

        return self._on(uuid, "look at the screen", work)

    def open_serial(self, uuid: str) -> SerialConsole:
        """A viewer of the serial port; see the contract."""
        return self._seats.view(uuid)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear events; see the contract."""
        return self._bulletin.subscribe(listener)

    def degraded(self) -> int:
        """How many calls hang; see the contract."""
        return self._connection.hung

    def close(self) -> None:
        """Let go; see the contract."""
        self._seats.close()
        self._connection.close()
        self._bulletin.close()

    def _on(self, uuid: str, call: str, work: Callable[[libvirt.virDomain], T]) -> T:
        about = About(call, self._connection.uri, uuid)
        return self._connection.call(about, lambda connection: work(connection.lookupByUUIDString(uuid)))

    def _change(self, about: About, work: Callable[[libvirt.virDomain, Domain], object]) -> None:
        """Do ``work`` with a domain and its live document."""

        def whole(connection: libvirt.virConnect) -> None:
            domain = connection.lookupByUUIDString(about.uuid)
            work(domain, Domain.parse(domain.XMLDesc(0)))

        self._connection.call(about, whole)

    def _medium(self, uuid: str, index: int, spec: DiskSpec | None) -> None:
        """Change what is in a drive; None leaves it empty."""
        device = str(Device(DeviceKind.DISK, index))
        paths = (spec.source,) if spec and spec.source else ()

        def work(domain: libvirt.virDomain, live: Domain) -> None:
            drive = find_disk(live, index)
            if drive is None or not drive.removable:
                raise DeviceUnknown(uuid, f"drive {index}")
            if spec is not None:
                exchange(drive, spec.source, spec.format.value)
            elif drive.source is None:
                return
            else:
                exchange(drive, None, None)
            domain.updateDeviceFlags(drive.xml(), LIVE)

        about = About("change the medium", self._connection.uri, uuid, device, paths)
        try:
            self._change(about, work)
        except GuestRefused:  # a guest that boots closes the tray under libvirt's hands
            self._change(about, work)

    def _remove(self, uuid: str, device: Device, find: Callable[[Domain], Disk | Interface | None]) -> None:
        """Unplug a device and wait until the guest has let it go."""

        def work(domain: libvirt.virDomain, live: Domain) -> None:
            found = find(live)
            if found is None or found.alias is None:
                raise DeviceUnknown(uuid, str(device))
            domain.detachDeviceAlias(found.alias, LIVE)

        with Removal(self._bulletin, uuid, device) as removal:
            self._change(About("unplug the device", self._connection.uri, uuid, str(device)), work)
            removal.wait(self._patience)


def about_spec(call: str, spec: DomainSpec) -> About:
    """What a call about a whole guest depends on."""
    boot = spec.direct_boot
    kernel = (boot.kernel, boot.ramdisk) if boot else ()
    paths = tuple(path for path in (*(disk.source for disk in spec.disks), *kernel) if path)
    return About(call, uuid=spec.uuid, paths=paths, memory=spec.memory_static_max).with_bridges(spec.nics)


def read_state(domain: libvirt.virDomain) -> DomainState:
    """The state of a domain."""
    power, _ = domain.state()
    return domain_state(Domain.parse(domain.XMLDesc(0)), POWERS[power])


def live(domain: libvirt.virDomain) -> DomainState | None:
    """The state of a domain of Cenote's; None for a stranger's, or when it has just ended."""
    try:
        power, _ = domain.state()
        document = Domain.parse(domain.XMLDesc(0))
    except libvirt.libvirtError as error:
        if error.get_error_code() == libvirt.VIR_ERR_NO_DOMAIN:
            return None
        raise
    return domain_state(document, POWERS[power]) if document.owner else None


def end(domain: libvirt.virDomain) -> None:
    """Destroy a domain; one that ends by itself meanwhile is as good."""
    try:
        domain.destroy()
    except libvirt.libvirtError as error:
        if error.get_error_code() != libvirt.VIR_ERR_NO_DOMAIN:
            raise


def suspend(domain: libvirt.virDomain) -> None:
    """Pause a domain unless it is paused."""
    if POWERS[domain.state()[0]] is not POWERS[libvirt.VIR_DOMAIN_PAUSED]:
        domain.suspend()


def resume(domain: libvirt.virDomain) -> None:
    """Run a domain unless it runs."""
    if domain.state()[0] != libvirt.VIR_DOMAIN_RUNNING:
        domain.resume()


def repoint(saved: Domain, wanted: Domain) -> None:
    """Give a saved domain the images and the bridges of ``wanted``; its hardware stays what it was."""
    sources = {disk.alias: disk for disk in wanted.disks}
    cards = {card.alias: card for card in wanted.interfaces}
    for disk in saved.disks:
        if disk.alias in sources:
            exchange(disk, sources[disk.alias].source, sources[disk.alias].format)
    saved.interfaces = [cards.get(card.alias, card) for card in saved.interfaces]
