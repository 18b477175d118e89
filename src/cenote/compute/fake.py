"""A hypervisor in memory: keeps the contract, and lets a test play the guest and break things.

Events travel on a real thread. Nothing is timed: a guest boots, obeys and releases devices at once, unless told not to.
"""

import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from cenote.compute.bulletin import Bulletin
from cenote.compute.contract import Progress, SerialConsole
from cenote.compute.errors import (
    BridgeMissing,
    DeviceExists,
    DeviceUnknown,
    DomainExists,
    DomainNotRunning,
    DomainUnknown,
    FirmwareMissing,
    GuestAgentSilent,
    GuestRefused,
    HypervisorError,
    HypervisorUnavailable,
    ImageMissing,
    Unsupported,
)
from cenote.compute.event import Device, DeviceKind, DomainEvent, EventKind, Listener, Reason
from cenote.compute.facts import DiskState, DomainState, GuestFacts, HypervisorFacts, NicState, Power
from cenote.compute.fakeguest import FACTS, FakeGuest
from cenote.compute.spec import BridgePort, DiskKind, DiskSpec, DomainSpec, Firmware, NicSpec

URI = "fake:///"


class FakeHypervisor:
    """The contract, in memory.

    ``exists`` says which images are there, ``bridges`` which bridges (None: all). ``agent`` is what the agent of every
    guest reports; None: guests have none. ``uefi`` whether the host has such firmware.
    """

    def __init__(
        self,
        *,
        exists: Callable[[str], bool] = lambda path: True,
        bridges: frozenset[str] | None = None,
        agent: GuestFacts | None = None,
        uefi: bool = True,
    ) -> None:
        self._exists, self._bridges, self._agent = exists, bridges, agent
        self._facts = replace(FACTS, uefi=uefi)
        self._lock = threading.RLock()
        self._guests: dict[str, FakeGuest] = {}
        self._saved: dict[str, FakeGuest] = {}
        self._last_domid = 0
        self._away = ""
        self._failures: dict[str, HypervisorError] = {}
        self._bulletin = Bulletin()

    # What a test does to it.

    def fail(self, method: str, error: HypervisorError) -> None:
        """The next call of ``method`` raises ``error``."""
        self._failures[method] = error

    def lose(self) -> None:
        """The hypervisor goes away; guests run on."""
        self._away = "it was taken away"
        self._post(DomainEvent(EventKind.DISCONNECTED))

    def regain(self) -> None:
        """It comes back."""
        self._away = ""
        self._post(DomainEvent(EventKind.RECONNECTED))

    def running(self, uuid: str) -> FakeGuest:
        """The guest itself, to set how it behaves."""
        return self._guests[uuid]

    def end(self, uuid: str, reason: Reason) -> None:
        """The guest ends by itself: SHUTDOWN, CRASHED or FAILED."""
        with self._lock:
            self._stop(self._guests[uuid], reason)

    def restart(self, uuid: str) -> None:
        """The guest restarts by itself."""
        self._post(DomainEvent(EventKind.REBOOTED, uuid))

    def agent_up(self, uuid: str, facts: GuestFacts) -> None:
        """The guest's agent comes up and has ``facts`` to report."""
        self._guests[uuid].agent = facts
        self._post(DomainEvent(EventKind.AGENT_UP, uuid))

    def agent_down(self, uuid: str) -> None:
        """The guest's agent goes away."""
        self._guests[uuid].agent = None
        self._post(DomainEvent(EventKind.AGENT_DOWN, uuid))

    # The contract.

    def facts(self) -> HypervisorFacts:
        """The host; see the contract."""
        with self._call("facts"):
            return self._facts

    def domains(self) -> tuple[DomainState, ...]:
        """Every domain; see the contract."""
        with self._call("domains"):
            return tuple(guest.state() for guest in self._guests.values())

    def state(self, uuid: str) -> DomainState:
        """One domain; see the contract."""
        with self._on("state", uuid) as guest:
            return guest.state()

    def create(self, spec: DomainSpec, *, paused: bool = False) -> DomainState:
        """Start a guest; see the contract."""
        with self._call("create"):
            if spec.uuid in self._guests:
                raise DomainExists(spec.uuid)
            self._check(spec)
            guest = FakeGuest(spec, self._next(), Power.PAUSED if paused else Power.RUNNING)
            return self._begin(guest)

    def destroy(self, uuid: str) -> None:
        """Cut the power; see the contract."""
        with self._on("destroy", uuid) as guest:
            self._stop(guest, Reason.DESTROYED)

    def shutdown(self, uuid: str) -> None:
        """Ask to shut down; see the contract."""
        with self._on("shutdown", uuid) as guest:
            if guest.power is Power.RUNNING and guest.obeys:
                self._stop(guest, Reason.SHUTDOWN)

    def reboot(self, uuid: str, *, hard: bool) -> None:
        """Reset or ask to restart; see the contract."""
        with self._on("reboot", uuid) as guest:
            if hard or (guest.power is Power.RUNNING and guest.obeys):
                self._post(DomainEvent(EventKind.REBOOTED, uuid))

    def pause(self, uuid: str) -> None:
        """Stop the processors; see the contract."""
        with self._on("pause", uuid) as guest:
            if guest.power is Power.RUNNING:
                guest.power = Power.PAUSED
                self._post(DomainEvent(EventKind.PAUSED, uuid, Reason.ASKED))

    def unpause(self, uuid: str) -> None:
        """Let the processors run; see the contract."""
        with self._on("unpause", uuid) as guest:
            if guest.power is Power.CRASHED:
                raise DomainNotRunning(uuid, "the guest has crashed")
            if guest.power is Power.PAUSED:
                guest.power = Power.RUNNING
                self._post(DomainEvent(EventKind.RESUMED, uuid))

    def save(self, uuid: str, path: Path, progress: Progress | None = None) -> None:
        """Write the memory to a file; see the contract. Here the file is a name in memory."""
        with self._on("save", uuid) as guest:
            self._saved[str(path)] = guest
            self._stop(guest, Reason.SAVED)
        if progress:
            progress(1.0)

    def restore(self, path: Path, spec: DomainSpec, *, paused: bool = False) -> DomainState:
        """Bring back a saved guest; see the contract."""
        with self._call("restore"):
            saved = self._saved.get(str(path))
            if saved is None:
                raise ImageMissing(str(path))
            if spec.uuid in self._guests:
                raise DomainExists(spec.uuid)
            self._check(spec)
            return self._begin(saved.again(self._next(), Power.PAUSED if paused else Power.RUNNING))

    def attach_disk(self, uuid: str, disk: DiskSpec) -> None:
        """Plug a disk; see the contract."""
        device = Device(DeviceKind.DISK, disk.index)
        with self._on("attach_disk", uuid) as guest:
            if disk.index in guest.disks:
                raise DeviceExists(uuid, str(device))
            if disk.kind is not DiskKind.DISK:
                raise Unsupported(
                    f"plug {disk.kind.value} {disk.index}", "its bus takes no drives while the guest runs"
                )
            self._image(disk.source)
            guest.disks[disk.index] = DiskState(disk.index, disk.kind, disk.source)
            self._post(DomainEvent(EventKind.DEVICE_ADDED, uuid, device=device))

    def detach_disk(self, uuid: str, index: int) -> None:
        """Unplug a disk; see the contract."""
        with self._on("detach_disk", uuid) as guest:
            self._release(guest, guest.disks, Device(DeviceKind.DISK, index))

    def insert(self, uuid: str, disk: DiskSpec) -> None:
        """Put in a medium; see the contract."""
        with self._on("insert", uuid) as guest:
            drive = guest.drive(disk.index)
            self._image(disk.source)
            guest.disks[disk.index] = replace(drive, source=disk.source)

    def eject(self, uuid: str, index: int) -> None:
        """Empty a drive; see the contract."""
        with self._on("eject", uuid) as guest:
            guest.disks[index] = replace(guest.drive(index), source=None)

    def plug_nic(self, uuid: str, nic: NicSpec) -> None:
        """Plug a network card; see the contract."""
        device = Device(DeviceKind.NIC, nic.index)
        with self._on("plug_nic", uuid) as guest:
            if nic.index in guest.nics:
                raise DeviceExists(uuid, str(device))
            self._bridge(nic)
            guest.nics[nic.index] = NicState(nic.index, nic.mac.lower(), None)
            self._post(DomainEvent(EventKind.DEVICE_ADDED, uuid, device=device))

    def unplug_nic(self, uuid: str, index: int) -> None:
        """Unplug a network card; see the contract."""
        with self._on("unplug_nic", uuid) as guest:
            self._release(guest, guest.nics, Device(DeviceKind.NIC, index))

    def set_link(self, uuid: str, index: int, *, up: bool) -> None:
        """Pull or plug the cable; see the contract."""
        with self._on("set_link", uuid) as guest:
            if index not in guest.nics:
                raise DeviceUnknown(uuid, str(Device(DeviceKind.NIC, index)))
            guest.links[index] = up

    def set_vcpus(self, uuid: str, count: int) -> None:
        """Change the number of processors; see the contract."""
        with self._on("set_vcpus", uuid) as guest:
            if not 1 <= count <= guest.spec.vcpus_max:
                raise Unsupported(f"{count} processors", f"domain {uuid} takes 1 to {guest.spec.vcpus_max}")
            guest.vcpus = count

    def set_memory_target(self, uuid: str, target: int) -> None:
        """Tell the balloon; see the contract."""
        with self._on("set_memory_target", uuid) as guest:
            guest.memory = min(target, guest.spec.memory_static_max) // 1024 * 1024
            self._post(DomainEvent(EventKind.BALLOON, uuid, value=guest.memory))

    def guest(self, uuid: str) -> GuestFacts:
        """Ask the agent; see the contract."""
        with self._on("guest", uuid) as guest:
            if guest.agent is None:
                raise GuestAgentSilent(uuid)
            return guest.agent

    def open_vnc(self, uuid: str) -> socket.socket:
        """A connection to the screen; see the contract. It greets and hangs on."""
        with self._on("open_vnc", uuid) as guest:
            if not guest.spec.vnc:
                raise Unsupported("look at the screen", f"domain {uuid} has none")
            return guest.screen.view().socket

    def open_serial(self, uuid: str) -> SerialConsole:
        """A viewer of the serial port; see the contract. The guest echoes what it is sent."""
        with self._on("open_serial", uuid) as guest:
            if not guest.spec.serial:
                raise Unsupported("open the serial port", f"domain {uuid} has none")
            return guest.port.view()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear events; see the contract."""
        return self._bulletin.subscribe(listener)

    def degraded(self) -> int:
        """How many calls hang: none."""
        return 0

    def close(self) -> None:
        """Let go; see the contract."""
        self._away = "the driver is closed"
        self._bulletin.close()

    def reopened(self) -> "FakeHypervisor":
        """The driver of a new process that finds the guests of this one."""
        other = FakeHypervisor(exists=self._exists, bridges=self._bridges, agent=self._agent, uefi=self._facts.uefi)
        other._guests, other._saved, other._last_domid = self._guests, self._saved, self._last_domid
        return other

    def _post(self, event: DomainEvent) -> None:
        self._bulletin.post(event)

    @contextmanager
    def _call(self, method: str) -> Generator[None]:
        with self._lock:
            if self._away:
                raise HypervisorUnavailable(URI, self._away)
            if method in self._failures:
                raise self._failures.pop(method)
            yield

    @contextmanager
    def _on(self, method: str, uuid: str) -> Generator[FakeGuest]:
        with self._call(method):
            if uuid not in self._guests:
                raise DomainUnknown(uuid)
            yield self._guests[uuid]

    def _next(self) -> int:
        self._last_domid += 1
        return self._last_domid

    def _begin(self, guest: FakeGuest) -> DomainState:
        uuid = guest.spec.uuid
        self._guests[uuid] = guest
        self._post(DomainEvent(EventKind.STARTED, uuid))
        if guest.power is Power.PAUSED:
            self._post(DomainEvent(EventKind.PAUSED, uuid, Reason.ASKED))
        if self._agent is not None:
            self.agent_up(uuid, self._agent)
        return guest.state()

    def _stop(self, guest: FakeGuest, reason: Reason) -> None:
        del self._guests[guest.spec.uuid]
        guest.end()
        self._post(DomainEvent(EventKind.STOPPED, guest.spec.uuid, reason))

    def _check(self, spec: DomainSpec) -> None:
        for disk in spec.disks:
            if disk.source is None and disk.kind is DiskKind.DISK:
                raise Unsupported(f"disk {disk.index}", "only a drive with removable media can be empty")
            self._image(disk.source)
        for nic in spec.nics:
            self._bridge(nic)
        if spec.firmware is Firmware.UEFI and not self._facts.uefi:
            raise FirmwareMissing((URI,))

    def _image(self, path: str | None) -> None:
        if path is not None and not self._exists(path):
            raise ImageMissing(path)

    def _bridge(self, nic: NicSpec) -> None:
        port = nic.attachment
        if isinstance(port, BridgePort) and self._bridges is not None and port.bridge not in self._bridges:
            raise BridgeMissing(port.bridge)

    def _release(self, guest: FakeGuest, devices: dict[int, DiskState] | dict[int, NicState], device: Device) -> None:
        if device.index not in devices:
            raise DeviceUnknown(guest.spec.uuid, str(device))
        if guest.power is not Power.RUNNING or not guest.obeys:
            raise GuestRefused(guest.spec.uuid, f"release {device}")
        del devices[device.index]
        self._post(DomainEvent(EventKind.DEVICE_REMOVED, guest.spec.uuid, device=device))
