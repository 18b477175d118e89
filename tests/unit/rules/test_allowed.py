"""One function answers the guard and fills ``allowed_operations``, and each transaction keeps that field true."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pytest
from tests.unit.records import HALTED, NOTHING, RUNNING, SUSPENDED, World

from cenote.daemon.rooms import offered
from cenote.model.catalogue import Kind, fields_of
from cenote.model.classes.host import host, host_allowed_operations
from cenote.model.classes.PBD import PBD
from cenote.model.classes.SR import SR, storage_operations
from cenote.model.classes.VBD import VBD, vbd_operations
from cenote.model.classes.VDI import VDI, vdi_operations, vdi_type
from cenote.model.classes.VIF import VIF, vif_operations
from cenote.model.classes.vm import VM, vm_operations
from cenote.model.core import Object, Ref
from cenote.model.sealed import CATALOGUE
from cenote.operations.registry import Procedures, procedures
from cenote.rules import allowed

ALL: dict[type[Object], tuple[Enum, ...]] = {
    VM: tuple(vm_operations),
    VBD: tuple(vbd_operations),
    VIF: tuple(vif_operations),
    VDI: tuple(vdi_operations),
    SR: tuple(storage_operations),
    host: tuple(host_allowed_operations),
}
"""As if every operation were built."""


@pytest.fixture
def world() -> World:
    return World(allowed.deriver(ALL))


def said(world: World, ref: Ref[Any], cls: type[Object]) -> tuple[Enum, ...]:
    return tuple(world.view.get(cls, ref).values["allowed_operations"])


def true(world: World, ref: Ref[Any], cls: type[Object]) -> tuple[Enum, ...]:
    record = world.view.get(cls, ref)
    return tuple(each for each in ALL[cls] if allowed.refusal(world.view, record, each) is None)


def assert_true(world: World) -> None:
    """Every object says just what the rules say of it now."""
    for cls in ALL:
        for record in world.view.all(cls):
            assert said(world, record.ref, cls) == true(world, record.ref, cls), record


def test_the_tables_name_operations_of_their_own_classes() -> None:
    assert allowed.RULES.keys() == ALL.keys()
    for cls, operation in allowed.DESTROYS.items():
        assert operation in ALL[cls]
        assert allowed.destroy_operation(cls) is operation
    assert allowed.destroy_operation(VBD) is None


def test_a_class_without_rules_refuses_nothing(world: World) -> None:
    pbd = world.add(PBD)
    assert allowed.refusal(world.view, world.get(PBD, pbd), storage_operations.PLUG) is None


@pytest.mark.parametrize("cls", list(ALL), ids=lambda cls: cls.__name__)
def test_each_class_answers_for_each_of_its_operations(world: World, cls: type[Object]) -> None:
    vm = world.add_vm()
    made: dict[type[Object], Ref[Any]] = {
        VM: vm,
        VBD: world.add_vbd(vm),
        VIF: world.add_vif(vm),
        VDI: world.add_vdi(),
        SR: world.sr,
        host: world.host,
    }
    assert said(world, made[cls], cls) == true(world, made[cls], cls)


def test_allowed_operations_follow_the_vm(world: World) -> None:
    vdi, cd = world.add_vdi(), world.add_vdi()
    vm = world.add_vm()
    vbd, drive, vif = world.add_vbd(vm, vdi), world.add_cd(vm, cd), world.add_vif(vm)
    assert vm_operations.START in said(world, vm, VM)
    assert vbd_operations.PLUG not in said(world, vbd, VBD)
    world.set(vm, VM.power_state.to(RUNNING), VM.resident_on.to(world.host))
    assert_true(world)
    assert vbd_operations.PLUG in said(world, vbd, VBD)
    assert vif_operations.PLUG in said(world, vif, VIF)
    for each in (vbd, drive, vif):
        world.set(each, fields_of(VIF if each == vif else VBD)["currently_attached"].to(True))
        assert_true(world)
    assert vdi_operations.DESTROY not in said(world, vdi, VDI)
    world.set(vm, VM.current_operations.to({"OpaqueRef:task": vm_operations.SUSPEND}))
    assert_true(world)
    assert said(world, vm, VM) == ()
    assert said(world, vif, VIF) == ()
    world.set(vm, VM.current_operations.to({}), VM.power_state.to(HALTED))
    for each in (vbd, drive, vif):
        world.set(each, fields_of(VIF if each == vif else VBD)["currently_attached"].to(False))
    assert_true(world)
    assert vdi_operations.DESTROY in said(world, vdi, VDI)


def test_a_disk_is_in_use_from_the_moment_its_vm_is_to_start(world: World) -> None:
    vdi = world.add_vdi()
    vm = world.add_vm()
    world.add_vbd(vm, vdi)
    world.set(vm, VM.scheduled_to_be_resident_on.to(world.host))
    assert vdi_operations.DESTROY not in said(world, vdi, VDI)
    assert_true(world)


def test_disks_follow_their_repository(world: World) -> None:
    vdi = world.add_vdi()
    (pbd,) = world.get(SR, world.sr).PBDs
    world.set(pbd, PBD.currently_attached.to(False))
    assert_true(world)
    assert said(world, vdi, VDI) == ()
    world.set(pbd, PBD.currently_attached.to(True))
    assert_true(world)
    assert vdi_operations.CLONE in said(world, vdi, VDI)


def test_a_vbd_that_changes_its_disk_frees_the_old_one(world: World) -> None:
    old, new = world.add_vdi(), world.add_vdi()
    drive = world.add_cd(world.add_vm(), old, VBD.currently_attached.to(True))
    world.set(drive, VBD.VDI.to(new))
    assert_true(world)


def test_a_vbd_that_goes_frees_its_disk(world: World) -> None:
    vdi = world.add_vdi()
    vbd = world.add_vbd(world.add_vm(), vdi, VBD.currently_attached.to(True))
    assert vdi_operations.DESTROY not in said(world, vdi, VDI)
    world.store.transact(lambda draft: draft.delete(VBD, vbd))
    assert_true(world)
    assert vdi_operations.DESTROY in said(world, vdi, VDI)


def test_a_repository_without_a_pbd_can_only_be_forgotten(world: World) -> None:
    (pbd,) = world.get(SR, world.sr).PBDs
    world.set(pbd, PBD.currently_attached.to(False))
    assert storage_operations.DESTROY in said(world, world.sr, SR)
    world.store.transact(lambda draft: draft.delete(PBD, pbd))
    assert_true(world)
    assert said(world, world.sr, SR) == (storage_operations.FORGET,)


def test_saved_memory_follows_its_vm(world: World) -> None:
    vdi = world.add_vdi(VDI.type.to(vdi_type.SUSPEND))
    vm = world.add_vm(VM.suspend_VDI.to(vdi), VM.power_state.to(SUSPENDED))
    assert vdi_operations.DESTROY not in said(world, vdi, VDI)
    world.set(vm, VM.power_state.to(HALTED))
    assert vdi_operations.DESTROY in said(world, vdi, VDI)
    assert_true(world)


def test_a_device_of_nothing_does_no_harm(world: World) -> None:
    vbd = world.add_vbd(NOTHING, NOTHING)
    assert said(world, vbd, VBD) == true(world, vbd, VBD)


def test_only_what_is_offered_is_ever_allowed() -> None:
    world = World(allowed.deriver({VM: (vm_operations.START,)}))
    vm = world.add_vm()
    assert said(world, vm, VM) == (vm_operations.START,)
    assert said(world, world.add_vdi(), VDI) == ()


def test_what_is_built_is_offered() -> None:
    built = procedures()
    found = offered(built)
    assert found.keys() == allowed.RULES.keys()
    for cls, operations in found.items():
        verbs = {
            signature.message.operation
            for name, signature in CATALOGUE.signatures.items()
            if signature.cls is cls and signature.message and name in built.verbs
        }
        destroy = {allowed.destroy_operation(cls)} if cls.__name__ in built.destroys else set[Enum]()
        assert {*operations} == (verbs | destroy) - {None}
        assert len(operations) == len({*operations})
    assert vm_operations.START in found[VM]
    assert vm_operations.DESTROY in found[VM]
    assert ("VM.snapshot" in built.verbs) is (vm_operations.SNAPSHOT in found[VM])


def test_nothing_is_offered_where_nothing_is_built() -> None:
    assert set(offered(Procedures()).values()) == {()}


def test_destroys_are_generated_messages() -> None:
    for cls in allowed.DESTROYS:
        assert CATALOGUE.signatures[f"{cls.__name__}.destroy"].kind is Kind.DESTROY
