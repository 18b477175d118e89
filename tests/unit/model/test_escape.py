"""Text within XML: nothing that a client could not parse."""

from xml.etree import ElementTree

import pytest

from cenote.model.escape import escape


@pytest.mark.parametrize("text", ["", "plain", "<&>\"'", "tab\tand\nline", "Zürich 東京 🐧"])
def test_text_comes_back_from_a_parser(text: str) -> None:
    assert (ElementTree.fromstring(f"<value>{escape(text)}</value>").text or "") == text


@pytest.mark.parametrize("char", ["\x00", "\x08", "\x0b", "\x1f", "\ufffe", "\ud800"])
def test_what_xml_cannot_carry_is_replaced(char: str) -> None:
    assert ElementTree.fromstring(f"<value>{escape(f'a{char}b')}</value>").text == "a\ufffdb"
