"""Single values on the wire: what is written, what is read, and what is refused."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from cenote.model.scalars import BOOL, DATE, EPOCH, FLOAT, INT, STRING, Shape, ShapeError

NOON = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)

WRITTEN: list[tuple[Shape[Any], Any, str, object, str]] = [
    (STRING, 'a <b> & "c"', "a &lt;b&gt; &amp; &quot;c&quot;", 'a <b> & "c"', 'a <b> & "c"'),
    (STRING, "", "", "", ""),
    (INT, -1, "-1", -1, "-1"),
    (BOOL, True, "<boolean>1</boolean>", True, "true"),
    (BOOL, False, "<boolean>0</boolean>", False, "false"),
    (FLOAT, 1.0, "<double>1</double>", 1.0, "1.000"),
    (FLOAT, 0.25, "<double>0.25</double>", 0.25, "0.250"),
    (DATE, NOON, "<dateTime.iso8601>20260131T12:00:00Z</dateTime.iso8601>", "20260131T12:00:00Z", "20260131T12:00:00Z"),
]


@pytest.mark.parametrize(("shape", "value", "xml", "json", "text"), WRITTEN)
def test_written(shape: Shape[Any], value: Any, xml: str, json: object, text: str) -> None:
    assert (shape.xml(value), shape.json(value), shape.text(value)) == (xml, json, text)


@pytest.mark.parametrize(("shape", "value"), [(row[0], row[1]) for row in WRITTEN])
def test_rows_come_back(shape: Shape[Any], value: Any) -> None:
    assert shape.decode(shape.json(value)) == value


@pytest.mark.parametrize(
    ("shape", "given", "value"),
    [
        (INT, "42", 42),
        (INT, " -7 ", -7),
        (INT, str(2**63 - 1), 2**63 - 1),
        (FLOAT, "0.5", 0.5),
        (FLOAT, 3, 3.0),
        (DATE, "20260131T12:00:00", NOON),
        (DATE, "2026-01-31T12:00:00Z", NOON),
        (DATE, "20260131T13:00:00+0100", NOON),
        (DATE, datetime(2026, 1, 31, 12), NOON),
        (DATE, datetime(2026, 1, 31, 13, tzinfo=timezone(timedelta(hours=1))), NOON),
    ],
)
def test_read(shape: Shape[Any], given: object, value: object) -> None:
    assert shape.decode(given) == value


@pytest.mark.parametrize(
    ("shape", "given"),
    [
        (STRING, 1),
        (INT, "seven"),
        (INT, True),
        (INT, 1.5),
        (BOOL, 1),
        (BOOL, "true"),
        (FLOAT, "much"),
        (FLOAT, True),
        (DATE, "yesterday"),
        (DATE, 20260131),
    ],
)
def test_refused(shape: Shape[Any], given: object) -> None:
    with pytest.raises(ShapeError) as caught:
        shape.decode(given)
    assert caught.value.got == given
    assert not caught.value.unknown


def test_an_integer_of_more_than_64_bits_is_out_of_range() -> None:
    with pytest.raises(ShapeError) as caught:
        INT.decode(2**63)
    assert caught.value.unknown


@pytest.mark.parametrize(("typed", "value"), [("yes", True), ("TRUE", True), ("0", False), ("n", False)])
def test_people_spell_truth_in_many_ways(typed: str, value: bool) -> None:
    assert BOOL.parse(typed) is value


def test_people_may_not_spell_it_in_any_way() -> None:
    with pytest.raises(ShapeError):
        BOOL.parse("maybe")


def test_never_is_the_epoch() -> None:
    assert DATE.empty == EPOCH
    assert DATE.text(EPOCH) == "19700101T00:00:00Z"
