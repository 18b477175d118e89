"""Choosing objects by their parameters: ``name=value``, ``map:key=value``, ``set:contains=member``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from cenote.cli.parameter import Parameter, Row
from cenote.cli.refusal import Refusal, UnknownParameter
from cenote.client.failure import Failure

Test = Callable[[Row], bool]


def choose(parameters: Mapping[str, Parameter], rows: list[Row], filters: Iterable[tuple[str, str]]) -> list[Row]:
    """The rows that pass every filter; raises :class:`Refusal` for a filter on nothing, where there are rows at all."""
    for name, value in filters:
        if not rows:
            return []
        test = _test(parameters, name, value)
        rows = [row for row in rows if test(row)]
    return rows


def lookup(parameters: Mapping[str, Parameter], name: str) -> Parameter:
    """The parameter of that name; raises :class:`UnknownParameter`."""
    found = parameters.get(name)
    if found is None:
        raise UnknownParameter(name)
    return found


def split(parameters: Mapping[str, Parameter], name: str) -> tuple[Parameter, str]:
    """A parameter and the key in it (empty for the whole): ``other-config:key``, or the older ``other-config-key``.

    Raises :class:`Refusal` where there is no such parameter, or none that has keys.
    """
    if name in parameters:
        return parameters[name], ""
    stem, colon, key = name.partition(":")
    if colon:
        found = parameters.get(stem)
        if found is None:
            raise Refusal(f"Unknown field '{name}'")
        if found.members is None and found.pairs is None:
            raise Refusal(f"Field '{stem}' is not a set or map")
        return found, key
    for kind in ("pairs", "members"):
        fitting = [each for each in parameters if getattr(parameters[each], kind) and name.startswith(f"{each}-")]
        if fitting:
            stem = max(fitting, key=len)
            return parameters[stem], name[len(stem) + 1 :]
    raise Refusal(f"Unknown field '{name}'")


def read(parameter: Parameter, row: Row) -> str:
    """The text of a parameter, also where what it refers to has gone meanwhile."""
    try:
        return parameter.text(row)
    except Failure as failure:
        if failure.code == "HANDLE_INVALID":
            return "<invalid reference>"
        raise


def _test(parameters: Mapping[str, Parameter], name: str, value: str) -> Test:
    parameter, key = split(parameters, name)
    fold: Callable[[str], str] = str.lower if parameter.caseless else str
    wanted = fold(value)
    if not key:
        return lambda row: fold(read(parameter, row)) == wanted
    pairs, members = parameter.pairs, parameter.members
    if pairs is not None:
        return lambda row: {fold(each): fold(text) for each, text in pairs(row).items()}.get(fold(key)) == wanted
    if key != "contains" or members is None:
        raise Refusal("Invalid syntax for set filtering (should be set-param:contains=key)")
    return lambda row: wanted in map(fold, members(row))
