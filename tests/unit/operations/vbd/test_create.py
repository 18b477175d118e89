"""VBD.create and VBD.destroy: numbers, media, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.records import NOTHING, World

from cenote.dispatch.generated import constructor_values
from cenote.model.classes.VBD import VBD, vbd_mode, vbd_operations, vbd_type
from cenote.model.classes.VDI import VDI
from cenote.model.classes.vm import VM, vm_operations
from cenote.model.core import NULL, Ref
from cenote.model.errors.general import (
    DeviceAlreadyExists,
    HandleInvalid,
    InvalidDevice,
    OperationNotAllowed,
    OtherOperationInProgress,
)
from cenote.model.errors.storage import VbdCdsMustBeReadonly, VbdIsEmpty, VdiReadonly
from cenote.operations.vbd.create import create, destroy, free_number


@pytest.fixture
def world() -> World:
    return World()


def make(world: World, vm: Ref[VM], **given: Any) -> VBD:
    whole = {"VM": vm, "VDI": NULL, "userdevice": "autodetect", "mode": vbd_mode.RW, "type": vbd_type.DISK, **given}
    values = constructor_values(world.view, VBD, whole)
    return world.get(VBD, create(world.context(), values))


@pytest.mark.parametrize(
    ("wanted", "taken", "number"),
    [
        ("autodetect", set[str](), "0"),
        ("", {"0", "1", "3"}, "2"),
        ("7", {"0"}, "7"),
        ("007", {"0"}, "7"),
        ("255", set[str](), "255"),
        ("xvda", set[str](), "0"),
        ("hdd", set[str](), "3"),
        ("sdz", set[str](), "25"),
    ],
)
def test_numbers(wanted: str, taken: set[str], number: str) -> None:
    assert free_number(wanted, taken) == number


@pytest.mark.parametrize("wanted", ["256", "-1", "x", "xvdaa", "1.0", " 1", "1" * 5000, "\u0663"])
def test_what_is_no_number(wanted: str) -> None:
    with pytest.raises(InvalidDevice) as caught:
        free_number(wanted, set())
    assert caught.value.params == [wanted]


def test_numbers_that_are_taken() -> None:
    for wanted in ("0", "xvda", "00"):
        with pytest.raises(DeviceAlreadyExists):
            free_number(wanted, {"0"})
    with pytest.raises(InvalidDevice):
        free_number("autodetect", {str(n) for n in range(256)})


def test_a_disk_drive(world: World) -> None:
    vm, vdi = world.add_vm(), world.add_vdi()
    made = make(world, vm, VDI=vdi, currently_attached=True, device="xvdq")
    assert (made.VM, made.VDI, made.userdevice) == (vm, vdi, "0")
    assert (made.currently_attached, made.device) == (False, ""), "what the observer alone writes"
    second = make(world, vm, VDI=world.add_vdi())
    assert second.userdevice == "1"
    assert world.get(VM, vm).VBDs == (made.ref, second.ref)
    assert world.get(VDI, vdi).VBDs == (made.ref,)


def test_an_empty_cd_drive_has_no_disk_whatever_is_named(world: World) -> None:
    kind = {"type": vbd_type.CD, "mode": vbd_mode.RO, "empty": True}
    assert make(world, world.add_vm(), **kind).VDI == NULL
    assert make(world, world.add_vm(), VDI=world.add_vdi(), **kind).VDI == NULL


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"type": vbd_type.CD, "empty": True}, VbdCdsMustBeReadonly),
        ({"empty": True}, VbdIsEmpty),
        ({}, VbdIsEmpty),
        ({"type": vbd_type.CD, "mode": vbd_mode.RO}, VbdIsEmpty),
        ({"VDI": NOTHING}, HandleInvalid),
    ],
)
def test_drives_that_can_not_be(world: World, given: dict[str, Any], error: type[Exception]) -> None:
    vm = world.add_vm()
    with pytest.raises(error):
        make(world, vm, **given)
    assert world.get(VM, vm).VBDs == ()


def test_a_read_only_disk_is_only_read(world: World) -> None:
    vm, vdi = world.add_vm(), world.add_vdi(VDI.read_only.to(True))
    with pytest.raises(VdiReadonly):
        make(world, vm, VDI=vdi)
    assert vdi == make(world, vm, VDI=vdi, mode=vbd_mode.RO).VDI


def test_destroying_leaves_the_disk(world: World) -> None:
    vdi = world.add_vdi()
    vbd = world.add_vbd(world.add_vm(), vdi)
    destroy(world.context(), vbd)
    assert world.view.find(VBD, vbd) is None
    assert world.get(VDI, vdi).VBDs == ()


def test_what_is_in_use_is_not_destroyed(world: World) -> None:
    vdi = world.add_vdi()
    plugged = world.add_vbd(world.add_vm(), vdi, VBD.currently_attached.to(True))
    with pytest.raises(OperationNotAllowed):
        destroy(world.context(), plugged)
    task = "OpaqueRef:task"
    busy = world.add_vbd(world.add_vm(), vdi, VBD.current_operations.to({task: vbd_operations.PLUG}))
    started = world.add_vbd(world.add_vm(VM.current_operations.to({task: vm_operations.START})), vdi)
    for each in (busy, started):
        with pytest.raises(OtherOperationInProgress):
            destroy(world.context(), each)
    assert len(world.get(VDI, vdi).VBDs) == 3
