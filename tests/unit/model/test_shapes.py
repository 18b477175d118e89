"""Values made of others on the wire: references, enums, sets, maps, records."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import pytest

from cenote.model.classes.vm import vm_power_state
from cenote.model.core import NULL, Object, Ref
from cenote.model.shapes import (
    BOOL,
    INT,
    STRING,
    AnyRecordShape,
    EnumShape,
    MapShape,
    OptionShape,
    RefShape,
    SetShape,
    Shape,
    ShapeError,
    StructShape,
)


class colour(Enum):
    """An enum of the wire: its name is the published one."""

    RED = "Red"
    BLUE_GREEN = "blue_green"


COLOUR, DISK = EnumShape(colour), RefShape("VDI")
STRINGS, MAP = SetShape(STRING), MapShape(STRING, INT)
STRUCT = StructShape("pair record", lambda: {"name": STRING, "class": BOOL})


@pytest.mark.parametrize(
    ("shape", "name"),
    [
        (COLOUR, "enum colour"),
        (DISK, "VDI ref"),
        (SetShape(DISK), "VDI ref set"),
        (SetShape(STRINGS), "string set set"),
        (MapShape(INT, STRINGS), "(int -> string set) map"),
        (OptionShape(STRUCT), "pair record option"),
    ],
)
def test_names_are_the_published_ones(shape: Shape[Any], name: str) -> None:
    assert shape.name == name


WRITTEN: list[tuple[Shape[Any], Any, str, object, str]] = [
    (DISK, Ref("OpaqueRef:1"), "OpaqueRef:1", "OpaqueRef:1", "OpaqueRef:1"),
    (DISK, NULL, "OpaqueRef:NULL", "OpaqueRef:NULL", "<not in database>"),
    (COLOUR, colour.BLUE_GREEN, "blue_green", "blue_green", "blue_green"),
    (STRINGS, ("b", "a"), "<array><data><value>b</value><value>a</value></data></array>", ["b", "a"], "b; a"),
    (STRINGS, (), "<array><data></data></array>", [], ""),
    (
        MAP,
        {"a<": 1},
        "<struct><member><name>a&lt;</name><value>1</value></member></struct>",
        {"a<": 1},
        "a<: 1",
    ),
    (
        MapShape(INT, STRING),
        {7: "x"},
        "<struct><member><name>7</name><value>x</value></member></struct>",
        {"7": "x"},
        "7: x",
    ),
    (
        MapShape(COLOUR, STRING),
        {colour.RED: "x"},
        "<struct><member><name>Red</name><value>x</value></member></struct>",
        {"Red": "x"},
        "Red: x",
    ),
    (OptionShape(INT), 3, "<array><data><value>3</value></data></array>", [3], "3"),
    (OptionShape(INT), None, "<array><data></data></array>", [], ""),
]


@pytest.mark.parametrize(("shape", "value", "xml", "json", "text"), WRITTEN)
def test_written_and_read(shape: Shape[Any], value: Any, xml: str, json: object, text: str) -> None:
    assert (shape.xml(value), shape.json(value), shape.text(value)) == (xml, json, text)
    assert shape.decode(json) == value


@pytest.mark.parametrize(
    ("shape", "given", "unknown"),
    [
        (DISK, 1, False),
        (COLOUR, 1, False),
        (COLOUR, "green", True),
        (STRINGS, "a", False),
        (STRINGS, ["a", 1], False),
        (MAP, ["a"], False),
        (MAP, {"a": "x"}, False),
        (STRUCT, "a", False),
        (OptionShape(INT), [1, 2], False),
        (OptionShape(INT), "1", False),
    ],
)
def test_refused(shape: Shape[Any], given: object, unknown: bool) -> None:
    with pytest.raises(ShapeError) as caught:
        shape.decode(given)
    assert caught.value.unknown is unknown


def test_an_empty_reference_is_null() -> None:
    assert DISK.decode("") == NULL


def test_spellings_are_read_in_any_case() -> None:
    assert COLOUR.decode("RED") is colour.RED
    assert COLOUR.decode(colour.RED) is colour.RED
    assert COLOUR.spellings == ["Red", "blue_green"]


def test_power_states_are_told_in_lower_case() -> None:
    shape = EnumShape(vm_power_state)
    assert (shape.text(vm_power_state.HALTED), shape.xml(vm_power_state.HALTED)) == ("halted", "Halted")


@pytest.mark.parametrize(
    ("typed", "value"),
    [("a:1;b:2", {"a": 1, "b": 2}), ("a=1, b=2", {"a": 1, "b": 2}), ("", {})],
)
def test_people_type_maps(typed: str, value: Mapping[str, int]) -> None:
    assert MAP.parse(typed) == value


def test_people_type_sets() -> None:
    assert STRINGS.parse("a, b;c") == ("a", "b", "c")
    with pytest.raises(ShapeError):
        MAP.parse("a")


class pair(Object):
    """Stands for a declared class."""


RECORD = pair(Ref("OpaqueRef:1"), {"name": "x", "class_": True})
XML = (
    "<struct><member><name>name</name><value>x</value></member>"
    "<member><name>class</name><value><boolean>1</boolean></value></member></struct>"
)


@pytest.mark.parametrize("value", [RECORD, {"name": "x", "class": True}])
def test_records_are_written_from_objects_and_from_values(value: Any) -> None:
    assert (STRUCT.xml(value), STRUCT.json(value)) == (XML, {"name": "x", "class": True})
    assert STRUCT.text(value) == "name: x; class: true"


def test_a_record_may_lack_members_and_have_others() -> None:
    assert STRUCT.decode({"class": False, "colour": "Red"}) == {"class": False}


KNOWN: dict[type[Object], StructShape] = {pair: STRUCT}


def test_a_record_of_any_class_is_written_as_its_own_class_says() -> None:
    shape = AnyRecordShape(KNOWN.__getitem__)
    assert (shape.name, shape.xml(RECORD)) == ("<class> record", XML)
    assert shape.decode({"name": "x"}) == {"name": "x"}
    with pytest.raises(ShapeError):
        shape.xml({"name": "x"})
