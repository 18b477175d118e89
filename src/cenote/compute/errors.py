"""What a hypervisor driver raises. Each error carries what a caller needs to translate it."""

from dataclasses import dataclass


class HypervisorError(Exception):
    """A hypervisor could not do what was asked; the text says what and why."""


@dataclass(eq=False)
class HypervisorUnavailable(HypervisorError):
    """The hypervisor does not answer at all: its daemon is gone, or too many calls to it hang."""

    uri: str
    reason: str

    def __str__(self) -> str:
        return f"the hypervisor at {self.uri} is not available: {self.reason}"


@dataclass(eq=False)
class CallTimedOut(HypervisorError):
    """A call passed its deadline (seconds) and was set aside.

    When ``started`` is false it never began and never will. Otherwise its outcome is unknown: it may still take
    effect, and then the events say so.
    """

    call: str
    deadline: float
    started: bool

    def __str__(self) -> str:
        return f"{self.call}: no answer after {self.deadline:g} s" + ("" if self.started else " (never started)")


@dataclass(eq=False)
class DomainUnknown(HypervisorError):
    """No guest with this uuid exists on this host."""

    uuid: str

    def __str__(self) -> str:
        return f"no domain {self.uuid} on this host"


@dataclass(eq=False)
class DomainExists(HypervisorError):
    """A guest with this uuid is there already."""

    uuid: str

    def __str__(self) -> str:
        return f"domain {self.uuid} exists already"


@dataclass(eq=False)
class DomainBusy(HypervisorError):
    """Another operation holds this guest."""

    uuid: str
    reason: str

    def __str__(self) -> str:
        return f"domain {self.uuid} is busy: {self.reason}"


@dataclass(eq=False)
class DomainNotRunning(HypervisorError):
    """The guest exists, but its power state does not allow this."""

    uuid: str
    reason: str

    def __str__(self) -> str:
        return f"domain {self.uuid}: {self.reason}"


@dataclass(eq=False)
class ImageMissing(HypervisorError):
    """A disk, kernel or saved state that the guest needs is not there."""

    path: str

    def __str__(self) -> str:
        return f"no such image: {self.path}"


@dataclass(eq=False)
class ImageBusy(HypervisorError):
    """A disk is in use by another guest or program in a way that excludes this one."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"image {self.path} is in use: {self.reason}"


@dataclass(eq=False)
class NoSpace(HypervisorError):
    """A file system is full."""

    path: str

    def __str__(self) -> str:
        return f"no space left for {self.path}"


@dataclass(eq=False)
class NoMemory(HypervisorError):
    """The host could not give the guest its memory (``wanted`` bytes)."""

    wanted: int

    def __str__(self) -> str:
        return f"no memory for a guest of {self.wanted} bytes"


@dataclass(eq=False)
class FirmwareMissing(HypervisorError):
    """UEFI was asked for and this host has no such firmware."""

    looked_at: tuple[str, ...]

    def __str__(self) -> str:
        return f"no UEFI firmware on this host (looked at {', '.join(self.looked_at)})"


@dataclass(eq=False)
class BridgeMissing(HypervisorError):
    """The bridge that a network card joins is not there."""

    bridge: str

    def __str__(self) -> str:
        return f"no bridge {self.bridge}"


@dataclass(eq=False)
class DeviceUnknown(HypervisorError):
    """The guest has no such device."""

    uuid: str
    device: str

    def __str__(self) -> str:
        return f"domain {self.uuid} has no {self.device}"


@dataclass(eq=False)
class DeviceExists(HypervisorError):
    """The guest has a device at this place already."""

    uuid: str
    device: str

    def __str__(self) -> str:
        return f"domain {self.uuid} has a {self.device} already"


@dataclass(eq=False)
class GuestRefused(HypervisorError):
    """The guest did not cooperate in time: it did not release a device, open a tray or let a processor go."""

    uuid: str
    what: str

    def __str__(self) -> str:
        return f"the guest in domain {self.uuid} did not {self.what}"


@dataclass(eq=False)
class GuestAgentSilent(HypervisorError):
    """The guest's agent is not there or does not answer."""

    uuid: str

    def __str__(self) -> str:
        return f"no answer from the guest agent of domain {self.uuid}"


@dataclass(eq=False)
class Unsupported(HypervisorError):
    """This hypervisor, or this guest's hardware, cannot do that at all."""

    what: str
    reason: str

    def __str__(self) -> str:
        return f"{self.what}: {self.reason}"


@dataclass(eq=False)
class CallFailed(HypervisorError):
    """Everything else that the hypervisor refused, in its own words."""

    call: str
    reason: str

    def __str__(self) -> str:
        return f"{self.call}: {self.reason}"
