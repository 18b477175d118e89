"""Wiring by the kernel's own bridge. A bridge of ours carries its mark as the interface's alias."""

import secrets
from pathlib import Path
from typing import ClassVar

from cenote.network import check, iproute
from cenote.network.bridged import Bridged, Mark, Switch, parse_mark
from cenote.network.contract import BridgeSpec, WiringKind
from cenote.network.iproute import Link
from cenote.network.tool import ran


class LinuxBridge(Bridged):
    """Bridges of the kernel."""

    kind: ClassVar[WiringKind] = WiringKind.BRIDGE

    def __init__(self, *, run: Path, state: Path, also: frozenset[str] = frozenset()) -> None:
        super().__init__(run=run, state=state, also=also)

    def detach(self, interface_id: str) -> None:
        """Nothing is ever left: a TAP goes with the process that holds it, and leaves its bridge by that."""
        check.interface_id(interface_id)

    def switches(self) -> dict[str, Switch]:
        """Every bridge."""
        links = iproute.links()
        return {name: _switch(link, links) for name, link in links.items() if link.type == "bridge"}

    def switches_by(self, link: Link) -> bool:
        """The kernel says what it is."""
        return link.type == "bridge"

    def make(self, spec: BridgeSpec, mac: str | None) -> None:
        """Ports forward at once (the delay is for spanning tree), and the MAC doesn't follow the ports that come."""
        own = mac or local_mac()
        ran(["ip", "link", "add", "name", spec.name, "address", own, "type", "bridge", "forward_delay", "0"])
        self.mark(spec.name, Mark())

    def unmake(self, name: str) -> None:
        """The kernel sets the ports free."""
        ran(["ip", "link", "delete", "dev", name, "type", "bridge"])

    def mark(self, name: str, mark: Mark) -> None:
        """The alias."""
        iproute.set_link(name, "alias", mark.text())

    def plug(self, bridge: str, device: str) -> None:
        """Change the device's master."""
        iproute.set_link(device, "master", bridge)

    def unplug(self, bridge: str, device: str) -> None:
        """Take its master away, if it is still this one."""
        found = iproute.links().get(device)
        if found is not None and found.bridge == bridge:
            iproute.set_link(device, "nomaster")

    def set_mtu(self, name: str, mtu: int) -> None:
        """Once set, it doesn't follow the ports."""
        iproute.set_link(name, "mtu", str(mtu))


def local_mac() -> str:
    """A random MAC of one interface, locally administered (IEEE 802: the second bit of the first byte)."""
    first, *rest = secrets.token_bytes(6)
    return ":".join(f"{byte:02x}" for byte in ((first & 0xFC) | 0x02, *rest))


def _switch(bridge: Link, links: dict[str, Link]) -> Switch:
    """A bridge that is blank in every way was left by an interruption between making and marking."""
    ports = tuple(sorted(link.name for link in links.values() if link.bridge == bridge.name))
    blank = not (bridge.up or bridge.alias or bridge.addresses or ports)
    return Switch(bridge.name, Mark() if blank else parse_mark(bridge.alias), ports, unfinished=blank)
