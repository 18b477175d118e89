"""Parameters that are no field: each a function of the object and the parameter's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cenote.cli.layout import ABSENT
from cenote.client.failure import Failure

if TYPE_CHECKING:
    from cenote.cli.parameter import Row

UNKNOWN = "<unknown>"
"""What stands for a value that the API can't tell."""

Function = Callable[["Row", str], str]


def _uuids(row: Row, target: str, refs: Any) -> str:
    return "; ".join(row.names.uuid(target, each) for each in refs)


def _asked(ask: Callable[[Row], str], otherwise: str) -> Function:
    """The answer of the API, or ``otherwise`` where it refuses: a halted VM has no use, a control domain no devices."""

    def function(row: Row, _: str) -> str:
        try:
            return ask(row)
        except Failure:
            return otherwise

    return function


def _verb(row: Row, name: str, *params: Any) -> Any:
    return row.session.send(f"{type(row.record).__name__}.{name}", row.record.ref, *params)


def _devices(verb: str) -> Function:
    return _asked(lambda row: "; ".join(_verb(row, verb)), "")


def _rate(row: Row, name: str) -> str:
    """KiB/s, from the data source of the VM or host that has the device."""
    kind, device = type(row.record).__name__, row.record.values["device"]
    way = {("VIF", "io_read_kbs"): "rx", ("PIF", "io_read_kbs"): "rx"}.get((kind, name), "tx")
    if kind == "VBD":
        way = "read" if name == "io_read_kbs" else "write"
    owner, asked = ("host", row.record.values["host"]) if kind == "PIF" else ("VM", row.record.values["VM"])
    try:
        value = row.session.send(f"{owner}.query_data_source", asked, f"{kind.lower()}_{device}_{way}")
    except Failure:
        return UNKNOWN
    return f"{value / 1024:.3f}"


def _cpu_utilisation(row: Row) -> str:
    number, host = row.record.values["number"], row.record.values["host"]
    return f"{row.session.send('host.query_data_source', host, f'cpu{number}'):.3f}"


def _vcpus(row: Row) -> str:
    metrics = row.names.find("VM_metrics", row.record.values["metrics"])
    count = 0 if metrics is None else metrics.values["VCPUs_number"]
    return "; ".join(f"{number}: {_verb(row, 'query_data_source', f'cpu{number}'):.3f}" for number in range(count))


def _attachable(row: Row, _: str) -> str:
    try:
        _verb(row, "assert_attachable")
    except Failure as failure:
        return f"false (error: {failure})"
    return "true"


def _sr_host(row: Row, _: str) -> str:
    pbds = row.record.values["PBDs"]
    if len(pbds) > 1:
        return "<shared>"
    pbd = row.names.find("PBD", pbds[0]) if pbds else None
    return ABSENT if pbd is None else row.names.label("host", pbd.values["host"])


def _every_host(row: Row, name: str) -> str:
    """A field of hosts that the pool has where they agree."""
    shape = next(each for each in _fields(row, "host") if each.wire_name == name.replace("-", "_")).shape
    found = {
        shape.text(host.values[name.replace("-", "_")])
        for host in row.names.all(row.session.catalogue.classes["host"]).values()
    }
    return found.pop() if len(found) == 1 else "<inconsistent>"


def _fields(row: Row, cls: str) -> Any:
    return row.session.catalogue.fields[row.session.catalogue.classes[cls]].values()


def _metrics(row: Row, target: str, field: str) -> Any:
    found = row.names.find(target, row.record.values["metrics"])
    return None if found is None else found.values[field]


def _pif_speed(row: Row, _: str) -> str:
    speed = _metrics(row, "PIF_metrics", "speed")
    return ABSENT if speed is None else f"{speed} Mbit/s"


def _pif_duplex(row: Row, _: str) -> str:
    duplex = _metrics(row, "PIF_metrics", "duplex")
    if duplex is None:
        return ABSENT
    return "full" if duplex else "half" if _metrics(row, "PIF_metrics", "carrier") else "unknown"


def _vdi_name(row: Row, _: str) -> str:
    return "<EMPTY>" if row.record.values["empty"] else row.names.label("VDI", row.record.values["VDI"])


SPECIAL: dict[str, Function] = {
    "allowed_vbd_devices": _devices("get_allowed_VBD_devices"),
    "allowed_vif_devices": _devices("get_allowed_VIF_devices"),
    "possible_hosts": lambda row, _: _uuids(row, "host", _verb(row, "get_possible_hosts")),
    "last_boot_record": lambda row, _: f"'{row.record.values['last_booted_record']}'",
    "vcpus_utilisation": _asked(_vcpus, ""),
    "cooperative": _asked(lambda row: str(_verb(row, "get_cooperative")).lower(), "true"),
    "attachable": _attachable,
    "vdi_name_label": _vdi_name,
    "rate": _rate,
    "sr_host": _sr_host,
    "free_memory": lambda row, _: str(_verb(row, "compute_free_memory")),
    "cpu_utilisation": _asked(_cpu_utilisation, UNKNOWN),
    "supported_sr_types": lambda row, _: "; ".join(row.session.send("SR.get_supported_types")),
    "license_state": lambda row, _: "; ".join(
        f"{key}: {value}" for key, value in _verb(row, "get_license_state").items()
    ),
    "vswitch_controller": lambda row, _: row.record.values["vswitch_controller"] or "<not set>",
    "every_host": _every_host,
    "pif_speed": _pif_speed,
    "pif_duplex": _pif_duplex,
}
"""By the name that stands behind ``@`` in the layout."""
