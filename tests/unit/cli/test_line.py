"""Arguments as the host reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cenote.cli.line import Line, boolean, parse, size
from cenote.cli.refusal import ParameterMissing, Refusal, SyntaxRefusal


def test_every_way_to_write_a_parameter() -> None:
    line = parse(["vm-list", "--minimal", "-u", "root", "name-label=a=b", "bare"])
    assert line.command == "vm-list"
    assert line.params == [("minimal", "true"), ("username", "root"), ("name-label", "a=b"), ("bare", "")]


def test_switches_before_the_command() -> None:
    line = parse(["--json", "vm-list", "a=b"])
    assert (line.command, line.params) == ("vm-list", [("a", "b"), ("json", "true")])


@pytest.mark.parametrize("arguments", [[], [""], ["a=b"], ["vm-list", "-x", "y"], ["vm-list", "-u"]])
def test_nonsense(arguments: list[str]) -> None:
    with pytest.raises(SyntaxRefusal):
        parse(arguments)


def test_reading() -> None:
    line = Line("c", [("a", "1"), ("a", "2"), ("flag", "yes"), ("parts", "x,,y"), ("n", "0x10")])
    assert line.find("a") == "1"
    assert line.find("b") is None
    assert line.get("b", "d") == "d"
    assert line.flag("flag") is True
    assert line.flag("other", True) is True
    assert line.parts("parts") == ["x", "y"]
    assert line.number("n", 0) == 16
    assert "a" in line
    assert "b" not in line


def test_missing() -> None:
    with pytest.raises(ParameterMissing, match="uuid"):
        Line("c", []).need("uuid")


def test_map() -> None:
    line = Line("c", [("sm-config:a", "1"), ("sm-config-b", "2"), ("sm-config:", "3"), ("sm-configc", "4")])
    assert line.map("sm-config") == {"a": "1", "b": "2"}


def test_filters_leave_out_what_is_no_filter() -> None:
    line = Line("c", [("minimal", "true"), ("on", "h"), ("vdi:x", "y"), ("other-config:a", "b"), ("vm", "n")])
    assert line.filters("on", "vdi") == [("other-config:a", "b"), ("vm", "n")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0", 0), ("512", 512), ("1b", 1), ("2 KiB", 2048), ("1mb", 1 << 20), ("3G", 3 << 30), ("1tib", 1 << 40)],
)
def test_size(text: str, expected: int) -> None:
    assert size(text, "f") == expected


@given(st.integers(0, 10**18))
def test_size_of_plain_numbers(number: int) -> None:
    assert size(str(number), "f") == number


@pytest.mark.parametrize("text", ["", "-1", "1.5G", "big", "1 lot"])
def test_size_that_is_none(text: str) -> None:
    with pytest.raises(Refusal, match="Failed to parse field 'f': expecting an integer"):
        size(text, "f")


@pytest.mark.parametrize(
    ("text", "expected"), [("T", True), ("Yes", True), ("1", True), ("n", False), ("FALSE", False)]
)
def test_boolean(text: str, expected: bool) -> None:
    assert boolean(text, "f") is expected


def test_boolean_that_is_none() -> None:
    with pytest.raises(Refusal, match="Failed to parse parameter 'f': Expected 'true'"):
        boolean("perhaps", "f")
