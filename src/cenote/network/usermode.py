"""Wiring without root: each guest has QEMU's user-mode network, with its own NAT, DHCP and DNS, and no bridge."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from cenote.network import check, link
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
from cenote.network.errors import BridgeMissing, Unsupported

_MTU = 1500  # bytes; QEMU's user-mode network carries Ethernet's


@dataclass
class UserMode:
    """A bridge is a name that guests may be attached to; they reach out by it, and not each other.

    The names are those that ``ensure`` was given since this object was made: there is nothing on the host to read.
    """

    kind: ClassVar[WiringKind] = WiringKind.USER
    also: Sequence[str] = ()
    _names: set[str] = field(default_factory=set[str])

    def ensure(self, spec: BridgeSpec) -> BridgeFacts:
        """Take note of the name. ``Unsupported`` for an uplink, or for packets larger than QEMU's network carries."""
        check.bridge(spec)
        if spec.uplink is not None:
            raise Unsupported(self.kind, f"uplink ({spec.uplink})")
        if spec.mtu > _MTU:
            raise Unsupported(self.kind, f"MTU above {_MTU} ({spec.mtu})")
        self._names.add(spec.name)
        return self._facts(spec.name)

    def remove(self, name: str) -> None:
        """Forget the name."""
        check.name(name)
        self._names.discard(name)

    def bridges(self) -> tuple[BridgeFacts, ...]:
        """The names."""
        return tuple(self._facts(name) for name in sorted(self._names))

    def attach(self, bridge: str, port: PortSpec) -> Attachment:
        """User-mode, without a bridge."""
        check.port(port)
        if port.locking is not Locking.UNLOCKED:
            raise Unsupported(self.kind, f"port locking ({port.locking})")
        if bridge not in self._names:
            raise BridgeMissing(bridge)
        return Attachment(None, openvswitch=False, interface_id=port.interface_id, host_offload=True, mtu=_MTU)

    def detach(self, interface_id: str) -> None:
        """The network ends with its QEMU; nothing is ever left."""
        check.interface_id(interface_id)

    def links(self) -> tuple[LinkFacts, ...]:
        """The host's physical interfaces, which anybody may look at."""
        return link.physical(frozenset(self.also))

    def leases(self) -> tuple[Lease, ...]:
        """QEMU gives addresses away itself and keeps no list."""
        return ()

    def _facts(self, name: str) -> BridgeFacts:
        warning = "guests reach out through their own user-mode network, and neither each other nor from outside"
        return BridgeFacts(name, ours=True, mtu=_MTU, warnings=(warning,))
