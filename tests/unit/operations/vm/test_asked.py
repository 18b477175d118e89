"""What can be asked of a VM without changing it."""

from __future__ import annotations

import pytest
from tests.unit.records import GIB, NOTHING, World

from cenote.model.classes.host import host
from cenote.model.classes.VBD import VBD
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM, vm_operations
from cenote.model.core import Ref
from cenote.model.errors.general import HandleInvalid
from cenote.model.errors.host import HostDisabled, HostNotEnoughFreeMemory
from cenote.model.errors.vm import VmBadPowerState
from cenote.operations.vm import asked
from cenote.rules.placement import OVERHEAD


@pytest.fixture
def world() -> World:
    return World()


def test_whether_an_operation_may_begin(world: World) -> None:
    vm = world.add_vm()
    asked.assert_operation_valid(world.context(), vm, vm_operations.START)
    with pytest.raises(VmBadPowerState):
        asked.assert_operation_valid(world.context(), vm, vm_operations.PAUSE)
    with pytest.raises(HandleInvalid):
        asked.assert_operation_valid(world.context(), Ref[VM](NOTHING), vm_operations.START)


def test_free_numbers(world: World) -> None:
    vm = world.add_vm()
    world.add_vbd(vm, world.add_vdi(), VBD.userdevice.to("2"))
    world.add_vif(vm, VIF.device.to("6"))
    disks, cards = (
        asked.get_allowed_vbd_devices(world.context(), vm),
        asked.get_allowed_vif_devices(world.context(), vm),
    )
    assert disks == tuple(str(n) for n in range(16) if n != 2)
    assert cards == ("0", "1", "2", "3", "4", "5", "7")


def test_hosts(world: World) -> None:
    other = world.add_host(memory=GIB)
    small, large = world.add_vm(memory=GIB // 2), world.add_vm(memory=2 * GIB)
    assert set(asked.get_possible_hosts(world.context(), small)) == {world.host, other}
    assert asked.get_possible_hosts(world.context(), large) == (world.host,)
    asked.assert_can_boot_here(world.context(), small, other)
    with pytest.raises(HostNotEnoughFreeMemory):
        asked.assert_can_boot_here(world.context(), large, other)
    world.set(other, host.enabled.to(False))
    with pytest.raises(HostDisabled):
        asked.assert_can_boot_here(world.context(), small, other)
    with pytest.raises(HandleInvalid):
        asked.assert_can_boot_here(world.context(), small, Ref[host](NOTHING))


def test_answers_that_need_a_vm_all_the_same(world: World) -> None:
    vm = world.add_vm()
    assert asked.compute_memory_overhead(world.context(), vm) == OVERHEAD
    assert asked.get_cooperative(world.context(), vm)
    for ask in (asked.compute_memory_overhead, asked.get_cooperative):
        with pytest.raises(HandleInvalid):
            ask(world.context(), Ref[VM](NOTHING))


def test_asking_for_allowed_operations_tells_listeners(world: World) -> None:
    vm = world.add_vm()
    before = world.view.revision
    asked.update_allowed_operations(world.context(), vm)
    assert world.get(VM, vm).revision == before + 1
