"""What is wrong with a spec before the host is asked: pure."""

import re

from cenote.network.contract import MAXIMUM_MTU, MINIMUM_MTU, BridgeSpec, DhcpRange, PortSpec
from cenote.network.errors import SpecInvalid

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,14}")  # IFNAMSIZ of linux/if.h is 16 with the final zero
_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def bridge(spec: BridgeSpec) -> None:
    """``SpecInvalid`` when the spec can't be met on any host."""
    name(spec.name)
    if spec.uplink is not None:
        name(spec.uplink, field="uplink")
    if not MINIMUM_MTU <= spec.mtu <= MAXIMUM_MTU:
        raise SpecInvalid("mtu", f"{spec.mtu} is not between {MINIMUM_MTU} and {MAXIMUM_MTU}")
    if spec.address is None and (spec.dhcp is not None or spec.nat):
        raise SpecInvalid("address", "DHCP and NAT need an address on the bridge")
    if spec.uplink is not None and (spec.dhcp is not None or spec.nat):
        raise SpecInvalid("uplink", "with an uplink, DHCP and the way out are those of the network outside")
    if spec.dhcp is not None:
        _range(spec, spec.dhcp)


def name(text: str, field: str = "name") -> None:
    """``SpecInvalid`` when it can't be the name of a network interface."""
    if not _NAME.fullmatch(text):
        raise SpecInvalid(field, f"{text!r} can't name an interface: a letter, then at most 14 letters, digits, _ . -")


def port(spec: PortSpec) -> None:
    """``SpecInvalid`` when the port can't exist on any bridge."""
    interface_id(spec.interface_id)
    if not _MAC.fullmatch(spec.mac.lower()) or int(spec.mac[:2], 16) & 1:
        raise SpecInvalid("mac", f"{spec.mac!r} is not the address of one interface")
    if spec.mtu and not MINIMUM_MTU <= spec.mtu <= MAXIMUM_MTU:
        raise SpecInvalid("mtu", f"{spec.mtu} is not between {MINIMUM_MTU} and {MAXIMUM_MTU}")


def interface_id(text: str) -> None:
    """``SpecInvalid`` when it can't identify a port."""
    if not _ID.fullmatch(text):
        raise SpecInvalid("interface_id", f"{text!r} has other signs than letters, digits, . _ -")


def _range(spec: BridgeSpec, dhcp: DhcpRange) -> None:
    if spec.address is None or not dhcp.first <= dhcp.last:
        raise SpecInvalid("dhcp", f"{dhcp.first} to {dhcp.last} is no range")
    network = spec.address.network
    for end in (dhcp.first, dhcp.last):
        if end not in network or end in {network.network_address, network.broadcast_address}:
            raise SpecInvalid("dhcp", f"{end} is not an address for a host in {network}")
    if dhcp.first <= spec.address.ip <= dhcp.last:
        raise SpecInvalid("dhcp", f"the bridge's own address {spec.address.ip} is inside the range")
