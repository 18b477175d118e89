"""The host's physical interfaces: what iproute2, /sys and the PCI names know of them."""

from collections.abc import Iterable
from pathlib import Path

from cenote.network import iproute, pci
from cenote.network.contract import LinkFacts
from cenote.network.iproute import Link, Route

_SYS = Path("/sys/class/net")
_RESOLV = Path("/etc/resolv.conf")


def physical(also: frozenset[str] = frozenset()) -> tuple[LinkFacts, ...]:
    """Every interface behind which there is a device, by name; those named in ``also`` count as such."""
    routes, gateways6, dns = iproute.routes(), iproute.gateways6(), nameservers()
    return tuple(
        facts(link, routes, gateways6.get(name, ""), dns)
        for name, link in sorted(iproute.links().items())
        if name in also or (_SYS / name / "device").exists()
    )


def facts(link: Link, routes: Iterable[Route], gateway6: str, dns: tuple[str, ...]) -> LinkFacts:
    """One interface."""
    place = _SYS / link.name
    device = pci.device(place / "device")
    speed = _read(place / "speed")
    return LinkFacts(
        device=link.name,
        mac=link.mac,
        mtu=link.mtu,
        up=link.up,
        carrier=link.carrier,
        speed=max(int(speed), 0) if speed.lstrip("-").isdecimal() else 0,
        full_duplex=_read(place / "duplex") == "full",
        driver=_target(place / "device" / "driver"),
        vendor_id=device.vendor_id,
        vendor_name=device.vendor_name,
        device_id=device.device_id,
        device_name=device.device_name,
        pci_bus_path=device.bus_path,
        bridge=link.bridge,
        addresses=link.addresses,
        dynamic=link.dynamic,
        gateway=iproute.default_gateway(routes, link.name),
        gateway6=gateway6,
        dns=dns,
    )


def nameservers() -> tuple[str, ...]:
    """What the host resolves with, from resolv.conf(5)."""
    try:
        lines = _RESOLV.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ()
    return tuple(words[1] for words in map(str.split, lines) if len(words) > 1 and words[0] == "nameserver")


def _read(path: Path) -> str:
    """A file of /sys; empty where the driver has no such fact or the link is down, which reads as an error there."""
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _target(link: Path) -> str:
    return link.resolve().name if link.exists() else ""
