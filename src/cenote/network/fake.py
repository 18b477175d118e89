"""Wiring in memory, under the same contract; for tests and for daemons that must not touch their host."""

from dataclasses import dataclass, field, replace
from ipaddress import IPv4Interface
from typing import ClassVar

from cenote.network import check
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
from cenote.network.errors import (
    AddressInUse,
    BridgeExists,
    BridgeMissing,
    InterfaceMissing,
    Unsupported,
    UplinkBusy,
)

_ETH0 = LinkFacts("eth0", "02:00:00:00:00:01", 1500, up=True, carrier=True, speed=1000, full_duplex=True)


@dataclass
class FakeHost:
    """What a host would be: its interfaces and bridges survive the wiring object."""

    links: dict[str, LinkFacts] = field(default_factory=lambda: {"eth0": _ETH0})
    bridges: dict[str, BridgeFacts] = field(default_factory=dict[str, BridgeFacts])
    uplinks: dict[str, str] = field(default_factory=dict[str, str])
    given: tuple[Lease, ...] = ()


@dataclass
class FakeWiring:
    """Wiring of a :class:`FakeHost`."""

    kind: ClassVar[WiringKind] = WiringKind.FAKE
    host: FakeHost = field(default_factory=FakeHost)

    def ensure(self, spec: BridgeSpec) -> BridgeFacts:
        """Take the bridge as the spec says."""
        check.bridge(spec)
        present = self.host.bridges.get(spec.name)
        if spec.name in self.host.links or (present is not None and not present.ours):
            raise BridgeExists(spec.name)
        self._check_uplink(spec)
        self._check_address(spec)
        self.host.uplinks.pop(spec.name, None)
        if spec.uplink is not None:
            self.host.uplinks[spec.name] = spec.uplink
        self._set_masters()
        made = present or BridgeFacts(spec.name, ours=True, mac=f"02:00:00:00:01:{len(self.host.bridges):02x}")
        self.host.bridges[spec.name] = replace(
            made,
            mtu=spec.mtu,
            addresses=(spec.address,) if spec.address else (),
            ports=(spec.uplink,) if spec.uplink else (),
        )
        return self.host.bridges[spec.name]

    def remove(self, name: str) -> None:
        """Forget the bridge."""
        check.name(name)
        present = self.host.bridges.get(name)
        if present is not None and not present.ours:
            raise BridgeExists(name)
        self.host.bridges.pop(name, None)
        self.host.uplinks.pop(name, None)
        self._set_masters()

    def bridges(self) -> tuple[BridgeFacts, ...]:
        """Every bridge."""
        return tuple(facts for _, facts in sorted(self.host.bridges.items()))

    def attach(self, bridge: str, port: PortSpec) -> Attachment:
        """As a bridge of the kernel."""
        check.port(port)
        if port.locking is not Locking.UNLOCKED:
            raise Unsupported(self.kind, f"port locking ({port.locking})")
        if bridge not in self.host.bridges:
            raise BridgeMissing(bridge)
        mtu = port.mtu or self.host.bridges[bridge].mtu
        return Attachment(bridge, openvswitch=False, interface_id=port.interface_id, host_offload=True, mtu=mtu)

    def detach(self, interface_id: str) -> None:
        """Nothing is ever left in memory."""
        check.interface_id(interface_id)

    def links(self) -> tuple[LinkFacts, ...]:
        """The host's interfaces."""
        return tuple(facts for _, facts in sorted(self.host.links.items()))

    def leases(self) -> tuple[Lease, ...]:
        """What a test put there."""
        return self.host.given

    def _check_uplink(self, spec: BridgeSpec) -> None:
        if spec.uplink is None:
            return
        if spec.uplink not in self.host.links:
            raise InterfaceMissing(spec.uplink)
        found = self.host.links[spec.uplink]
        if found.bridge not in {None, spec.name}:
            raise UplinkBusy(spec.uplink, f"it belongs to {found.bridge}")
        if found.addresses:
            raise UplinkBusy(spec.uplink, f"it carries the host's address {found.addresses[0]}")

    def _check_address(self, spec: BridgeSpec) -> None:
        if spec.address is None:
            return
        taken = [(name, one) for name, facts in self.host.links.items() for one in facts.addresses]
        taken += [(name, one) for name, facts in self.host.bridges.items() for one in facts.addresses]
        for name, one in taken:
            if name != spec.name and isinstance(one, IPv4Interface) and one.network.overlaps(spec.address.network):
                raise AddressInUse(str(spec.address), str(one), name)

    def _set_masters(self) -> None:
        masters = {device: bridge for bridge, device in self.host.uplinks.items()}
        for name, facts in self.host.links.items():
            self.host.links[name] = replace(facts, bridge=masters.get(name))
