"""Wiring by Open vSwitch, through ovs-vsctl: one call is one transaction, and it waits until the switch has followed.

The OVSDB libraries for Python would add five packages without types and a thread, to save some milliseconds on verbs
that are seldom used; ovs-vsctl comes with the switch, in its very version.
"""

import json
from pathlib import Path
from typing import Any, ClassVar, cast

from cenote.network import check, iproute
from cenote.network.bridged import Bridged, Mark, Switch, parse_mark
from cenote.network.contract import BridgeSpec, WiringKind
from cenote.network.errors import ToolFailed, ToolMissing, WiringUnavailable
from cenote.network.iproute import Link
from cenote.network.tool import ran

_KEY = "cenote"
_DEADLINE = 10  # seconds that ovs-vsctl waits for a switch that doesn't answer

Row = dict[str, Any]


class OpenVSwitch(Bridged):
    """Bridges of Open vSwitch.

    ``datapath``: ``system`` switches in the kernel, ``netdev`` in ovs-vswitchd, which leaves checksums to nobody.
    ``database``: where ovsdb-server listens, None for the default place.
    """

    kind: ClassVar[WiringKind] = WiringKind.OPENVSWITCH
    openvswitch: ClassVar[bool] = True

    def __init__(
        self,
        *,
        run: Path,
        state: Path,
        also: frozenset[str] = frozenset(),
        datapath: str = "system",
        database: str | None = None,
    ) -> None:
        super().__init__(run=run, state=state, also=also)
        self._datapath = datapath
        self._database = database

    @property
    def host_offload(self) -> bool:
        """Only the kernel's datapath completes checksums that a device left open."""
        return self._datapath == "system"

    def detach(self, interface_id: str) -> None:
        """Remove ports of that interface whose device is gone: the switch keeps them in its database."""
        check.interface_id(interface_id)
        with self._lock:
            links = iproute.links()
            for row in rows(self._do("--format=json", *_list("name,external_ids", "Interface"))):
                if row["external_ids"].get("iface-id") == interface_id and row["name"] not in links:
                    self._do("--if-exists", "del-port", row["name"])

    def switches(self) -> dict[str, Switch]:
        """Every bridge."""
        said = self._do("--format=json", *_list("_uuid,name", "Port"), *_list("name,external_ids,ports", "Bridge"))
        switches, names = (rows(line) for line in reversed(said.splitlines()))
        ports = {row["_uuid"]: str(row["name"]) for row in names}
        return {
            row["name"]: Switch(
                row["name"],
                parse_mark(row["external_ids"].get(_KEY, "")),
                tuple(
                    sorted(ports[port] for port in _uuids(row["ports"]) if ports.get(port, row["name"]) != row["name"])
                ),
            )
            for row in switches
        }

    def switches_by(self, link: Link) -> bool:
        """The kernel's datapath shows in the interface's type; for the other the database is asked."""
        return link.type == "openvswitch" or link.name in self.switches()

    def make(self, spec: BridgeSpec, mac: str | None) -> None:
        """One transaction, so the bridge never is there without its mark."""
        own = [f'other_config:hwaddr="{mac}"'] if mac else []
        self._do(
            *("add-br", spec.name, "--", "set", "Bridge", spec.name, f"datapath_type={self._datapath}"),
            *("fail_mode=standalone", f"external_ids:{_KEY}={_quoted(Mark().text())}", *own),
        )

    def unmake(self, name: str) -> None:
        """With its ports."""
        self._do("--if-exists", "del-br", name)

    def mark(self, name: str, mark: Mark) -> None:
        """An external id of the bridge."""
        self._do("set", "Bridge", name, f"external_ids:{_KEY}={_quoted(mark.text())}")

    def plug(self, bridge: str, device: str) -> None:
        """A port of the device's name."""
        self._do("--may-exist", "add-port", bridge, device)

    def unplug(self, bridge: str, device: str) -> None:
        """Remove the port."""
        self._do("--if-exists", "del-port", bridge, device)

    def set_mtu(self, name: str, mtu: int) -> None:
        """Ask for it: the switch would otherwise follow the smallest port."""
        self._do("set", "Interface", name, f"mtu_request={mtu}")

    def _do(self, *words: str) -> str:
        place = [f"--db={self._database}"] if self._database else []
        try:
            return ran(["ovs-vsctl", f"--timeout={_DEADLINE}", *place, *words])
        except ToolMissing as error:
            raise WiringUnavailable(self.kind, str(error)) from error
        except ToolFailed as error:
            if "connection failed" in error.why or "Alarm clock" in error.why:
                raise WiringUnavailable(self.kind, f"it does not answer: {error.why}") from error
            raise


def _list(columns: str, table: str) -> tuple[str, ...]:
    return "--", f"--columns={columns}", "list", table


def rows(text: str) -> list[Row]:
    """The rows of a table as ovs-vsctl prints it in JSON; values in OVSDB's notation (RFC 7047) become Python's."""
    said: dict[str, Any] = json.loads(text)
    return [dict(zip(said["headings"], map(_value, row), strict=True)) for row in said["data"]]


def _value(said: object) -> Any:
    if not isinstance(said, list):
        return said
    kind, inner = cast("tuple[str, Any]", said)
    if kind == "map":
        return {key: _value(value) for key, value in inner}
    return tuple(_value(member) for member in inner) if kind == "set" else inner


def _uuids(value: Any) -> tuple[str, ...]:
    """A set of uuids; OVSDB writes a set of one as its member alone."""
    return (value,) if isinstance(value, str) else tuple(value)


def _quoted(text: str) -> str:
    return json.dumps(text)
