"""Which private network an internal bridge gets: pure functions of what is in use."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from cenote.network.contract import BridgeSpec, DhcpRange
from cenote.network.errors import NoFreeSubnet

_PREFIX = 24


def candidates() -> Iterator[IPv4Network]:
    """The private /24 networks (RFC 1918) in the order in which they are tried.

    First 192.168.128.0 and up, which home routers and other virtualization leave alone; then 172.16.0.0/12, then
    10.0.0.0/8.
    """
    yield from (IPv4Network((f"192.168.{third}.0", _PREFIX)) for third in (*range(128, 256), *range(2, 128)))
    yield from IPv4Network("172.16.0.0/12").subnets(new_prefix=_PREFIX)
    yield from IPv4Network("10.0.0.0/8").subnets(new_prefix=_PREFIX)


def free(taken: Iterable[IPv4Network]) -> IPv4Network:
    """The first candidate that overlaps with nothing in ``taken`` (the default route aside). ``NoFreeSubnet``."""
    known = [network for network in taken if network.prefixlen > 0]
    for candidate in candidates():
        if not any(candidate.overlaps(network) for network in known):
            return candidate
    raise NoFreeSubnet


def internal(name: str, network: IPv4Network, *, nat: bool = True) -> BridgeSpec:
    """A bridge of the host's own: the host has the first address, guests get the rest of the upper part by DHCP.

    The addresses below the range (.2 to .49 of a /24) are left for guests with a fixed one.
    """
    first = network.network_address + min(50, network.num_addresses // 4)
    last = network.broadcast_address - 1
    return BridgeSpec(
        name=name,
        address=IPv4Interface((network.network_address + 1, network.prefixlen)),
        dhcp=DhcpRange(IPv4Address(first), IPv4Address(last)),
        nat=nat,
    )
