"""Which operation of a VM may begin, against the published states written down here once more."""

from __future__ import annotations

from enum import Enum
from itertools import product
from typing import Any

import pytest
from tests.unit.records import HALTED, PAUSED, RUNNING, SUSPENDED, World

from cenote.model.classes.vm import VM, vm_operations, vm_power_state
from cenote.model.core import Assignment, Ref
from cenote.model.errors.general import OperationBlocked, OperationNotAllowed, OtherOperationInProgress
from cenote.model.errors.vm import VmBadPowerState, VmCannotDeleteDefaultTemplate, VmIsTemplate, VmNonSuspendable
from cenote.rules.allowed import refusal

op = vm_operations

LETTERS = {"H": HALTED, "P": PAUSED, "S": SUSPENDED, "R": RUNNING}
PUBLISHED = {
    "H": """start start_on provision make_into_template clone copy destroy create_vtpm changing_VCPUs
        changing_static_range changing_memory_limits changing_shadow_memory changing_NVRAM""",
    "P": "unpause",
    "S": "resume resume_on csvm",
    "R": """pause suspend clean_shutdown clean_reboot pool_migrate send_sysrq send_trigger call_plugin data_source_op
        snapshot_with_quiesce changing_memory_live awaiting_memory_live changing_shadow_memory_live
        changing_VCPUs_live sysprep""",
    "HR": "changing_dynamic_range",
    "HS": "export create_template",
    "PR": "hard_reboot",
    "PSR": "hard_shutdown shutdown checkpoint get_boot_record",
    "HSR": "migrate_send",
    "HPSR": """snapshot metadata_export power_state_reset assert_operation_valid update_allowed_operations
        query_services revert reverting""",
    "": "import",
}
"""The published operations by the power states in which they may begin. Two are kept narrower than published: clone
and copy are published for suspended VMs where a pool allows that, destroy for them too."""

TABLE = {
    op(name): {LETTERS[letter] for letter in letters} for letters, names in PUBLISHED.items() for name in names.split()
}


def why(world: World, vm: Ref[VM], operation: Enum) -> object:
    return refusal(world.view, world.get(VM, vm), operation)


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.fixture(scope="module")
def by_state(world: World) -> dict[vm_power_state, Ref[VM]]:
    return {state: world.add_vm(VM.power_state.to(state)) for state in vm_power_state}


def test_the_table_is_whole() -> None:
    assert TABLE.keys() == set(vm_operations)


@pytest.mark.parametrize("operation", list(vm_operations), ids=lambda each: each.value)
def test_power_states(world: World, by_state: dict[vm_power_state, Ref[VM]], operation: vm_operations) -> None:
    refusals = {state: why(world, vm, operation) for state, vm in by_state.items()}
    assert {state for state, refused in refusals.items() if refused is None} == TABLE[operation]
    for state, refused in refusals.items():
        if refused is not None:
            assert isinstance(refused, VmBadPowerState)
            assert refused.vm == by_state[state]
            assert refused.actual == state.value.lower()
            assert {*filter(None, refused.expected.split(", "))} == {each.value.lower() for each in TABLE[operation]}


def test_a_blocked_operation_says_why(world: World) -> None:
    vm = world.add_vm(VM.blocked_operations.to({op.START: "MAINTENANCE"}))
    refused = why(world, vm, op.START)
    assert isinstance(refused, OperationBlocked)
    assert refused.params == [vm, "MAINTENANCE"]
    assert why(world, vm, op.START_ON) is None


def test_a_control_domain_is_left_alone(world: World) -> None:
    vm = world.add_vm(VM.is_control_domain.to(True), VM.power_state.to(RUNNING))
    allowed = {each for each in vm_operations if why(world, vm, each) is None}
    assert allowed == {op.METADATA_EXPORT, op.CHANGING_DYNAMIC_RANGE}
    assert isinstance(why(world, vm, op.HARD_SHUTDOWN), OperationNotAllowed)


TEMPLATE = {
    *(op.CLONE, op.COPY, op.PROVISION, op.DESTROY, op.EXPORT, op.METADATA_EXPORT),
    *(op.CHANGING_VCPUS, op.CHANGING_MEMORY_LIMITS, op.CHANGING_DYNAMIC_RANGE, op.CHANGING_STATIC_RANGE),
    *(op.CHANGING_SHADOW_MEMORY, op.CHANGING_NVRAM),
}
"""What clients do with a template: copy it, and shape the copy before it is provisioned."""


def test_templates(world: World) -> None:
    vm = world.add_vm(VM.is_a_template.to(True))
    assert {each for each in vm_operations if why(world, vm, each) is None} == TEMPLATE
    assert isinstance(why(world, vm, op.START), VmIsTemplate)


def test_a_default_template_stays(world: World) -> None:
    vm = world.add_vm(VM.is_a_template.to(True), VM.is_default_template.to(True))
    assert {each for each in vm_operations if why(world, vm, each) is None} == TEMPLATE - {op.DESTROY}
    assert isinstance(why(world, vm, op.DESTROY), VmCannotDeleteDefaultTemplate)


def busy(*operations: vm_operations) -> Assignment[Any]:
    return VM.current_operations.to({f"OpaqueRef:{each.value}": each for each in operations})


OVERTAKES = {
    *product(
        (op.HARD_SHUTDOWN, op.HARD_REBOOT, op.POWER_STATE_RESET), (op.CLEAN_SHUTDOWN, op.CLEAN_REBOOT, op.SHUTDOWN)
    ),
}
BESIDE = {*product((op.CLONE, op.COPY, op.EXPORT), repeat=2)}


@pytest.mark.parametrize("current", list(vm_operations), ids=lambda each: each.value)
def test_one_operation_at_a_time(world: World, current: vm_operations) -> None:
    for state in (HALTED, RUNNING):
        vm = world.add_vm(VM.power_state.to(state), busy(current))
        for operation in vm_operations:
            if state not in TABLE[operation]:
                continue
            refused = why(world, vm, operation)
            if (operation, current) in OVERTAKES | BESIDE:
                assert refused is None, (operation, current)
            else:
                assert isinstance(refused, OtherOperationInProgress), (operation, current)
                assert refused.params[1:3] == [vm, current.value]


def test_a_hard_operation_waits_for_what_is_not_gentle(world: World) -> None:
    vm = world.add_vm(VM.power_state.to(RUNNING), busy(op.CLEAN_SHUTDOWN, op.SUSPEND))
    refused = why(world, vm, op.HARD_SHUTDOWN)
    assert isinstance(refused, OtherOperationInProgress)
    assert "suspend" in refused.params


def test_nested_virtualization_is_not_suspended(world: World) -> None:
    vm = world.add_vm(VM.power_state.to(RUNNING), VM.platform.to({"nested-virt": "true"}))
    assert isinstance(why(world, vm, op.SUSPEND), VmNonSuspendable)
    assert why(world, vm, op.PAUSE) is None
    plain = world.add_vm(VM.power_state.to(RUNNING), VM.platform.to({"nested-virt": "false"}))
    assert why(world, plain, op.SUSPEND) is None
