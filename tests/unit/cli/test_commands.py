"""The table of commands, and the rows of those that are one message."""

from __future__ import annotations

import pytest

from cenote.cli.command import Command
from cenote.cli.commands import table
from cenote.cli.commands.simple import ENTRIES, Entry, Result, arguments
from cenote.cli.layout import COMPOSED, FAMILIES, PARAMETERS
from cenote.cli.parameter import parameters_of
from cenote.model.sealed import CATALOGUE
from cenote.model.shapes import RefShape


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry.name for entry in ENTRIES])
def test_a_row_fits_its_message(entry: Entry) -> None:
    signature = CATALOGUE.signatures[entry.message]
    assert len(arguments(entry)) <= len(signature.params)
    assert len(arguments(entry)) >= signature.required
    assert ("@" in entry.arguments) is (entry.select is not None)
    if entry.result is Result.MADE:
        assert isinstance(signature.result, RefShape)
    if entry.result is Result.VALUE:
        assert signature.result is not None


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_every_parameter_comes_from_somewhere(name: str) -> None:
    words = PARAMETERS[name].split()
    assert len(parameters_of(CATALOGUE, CATALOGUE.classes[name])) == len(words)


@pytest.mark.parametrize("prefix", sorted(FAMILIES))
def test_families_filter_and_show_what_there_is(prefix: str) -> None:
    name, filters, columns = FAMILIES[prefix]
    known = parameters_of(CATALOGUE, CATALOGUE.classes[name])
    assert filters.keys() <= known.keys()
    assert not columns or set(columns.split()) & known.keys()


def test_composed_classes_have_the_set() -> None:
    assert all(f"{name}.get_{field}" in CATALOGUE.signatures for name, field in COMPOSED.items())


@pytest.mark.parametrize("command", table().values(), ids=lambda command: command.name)
def test_every_command_says_what_it_does(command: Command) -> None:
    assert command.text.endswith(".")
    assert command.text[0].isupper()
    assert not set(command.required.split()) & set(command.optional.split())
