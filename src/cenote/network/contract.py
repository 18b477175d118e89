"""What a wiring driver promises; ``tests/contract/test_network.py`` holds every driver to it.

- Drivers know no records: plain specs in, plain facts out. They raise only :mod:`cenote.network.errors`.
- Calls block, for seconds at worst, and may come from many threads: changes are serialised by a lock of the driver.
- Only what the driver made is changed or removed. It marks its bridges where the host keeps them (an interface alias,
  an OVSDB external id), so the mark survives the daemon and goes with the bridge.
- ``ensure`` and ``remove`` may be repeated and may be interrupted: repeating them finishes the work.
- Bridges, DHCP servers and NAT rules outlive the daemon; guests never depend on it being up. They don't outlive the
  machine: whoever starts the daemon calls ``ensure`` again.
"""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Interface, IPv6Interface
from typing import ClassVar, Protocol

MINIMUM_MTU = 68
"""Bytes; RFC 791: every link carries datagrams of 68 bytes."""

MAXIMUM_MTU = 65535
"""Bytes; the longest IPv4 datagram (RFC 791)."""


class WiringKind(StrEnum):
    """How guests are joined."""

    OPENVSWITCH = "openvswitch"
    BRIDGE = "bridge"
    USER = "user"
    FAKE = "fake"


@dataclass(frozen=True, slots=True)
class DhcpRange:
    """The first and the last address handed out, both inside the bridge's subnet."""

    first: IPv4Address
    last: IPv4Address


@dataclass(frozen=True, slots=True)
class BridgeSpec:
    """A bridge as it should be.

    ``address`` is the host's own on it, with the subnet's prefix. ``dhcp`` and ``nat`` need it. ``uplink`` is a host
    interface to put in; it must carry no addresses of the host. ``mtu`` in bytes.
    """

    name: str
    mtu: int = 1500
    address: IPv4Interface | None = None
    dhcp: DhcpRange | None = None
    nat: bool = False
    uplink: str | None = None


@dataclass(frozen=True, slots=True)
class BridgeFacts:
    """A bridge as it is. ``ours``: made by this driver, or by one of its kind before. ``ports`` are device names.

    ``warnings``: sentences for the administrator about what may keep it from working, such as a foreign firewall.
    """

    name: str
    ours: bool
    mtu: int = 1500
    mac: str = ""
    up: bool = True
    addresses: tuple[IPv4Interface, ...] = ()
    ports: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Locking(StrEnum):
    """What a guest's port may send, as ``VIF.locking_mode`` has it once the network's default is applied."""

    UNLOCKED = "unlocked"
    LOCKED = "locked"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class PortSpec:
    """A guest's end: ``interface_id`` is unique on the host (the VIF's uuid), ``mtu`` 0 means the bridge's."""

    interface_id: str
    mac: str
    mtu: int = 0
    locking: Locking = Locking.UNLOCKED


@dataclass(frozen=True, slots=True)
class Attachment:
    """How the hypervisor joins a guest's interface.

    ``bridge`` None: user-mode networking of QEMU. ``openvswitch``: the bridge is Open vSwitch's, and ``interface_id``
    must be set on the port. ``host_offload`` False: the host's side must not leave checksums and segmentation to
    hardware that isn't there, nor must the guest's (csum, gso, tso4, tso6, ecn, ufo off). ``mtu`` in bytes.
    """

    bridge: str | None
    openvswitch: bool
    interface_id: str
    host_offload: bool
    mtu: int

    @property
    def user(self) -> bool:
        """User-mode networking: no device of the host is involved."""
        return self.bridge is None


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A physical interface of the host: what the records PIF and PIF_metrics want.

    ``speed`` in Mb/s, 0 when unknown; ``full_duplex`` True when the link says so; ``pci_bus_path`` such as
    ``0000:02:00.0``, empty when it isn't on PCI; ids are four hex digits, empty likewise. ``dynamic``: an IPv4 address
    has a lifetime, so DHCP gave it. ``dns`` is what the host resolves with.
    """

    device: str
    mac: str
    mtu: int
    up: bool
    carrier: bool
    speed: int = 0
    full_duplex: bool = False
    driver: str = ""
    vendor_id: str = ""
    vendor_name: str = ""
    device_id: str = ""
    device_name: str = ""
    pci_bus_path: str = ""
    bridge: str | None = None
    addresses: tuple[IPv4Interface | IPv6Interface, ...] = ()
    dynamic: bool = False
    gateway: str = ""
    gateway6: str = ""
    dns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lease:
    """An address that our DHCP server gave away; ``expires`` in seconds since 1970, 0 for never."""

    bridge: str
    mac: str
    address: IPv4Address
    hostname: str
    expires: int


class Wiring(Protocol):
    """The host's wires. Made by :func:`cenote.network.choose.wiring`, which touches nothing yet."""

    kind: ClassVar[WiringKind]
    """Which driver this is."""

    def ensure(self, spec: BridgeSpec) -> BridgeFacts:
        """Make the bridge, its address, DHCP server and NAT be as ``spec`` says; what was there in excess is removed.

        Idempotent, and when nothing differs it changes nothing. Not atomic: after an error, repeat or ``remove``.
        ``SpecInvalid``, ``BridgeExists``, ``InterfaceMissing``, ``UplinkBusy``, ``AddressInUse``,
        ``ForwardingUnavailable``, ``Unsupported``, ``ToolMissing``, ``PermissionDenied``.
        """
        ...

    def remove(self, name: str) -> None:
        """Remove the bridge with its DHCP server and NAT; ports fall off, an uplink is set free.

        Idempotent: no such bridge is success. ``BridgeExists`` for one that isn't ours.
        """
        ...

    def bridges(self) -> tuple[BridgeFacts, ...]:
        """Every bridge of the driver's kind on this host, by name."""
        ...

    def attach(self, bridge: str, port: PortSpec) -> Attachment:
        """How a guest's interface is to be joined to ``bridge``, whoever made that. Changes nothing on the host.

        ``BridgeMissing``; ``Unsupported`` when the port's locking can't be enforced.
        """
        ...

    def detach(self, interface_id: str) -> None:
        """Remove what a guest's interface left when its hypervisor could not; a live one stays. Idempotent."""
        ...

    def links(self) -> tuple[LinkFacts, ...]:
        """The host's physical interfaces, by name."""
        ...

    def leases(self) -> tuple[Lease, ...]:
        """What the DHCP servers of our bridges gave away."""
        ...
