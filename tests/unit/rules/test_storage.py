"""Which operation of a disk or of a repository may begin."""

from __future__ import annotations

import pytest
from tests.unit.records import HALTED, NOTHING, SUSPENDED, World

from cenote.model.classes.PBD import PBD
from cenote.model.classes.SR import SR, storage_operations
from cenote.model.classes.VBD import VBD, vbd_mode
from cenote.model.classes.VDI import VDI, vdi_operations, vdi_type
from cenote.model.classes.vm import VM
from cenote.model.core import Ref
from cenote.model.errors.general import OperationNotAllowed, OtherOperationInProgress
from cenote.model.errors.storage import (
    SrHasNoPbds,
    SrHasPbd,
    SrNotAttached,
    SrOperationNotSupported,
    VdiInUse,
    VdiReadonly,
)
from cenote.rules import storage

op = vdi_operations
IDLE = (op.DESTROY, op.RESIZE, op.COPY, op.CLONE, op.SNAPSHOT, op.FORGET, op.DATA_DESTROY)


@pytest.fixture
def world() -> World:
    return World()


def why(world: World, vdi: Ref[VDI], operation: vdi_operations) -> object:
    return storage.vdi_refusal(world.view, world.get(VDI, vdi), operation)


def sr_why(world: World, sr: Ref[SR], operation: storage_operations) -> object:
    return storage.sr_refusal(world.view, world.get(SR, sr), operation)


def test_a_disk_that_nobody_uses_may_have_anything_done_but_what_needs_a_guest(world: World) -> None:
    vdi = world.add_vdi()
    refused = {each: why(world, vdi, each) for each in vdi_operations}
    assert {each for each, error in refused.items() if error is not None} == {op.RESIZE_ONLINE}
    assert isinstance(refused[op.RESIZE_ONLINE], OperationNotAllowed)


def test_a_disk_needs_its_repository(world: World) -> None:
    sr = world.add_sr(attached=False)
    for vdi in (world.add_vdi(VDI.SR.to(sr)), world.add_vdi(VDI.SR.to(NOTHING))):
        for operation in vdi_operations:
            assert isinstance(why(world, vdi, operation), SrNotAttached)


def test_a_repository_of_images_is_only_read(world: World) -> None:
    vdi = world.add_vdi(VDI.SR.to(world.add_sr(SR.type.to("iso"))))
    may = {each for each in vdi_operations if not isinstance(why(world, vdi, each), SrOperationNotSupported)}
    assert may == {op.COPY, op.UPDATE, op.FORGET}


@pytest.mark.parametrize("operation", IDLE)
def test_a_disk_in_use_is_left_alone(world: World, operation: vdi_operations) -> None:
    vdi = world.add_vdi()
    world.add_vbd(world.add_vm(), vdi, VBD.currently_attached.to(True))
    refused = why(world, vdi, operation)
    assert isinstance(refused, VdiInUse)
    assert refused.params == [vdi, operation.value]
    assert why(world, vdi, op.RESIZE_ONLINE) is None


def test_a_disk_of_a_vm_that_is_about_to_start_is_in_use(world: World) -> None:
    vdi = world.add_vdi()
    world.add_vbd(world.add_vm(VM.scheduled_to_be_resident_on.to(world.host)), vdi)
    assert isinstance(why(world, vdi, op.DESTROY), VdiInUse)


def test_a_disk_that_is_only_read_may_be_duplicated(world: World) -> None:
    vdi = world.add_vdi()
    world.add_vbd(world.add_vm(), vdi, VBD.currently_attached.to(True), VBD.mode.to(vbd_mode.RO))
    assert [why(world, vdi, each) for each in (op.CLONE, op.COPY, op.SNAPSHOT)] == [None, None, None]
    assert isinstance(why(world, vdi, op.DESTROY), VdiInUse)


def test_a_read_only_disk_keeps_its_size(world: World) -> None:
    vdi = world.add_vdi(VDI.read_only.to(True))
    assert isinstance(why(world, vdi, op.RESIZE), VdiReadonly)
    assert isinstance(why(world, vdi, op.RESIZE_ONLINE), VdiReadonly)
    assert why(world, vdi, op.DESTROY) is None


def test_duplicates_are_made_side_by_side_and_else_one_at_a_time(world: World) -> None:
    vdi = world.add_vdi(VDI.current_operations.to({"OpaqueRef:task": op.CLONE}))
    may = {each for each in vdi_operations if not isinstance(why(world, vdi, each), OtherOperationInProgress)}
    assert may == {op.CLONE, op.COPY, op.SNAPSHOT}
    vdi = world.add_vdi(VDI.current_operations.to({"OpaqueRef:task": op.DESTROY}))
    assert all(isinstance(why(world, vdi, each), OtherOperationInProgress) for each in vdi_operations)


def test_saved_memory_stays_while_its_vm_is_suspended(world: World) -> None:
    vdi = world.add_vdi(VDI.type.to(vdi_type.SUSPEND))
    vm = world.add_vm(VM.power_state.to(SUSPENDED), VM.suspend_VDI.to(vdi))
    assert isinstance(why(world, vdi, op.DESTROY), VdiInUse)
    world.set(vm, VM.power_state.to(HALTED))
    assert why(world, vdi, op.DESTROY) is None


sr_op = storage_operations


def test_an_attached_repository(world: World) -> None:
    refused = {each: sr_why(world, world.sr, each) for each in storage_operations}
    assert {each for each, error in refused.items() if error is not None} == {sr_op.FORGET, sr_op.DESTROY}
    assert isinstance(refused[sr_op.FORGET], SrHasPbd)
    assert isinstance(refused[sr_op.DESTROY], SrHasPbd)


def test_a_detached_repository(world: World) -> None:
    sr = world.add_sr(attached=False)
    refused = {each: sr_why(world, sr, each) for each in storage_operations}
    assert {each for each, error in refused.items() if error is None} == {sr_op.FORGET, sr_op.DESTROY}
    assert isinstance(refused[sr_op.SCAN], SrNotAttached)


def test_a_repository_that_no_host_can_reach(world: World) -> None:
    sr = world.add(SR)
    assert isinstance(sr_why(world, sr, sr_op.DESTROY), SrHasNoPbds)
    assert sr_why(world, sr, sr_op.FORGET) is None
    assert isinstance(sr_why(world, sr, sr_op.SCAN), SrNotAttached)


def test_one_operation_at_a_time(world: World) -> None:
    world.set(world.sr, SR.current_operations.to({"OpaqueRef:task": sr_op.SCAN}))
    for operation in storage_operations:
        assert isinstance(sr_why(world, world.sr, operation), OtherOperationInProgress)


def test_any_plugged_pbd_counts(world: World) -> None:
    sr = world.add_sr(attached=False)
    assert not storage.plugged(world.view, world.get(SR, sr))
    world.add(PBD, PBD.SR.to(sr), PBD.currently_attached.to(True))
    assert storage.plugged(world.view, world.get(SR, sr))
