"""network.create and network.destroy, and what a network's setters mean for its bridge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cenote.model.classes.network import network
from cenote.model.classes.VIF import VIF
from cenote.model.core import Draft, Ref
from cenote.model.errors.general import InvalidValue
from cenote.model.errors.network import BridgeNameExists, NetworkContainsPif, NetworkContainsVif
from cenote.network.contract import MAXIMUM_MTU, MINIMUM_MTU
from cenote.operations.context import Context
from cenote.operations.network.bridge import ensure, published
from cenote.operations.records import assignments
from cenote.operations.registry import creates, destroys, on_set

PREFIX = "cenbr"
"""Bridges that have no name of their own are called cenbr0, cenbr1, ..."""


@creates(network)
def create(context: Context, values: Mapping[str, Any]) -> Ref[network]:
    """Create a network that is internal to the pool; its bridge is made when the first VM is plugged into it."""
    check_mtu(values["MTU"])
    return context.write(lambda draft: add(draft, values))


def add(draft: Draft, values: Mapping[str, Any]) -> Ref[network]:
    """Add a network to a draft; an empty bridge name is replaced by a free one."""
    taken = {each.bridge for each in draft.all(network)}
    bridge = values.get("bridge") or next(name for n in range(10_000) if (name := f"{PREFIX}{n}") not in taken)
    if bridge in taken:
        raise BridgeNameExists(bridge)
    return draft.create(network, *assignments(network, {**values, "bridge": bridge}))


def check_mtu(mtu: int) -> None:
    """Refuse a maximum transmission unit (bytes) that no link has."""
    if not MINIMUM_MTU <= mtu <= MAXIMUM_MTU:
        raise InvalidValue("MTU", f"{mtu} (from {MINIMUM_MTU} to {MAXIMUM_MTU})")


@destroys(network)
def destroy(context: Context, ref: Ref[network]) -> None:
    """Remove a network that no VM is plugged into, and its bridge."""
    record = context.view.get(network, ref)
    if record.PIFs:
        raise NetworkContainsPif(record.PIFs)
    if any(context.view.get(VIF, vif).currently_attached for vif in record.VIFs):
        raise NetworkContainsVif(record.VIFs)
    if record.managed:
        with published(context.rooms.host, ref):
            context.rooms.wiring.remove(record.bridge)

    def work(draft: Draft) -> None:
        for vif in draft.get(network, ref).VIFs:
            draft.delete(VIF, vif)
        draft.delete(network, ref)

    context.write(work)


@on_set(network.MTU)
def set_mtu(context: Context, ref: Ref[network], value: int) -> None:
    """Set the MTU (bytes); a bridge that is there follows at once."""
    check_mtu(value)
    record = context.view.get(network, ref)
    context.write(lambda draft: draft.update(ref, network.MTU.to(value)))
    if any(bridge.name == record.bridge for bridge in context.rooms.wiring.bridges()):
        ensure(context.rooms, ref)
