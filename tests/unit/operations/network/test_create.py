"""network.create and network.destroy: names of bridges, sizes of packets, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.records import ROOT, World

from cenote.dispatch.generated import constructor_values
from cenote.model.classes.network import network
from cenote.model.classes.PIF import PIF
from cenote.model.classes.pool import pool
from cenote.model.classes.VIF import VIF
from cenote.model.errors.general import InvalidValue
from cenote.model.errors.network import BridgeNameExists, NetworkContainsPif, NetworkContainsVif
from cenote.network.contract import WiringKind
from cenote.network.fake import FakeWiring
from cenote.operations.context import Context
from cenote.operations.network import bridge
from cenote.operations.network.create import check_mtu, create, destroy, set_mtu
from cenote.operations.network.defaults import MADE, ensure_networks


@pytest.fixture
def world() -> World:
    return World()


def make(world: World, context: Context | None = None, **given: Any) -> network:
    values = constructor_values(world.view, network, given)
    return world.get(network, create(context or world.context(), values))


def test_bridges_get_the_first_free_name(world: World) -> None:
    assert [make(world).bridge for _ in range(3)] == ["cenbr0", "cenbr1", "cenbr2"]
    freed = next(each.ref for each in world.view.all(network) if each.bridge == "cenbr1")
    world.store.transact(lambda draft: draft.delete(network, freed))
    assert make(world).bridge == "cenbr1"


def test_a_name_of_its_own(world: World) -> None:
    assert make(world, bridge="xenbr7").bridge == "xenbr7"
    with pytest.raises(BridgeNameExists) as caught:
        make(world, bridge="xenbr7")
    assert caught.value.params == ["xenbr7"]


@pytest.mark.parametrize(("mtu", "good"), [(67, False), (68, True), (65535, True), (65536, False), (-1, False)])
def test_sizes_of_packets(world: World, mtu: int, good: bool) -> None:
    if good:
        check_mtu(mtu)
        assert mtu == make(world, MTU=mtu).MTU
        return
    with pytest.raises(InvalidValue):
        make(world, MTU=mtu)


def test_a_bridge_that_is_there_follows_its_network(world: World) -> None:
    context = world.context()
    made = make(world, context)
    set_mtu(context, made.ref, 9000)
    assert context.rooms.wiring.bridges() == (), "there is none yet"
    bridge.ensure(context.rooms, made.ref)
    set_mtu(context, made.ref, 1400)
    (found,) = context.rooms.wiring.bridges()
    assert (found.mtu, world.get(network, made.ref).MTU) == (1400, 1400)
    with pytest.raises(InvalidValue):
        set_mtu(context, made.ref, 1)


def test_destroying_takes_bridge_and_unplugged_interfaces_along(world: World) -> None:
    context = world.context()
    made = make(world, context)
    bridge.ensure(context.rooms, made.ref)
    vif = world.add_vif(world.add_vm(), VIF.network.to(made.ref))
    destroy(context, made.ref)
    assert context.rooms.wiring.bridges() == ()
    assert world.view.find(network, made.ref) is None
    assert world.view.find(VIF, vif) is None


def test_a_network_in_use_stays(world: World) -> None:
    made = make(world)
    vif = world.add_vif(world.add_vm(), VIF.network.to(made.ref), VIF.currently_attached.to(True))
    with pytest.raises(NetworkContainsVif) as caught:
        destroy(world.context(), made.ref)
    assert caught.value.params == [vif]
    pif = world.add(PIF, PIF.network.to(made.ref), PIF.host.to(world.host))
    with pytest.raises(NetworkContainsPif) as refused:
        destroy(world.context(), made.ref)
    assert refused.value.params == [pif]


def test_a_bridge_of_others_is_left_alone(world: World) -> None:
    context = world.context()
    made = make(world, context)
    bridge.ensure(context.rooms, made.ref)
    world.set(made.ref, network.managed.to(False))
    destroy(context, made.ref)
    assert [each.name for each in context.rooms.wiring.bridges()] == [made.bridge]


class Switch(FakeWiring):
    """Wiring that has subnets of its own."""

    kind = WiringKind.OPENVSWITCH


def test_the_default_network_is_made_once(world: World) -> None:
    whole = world.add(pool, pool.other_config.to({"kept": "yes"}))
    rooms = replace(world.rooms(), wiring=Switch())
    for _ in range(2):
        ensure_networks(rooms)
    (made,) = world.view.all(network)
    assert world.get(pool, whole).other_config == {"kept": "yes", MADE: made.uuid}
    (found,) = rooms.wiring.bridges()
    assert (found.name, [str(each.ip) for each in found.addresses]) == (made.bridge, [made.other_config["ip_begin"]])
    destroy(Context(rooms, ROOT), made.ref)
    ensure_networks(rooms)
    assert list(world.view.all(network)) == [], "an administrator may remove it"


def test_without_subnets_it_has_no_addresses(world: World) -> None:
    world.add(pool)
    rooms = world.rooms()
    ensure_networks(rooms)
    (made,) = world.view.all(network)
    assert "ip_begin" not in made.other_config
    assert rooms.wiring.bridges() == ()
