"""Where operations meet wiring: a network's record as a bridge, and the driver's errors in the published words.

A network with a subnet of its own says so in ``other_config``, in the keys that XenServer's guest installer network
has: ``ip_begin`` (the host's address), ``ip_end``, ``netmask``; ``cenote:nat`` lets its guests out through the host.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv4Interface

from cenote.model.classes.host import host
from cenote.model.classes.network import network
from cenote.model.classes.PIF import PIF
from cenote.model.core import NULL, ApiError, Ref, View
from cenote.model.errors.general import InternalError, InvalidValue
from cenote.model.errors.network import BridgeNameExists, BridgeNotAvailable, HostCannotAttachNetwork
from cenote.network import errors
from cenote.network.contract import Attachment, BridgeFacts, BridgeSpec, DhcpRange, PortSpec
from cenote.operations.context import Rooms

log = logging.getLogger(__name__)

NAT = "cenote:nat"


@contextmanager
def published(on: Ref[host] = NULL, of: Ref[network] = NULL) -> Generator[None]:
    """Translate what a driver raises inside the block into the published error."""
    try:
        yield
    except errors.NetworkError as error:
        raise _translate(error, on, of) from error


def _translate(error: errors.NetworkError, on: Ref[host], of: Ref[network]) -> ApiError:
    match error:
        case errors.BridgeExists(name=name):
            return BridgeNameExists(name)
        case errors.BridgeMissing(name=name):
            return BridgeNotAvailable(name)
        case errors.SpecInvalid(field=field):
            return InvalidValue(field, str(error))
        case errors.UplinkBusy() | errors.AddressInUse() | errors.InterfaceMissing() | errors.Unsupported():
            return HostCannotAttachNetwork(on, of)
        case _:
            return InternalError(str(error))


def spec(view: View, record: network, here: Ref[host]) -> BridgeSpec:
    """The bridge that the network is on a host; raises ``INVALID_VALUE`` for addresses that can't be read."""
    config = record.other_config
    address, dhcp = None, None
    if "ip_begin" in config:
        try:
            address = IPv4Interface(f"{config['ip_begin']}/{config['netmask']}")
            dhcp = DhcpRange(address.ip + 1, IPv4Address(config["ip_end"])) if "ip_end" in config else None
        except (KeyError, ValueError) as error:
            raise InvalidValue("other_config", f"ip_begin, ip_end and netmask: {error}") from error
    return BridgeSpec(
        name=record.bridge,
        mtu=record.MTU,
        address=address,
        dhcp=dhcp,
        nat=config.get(NAT) == "true",
        uplink=_uplink(view, record, here),
    )


def _uplink(view: View, record: network, here: Ref[host]) -> str | None:
    pifs = [found for ref in record.PIFs if (found := view.find(PIF, ref)) and found.host == here]
    return pifs[0].device if pifs else None


def ensure(rooms: Rooms, ref: Ref[network]) -> BridgeFacts:
    """Make the network's bridge be there on this host; raises the published error."""
    wanted = _wanted(rooms, ref)
    with published(rooms.host, ref):
        facts = rooms.wiring.ensure(wanted)
    rooms.bridges[wanted.name] = wanted
    return facts


def _wanted(rooms: Rooms, ref: Ref[network]) -> BridgeSpec:
    view = rooms.store.state
    return spec(view, view.get(network, ref), rooms.host)


def attach(rooms: Rooms, ref: Ref[network], port: PortSpec) -> Attachment:
    """How a guest's interface joins the network on this host; the bridge is made ready first.

    One that this daemon has made ready before, in the same way, is only looked for: a whole check costs as much as a
    sixth of a guest's start under emulation.
    """
    wanted = _wanted(rooms, ref)
    if rooms.bridges.get(wanted.name) == wanted:
        try:
            return rooms.wiring.attach(wanted.name, port)
        except errors.BridgeMissing:
            log.warning("bridge %s is gone: making it anew", wanted.name)
        except errors.NetworkError as error:
            raise _translate(error, rooms.host, ref) from error
    ensure(rooms, ref)
    with published(rooms.host, ref):
        return rooms.wiring.attach(wanted.name, port)
