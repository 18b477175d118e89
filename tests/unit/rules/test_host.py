"""Which operation of a host may begin."""

from __future__ import annotations

import pytest
from tests.unit.records import World

from cenote.model.classes.host import host, host_allowed_operations
from cenote.model.errors.general import OtherOperationInProgress
from cenote.model.errors.host import HostDisabled, HostNotDisabled
from cenote.rules.host import refusal

op = host_allowed_operations
STARTS = {op.VM_START, op.VM_RESUME, op.VM_MIGRATE, op.PROVISION}
ENDS = {op.SHUTDOWN, op.REBOOT, op.APPLY_UPDATES}


@pytest.mark.parametrize("operation", list(op), ids=lambda each: each.value)
def test_enabled_and_disabled(operation: host_allowed_operations) -> None:
    world = World()
    refused = refusal(world.view, world.get(host, world.host), operation)
    assert isinstance(refused, HostNotDisabled) if operation in ENDS else refused is None
    world.set(world.host, host.enabled.to(False))
    refused = refusal(world.view, world.get(host, world.host), operation)
    assert isinstance(refused, HostDisabled) if operation in STARTS else refused is None


@pytest.mark.parametrize("current", list(op), ids=lambda each: each.value)
def test_guests_start_side_by_side_and_all_else_is_alone(current: host_allowed_operations) -> None:
    world = World()
    world.set(world.host, host.current_operations.to({"OpaqueRef:task": current}))
    refused = refusal(world.view, world.get(host, world.host), op.VM_START)
    assert refused is None if current in STARTS else isinstance(refused, OtherOperationInProgress)
