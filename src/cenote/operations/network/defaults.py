"""The network that a new pool begins with: internal, with addresses of its own, and a way out through the host."""

from __future__ import annotations

import logging

from cenote.model.classes.network import network
from cenote.model.classes.pool import pool
from cenote.model.core import ApiError, Draft
from cenote.network import subnet
from cenote.network.contract import WiringKind
from cenote.operations.context import Rooms
from cenote.operations.network.bridge import NAT, ensure
from cenote.operations.network.create import add

log = logging.getLogger(__name__)

MADE = "cenote:default-network"
"""The key in the pool's ``other_config`` that says the default network was made: its uuid. An administrator may remove
the network, and it stays removed."""


def ensure_networks(rooms: Rooms) -> None:
    """At start: make the default network's record once, and the bridges of networks with addresses of their own."""
    whole = next(iter(rooms.store.state.all(pool)))
    if MADE not in whole.other_config:
        rooms.store.transact(lambda draft: _make(draft, rooms, whole))
    for record in list(rooms.store.state.all(network)):
        if "ip_begin" in record.other_config:
            try:
                ensure(rooms, record.ref)
            except ApiError as error:
                log.error("network %s can't be made ready: %s", record.name_label, error)


def _make(draft: Draft, rooms: Rooms, whole: pool) -> None:
    values = {
        "name_label": "Host internal network",
        "name_description": "Guests get an address here and reach the outside through the host",
        "MTU": 1500,
        "managed": True,
        "other_config": _addresses(rooms),
    }
    made = add(draft, values)
    marked = {**whole.other_config, MADE: draft.get(network, made).uuid}
    draft.update(whole.ref, pool.other_config.to(marked))


def _addresses(rooms: Rooms) -> dict[str, str]:
    """A subnet that the host does not use; none where guests are joined by user-mode networking."""
    if rooms.wiring.kind not in {WiringKind.OPENVSWITCH, WiringKind.BRIDGE}:
        return {}
    taken = [each.network for link in rooms.wiring.links() for each in link.addresses if each.version == 4]
    chosen = subnet.free(taken)
    hosts = list(chosen.hosts())
    return {"ip_begin": str(hosts[0]), "ip_end": str(hosts[-1]), "netmask": str(chosen.netmask), NAT: "true"}
