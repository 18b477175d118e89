"""The layout of records, the escaping of values."""

from __future__ import annotations

import pytest

from cenote.cli.page import Cell, escape, layout


def test_names_stand_right_of_the_first() -> None:
    record = [Cell("uuid", " ( RO)", "1", None), Cell("name-label", " ( RW)", "web", None)]
    assert layout(record) == ("uuid ( RO)          : 1\n" + "    name-label ( RW): web\n")


def test_a_record_of_one() -> None:
    assert layout([Cell("a", "", "x", None)]) == "a    : x\n"


@pytest.mark.parametrize(("value", "shown"), [("a,b", "a\\,b"), ("a\\b", "a\\\\b"), ("plain", "plain")])
def test_escape(value: str, shown: str) -> None:
    assert escape(value) == shown
