"""What the hypervisors' suite needs of each implementation: a hypervisor, guests for it, and ways to break things."""

import itertools
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Protocol

from tests import bootsector
from tests.libvirtd import Libvirtd

from cenote.compute.contract import Hypervisor
from cenote.compute.event import DomainEvent, EventKind
from cenote.compute.fake import FakeHypervisor
from cenote.compute.firmware import Firmwares
from cenote.compute.probe import Choice, Driver
from cenote.compute.qemu import QemuHypervisor
from cenote.compute.spec import DiskKind, DiskSpec, DomainSpec, NicSpec, UserNetwork

MIB = 1024 * 1024
LIMIT = 30.0  # seconds until a missing event is a failure


class Ear:
    """A listener that remembers, and waits for what it wants to hear."""

    def __init__(self, hypervisor: Hypervisor) -> None:
        self.events: list[DomainEvent] = []
        self._news = threading.Condition()
        self.leave = hypervisor.subscribe(self.hear)

    def hear(self, event: DomainEvent) -> None:
        """The listener."""
        with self._news:
            self.events.append(event)
            self._news.notify_all()

    def wait(self, kind: EventKind, uuid_: str = "") -> DomainEvent:
        """The first event of this kind about this domain, taken out of memory."""

        def wanted(event: DomainEvent) -> bool:
            return event.kind is kind and event.uuid == uuid_

        with self._news:
            assert self._news.wait_for(lambda: any(map(wanted, self.events)), LIMIT), f"no {kind}, only {self.events}"
            found = next(filter(wanted, self.events))
            self.events.remove(found)
            return found


class Bench(Protocol):
    """One implementation under test."""

    hypervisor: Hypervisor
    folder: Path

    def reopen(self) -> Hypervisor:
        """A second driver for the same guests, as after a restart of the daemon."""
        ...

    def lose(self) -> None:
        """Take the hypervisor away; guests run on."""
        ...

    def regain(self) -> None:
        """Bring it back."""
        ...

    def without_firmware(self) -> Hypervisor:
        """A driver on a host that has no UEFI firmware."""
        ...

    def close(self) -> None:
        """End every guest and everything opened."""
        ...


class FakeBench:
    """The hypervisor in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()
        self.fake = FakeHypervisor(exists=lambda path: Path(path).exists(), bridges=frozenset({"there"}))
        self._stack.callback(self.fake.close)
        self.hypervisor: Hypervisor = self.fake

    def reopen(self) -> Hypervisor:
        """A second driver."""
        other = self.fake.reopened()
        self._stack.callback(other.close)
        return other

    def lose(self) -> None:
        """Away."""
        self.fake.lose()

    def regain(self) -> None:
        """Back."""
        self.fake.regain()

    def without_firmware(self) -> Hypervisor:
        """No UEFI."""
        other = FakeHypervisor(uefi=False)
        self._stack.callback(other.close)
        return other

    def close(self) -> None:
        """The end."""
        self._stack.close()


class QemuBench:
    """QEMU under a private libvirtd, which several benches share."""

    def __init__(self, folder: Path, daemon: Libvirtd) -> None:
        self.folder = folder
        self._daemon = daemon
        self._stack = ExitStack()
        self.hypervisor = self._open()

    def _open(self, firmwares: Firmwares | None = None) -> Hypervisor:
        choice = Choice(Driver.QEMU, self._daemon.uri, "the tests emulate")
        hypervisor = QemuHypervisor(choice, firmwares=firmwares, patience=2.0)
        self._stack.callback(hypervisor.close)
        return hypervisor

    def reopen(self) -> Hypervisor:
        """A second driver."""
        return self._open()

    def lose(self) -> None:
        """Kill libvirtd."""
        self._daemon.kill()

    def regain(self) -> None:
        """Start it again."""
        self._daemon.start()

    def without_firmware(self) -> Hypervisor:
        """No UEFI."""
        return self._open(Firmwares(None, None, ("nowhere",)))

    def close(self) -> None:
        """End the guests, then the drivers."""
        sweeper = self._open()
        for state in sweeper.domains():
            sweeper.destroy(state.uuid)
        self._stack.close()


_numbers = itertools.count(1)


def nic(index: int = 0) -> NicSpec:
    """A network card that needs nothing of the host."""
    return NicSpec(index, f"52:54:00:00:00:{next(_numbers) % 256:02x}", UserNetwork())


def guest(folder: Path, change: Callable[[DomainSpec], DomainSpec] = lambda spec: spec) -> DomainSpec:
    """A small guest that boots at once, with a disk, an empty cdrom and a network card."""
    disk = bootsector.make(folder / f"{uuid.uuid4()}.img")
    spec = DomainSpec(
        uuid=str(uuid.uuid4()),
        name="small",
        memory_static_max=64 * MIB,
        memory_target=64 * MIB,
        vcpus_max=2,
        vcpus=1,
        boot_order="c",
        disks=(DiskSpec(0, source=str(disk)), DiskSpec(3, DiskKind.CDROM)),
        nics=(nic(),),
    )
    return change(spec)


def boot(hypervisor: Hypervisor, spec: DomainSpec) -> None:
    """Start a guest and wait until it says hello."""
    hypervisor.create(spec)
    awake(hypervisor, spec.uuid)


def awake(hypervisor: Hypervisor, uuid_: str) -> None:
    """Wait until a guest answers on its serial port; what is typed before it has booted is lost, so type again."""
    console = hypervisor.open_serial(uuid_)
    console.socket.settimeout(0.5)
    limit, heard = time.monotonic() + LIMIT, b""
    try:
        while b"?" not in heard:
            assert time.monotonic() < limit, f"the guest does not answer, only {heard!r}"
            console.write(b"?")
            with suppress(TimeoutError):
                heard += console.read(4096)
    finally:
        console.close()
