"""A network's record as a bridge, and the wiring's errors in the published words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface
from typing import Any

import pytest
from tests.unit.records import World

from cenote.model.classes.host import host
from cenote.model.classes.network import network
from cenote.model.classes.PIF import PIF
from cenote.model.core import ApiError, Ref
from cenote.model.errors.general import InvalidValue
from cenote.network import errors
from cenote.network.contract import BridgeSpec, DhcpRange, PortSpec
from cenote.network.errors import NetworkError
from cenote.network.fake import FakeWiring
from cenote.operations.network import bridge

HERE: Ref[host] = Ref("OpaqueRef:host")
LAN: Ref[network] = Ref("OpaqueRef:network")

TABLE: dict[type[NetworkError], tuple[NetworkError, tuple[str, list[str]]]] = {
    NetworkError: (NetworkError(), ("INTERNAL_ERROR", ["networking failed"])),
    errors.SpecInvalid: (errors.SpecInvalid("mtu", "odd"), ("INVALID_VALUE", ["mtu", "mtu: odd"])),
    errors.BridgeExists: (errors.BridgeExists("br0"), ("BRIDGE_NAME_EXISTS", ["br0"])),
    errors.BridgeMissing: (errors.BridgeMissing("br0"), ("BRIDGE_NOT_AVAILABLE", ["br0"])),
    errors.InterfaceMissing: (errors.InterfaceMissing("eth9"), ("HOST_CANNOT_ATTACH_NETWORK", [HERE, LAN])),
    errors.UplinkBusy: (errors.UplinkBusy("eth0", "x"), ("HOST_CANNOT_ATTACH_NETWORK", [HERE, LAN])),
    errors.AddressInUse: (errors.AddressInUse("a", "b", "c"), ("HOST_CANNOT_ATTACH_NETWORK", [HERE, LAN])),
    errors.NoFreeSubnet: (errors.NoFreeSubnet(), ("INTERNAL_ERROR", ["every private /24 network is in use"])),
    errors.ForwardingUnavailable: (
        errors.ForwardingUnavailable("x"),
        ("INTERNAL_ERROR", ["IPv4 forwarding can't be switched on: x"]),
    ),
    errors.Unsupported: (errors.Unsupported("user", "uplink"), ("HOST_CANNOT_ATTACH_NETWORK", [HERE, LAN])),
    errors.WiringUnavailable: (
        errors.WiringUnavailable("bridge", "x"),
        ("INTERNAL_ERROR", ["bridge networking can't be used: x"]),
    ),
    errors.ToolMissing: (
        errors.ToolMissing("ip", "iproute2"),
        ("INTERNAL_ERROR", ["ip is not installed; Debian has it in iproute2"]),
    ),
    errors.PermissionDenied: (errors.PermissionDenied("x"), ("INTERNAL_ERROR", ["not permitted: x"])),
    errors.ToolFailed: (errors.ToolFailed("ip", "x"), ("INTERNAL_ERROR", ["ip: x"])),
}


def test_no_error_of_the_drivers_is_left_out() -> None:
    assert TABLE.keys() == {NetworkError, *NetworkError.__subclasses__()}


@pytest.mark.parametrize("kind", list(TABLE), ids=lambda kind: kind.__name__)
def test_published_errors(kind: type[NetworkError]) -> None:
    error, expected = TABLE[kind]
    with pytest.raises(ApiError) as caught, bridge.published(HERE, LAN):
        raise error
    assert (caught.value.code, caught.value.params) == expected
    assert caught.value.__cause__ is error


@pytest.fixture
def world() -> World:
    return World()


def spec(world: World, **other_config: str) -> BridgeSpec:
    lan = world.add_network(network.other_config.to({name.replace("__", ":"): v for name, v in other_config.items()}))
    return bridge.spec(world.view, world.get(network, lan), world.host)


def test_a_network_inside_the_pool(world: World) -> None:
    assert spec(world) == BridgeSpec("cenbr0", 1500)


def test_a_network_with_addresses_of_its_own(world: World) -> None:
    config = {"ip_begin": "192.0.2.1", "ip_end": "192.0.2.9", "netmask": "255.255.255.0"}
    found = spec(world, **config, cenote__nat="true")
    assert found.address == IPv4Interface("192.0.2.1/24")
    assert found.dhcp == DhcpRange(IPv4Address("192.0.2.2"), IPv4Address("192.0.2.9"))
    assert found.nat
    assert not spec(world, **config, cenote__nat="false").nat
    del config["ip_end"]
    assert spec(world, **config).dhcp is None


@pytest.mark.parametrize(
    "config",
    [
        {"ip_begin": "192.0.2.1"},
        {"ip_begin": "192.0.2.300", "netmask": "255.255.255.0"},
        {"ip_begin": "192.0.2.1", "netmask": "255.0.255.0"},
        {"ip_begin": "192.0.2.1", "netmask": "255.255.255.0", "ip_end": "the last"},
        {"ip_begin": "", "netmask": "255.255.255.0"},
    ],
)
def test_addresses_that_can_not_be_read(world: World, config: Mapping[str, str]) -> None:
    with pytest.raises(InvalidValue) as caught:
        spec(world, **config)
    assert caught.value.params[0] == "other_config"


def test_an_uplink_is_this_hosts_own(world: World) -> None:
    lan = world.add_network()
    world.add(PIF, PIF.network.to(lan), PIF.host.to(world.add_host()), PIF.device.to("eth9"))

    def uplink() -> str | None:
        return bridge.spec(world.view, world.get(network, lan), world.host).uplink

    assert uplink() is None
    world.add(PIF, PIF.network.to(lan), PIF.host.to(world.host), PIF.device.to("eth0"))
    assert uplink() == "eth0"


class Counting(FakeWiring):
    """Wiring that counts how often a bridge is checked whole."""

    ensured = 0

    def ensure(self, spec: BridgeSpec) -> Any:
        self.ensured += 1
        return super().ensure(spec)


def test_a_bridge_is_checked_once_and_made_anew_when_it_is_gone(world: World) -> None:
    wiring = Counting()
    rooms = replace(world.rooms(), wiring=wiring)
    lan, port = world.add_network(), PortSpec("vif", "02:00:00:00:00:0a")
    for _ in range(3):
        assert bridge.attach(rooms, lan, port).bridge == "cenbr0"
    assert wiring.ensured == 1
    world.set(lan, network.MTU.to(9000))
    assert bridge.attach(rooms, lan, port).mtu == 9000
    assert wiring.ensured == 2
    wiring.remove("cenbr0")
    bridge.attach(rooms, lan, port)
    assert wiring.ensured == 3
