"""Where a VM may run, and which host is chosen."""

from __future__ import annotations

import pytest
from tests.unit.records import GIB, NOTHING, World

from cenote.model.classes.host import host
from cenote.model.classes.host_metrics import host_metrics
from cenote.model.classes.PBD import PBD
from cenote.model.classes.VDI import VDI
from cenote.model.classes.vm import VM
from cenote.model.core import Ref
from cenote.model.errors.host import HostDisabled, HostNotEnoughFreeMemory, HostNotLive, NoHostsAvailable
from cenote.model.errors.vm import VmRequiresSr
from cenote.rules import placement
from cenote.rules.placement import OVERHEAD, RESERVE


@pytest.fixture
def world() -> World:
    return World()


def why(world: World, vm: Ref[VM], on: Ref[host] | None = None) -> object:
    return placement.refusal(world.view, world.get(VM, vm), world.get(host, on or world.host))


def choose(world: World, vm: Ref[VM]) -> Ref[host]:
    return placement.choose(world.view, world.get(VM, vm))


def free(world: World, on: Ref[host]) -> int:
    return placement.free_memory(world.view, world.get(host, on))


def test_memory_is_promised_to_what_runs_and_what_is_about_to(world: World) -> None:
    assert free(world, world.host) == 8 * GIB - RESERVE
    world.add_vm(VM.resident_on.to(world.host))
    world.add_vm(VM.scheduled_to_be_resident_on.to(world.host), memory=2 * GIB)
    world.add_vm(VM.resident_on.to(world.host), VM.is_control_domain.to(True))
    world.add_vm(VM.affinity.to(world.host))
    assert free(world, world.host) == 8 * GIB - RESERVE - 3 * GIB - 2 * OVERHEAD


def test_a_vm_that_moves_within_its_host_counts_once(world: World) -> None:
    world.add_vm(VM.resident_on.to(world.host), VM.scheduled_to_be_resident_on.to(world.host))
    assert free(world, world.host) == 8 * GIB - RESERVE - GIB - OVERHEAD


def test_a_host_without_metrics_has_no_memory(world: World) -> None:
    bare = world.add(host, host.enabled.to(True), host.metrics.to(NOTHING))
    assert free(world, bare) == -RESERVE
    assert isinstance(why(world, world.add_vm(), bare), HostNotLive)


def test_it_fits_to_the_last_byte(world: World) -> None:
    room = 8 * GIB - RESERVE - OVERHEAD
    assert why(world, world.add_vm(memory=room)) is None
    refused = why(world, world.add_vm(memory=room + 1))
    assert isinstance(refused, HostNotEnoughFreeMemory)
    assert refused.params == [str(room + 1 + OVERHEAD), str(room + OVERHEAD)]


def test_a_host_that_is_overfull_has_nothing_free(world: World) -> None:
    world.add_vm(VM.resident_on.to(world.host), memory=9 * GIB)
    refused = why(world, world.add_vm())
    assert isinstance(refused, HostNotEnoughFreeMemory)
    assert refused.params[1] == "0"


def test_what_was_promised_already_is_not_counted_twice(world: World) -> None:
    vm = world.add_vm(VM.scheduled_to_be_resident_on.to(world.host), memory=7 * GIB)
    assert why(world, vm) is None


def test_a_host_that_is_disabled_or_dead(world: World) -> None:
    vm = world.add_vm()
    assert isinstance(why(world, vm, world.add_host(host.enabled.to(False))), HostDisabled)
    assert isinstance(why(world, vm, world.add_host(live=False)), HostNotLive)


def test_a_host_must_reach_the_disks(world: World) -> None:
    far = world.add_sr(attached=False)
    vm = world.add_vm()
    world.add_vbd(vm, world.add_vdi())
    world.add_cd(vm)
    assert why(world, vm) is None
    world.add_vbd(vm, world.add_vdi(VDI.SR.to(far)))
    refused = why(world, vm)
    assert isinstance(refused, VmRequiresSr)
    assert refused.params == [vm, far]


def test_another_hosts_pbd_helps_nobody(world: World) -> None:
    other = world.add_host()
    vm = world.add_vm()
    world.add_vbd(vm, world.add_vdi(VDI.SR.to(world.add_sr(on=other))))
    assert isinstance(why(world, vm), VmRequiresSr)
    assert choose(world, vm) == other


def test_affinity_wins_where_it_fits(world: World) -> None:
    small = world.add_host(memory=2 * GIB)
    assert choose(world, world.add_vm(VM.affinity.to(small))) == small
    assert choose(world, world.add_vm(VM.affinity.to(small), memory=4 * GIB)) == world.host
    world.set(small, host.enabled.to(False))
    assert choose(world, world.add_vm(VM.affinity.to(small))) == world.host


def test_else_the_host_with_most_room(world: World) -> None:
    large = world.add_host(memory=16 * GIB)
    assert choose(world, world.add_vm()) == large
    world.add_vm(VM.resident_on.to(large), memory=12 * GIB)
    assert choose(world, world.add_vm()) == world.host


def test_equal_hosts_are_chosen_from_in_a_fixed_way(world: World) -> None:
    other = world.add_host()
    assert choose(world, world.add_vm()) == max(world.host, other)


def test_one_host_says_why_not_and_several_say_that_none_is_left(world: World) -> None:
    vm = world.add_vm(memory=100 * GIB)
    with pytest.raises(HostNotEnoughFreeMemory):
        choose(world, vm)
    world.add_host()
    with pytest.raises(NoHostsAvailable):
        choose(world, vm)


def test_no_host_at_all() -> None:
    world = World()
    vm = world.add_vm()
    world.store.transact(lambda draft: draft.delete(host, world.host))
    with pytest.raises(NoHostsAvailable):
        choose(world, vm)


def test_a_pbd_that_comes_unplugged(world: World) -> None:
    vm = world.add_vm()
    world.add_vbd(vm, world.add_vdi())
    (pbd,) = world.get(host, world.host).PBDs
    world.set(pbd, PBD.currently_attached.to(False))
    assert isinstance(why(world, vm), VmRequiresSr)
    world.set(world.get(host, world.host).metrics, host_metrics.live.to(False))
    assert isinstance(why(world, vm), HostNotLive)
