"""Changing parameters: from the text that a person typed to the message that sets, adds or removes."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

from cenote.cli.filter import split
from cenote.cli.job import Job
from cenote.cli.line import boolean, integer, size
from cenote.cli.parameter import Parameter, Row
from cenote.cli.refusal import Refusal
from cenote.cli.words import understand
from cenote.model.core import NULL, Object
from cenote.model.shapes import BOOL, FLOAT, INT, EnumShape, RefShape, SetShape, Shape, ShapeError

KEYS = {"VCPUs-params": ("weight", "cap", "mask")}
"""The only keys that a map takes."""


def understood(job: Job, name: str, shape: Shape[Any], text: str) -> Any:
    """The value that a person typed for the parameter ``name``; raises :class:`Refusal`, ``UUID_INVALID``."""
    if isinstance(shape, RefShape):
        return job.session.by_uuid(job.cls(shape.target), text) if text else NULL
    if isinstance(shape, EnumShape):
        return _member(shape.kind, text)
    if isinstance(shape, SetShape):
        return tuple(understood(job, name, shape.item, part.strip()) for part in text.split(",") if part.strip())
    if shape is INT:
        return size(text, name) if name.startswith("memory-") else integer(text, name)
    if shape is BOOL:
        return _boolean(text, name)
    try:
        return shape.parse(text)
    except ShapeError as error:
        if shape is FLOAT:
            raise Refusal(f"Parameter {name} must be a floating-point number") from error
        raise Refusal(f"Failed to parse parameter '{name}': {error}") from error


def _boolean(text: str, name: str) -> bool:
    try:
        return boolean(text, name)
    except Refusal as refusal:
        raise Refusal(f"Failed to parse parameter '{name}': expecting a boolean (true or false)") from refusal


def _member(kind: type[Enum], text: str) -> Enum:
    found = understand(kind, text)
    if found is None:
        raise Refusal(f"Expected one of {', '.join(repr(str(each.value)) for each in kind)}, got {text}")
    return found


class Change:
    """Changes of one object."""

    def __init__(self, job: Job, cls: type[Object], row: Row) -> None:
        self.job = job
        self.row = row
        self.parameters = job.parameters(cls)
        self._maps: dict[str, dict[str, str]] = {}

    def set(self, name: str, text: str) -> None:
        """Set a parameter, or one key of a map (``other-config:key``); some maps wait for :meth:`finish`."""
        parameter, key = split(self.parameters, name)
        if not key:
            self._set_whole(parameter, text)
        elif parameter.members is not None:
            raise Refusal("Cannot param-set on set fields")
        elif parameter.pairs is not None and parameter.adder is None and parameter.setter is not None:
            self._maps.setdefault(parameter.name, {})[key] = text
        elif parameter.adder is None:
            raise Refusal(f"Map field '{parameter.name}' is read-only.")
        else:
            if parameter.pairs is not None and key in parameter.pairs(self.row):
                self.remove_key(parameter, key)
            self.add_pair(parameter, key, text)

    def finish(self) -> None:
        """Set the maps that can only be set whole."""
        for name, pairs in self._maps.items():
            parameter = self.parameters[name]
            self._send(parameter.setter, pairs)

    def _set_whole(self, parameter: Parameter, text: str) -> None:
        if parameter.setter is None or parameter.pairs is not None:
            if parameter.adder is not None:
                raise Refusal(f"Field '{parameter.name}' is a map or set. use the 'name:key=value' syntax.")
            raise Refusal(f"Field '{parameter.name}' is read-only.")
        shape = parameter.setter.params[1].shape
        self._send(parameter.setter, understood(self.job, parameter.name, shape, text))

    def add_pair(self, parameter: Parameter, key: str, text: str) -> None:
        """Add a pair to a map."""
        if parameter.adder is None:
            raise Refusal("Parameter is read-only")
        allowed = KEYS.get(parameter.name)
        if allowed is not None and key not in allowed:
            words = ",".join(f"'{each}'" for each in allowed[:-1]) + f" or '{allowed[-1]}'"
            raise Refusal(f"Failed to add parameter '{key}': expecting {words}")
        _, first, second = parameter.adder.params
        self._send(
            parameter.adder,
            understood(self.job, parameter.name, first.shape, key),
            understood(self.job, parameter.name, second.shape, text),
        )

    def add_member(self, parameter: Parameter, text: str) -> None:
        """Add a member to a set."""
        if parameter.adder is None:
            raise Refusal("Parameter is read-only")
        self._send(parameter.adder, understood(self.job, parameter.name, parameter.adder.params[1].shape, text))

    def remove_key(self, parameter: Parameter, text: str) -> None:
        """Remove a member of a set or a key of a map."""
        if parameter.remover is None:
            raise Refusal("Cannot remove parameters from read-only map")
        self._send(parameter.remover, understood(self.job, parameter.name, parameter.remover.params[1].shape, text))

    def clear(self, parameter: Parameter) -> None:
        """Empty a parameter: every member or pair goes, a text becomes empty, a reference null."""
        if parameter.members is not None and parameter.remover is not None:
            self._each(parameter, parameter.members)
        elif parameter.pairs is not None and parameter.setter is not None:
            self._send(parameter.setter, {})
        elif parameter.pairs is not None and parameter.remover is not None:
            self._each(parameter, lambda row: list(_pairs_of(parameter, row)))
        elif parameter.setter is not None:
            self._clear_plain(parameter)
        else:
            raise Refusal("Can only clear RW parameters")

    def _clear_plain(self, parameter: Parameter) -> None:
        try:
            self._set_whole(parameter, "")
        except Refusal as refusal:
            raise Refusal("Cannot clear this parameter") from refusal

    def _each(self, parameter: Parameter, keys: Callable[[Row], list[str]]) -> None:
        for key in keys(self.row):
            self.remove_key(parameter, key)

    def _send(self, signature: Any, *values: Any) -> None:
        self.job.session.send(signature.wire_name, self.row.record.ref, *values)


def _pairs_of(parameter: Parameter, row: Row) -> dict[str, str]:
    return {} if parameter.pairs is None else parameter.pairs(row)
