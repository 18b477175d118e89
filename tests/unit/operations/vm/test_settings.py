"""A VM's sizes: what order they must be in, and when they may change."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from tests.unit.records import GIB, HALTED, MIB, PAUSED, RUNNING, World

from cenote.compute.fake import FakeHypervisor
from cenote.model.classes.vm import VM, on_crash_behaviour, vm_operations
from cenote.model.core import Assignment, Ref
from cenote.model.errors.general import InvalidValue, MapDuplicateKey
from cenote.model.errors.vm import MemoryConstraintViolation, VmBadPowerState
from cenote.operations.registry import Procedures, procedures
from cenote.operations.vm import settings
from cenote.operations.vm.create import check_memory, check_vcpus


@pytest.fixture(scope="module")
def built() -> Procedures:
    return procedures()


@pytest.fixture
def world() -> World:
    return World()


def test_memory_limits_are_in_order() -> None:
    check_memory(0, 1, 2, 3)
    check_memory(5, 5, 5, 5)
    check_memory(0, 0, 0, 0)
    for order in permutations((1, 2, 3, 4)):
        if order == (1, 2, 3, 4):
            check_memory(*order)
        else:
            with pytest.raises(MemoryConstraintViolation):
                check_memory(*order)
    with pytest.raises(MemoryConstraintViolation):
        check_memory(-1, 0, 0, 0)


@pytest.mark.parametrize("numbers", [(1, 1), (1, 2), (2, 2)])
def test_virtual_cpus(numbers: tuple[int, int]) -> None:
    check_vcpus(*numbers)


@pytest.mark.parametrize(
    ("at_startup", "most", "field"),
    [(0, 0, "VCPUs_max"), (1, -1, "VCPUs_max"), (0, 1, "VCPUs_at_startup"), (2, 1, "VCPUs_at_startup")],
)
def test_virtual_cpus_that_no_guest_has(at_startup: int, most: int, field: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        check_vcpus(at_startup, most)
    assert caught.value.params[0] == field


def limits(world: World, vm: Ref[VM]) -> tuple[int, int, int, int]:
    record = world.get(VM, vm)
    return (
        record.memory_static_min,
        record.memory_dynamic_min,
        record.memory_dynamic_max,
        record.memory_static_max,
    )


def test_each_limit_by_itself(world: World) -> None:
    vm, context = world.add_vm(), world.context()
    assert limits(world, vm) == (0, GIB, GIB, GIB)
    settings.set_memory_static_max(context, vm, 4 * GIB)
    settings.set_memory_dynamic_max(context, vm, 3 * GIB)
    settings.set_memory_dynamic_min(context, vm, 2 * GIB)
    settings.set_memory_static_min(context, vm, MIB)
    assert limits(world, vm) == (MIB, 2 * GIB, 3 * GIB, 4 * GIB)


def test_several_at_once(world: World) -> None:
    vm, context = world.add_vm(), world.context()
    settings.set_memory_limits(context, vm, 1, 4, 2, 3)
    assert limits(world, vm) == (1, 2, 3, 4)
    settings.set_memory(context, vm, 2 * GIB)
    assert limits(world, vm) == (1, 2 * GIB, 2 * GIB, 2 * GIB)
    settings.set_memory_dynamic_range(context, vm, GIB, 2 * GIB)
    settings.set_memory_static_range(context, vm, MIB, 3 * GIB)
    assert limits(world, vm) == (MIB, GIB, 2 * GIB, 3 * GIB)


def test_limits_out_of_order_change_nothing(world: World) -> None:
    vm, context = world.add_vm(), world.context()
    before = world.view
    refused: list[Callable[[], None]] = [
        lambda: settings.set_memory_dynamic_max(context, vm, 2 * GIB),
        lambda: settings.set_memory_static_max(context, vm, MIB),
        lambda: settings.set_memory_limits(context, vm, 4, 3, 2, 1),
        lambda: settings.set_memory(context, vm, -1),
    ]
    for each in refused:
        with pytest.raises(MemoryConstraintViolation):
            each()
    assert world.view is before


@pytest.mark.parametrize("state", [RUNNING, PAUSED])
def test_static_limits_need_a_halted_vm(world: World, state: Any) -> None:
    vm, context = world.add_vm(VM.power_state.to(state)), world.context()
    refused: list[Callable[[], None]] = [
        lambda: settings.set_memory_static_max(context, vm, 4 * GIB),
        lambda: settings.set_memory_static_min(context, vm, MIB),
        lambda: settings.set_memory(context, vm, GIB),
        lambda: settings.set_vcpus_max(context, vm, 4),
    ]
    for each in refused:
        with pytest.raises(VmBadPowerState) as caught:
            each()
        assert caught.value.params == [vm, "halted", state.value.lower()]


def test_a_running_guest_is_asked_to_follow(world: World) -> None:
    asked: list[tuple[str, int]] = []

    class Balloon(FakeHypervisor):
        def set_memory_target(self, uuid: str, target: int) -> None:
            asked.append((uuid, target))

    hypervisor = Balloon()
    vm = world.add_vm(VM.power_state.to(RUNNING))
    try:
        settings.set_memory_dynamic_range(world.context(hypervisor), vm, MIB, GIB // 2)
    finally:
        hypervisor.close()
    assert asked == [(world.get(VM, vm).uuid, GIB // 2)]


def test_processors(world: World) -> None:
    vm, context = world.add_vm(), world.context()
    settings.set_vcpus_at_startup(context, vm, 2)
    settings.set_vcpus_max(context, vm, 4)
    assert (world.get(VM, vm).VCPUs_at_startup, world.get(VM, vm).VCPUs_max) == (2, 4)
    with pytest.raises(InvalidValue):
        settings.set_vcpus_max(context, vm, 1)
    with pytest.raises(InvalidValue):
        settings.set_vcpus_at_startup(context, vm, 5)


def do(built: Procedures, world: World, name: str, *args: Any) -> None:
    built.verbs[f"VM.{name}"](world.context(), *args)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("HVM_shadow_multiplier", 1.0, 0.99),
        ("order", 0, -1),
        ("start_delay", 0, -1),
        ("shutdown_delay", 5, -1),
    ],
)
def test_plain_setters_check(built: Procedures, world: World, name: str, good: Any, bad: Any) -> None:
    vm = world.add_vm()
    do(built, world, f"set_{name}", vm, good)
    assert world.get(VM, vm).values[name] == good
    with pytest.raises(InvalidValue):
        do(built, world, f"set_{name}", vm, bad)
    assert world.get(VM, vm).values[name] == good


def test_plain_setters(built: Procedures, world: World) -> None:
    vm = world.add_vm()
    do(built, world, "set_actions_after_crash", vm, on_crash_behaviour.PRESERVE)
    do(built, world, "add_to_platform", vm, "hpet", "true")
    do(built, world, "add_to_blocked_operations", vm, vm_operations.START, "X")
    record = world.get(VM, vm)
    assert record.actions_after_crash is on_crash_behaviour.PRESERVE
    assert (record.platform, record.blocked_operations) == ({"hpet": "true"}, {vm_operations.START: "X"})
    with pytest.raises(MapDuplicateKey) as caught:
        do(built, world, "add_to_blocked_operations", vm, vm_operations.START, "Y")
    assert caught.value.params == ["VM", "blocked_operations", vm, "start"]
    do(built, world, "remove_from_blocked_operations", vm, vm_operations.START)
    assert world.get(VM, vm).blocked_operations == {}


def into_template(world: World, *assignments: Assignment[Any]) -> bool:
    vm = world.add_vm(*assignments)
    settings.set_is_a_template(world.context(), vm, True)
    return world.get(VM, vm).is_a_template


def test_turning_into_a_template(world: World) -> None:
    assert into_template(world)
    assert into_template(world, VM.is_a_template.to(True))
    with pytest.raises(VmBadPowerState):
        into_template(world, VM.power_state.to(RUNNING))
    vm = world.add_vm(VM.is_a_template.to(True))
    settings.set_is_a_template(world.context(), vm, False)
    assert not world.get(VM, vm).is_a_template
    assert world.get(VM, vm).power_state is HALTED
