"""Sealing: from declarations to fields, messages and shapes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import TypeAlias

import pytest

from cenote.model.catalogue import Catalogue, Kind, fields_of, new_values, seal
from cenote.model.core import (
    NULL,
    Field,
    Lifecycle,
    Object,
    Ref,
    Runs,
    editable,
    initial,
    internal,
    inverse,
    message,
    runtime,
    static,
)
from cenote.model.errors.host import HostNotLive
from cenote.model.roles import Role, holders
from cenote.model.shapes import EPOCH


class size(Enum):
    """An enum of the wire."""

    SMALL = "small"
    LARGE = "large"


class Named(Object):
    """The first facet."""

    uuid: Field[str] = runtime("identifies the box")
    name_label: Field[str] = editable("its name", default="")
    tags: Field[tuple[str, ...]] = editable("labels", default=(), role=Role.VM_OPERATOR)

    @message(Role.VM_ADMIN, runs=Runs.RESIDENT, operation=size.LARGE, errors=(HostNotLive,), self_name="box")
    def open(self, from_: ShelfRef, wide: bool = False) -> size:
        """Open it."""
        raise NotImplementedError


class Kept(Object):
    """The second facet."""

    shelf: Field[ShelfRef] = initial("where it stands")
    made: Field[datetime] = runtime("when")
    size: Field[size_] = initial("how big", default=size.SMALL)
    notes: Field[Mapping[str, int]] = editable("notes", lifecycle=Lifecycle.DEPRECATED)

    @static(Role.OPEN, session_required=False)
    @staticmethod
    def count() -> int:
        """How many there are."""
        raise NotImplementedError


class box(Named, Kept):
    """A box."""

    role = Role.POOL_ADMIN
    creatable = True


class shelf(Object):
    """A shelf."""

    read_role = Role.POOL_OPERATOR
    listed = False

    uuid: Field[str] = runtime("identifies the shelf")
    boxes: Field[tuple[BoxRef, ...]] = inverse("box.shelf", "what stands on it")
    secret: Field[str] = internal("never told", default="x")


class label(Object):
    """A struct."""

    struct = True

    uuid: Field[str | None] = runtime("whose")
    text: Field[str] = runtime("what it says")


size_: TypeAlias = size  # within Kept the field hides the enum
ShelfRef: TypeAlias = "Ref[shelf]"
BoxRef: TypeAlias = "Ref[box]"
NAMES = {"ShelfRef": Ref[shelf], "BoxRef": Ref[box]}


@pytest.fixture(scope="module")
def sealed() -> Catalogue:
    return seal({"box": box, "shelf": shelf, "label": label}, NAMES)


def test_fields_stand_in_the_order_of_the_facets(sealed: Catalogue) -> None:
    assert list(sealed.fields[box]) == ["uuid", "name_label", "tags", "shelf", "made", "size", "notes"]
    assert all(field.owner is box for field in sealed.fields[box].values())


def test_shapes(sealed: Catalogue) -> None:
    assert {name: field.shape.name for name, field in fields_of(box).items()} == {
        "uuid": "string",
        "name_label": "string",
        "tags": "string set",
        "shelf": "shelf ref",
        "made": "datetime",
        "size": "enum size",
        "notes": "(string -> int) map",
    }
    assert sealed.fields[label]["uuid"].shape.name == "string option"


def test_messages_follow_from_fields_and_classes(sealed: Catalogue) -> None:
    names = {name.removeprefix("box.") for name, each in sealed.signatures.items() if each.cls is box}
    assert names == {
        *("get_all_records_where", "get_all_records", "get_all", "get_record", "get_by_uuid", "get_by_name_label"),
        *("create", "destroy", "open", "count"),
        *("get_uuid", "get_name_label", "set_name_label"),
        *("get_tags", "set_tags", "add_tags", "remove_tags"),
        *("get_shelf", "get_made", "get_size"),
        *("get_notes", "set_notes", "add_to_notes", "remove_from_notes"),
    }


def test_a_class_may_have_fewer(sealed: Catalogue) -> None:
    names = {name for name, each in sealed.signatures.items() if each.cls is not box}
    assert names == {"shelf.get_record", "shelf.get_by_uuid", "shelf.get_uuid", "shelf.get_boxes"}


def test_internal_fields_are_stored_and_never_told(sealed: Catalogue) -> None:
    assert "secret" in sealed.fields[shelf]
    assert list(sealed.records["shelf"].members) == ["uuid", "boxes"]


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("box.get_tags", Role.READ_ONLY),
        ("box.set_tags", Role.VM_OPERATOR),
        ("box.add_to_notes", Role.POOL_ADMIN),
        ("box.create", Role.POOL_ADMIN),
        ("box.open", Role.VM_ADMIN),
        ("shelf.get_record", Role.POOL_OPERATOR),
        ("shelf.get_boxes", Role.POOL_OPERATOR),
    ],
)
def test_roles(sealed: Catalogue, name: str, role: Role) -> None:
    assert sealed.signatures[name].roles == holders(role)


def test_a_field_tells_its_messages_whether_they_are_to_be_used(sealed: Catalogue) -> None:
    assert sealed.signatures["box.set_notes"].lifecycle is Lifecycle.DEPRECATED
    assert sealed.signatures["box.set_tags"].lifecycle is Lifecycle.PUBLISHED


def test_a_message_about_one_object(sealed: Catalogue) -> None:
    signature = sealed.signatures["box.open"]
    assert [(each.name, each.shape.name) for each in signature.params] == [
        ("box", "box ref"),
        ("from", "shelf ref"),
        ("wide", "bool"),
    ]
    assert signature.result is not None
    assert (signature.kind, signature.required, signature.result.name) == (Kind.VERB, 2, "enum size")
    assert (signature.errors, signature.doc, signature.message) == ((HostNotLive,), "Open it.", box.open)
    assert (box.open.takes_self, box.open.runs, box.open.operation) == (True, Runs.RESIDENT, size.LARGE)


def test_a_message_about_no_one_object(sealed: Catalogue) -> None:
    signature = sealed.signatures["box.count"]
    assert (signature.params, signature.open, signature.session_required) == ((), True, False)
    assert not box.count.takes_self


def test_who_points_where(sealed: Catalogue) -> None:
    assert sealed.inverses == {("box", "shelf"): (shelf.boxes,)}


def test_classes_are_found_in_any_case(sealed: Catalogue) -> None:
    assert (sealed.cls("box"), sealed.cls("BOX"), sealed.cls("crate")) == (box, box, None)


def test_a_new_record_has_the_defaults_and_else_what_is_empty(sealed: Catalogue) -> None:
    assert new_values(box) == {
        "uuid": "",
        "name_label": "",
        "tags": (),
        "shelf": NULL,
        "made": EPOCH,
        "size": size.SMALL,
        "notes": {},
    }
    assert new_values(shelf)["boxes"] == ()


def test_records_give_values_where_classes_give_declarations(sealed: Catalogue) -> None:
    record = box(Ref("OpaqueRef:1"), {**new_values(box), "name_label": "a"}, born=3, revision=7)
    assert (record.name_label, box.name_label.wire_name, record.size) == ("a", "name_label", size.SMALL)
    assert repr(record) == "<box OpaqueRef:1 at 7>"
    assert repr(box.name_label) == "<field box.name_label>"
    assert repr(box.open) == "<message box.open>"


def test_an_assignment_names_the_field_and_its_value(sealed: Catalogue) -> None:
    assignment = box.name_label.to("b")
    assert (assignment.field, assignment.value) == (box.name_label, "b")


class odd(Object):
    """Has a field that can't be sent."""

    wave: Field[complex] = runtime("no number of the wire")


def test_a_type_without_a_shape_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match=r"odd\.wave"):
        seal({"odd": odd}, {})
