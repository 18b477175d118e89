"""What can go wrong with wires. Every error is a :class:`NetworkError` with typed fields; its text is one sentence."""

from dataclasses import dataclass
from typing import ClassVar


class NetworkError(Exception):
    """Something about a bridge, a link or a service beside them; the fields of the subclass say what."""

    text: ClassVar[str] = "networking failed"

    def __str__(self) -> str:
        return self.text.format(**vars(self))


@dataclass(eq=False)
class SpecInvalid(NetworkError):
    """A spec contradicts itself or has a value that can't be used."""

    field: str
    why: str
    text: ClassVar[str] = "{field}: {why}"


@dataclass(eq=False)
class BridgeExists(NetworkError):
    """Something of that name is there and isn't ours, so it isn't touched."""

    name: str
    text: ClassVar[str] = "{name} exists and was not made here"


@dataclass(eq=False)
class BridgeMissing(NetworkError):
    """There is no such bridge."""

    name: str
    text: ClassVar[str] = "there is no bridge {name}"


@dataclass(eq=False)
class InterfaceMissing(NetworkError):
    """The host has no such network interface."""

    name: str
    text: ClassVar[str] = "there is no network interface {name}"


@dataclass(eq=False)
class UplinkBusy(NetworkError):
    """The interface can't be put into the bridge: it carries the host's own addresses, or is another bridge's."""

    name: str
    why: str
    text: ClassVar[str] = "{name} can't be an uplink: {why}"


@dataclass(eq=False)
class AddressInUse(NetworkError):
    """The bridge's subnet overlaps with one that the host has, or can reach, by another interface."""

    address: str
    taken: str
    interface: str
    text: ClassVar[str] = "{address} overlaps with {taken} of {interface}"


@dataclass(eq=False)
class NoFreeSubnet(NetworkError):
    """Every private subnet that would be tried collides with one in use."""

    text: ClassVar[str] = "every private /24 network is in use"


@dataclass(eq=False)
class ForwardingUnavailable(NetworkError):
    """IPv4 forwarding can't be switched on, so guests would not get out through NAT."""

    why: str
    text: ClassVar[str] = "IPv4 forwarding can't be switched on: {why}"


@dataclass(eq=False)
class Unsupported(NetworkError):
    """Wiring of this kind can't do that, ever."""

    kind: str
    operation: str
    text: ClassVar[str] = "{kind} networking has no {operation}"


@dataclass(eq=False)
class WiringUnavailable(NetworkError):
    """The kind that was asked for can't be used on this host now."""

    kind: str
    why: str
    text: ClassVar[str] = "{kind} networking can't be used: {why}"


@dataclass(eq=False)
class ToolMissing(NetworkError):
    """A program that the driver runs isn't installed."""

    tool: str
    package: str
    text: ClassVar[str] = "{tool} is not installed; Debian has it in {package}"


@dataclass(eq=False)
class PermissionDenied(NetworkError):
    """This user may not change the host's network."""

    what: str
    text: ClassVar[str] = "not permitted: {what}"


@dataclass(eq=False)
class ToolFailed(NetworkError):
    """A program failed in a way that has no error of its own."""

    tool: str
    why: str
    text: ClassVar[str] = "{tool}: {why}"
