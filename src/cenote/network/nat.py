"""The way out of an internal bridge: IPv4 forwarding and a masquerade, in an nftables table of the bridge's own.

A table of our own is replaced and removed in one step and touches no other rule of the host. What it can't do is
overrule another table that drops: :func:`warnings` finds those.
"""

import json
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

from cenote.network.errors import ForwardingUnavailable, ToolFailed
from cenote.network.tool import ran, there

_FORWARD = Path("/proc/sys/net/ipv4/ip_forward")


def table(bridge: str) -> str:
    """The name of the bridge's table, of the family ``ip``."""
    return f"cenote_{bridge}"


def ruleset(bridge: str, network: IPv4Network) -> str:
    """What nft reads: the table made empty if it isn't there, removed, and made anew, all in one transaction.

    Guests may speak to each other and out; from outside come answers alone. What they send to multicast on the link or
    to the limited broadcast address keeps its sender.
    """
    name = table(bridge)
    return f"""
table ip {name} {{ }}
delete table ip {name}
table ip {name} {{
    chain forward {{
        type filter hook forward priority filter; policy accept;
        iifname "{bridge}" oifname "{bridge}" accept
        iifname "{bridge}" ip saddr {network} accept
        iifname "{bridge}" drop
        oifname "{bridge}" ip daddr {network} ct state established,related accept
        oifname "{bridge}" drop
    }}
    chain postrouting {{
        type nat hook postrouting priority srcnat; policy accept;
        ip saddr {network} ip daddr {{ 224.0.0.0/24, 255.255.255.255 }} return
        ip saddr {network} ip daddr != {network} masquerade
    }}
}}
"""


def ensure(bridge: str, network: IPv4Network) -> None:
    """Let guests on the bridge reach what the host reaches. ``ForwardingUnavailable``, ``ToolMissing``."""
    try:
        if _FORWARD.read_text(encoding="ascii").strip() != "1":
            _FORWARD.write_text("1", encoding="ascii")
    except OSError as error:
        raise ForwardingUnavailable(str(error)) from error
    ran(["nft", "-f", "-"], stdin=ruleset(bridge, network))


def remove(bridge: str) -> None:
    """Remove the bridge's table; none there is success. Forwarding stays on: others may rely on it by now."""
    if there("nft") and table(bridge) in tables():
        ran(["nft", "delete", "table", "ip", table(bridge)])


def ours() -> frozenset[str]:
    """The bridges that have a table."""
    prefix = table("")
    return (
        frozenset(name.removeprefix(prefix) for name in tables() if name.startswith(prefix))
        if there("nft")
        else frozenset()
    )


def tables() -> tuple[str, ...]:
    """The names of the tables of the family ``ip``."""
    return tuple(str(entry["table"]["name"]) for entry in _listed("tables", "ip") if "table" in entry)


def warnings(bridge: str) -> tuple[str, ...]:
    """A sentence for each foreign table that drops forwarded packets unless a rule of it says otherwise."""
    return foreign_drops(_listed("chains"), table(bridge))


def foreign_drops(entries: list[dict[str, Any]], ours: str) -> tuple[str, ...]:
    """The sentences for what ``nft -j list chains`` says."""
    chains = [entry["chain"] for entry in entries if "chain" in entry]
    return tuple(
        f"the firewall table {chain['family']} {chain['table']} drops forwarded packets by default: "
        f"guests may not get out unless it accepts theirs"
        for chain in chains
        if chain.get("hook") == "forward"
        and chain.get("policy") == "drop"
        and chain["family"] in {"ip", "inet"}
        and chain["table"] != ours
    )


def _listed(*what: str) -> list[dict[str, Any]]:
    try:
        said: dict[str, Any] = json.loads(ran(["nft", "-j", "list", *what]))
    except ValueError as error:
        raise ToolFailed("nft", f"list {' '.join(what)}: {error}") from error
    found: list[dict[str, Any]] = said["nftables"]
    return found
