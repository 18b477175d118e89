"""Generated messages: each kind of read and write, and what a ``create`` is given."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.records import NOTHING, World

from cenote.dispatch import generated
from cenote.model.catalogue import Kind, fields_of
from cenote.model.classes.event import event
from cenote.model.classes.host import host
from cenote.model.classes.VBD import VBD, vbd_mode, vbd_type
from cenote.model.classes.VDI import VDI
from cenote.model.classes.vm import VM
from cenote.model.core import NULL, Access, Object, Ref
from cenote.model.errors.general import (
    FieldTypeError,
    HandleInvalid,
    InvalidValue,
    MapDuplicateKey,
    UuidInvalid,
)
from cenote.model.sealed import CATALOGUE
from cenote.model.shapes import BOOL, FLOAT, INT


@pytest.fixture
def world() -> World:
    return World()


def read(world: World, name: str, *args: Any) -> Any:
    return generated.read(world.view, CATALOGUE.signatures[name], list(args))


def write(world: World, name: str, *args: Any) -> None:
    world.store.transact(lambda draft: generated.write(draft, CATALOGUE.signatures[name], list(args)))


def test_reads(world: World) -> None:
    one, two = world.add_vm(VM.name_label.to("one")), world.add_vm(VM.name_label.to("two"))
    record = world.get(VM, one)
    assert read(world, "VM.get_name_label", one) == "one"
    assert set(read(world, "VM.get_all")) == {one, two}
    assert read(world, "VM.get_record", one) == record.values
    assert read(world, "VM.get_all_records") == {each: world.get(VM, each).values for each in (one, two)}
    assert read(world, "VM.get_all_records_where", 'field "name_label" = "two"').keys() == {two}
    assert read(world, "VM.get_by_uuid", record.uuid) == one
    assert read(world, "VM.get_by_name_label", "one") == (one,)
    assert read(world, "VM.get_by_name_label", "three") == ()


def test_every_read_has_a_reader() -> None:
    kinds = {signature.kind for signature in CATALOGUE.signatures.values()}
    assert kinds == set(Kind)
    assert generated.READS | generated.WRITES | {Kind.VERB, Kind.CREATE, Kind.DESTROY} == kinds
    assert not generated.READS & generated.WRITES


def test_reading_what_is_not_there(world: World) -> None:
    for name in ("VM.get_name_label", "VM.get_record"):
        with pytest.raises(HandleInvalid) as caught:
            read(world, name, NOTHING)
        assert caught.value.params == ["VM", NOTHING]
    with pytest.raises(UuidInvalid):
        read(world, "VM.get_by_uuid", "no such uuid")
    with pytest.raises(InvalidValue):
        read(world, "VM.get_all_records_where", "rubbish")


def test_a_record_has_the_names_of_the_wire() -> None:
    record = event(Ref("OpaqueRef:1"), {"class_": "vm", "id": 3})
    assert generated.wire_record(record) == {"class": "vm", "id": 3}


def test_set(world: World) -> None:
    vm = world.add_vm()
    write(world, "VM.set_name_label", vm, "new")
    assert world.get(VM, vm).name_label == "new"
    with pytest.raises(HandleInvalid):
        write(world, "VM.set_name_label", NOTHING, "new")


def test_sets_hold_a_value_once_and_keep_their_order(world: World) -> None:
    vm = world.add_vm(VM.tags.to(("b",)))
    for tag in ("a", "c", "a"):
        write(world, "VM.add_tags", vm, tag)
    assert world.get(VM, vm).tags == ("b", "a", "c")
    for tag in ("a", "no such"):
        write(world, "VM.remove_tags", vm, tag)
    assert world.get(VM, vm).tags == ("b", "c")


def test_maps_hold_a_key_once(world: World) -> None:
    vm = world.add_vm()
    write(world, "VM.add_to_xenstore_data", vm, "key", "1")
    with pytest.raises(MapDuplicateKey) as caught:
        write(world, "VM.add_to_xenstore_data", vm, "key", "2")
    assert caught.value.params == ["VM", "xenstore_data", vm, "key"]
    assert world.get(VM, vm).xenstore_data == {"key": "1"}
    for key in ("key", "no such"):
        write(world, "VM.remove_from_xenstore_data", vm, key)
    assert world.get(VM, vm).xenstore_data == {}


def test_what_a_write_names_must_be_there(world: World) -> None:
    vm = world.add_vm()
    with pytest.raises(HandleInvalid) as caught:
        write(world, "VM.set_affinity", vm, NOTHING)
    assert caught.value.params == ["host", NOTHING]
    write(world, "VM.set_affinity", vm, world.host)
    write(world, "VM.set_affinity", vm, NULL)
    assert world.get(VM, vm).affinity == NULL
    with pytest.raises(HandleInvalid):
        write(world, "VM.set_affinity", vm, Ref[host](world.sr))


def test_values_of_the_wrong_shape() -> None:
    with pytest.raises(FieldTypeError) as caught:
        generated.decode(BOOL, 1, "force")
    assert caught.value.params == ["force (expected a boolean, got int)"]
    for shape, value, said in ((INT, "many", "an integer"), (INT, 2**63, "an integer of 64 bits")):
        with pytest.raises(InvalidValue) as refused:
            generated.decode(shape, value, "size")
        assert refused.value.params == ["size", f"{value} (expected {said})"]
    assert generated.decode(INT, "12", "size") == 12


def test_a_create_takes_what_is_given_and_else_the_defaults(world: World) -> None:
    given = {"VM": world.add_vm(), "VDI": NULL, "userdevice": "0", "mode": vbd_mode.RO, "type": vbd_type.CD}
    values = generated.constructor_values(world.view, VBD, {**given, "uuid": "ours to choose", "storage_lock": True})
    assert {name: values[name] for name in given} == given
    assert (values["bootable"], values["unpluggable"], values["other_config"]) == (False, True, {})
    assert "uuid" not in values
    assert "storage_lock" not in values


def test_a_create_needs_what_the_object_belongs_to(world: World) -> None:
    with pytest.raises(InvalidValue) as caught:
        generated.constructor_values(world.view, VBD, {"VDI": NULL})
    assert caught.value.params == ["VBD.VM", "(missing)"]


@pytest.mark.parametrize("cls", [cls for cls in CATALOGUE.classes.values() if cls.creatable], ids=lambda c: c.__name__)
def test_no_create_writes_what_is_cenotes_own(world: World, cls: type[Object]) -> None:
    fields = fields_of(cls)
    given = {field.wire_name: field.shape.empty for field in fields.values()}
    for name in generated.constructor_values(world.view, cls, given):
        assert fields[name].access is not Access.RUNTIME
        assert fields[name].far is None


def test_a_disk_needs_a_repository(world: World) -> None:
    with pytest.raises(InvalidValue):
        generated.constructor_values(world.view, VDI, {"name_label": "x"})
    assert generated.constructor_values(world.view, VDI, {"SR": world.sr})["SR"] == world.sr


def test_a_create_names_what_is_there(world: World) -> None:
    with pytest.raises(HandleInvalid) as caught:
        generated.constructor_values(world.view, VDI, {"SR": NOTHING})
    assert caught.value.params == ["SR", NOTHING]
    with pytest.raises(HandleInvalid):
        generated.constructor_values(world.view, VBD, {"VM": world.sr})


def test_a_record_names_the_field_that_is_wrong() -> None:
    shape = CATALOGUE.records["VM"]
    assert generated.decode(shape, {"name_label": "x", "VCPUs_max": "2", "unheard_of": 3}, "args") == {
        "name_label": "x",
        "VCPUs_max": 2,
    }
    with pytest.raises(FieldTypeError, match=r"VM\.is_a_template"):
        generated.decode(shape, {"is_a_template": 1}, "args")
    with pytest.raises(FieldTypeError, match="args"):
        generated.decode(shape, ["no record"], "args")


@pytest.mark.parametrize("value", ["nan", "inf", float("nan"), float("-inf"), 10**400])
def test_a_number_that_no_field_can_keep(value: object) -> None:
    with pytest.raises(InvalidValue):
        generated.decode(FLOAT, value, "multiplier")


def test_a_set_that_is_set_holds_each_value_once(world: World) -> None:
    vm = world.add_vm()
    write(world, "VM.set_tags", vm, ("b", "a", "b"))
    assert world.get(VM, vm).tags == ("b", "a")
