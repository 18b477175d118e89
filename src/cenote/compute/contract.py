"""What every hypervisor driver promises."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from cenote.compute.event import Listener
from cenote.compute.facts import DomainState, GuestFacts, HypervisorFacts
from cenote.compute.spec import DiskSpec, DomainSpec, NicSpec

Progress = Callable[[float], None]


class SerialConsole(Protocol):
    """One viewer's end of a guest's serial port: bytes both ways.

    Closing ends this viewer only. :attr:`socket` is the same end as a connected stream socket, for an event loop.
    """

    @property
    def socket(self) -> socket.socket:
        """The stream itself; closed by :meth:`close`."""
        ...

    def read(self, limit: int) -> bytes:
        """Wait for output and return at most ``limit`` bytes of it; b"" when the guest is gone."""
        ...

    def write(self, data: bytes) -> None:
        """Send all of ``data`` to the guest. Raises OSError when the guest is gone."""
        ...

    def close(self) -> None:
        """Stop viewing. Idempotent."""
        ...


class Hypervisor(Protocol):
    """The guests of one host.

    Promises that hold for every method:

    - Thread-safe; calls about different guests do not wait for one another.
    - A call ends: within its deadline (30 s; ``save``, ``restore`` 1 h) it returns or raises. `CallTimedOut` leaves the
      outcome open, see there; too many hanging calls raise `HypervisorUnavailable` at once.
    - While the hypervisor is away every call raises `HypervisorUnavailable` at once, nobody waits for its return.
    - A call about a uuid that has no domain raises `DomainUnknown`. Domains that Cenote did not make do not exist here.
    - A domain is transient: when the guest ends, its domain is gone, and only the caller's records remember it.
      Domains outlive the driver: after `close`, or a crash of the process, guests run on and the next driver
      finds them.
    - A verb returns when the hypervisor has accepted it. That the guest really is in the new state is said by the
      event, which may come before the verb returns.
    - Every failure is a `HypervisorError`; when a method raises one other than `CallTimedOut` it has changed nothing
      unless its own promise says otherwise.
    """

    def facts(self) -> HypervisorFacts:
        """The host, its processors and memory, and what runs guests on it."""
        ...

    def domains(self) -> tuple[DomainState, ...]:
        """Every domain of Cenote's on this host, also those made by an earlier process."""
        ...

    def state(self, uuid: str) -> DomainState:
        """One domain as it is now."""
        ...

    def create(self, spec: DomainSpec, *, paused: bool = False) -> DomainState:
        """Start a guest; ``paused`` leaves its processors stopped. Atomic: fails with no domain left.

        One call to the hypervisor, no waiting for the guest. The answer is the domain right after its start, as far
        as it is known without asking again. Raises `DomainExists`, `ImageMissing`, `ImageBusy`, `NoSpace`, `NoMemory`,
        `FirmwareMissing`, `BridgeMissing`, `Unsupported`. The files named in the spec must be reachable by the account
        under which the hypervisor runs guests.
        """
        ...

    def destroy(self, uuid: str) -> None:
        """Cut the guest's power. Returns when the domain is gone; the event's reason is DESTROYED."""
        ...

    def shutdown(self, uuid: str) -> None:
        """Ask the guest to shut down: by its agent where it answers, else by the ACPI power button.

        Returns when the guest was asked, which it may ignore. Asking twice is harmless. Raises `DomainNotRunning`.
        """
        ...

    def reboot(self, uuid: str, *, hard: bool) -> None:
        """Reset the guest (``hard``), or ask it to restart itself. The domain and its number stay."""
        ...

    def pause(self, uuid: str) -> None:
        """Stop the guest's processors. Idempotent."""
        ...

    def unpause(self, uuid: str) -> None:
        """Let the guest's processors run. Idempotent. Raises `DomainNotRunning` when the guest has crashed."""
        ...

    def save(self, uuid: str, path: Path, progress: Progress | None = None) -> None:
        """Write the guest's memory to ``path`` and end its domain (reason SAVED).

        ``progress`` is called from the calling thread with 0.0 to 1.0. All or nothing: on failure the guest runs on
        and no file is left. Raises `NoSpace`, `DomainBusy`.
        """
        ...

    def restore(self, path: Path, spec: DomainSpec, *, paused: bool = False) -> DomainState:
        """Bring back a saved guest as it was.

        From ``spec`` come only the paths of its images and what its network cards are connected to. The file stays.
        Atomic. Raises what `create` raises, and `ImageMissing` when ``path`` is not there.
        """
        ...

    def attach_disk(self, uuid: str, disk: DiskSpec) -> None:
        """Plug a disk into a running guest.

        Raises `DeviceExists`, `ImageMissing`, `ImageBusy`, `Unsupported` (drives with removable media can't be plugged
        into a running guest).
        """
        ...

    def detach_disk(self, uuid: str, index: int) -> None:
        """Unplug a disk. Returns when the guest has let it go and nobody has the image open any more.

        Raises `DeviceUnknown`, and `GuestRefused` when the guest does not release it in 15 s: it may do so later, which
        the event DEVICE_REMOVED then says.
        """
        ...

    def insert(self, uuid: str, disk: DiskSpec) -> None:
        """Put the medium ``disk.source`` into the drive ``disk.index``, in place of what is there.

        Raises `DeviceUnknown`, `ImageMissing`, `ImageBusy`, `GuestRefused` (the guest keeps its tray locked). When the
        new medium can't be opened the old one may be out already.
        """
        ...

    def eject(self, uuid: str, index: int) -> None:
        """Empty a drive. Idempotent. Raises `DeviceUnknown`, `GuestRefused`."""
        ...

    def plug_nic(self, uuid: str, nic: NicSpec) -> None:
        """Plug a network card into a running guest. Raises `DeviceExists`, `BridgeMissing`."""
        ...

    def unplug_nic(self, uuid: str, index: int) -> None:
        """Unplug a network card; promises and errors as for `detach_disk`."""
        ...

    def set_link(self, uuid: str, index: int, *, up: bool) -> None:
        """Pull or plug the cable of a network card. Idempotent. Raises `DeviceUnknown`."""
        ...

    def set_vcpus(self, uuid: str, count: int) -> None:
        """Give the guest ``count`` processors, 1 to its maximum.

        Fewer needs the guest's help. Raises `GuestRefused`, `Unsupported`.
        """
        ...

    def set_memory_target(self, uuid: str, target: int) -> None:
        """Ask the guest's balloon for ``target`` bytes; BALLOON events say how far it got. Rounded down to a KiB."""
        ...

    def guest(self, uuid: str) -> GuestFacts:
        """Ask the guest's agent; at most 5 s a question. Raises `GuestAgentSilent`."""
        ...

    def open_vnc(self, uuid: str) -> socket.socket:
        """A new connection to the guest's screen, speaking RFB without authentication; several at once are fine.

        The caller closes it. Raises `Unsupported` when the guest has no screen.
        """
        ...

    def open_serial(self, uuid: str) -> SerialConsole:
        """A viewer of the guest's serial port. Several at once see the same output, and what each types reaches the
        guest. A newcomer is shown the last output that any viewer saw (up to 16 KiB); output while nobody looks is
        lost. A viewer that does not read loses the oldest output beyond 256 KiB. Raises `Unsupported` without a port.
        """
        ...

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` for each event from now on; the answer ends that.

        Listeners are called one event at a time, on one thread, in the order in which things happened to a guest. An
        exception from a listener is logged, the others still hear. RECONNECTED means: events may have been missed,
        read everything again. A listener that takes long delays the events, nothing else. A start is told by STARTED,
        which a RESUMED or AGENT_DOWN may precede; uuids of domains that Cenote did not make may occur.
        """
        ...

    def degraded(self) -> int:
        """How many calls have passed their deadline and still hang; 0 is healthy."""
        ...

    def close(self) -> None:
        """Let go of the hypervisor; guests run on. Calls afterwards raise `HypervisorUnavailable`. Idempotent."""
        ...
