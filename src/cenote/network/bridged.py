"""What wiring with bridges of the host has in common, whoever switches: the order of steps, addresses, DHCP, NAT."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from cenote.network import check, iproute, link, nat
from cenote.network.contract import (
    Attachment,
    BridgeFacts,
    BridgeSpec,
    Lease,
    LinkFacts,
    Locking,
    PortSpec,
    WiringKind,
)
from cenote.network.dhcp import Dhcp, DhcpSpec
from cenote.network.errors import (
    AddressInUse,
    BridgeExists,
    BridgeMissing,
    InterfaceMissing,
    Unsupported,
    UplinkBusy,
)
from cenote.network.iproute import Link

_OURS = "cenote"
_UPLINK = " uplink="


@dataclass(frozen=True, slots=True)
class Mark:
    """What says that a bridge is ours, kept with it: which interface was put in as its uplink."""

    uplink: str | None = None

    def text(self) -> str:
        """As it is kept."""
        return _OURS + (_UPLINK + self.uplink if self.uplink else "")


def parse_mark(text: str) -> Mark | None:
    """What :meth:`Mark.text` wrote, None for anything else."""
    ours, _, uplink = text.partition(_UPLINK)
    return Mark(uplink or None) if ours == _OURS else None


@dataclass(frozen=True, slots=True)
class Switch:
    """A bridge as its driver knows it; ``mark`` None: not ours. ``ports`` are device names without the bridge's own.

    ``unfinished``: ours, left by an interruption while it was made, and to be made anew.
    """

    name: str
    mark: Mark | None
    ports: tuple[str, ...]
    unfinished: bool = False


class Bridged(ABC):
    """Wiring with bridges of the host.

    ``run`` and ``state`` are directories for the DHCP servers' pid files and leases. ``also`` names interfaces that
    count as physical although no device is behind them.
    """

    kind: ClassVar[WiringKind]
    openvswitch: ClassVar[bool] = False

    def __init__(self, *, run: Path, state: Path, also: frozenset[str] = frozenset()) -> None:
        self._dhcp = Dhcp(run, state)
        self._also = also
        self._lock = threading.RLock()

    @property
    def host_offload(self) -> bool:
        """The host's side may leave checksums and segmentation to the guest's interface."""
        return True

    def ensure(self, spec: BridgeSpec) -> BridgeFacts:
        """Refuse what can't be; then the bridge, its uplink, its address, and the services that need the address."""
        check.bridge(spec)
        with self._lock:
            links, switches = iproute.links(), self.switches()
            present = switches.get(spec.name)
            if (present is None and spec.name in links) or (present is not None and present.mark is None):
                raise BridgeExists(spec.name)
            self._check_uplink(spec, links, switches)
            _check_address(spec, links)
            if present is not None and present.unfinished:
                self.unmake(spec.name)
                present = None
            if present is None:
                self.make(spec, links[spec.uplink].mac if spec.uplink else None)
            self._set_uplink(spec, present)
            self._set_link(spec)
            self._set_services(spec)
            return self._facts(spec.name)

    def remove(self, name: str) -> None:
        """The services first, so that nothing answers on a bridge that goes away."""
        check.name(name)
        with self._lock:
            present = self.switches().get(name)
            if present is not None and present.mark is None:
                raise BridgeExists(name)
            self._dhcp.stop(name)
            nat.remove(name)
            if present is not None:
                self.unmake(name)

    def bridges(self) -> tuple[BridgeFacts, ...]:
        """Every bridge of this kind."""
        with self._lock:
            links, tables = iproute.links(), nat.ours()
            return tuple(_facts(one, links, tables) for _, one in sorted(self.switches().items()))

    def attach(self, bridge: str, port: PortSpec) -> Attachment:
        """The bridge's name and what the driver's switch wants to know of the port."""
        check.port(port)
        if port.locking is not Locking.UNLOCKED:
            raise Unsupported(self.kind, f"port locking ({port.locking})")
        present = iproute.links().get(bridge)
        if present is None or not self.switches_by(present):
            raise BridgeMissing(bridge)
        mtu = port.mtu or present.mtu
        return Attachment(bridge, self.openvswitch, port.interface_id, self.host_offload, mtu)

    @abstractmethod
    def detach(self, interface_id: str) -> None:
        """Remove what a guest's interface left."""

    def links(self) -> tuple[LinkFacts, ...]:
        """The host's physical interfaces."""
        return link.physical(self._also)

    def leases(self) -> tuple[Lease, ...]:
        """What the DHCP servers of all bridges gave away."""
        return tuple(lease for bridge in self._dhcp.bridges() for lease in self._dhcp.leases(bridge))

    @abstractmethod
    def switches(self) -> dict[str, Switch]:
        """Every bridge of this kind by name."""

    @abstractmethod
    def switches_by(self, link: Link) -> bool:
        """The interface is that of a bridge of this kind; asked at every start of a guest, so quick."""

    @abstractmethod
    def make(self, spec: BridgeSpec, mac: str | None) -> None:
        """Make the bridge and mark it as ours, with a fixed MAC: ``mac``, or one of its own."""

    @abstractmethod
    def unmake(self, name: str) -> None:
        """Remove the bridge."""

    @abstractmethod
    def mark(self, name: str, mark: Mark) -> None:
        """Change the mark."""

    @abstractmethod
    def plug(self, bridge: str, device: str) -> None:
        """Put an interface of the host into the bridge; there already is success."""

    @abstractmethod
    def unplug(self, bridge: str, device: str) -> None:
        """Take an interface out; not there is success."""

    @abstractmethod
    def set_mtu(self, name: str, mtu: int) -> None:
        """Let the bridge carry packets of ``mtu`` bytes."""

    def _check_uplink(self, spec: BridgeSpec, links: Mapping[str, Link], switches: Mapping[str, Switch]) -> None:
        if spec.uplink is None:
            return
        if spec.uplink not in links:
            raise InterfaceMissing(spec.uplink)
        found = links[spec.uplink]
        inside = next((one.name for one in switches.values() if spec.uplink in one.ports), found.bridge)
        if inside == spec.name:
            return
        own = [str(one) for one in found.addresses if not one.ip.is_link_local]
        if inside is not None:
            raise UplinkBusy(spec.uplink, f"it belongs to {inside}")
        if own:
            raise UplinkBusy(spec.uplink, f"it carries the host's address {own[0]}")

    def _set_uplink(self, spec: BridgeSpec, present: Switch | None) -> None:
        old = present.mark.uplink if present is not None and present.mark is not None else None
        if old is not None and old != spec.uplink:
            self.unplug(spec.name, old)
        if spec.uplink is not None:
            self.plug(spec.name, spec.uplink)
            found = iproute.links()[spec.uplink]
            if found.mtu < spec.mtu:
                iproute.set_link(spec.uplink, "mtu", str(spec.mtu))
            if not found.up:
                iproute.set_link(spec.uplink, "up")
        if old != spec.uplink:
            self.mark(spec.name, Mark(spec.uplink))

    def _set_link(self, spec: BridgeSpec) -> None:
        found = iproute.links()[spec.name]
        if found.mtu != spec.mtu:
            self.set_mtu(spec.name, spec.mtu)
        iproute.set_addresses(found, [spec.address] if spec.address else [])
        if not found.up:
            iproute.set_link(spec.name, "up")

    def _set_services(self, spec: BridgeSpec) -> None:
        if spec.address is not None and spec.nat:
            nat.ensure(spec.name, spec.address.network)
        else:
            nat.remove(spec.name)
        if spec.address is not None and spec.dhcp is not None:
            self._dhcp.ensure(DhcpSpec(spec.name, spec.address, spec.dhcp, spec.mtu, spec.nat))
        else:
            self._dhcp.stop(spec.name)

    def _facts(self, name: str) -> BridgeFacts:
        return _facts(self.switches()[name], iproute.links(), nat.ours())


def _check_address(spec: BridgeSpec, links: Mapping[str, Link]) -> None:
    if spec.address is None:
        return
    for one in links.values():
        for address in one.addresses4:
            if one.name != spec.name and address.network.overlaps(spec.address.network):
                raise AddressInUse(str(spec.address), str(address), one.name)
    for route in iproute.routes():
        if route.network is not None and route.interface != spec.name and route.network.overlaps(spec.address.network):
            raise AddressInUse(str(spec.address), str(route.network), route.interface)


def _facts(switch: Switch, links: Mapping[str, Link], translated: frozenset[str]) -> BridgeFacts:
    found = links.get(switch.name)
    ours = switch.mark is not None
    warnings = nat.warnings(switch.name) if switch.name in translated else ()
    if found is None:
        return BridgeFacts(switch.name, ours, up=False, ports=switch.ports, warnings=warnings)
    return BridgeFacts(switch.name, ours, found.mtu, found.mac, found.up, found.addresses4, switch.ports, warnings)
