"""The expressions of ``get_all_records_where``: ``field "power_state" = "Running" and not field "uuid" = "..."``.

The grammar is the published one: comparisons of ``field "name"`` with ``"value"``, ``and``, ``or``, ``not``,
parentheses, ``true`` and ``false``. Values compare with a field's text as it stands on the wire.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import Enum
from typing import TypeVar

from cenote.model.catalogue import fields_of
from cenote.model.core import Object
from cenote.model.errors.general import InvalidValue

O = TypeVar("O", bound=Object)  # noqa: E741
Test = Callable[[Object], bool]

_TOKEN = re.compile(r"""\s*(?:(?P<word>[a-z]+)|(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<mark>[()=]))""")


def matching(records: Iterable[O], cls: type[O], expression: str) -> Iterator[O]:
    """The records for which ``expression`` holds; raises ``INVALID_VALUE`` when it can't be read."""
    test = _Parser(cls, expression).parse()
    return (record for record in records if test(record))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return f"{value:%Y%m%dT%H:%M:%SZ}"
    return str(value)


class _Parser:
    """Recursive descent: or < and < not < atom."""

    def __init__(self, cls: type[Object], expression: str) -> None:
        self._fields = {field.wire_name: field for field in fields_of(cls).values()}
        self._expression = expression
        self._tokens = list(self._split())
        self._at = 0

    def _wrong(self, why: str) -> InvalidValue:
        return InvalidValue(self._expression, why)

    def _split(self) -> Iterator[tuple[str, str]]:
        at, text = 0, self._expression.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise self._wrong(f"can't read {text[at:].strip()[:20]!r}")
            at = match.end()
            kind = match.lastgroup or ""
            word = match.group(kind)
            yield kind, re.sub(r"\\(.)", r"\1", word[1:-1]) if kind == "quoted" else word

    def _take(self, kind: str, *words: str) -> str | None:
        if self._at < len(self._tokens):
            found, word = self._tokens[self._at]
            if found == kind and (not words or word in words):
                self._at += 1
                return word
        return None

    def parse(self) -> Test:
        test = self._or(0)
        if self._at < len(self._tokens):
            raise self._wrong(f"unexpected {self._tokens[self._at][1]!r}")
        return test

    def _or(self, depth: int) -> Test:
        found = [self._and(depth)]
        while self._take("word", "or"):
            found.append(self._and(depth))
        return found[0] if len(found) == 1 else lambda record: any(test(record) for test in found)

    def _and(self, depth: int) -> Test:
        found = [self._not(depth)]
        while self._take("word", "and"):
            found.append(self._not(depth))
        return found[0] if len(found) == 1 else lambda record: all(test(record) for test in found)

    def _not(self, depth: int) -> Test:
        if depth > 100:
            raise self._wrong("nested too deeply")
        if self._take("word", "not"):
            inner = self._not(depth + 1)
            return lambda record: not inner(record)
        if self._take("mark", "("):
            inner = self._or(depth + 1)
            if not self._take("mark", ")"):
                raise self._wrong("a parenthesis is not closed")
            return inner
        return self._atom()

    def _atom(self) -> Test:
        constant = self._take("word", "true", "false")
        if constant:
            return lambda record: constant == "true"
        left = self._operand()
        if not self._take("mark", "="):
            raise self._wrong("expected =")
        right = self._operand()
        return lambda record: left(record) == right(record)

    def _operand(self) -> Callable[[Object], str]:
        named = self._take("word", "field")
        quoted = self._take("quoted")
        if quoted is None:
            raise self._wrong("expected a quoted word" if named else 'expected field "name" or "value"')
        if not named:
            return lambda record: quoted
        field = self._fields.get(quoted) or self._fields.get(quoted.replace("__", "_"))
        if field is None:
            raise self._wrong(f"no field {quoted!r}")
        name = field.name
        return lambda record: _text(record.values[name])
