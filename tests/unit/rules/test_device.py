"""Which operation of a block device or a network interface may begin."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.records import HALTED, NOTHING, PAUSED, RUNNING, SUSPENDED, World

from cenote.model.classes.VBD import VBD, vbd_operations
from cenote.model.classes.VIF import VIF, vif_operations
from cenote.model.classes.vm import VM, vm_operations, vm_power_state
from cenote.model.core import NULL, Assignment, Ref
from cenote.model.errors.general import (
    DeviceAlreadyAttached,
    DeviceAlreadyDetached,
    OperationNotAllowed,
    OtherOperationInProgress,
)
from cenote.model.errors.storage import VbdIsEmpty, VbdNotEmpty, VbdNotRemovableMedia
from cenote.model.errors.vm import VmBadPowerState
from cenote.rules import device

op = vbd_operations
PLUGS, UNPLUGS, MEDIA = (op.PLUG, op.ATTACH), (op.UNPLUG, op.UNPLUG_FORCE), (op.INSERT, op.EJECT)
ON = VBD.currently_attached.to(True)


@pytest.fixture
def world() -> World:
    return World()


def vm_in(world: World, state: vm_power_state, *assignments: Assignment[Any]) -> Ref[VM]:
    return world.add_vm(VM.power_state.to(state), *assignments)


def vbd_why(world: World, vbd: Ref[VBD], operation: vbd_operations) -> object:
    return device.vbd_refusal(world.view, world.get(VBD, vbd), operation)


def vif_why(world: World, vif: Ref[VIF], operation: vif_operations) -> object:
    return device.vif_refusal(world.view, world.get(VIF, vif), operation)


@pytest.mark.parametrize("state", [HALTED, PAUSED, SUSPENDED])
def test_plugging_needs_a_guest_that_runs(world: World, state: vm_power_state) -> None:
    vm = vm_in(world, state)
    vbd, vif = world.add_vbd(vm, world.add_vdi()), world.add_vif(vm)
    for operation in (*PLUGS, *UNPLUGS):
        refused = vbd_why(world, vbd, operation)
        assert isinstance(refused, VmBadPowerState)
        assert refused.params == [vm, "running", state.value.lower()]
    for each in vif_operations:
        assert isinstance(vif_why(world, vif, each), VmBadPowerState)


def test_a_device_of_a_vm_that_is_gone_is_of_one_that_is_halted(world: World) -> None:
    refused = vbd_why(world, world.add_vbd(NOTHING, world.add_vdi()), op.PLUG)
    assert isinstance(refused, VmBadPowerState)
    assert refused.actual == "halted"


def test_a_disk_is_plugged_once(world: World) -> None:
    vm = vm_in(world, RUNNING)
    out, in_ = world.add_vbd(vm, world.add_vdi()), world.add_vbd(vm, world.add_vdi(), ON)
    for operation in PLUGS:
        assert vbd_why(world, out, operation) is None
        assert isinstance(vbd_why(world, in_, operation), DeviceAlreadyAttached)
    for operation in UNPLUGS:
        assert isinstance(vbd_why(world, out, operation), DeviceAlreadyDetached)
        assert vbd_why(world, in_, operation) is None


def test_a_cd_drive_is_filled_and_emptied(world: World) -> None:
    vm = vm_in(world, RUNNING)
    empty, full = world.add_cd(vm, NULL, ON), world.add_cd(vm, world.add_vdi(), ON)
    assert vbd_why(world, empty, op.INSERT) is None
    assert isinstance(vbd_why(world, empty, op.EJECT), VbdIsEmpty)
    assert isinstance(vbd_why(world, full, op.INSERT), VbdNotEmpty)
    assert vbd_why(world, full, op.EJECT) is None


def test_a_cd_drive_is_never_plugged(world: World) -> None:
    vm = vm_in(world, RUNNING)
    for operation in PLUGS:
        assert isinstance(vbd_why(world, world.add_cd(vm), operation), OperationNotAllowed)
    for operation in UNPLUGS:
        assert isinstance(vbd_why(world, world.add_cd(vm, world.add_vdi(), ON), operation), OperationNotAllowed)


def test_media_are_changed_while_the_vm_is_not_suspended_and_only_of_cd_drives(world: World) -> None:
    asleep = vbd_why(world, world.add_cd(vm_in(world, vm_power_state.SUSPENDED)), op.INSERT)
    assert isinstance(asleep, VmBadPowerState)
    for state in set(vm_power_state) - {vm_power_state.SUSPENDED}:
        vm = vm_in(world, state)
        assert vbd_why(world, world.add_cd(vm), op.INSERT) is None
        for operation in MEDIA:
            refused = vbd_why(world, world.add_vbd(vm, world.add_vdi()), operation)
            assert isinstance(refused, VbdNotRemovableMedia)


def test_one_operation_at_a_time(world: World) -> None:
    vm = vm_in(world, RUNNING)
    current = {"OpaqueRef:task": op.PLUG}
    vbd = world.add_vbd(vm, world.add_vdi(), VBD.current_operations.to(current))
    vif = world.add_vif(vm, VIF.current_operations.to({"OpaqueRef:task": vif_operations.PLUG}))
    for operation in vbd_operations:
        assert isinstance(vbd_why(world, vbd, operation), OtherOperationInProgress)
    for each in vif_operations:
        assert isinstance(vif_why(world, vif, each), OtherOperationInProgress)


@pytest.mark.parametrize("operation", list(vm_operations), ids=lambda each: each.value)
def test_devices_rest_while_their_vm_is_worked_on(world: World, operation: vm_operations) -> None:
    vm = vm_in(world, RUNNING, VM.current_operations.to({"OpaqueRef:task": operation}))
    refusals = (
        vbd_why(world, world.add_vbd(vm, world.add_vdi()), op.PLUG),
        vbd_why(world, world.add_cd(vm), op.INSERT),
        vif_why(world, world.add_vif(vm), vif_operations.PLUG),
    )
    for refused in refusals:
        if operation in device.TAKES_DEVICES:
            assert isinstance(refused, OtherOperationInProgress)
            assert refused.params[:3] == ["VM", vm, operation.value]
        else:
            assert refused is None


def test_an_interface_is_plugged_once(world: World) -> None:
    vm = vm_in(world, RUNNING)
    out, in_ = world.add_vif(vm), world.add_vif(vm, VIF.currently_attached.to(True))
    assert vif_why(world, out, vif_operations.PLUG) is None
    assert isinstance(vif_why(world, in_, vif_operations.PLUG), DeviceAlreadyAttached)
    assert isinstance(vif_why(world, out, vif_operations.UNPLUG), DeviceAlreadyDetached)
    assert vif_why(world, in_, vif_operations.UNPLUG) is None
