"""What happened: the events of a hypervisor."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class EventKind(Enum):
    """What happened. The last three are about the hypervisor itself and carry no domain."""

    STARTED = "started"
    STOPPED = "stopped"
    PAUSED = "paused"
    RESUMED = "resumed"
    REBOOTED = "rebooted"
    CRASHED = "crashed"
    AGENT_UP = "agent up"
    AGENT_DOWN = "agent down"
    DEVICE_ADDED = "device added"
    DEVICE_REMOVED = "device removed"
    DEVICE_KEPT = "device kept"
    TRAY = "tray"
    BALLOON = "balloon"
    CLOCK = "clock"
    DISCONNECTED = "disconnected"
    RECONNECTED = "reconnected"
    DEGRADED = "degraded"


class Reason(Enum):
    """Why a guest stopped or paused; UNKNOWN is a reason that this version has no name for."""

    SHUTDOWN = "shutdown"
    DESTROYED = "destroyed"
    CRASHED = "crashed"
    FAILED = "failed"
    SAVED = "saved"
    MIGRATED = "migrated"
    ASKED = "asked"
    IO_ERROR = "io error"
    UNKNOWN = "unknown"


class DeviceKind(Enum):
    """Which family a device belongs to."""

    DISK = "disk"
    NIC = "nic"


@dataclass(frozen=True, slots=True)
class Device:
    """A device by its family and index, as in the guest's spec."""

    kind: DeviceKind
    index: int

    def __str__(self) -> str:
        return f"{self.kind.value} {self.index}"


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """One event. ``uuid`` is empty for the hypervisor's own.

    ``reason`` comes with STOPPED and PAUSED, ``device`` with DEVICE_ADDED, DEVICE_REMOVED, DEVICE_KEPT (the guest
    refused to let it go) and TRAY. ``value`` is the guest's memory in bytes with BALLOON, the clock's new offset from
    UTC in seconds with CLOCK, 1 for an open and 0 for a closed tray with TRAY, the number of calls that hang with
    DEGRADED (0: no longer degraded).
    """

    kind: EventKind
    uuid: str = ""
    reason: Reason | None = None
    device: Device | None = None
    value: int | None = None


Listener = Callable[[DomainEvent], None]
