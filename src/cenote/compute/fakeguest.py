"""The guests of the hypervisor in memory."""

import socket
import threading
from contextlib import suppress

from cenote.compute.errors import DeviceUnknown
from cenote.compute.facts import DiskState, DomainState, GuestFacts, HypervisorFacts, NicState, Power
from cenote.compute.spec import DiskKind, DomainSpec

GREETING = b"RFB 003.008\n"
BANNER = b"cenote guest up\r\n"

FACTS = HypervisorFacts(
    driver="fake",
    uri="fake:///",
    description="Guests are pretended",
    libvirt_version="0.0.0",
    hypervisor_version="0.0.0",
    cpu_count=4,
    cpu_sockets=1,
    cpu_cores=4,
    cpu_threads=1,
    cpu_vendor="GenuineFake",
    cpu_model="Fake processor",
    cpu_family=6,
    cpu_model_number=1,
    cpu_stepping=1,
    cpu_mhz=1000.0,
    cpu_flags=("fpu",),
    memory_total=16 * 1024**3,
    memory_free=12 * 1024**3,
    uefi=True,
    secure_boot=True,
    hvm=True,
    max_disks=16,
    max_nics=7,
)


class FakeViewer:
    """One viewer's end of a serial port."""

    def __init__(self, end: socket.socket) -> None:
        self.socket = end

    def read(self, limit: int) -> bytes:
        """Wait for output."""
        return self.socket.recv(limit)

    def write(self, data: bytes) -> None:
        """Type."""
        self.socket.sendall(data)

    def close(self) -> None:
        """Stop viewing."""
        self.socket.close()


class FakePort:
    """A place to look at that greets each viewer; with ``echo`` all of them see what one types."""

    def __init__(self, greeting: bytes, *, echo: bool) -> None:
        self._lock = threading.Lock()
        self._ends: list[socket.socket] = []
        self._seen = greeting
        self._echoes = echo

    def view(self) -> FakeViewer:
        """A new viewer, who is shown what was seen so far."""
        near, far = socket.socketpair()
        with self._lock:
            near.sendall(self._seen)
            self._ends.append(near)
        threading.Thread(target=self._serve, args=(near,), name="fake-port", daemon=True).start()
        return FakeViewer(far)

    def close(self) -> None:
        """The guest is gone: viewers read b""."""
        with self._lock:
            for end in self._ends:
                with suppress(OSError):  # its viewer has left just now
                    end.shutdown(socket.SHUT_RDWR)

    def _serve(self, end: socket.socket) -> None:
        with end:
            with suppress(ConnectionError):  # its viewer has left
                while data := end.recv(4096):
                    if self._echoes:
                        self._show(data)
            with self._lock:
                self._ends.remove(end)

    def _show(self, data: bytes) -> None:
        with self._lock:
            self._seen += data
            for other in self._ends:
                with suppress(ConnectionError):  # its own thread takes it off the list
                    other.sendall(data)


class FakeGuest:
    """One guest. ``obeys`` False ignores the power button and keeps devices that are unplugged."""

    def __init__(self, spec: DomainSpec, domid: int, power: Power) -> None:
        self.spec, self.domid, self.power = spec, domid, power
        self.vcpus, self.memory = spec.vcpus, spec.memory_static_max
        self.disks = {disk.index: DiskState(disk.index, disk.kind, disk.source) for disk in spec.disks}
        self.nics = {nic.index: NicState(nic.index, nic.mac.lower(), None) for nic in spec.nics}
        self.links = {nic.index: nic.link_up for nic in spec.nics}
        self.agent: GuestFacts | None = None
        self.obeys = True
        self.port = FakePort(BANNER, echo=True)
        self.screen = FakePort(GREETING, echo=False)

    def again(self, domid: int, power: Power) -> "FakeGuest":
        """The same guest after it was saved."""
        guest = FakeGuest(self.spec, domid, power)
        guest.vcpus, guest.memory = self.vcpus, self.memory
        guest.disks, guest.nics, guest.links = dict(self.disks), dict(self.nics), dict(self.links)
        return guest

    def state(self) -> DomainState:
        """The guest as the hypervisor sees it."""
        return DomainState(
            uuid=self.spec.uuid,
            name=self.spec.name,
            domid=self.domid,
            power=self.power,
            vcpus=self.vcpus,
            memory=self.memory,
            memory_max=self.spec.memory_static_max,
            vnc=self.spec.vnc,
            agent=self.agent is not None,
            disks=tuple(self.disks.values()),
            nics=tuple(self.nics.values()),
        )

    def drive(self, index: int) -> DiskState:
        """The drive ``index`` with removable media. Raises `DeviceUnknown`."""
        drive = self.disks.get(index)
        if drive is None or drive.kind is DiskKind.DISK:
            raise DeviceUnknown(self.spec.uuid, f"drive {index}")
        return drive

    def end(self) -> None:
        """Everybody who looks sees the end."""
        self.port.close()
        self.screen.close()
