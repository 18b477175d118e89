"""Links, addresses and routes by iproute2, which every Debian host has and whose JSON is stable.

A netlink library would save 1.5 ms a call and cost a dependency without types; the commands can be read in a log.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv4Network, IPv6Interface, ip_interface
from typing import Any

from cenote.network.tool import ran

_LINK_LOCAL = IPv4Network("169.254.0.0/16")  # RFC 3927


@dataclass(frozen=True, slots=True)
class Link:
    """One network interface as the kernel has it; ``type`` is "bridge", "veth" ... or empty, ``bridge`` its master."""

    name: str
    type: str
    mac: str
    mtu: int
    up: bool
    carrier: bool
    bridge: str | None
    alias: str
    addresses: tuple[IPv4Interface | IPv6Interface, ...]
    dynamic: bool

    @property
    def addresses4(self) -> tuple[IPv4Interface, ...]:
        """The IPv4 addresses, link-local ones aside."""
        return tuple(one for one in self.addresses if isinstance(one, IPv4Interface) and one.ip not in _LINK_LOCAL)


@dataclass(frozen=True, slots=True)
class Route:
    """A route of the main table. ``network`` None: the default route. ``gateway`` empty: the network is on the link."""

    network: IPv4Network | None
    interface: str
    gateway: str


def links() -> dict[str, Link]:
    """Every interface by name."""
    entries: list[dict[str, Any]] = json.loads(ran(["ip", "-j", "-d", "address", "show"]) or "[]")
    return {link.name: link for link in map(parse_link, entries)}


def routes() -> tuple[Route, ...]:
    """The main table's IPv4 routes that lead somewhere."""
    entries: list[dict[str, Any]] = json.loads(ran(["ip", "-j", "-4", "route", "show"]) or "[]")
    return tuple(parse_route(entry) for entry in entries if "dev" in entry)


def gateways6() -> dict[str, str]:
    """Interface -> gateway of its IPv6 default route."""
    entries: list[dict[str, Any]] = json.loads(ran(["ip", "-j", "-6", "route", "show", "default"]) or "[]")
    return {entry["dev"]: entry.get("gateway", "") for entry in entries if "dev" in entry}


def set_link(name: str, *words: str) -> None:
    """``ip link set``: change an interface."""
    ran(["ip", "link", "set", "dev", name, *words])


def set_addresses(link: Link, wanted: Iterable[IPv4Interface]) -> None:
    """Let the interface have exactly these IPv4 addresses; what is right already isn't touched."""
    kept = set(wanted)
    for one in set(link.addresses4) - kept:
        ran(["ip", "-4", "address", "del", str(one), "dev", link.name])
    for one in kept - set(link.addresses4):
        ran(["ip", "-4", "address", "add", str(one), "broadcast", "+", "dev", link.name])


def parse_link(entry: Mapping[str, Any]) -> Link:
    """An entry of ``ip -j -d address show``."""
    flags: list[str] = entry.get("flags", [])
    found: list[dict[str, Any]] = [one for one in entry.get("addr_info", []) if "local" in one]
    addresses = tuple(ip_interface(f"{one['local']}/{one['prefixlen']}") for one in found)
    return Link(
        name=entry["ifname"],
        type=entry.get("linkinfo", {}).get("info_kind", ""),
        mac=entry.get("address", ""),
        mtu=int(entry.get("mtu", 0)),
        up="UP" in flags,
        carrier="LOWER_UP" in flags,
        bridge=entry.get("master"),
        alias=entry.get("ifalias", ""),
        addresses=addresses,
        dynamic=any(one.get("dynamic", False) for one in found if one.get("family") == "inet"),
    )


def parse_route(entry: Mapping[str, Any]) -> Route:
    """An entry of ``ip -j -4 route show``; a single address comes without its prefix."""
    destination = str(entry["dst"])
    network = None if destination == "default" else IPv4Network(destination)
    return Route(network, str(entry["dev"]), str(entry.get("gateway", "")))


def default_gateway(known: Iterable[Route], interface: str) -> str:
    """The gateway of the interface's default route, empty when it has none."""
    return next((one.gateway for one in known if one.network is None and one.interface == interface), "")
