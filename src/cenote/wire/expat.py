"""XML-RPC calls of any form, read by expat: whitespace, comments, CDATA, encodings; no document types."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from xml.parsers import expat

from cenote.wire.contract import Value
from cenote.wire.malformed import Malformed

DEEPEST = 64
"""Levels of nested arrays and structs that are read; the API has at most four."""

_FORMATS = ("%Y%m%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y%m%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S%z")


def read(body: bytes) -> tuple[str, list[Value]]:
    """The method and the parameters of a call; raises :class:`~cenote.wire.malformed.Malformed`."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise Malformed(f"not XML: {expat.ErrorString(error.code)} at {error.lineno}:{error.offset + 1}") from error
    except (LookupError, ValueError) as error:
        raise Malformed(f"not XML: {error}") from error
    if reader.method is None:
        raise Malformed("methodCall has no methodName")
    return reader.method, reader.params


def _date(text: str) -> datetime:
    trimmed = text.strip().replace("Z", "+0000")
    for form in _FORMATS:
        try:
            return datetime.strptime(trimmed, form)  # the shape says what no zone means
        except ValueError:
            continue
    raise Malformed(f"no date: {text[:40]!r}")


def _boolean(text: str) -> bool:
    word = text.strip().lower()
    if word in {"1", "true"}:
        return True
    if word in {"0", "false"}:
        return False
    raise Malformed(f"no boolean: {text[:40]!r}")


def _integer(text: str) -> int:
    if len(text) > 40:  # far over 64 bits; longer ones take ever longer to read
        raise Malformed(f"no integer of 64 bits: {text[:40]!r}")
    try:
        return int(text)
    except ValueError as error:
        raise Malformed(f"no integer: {text!r}") from error


def _double(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise Malformed(f"no number: {text[:40]!r}") from error


def _base64(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Malformed(f"no text in base64: {error}") from error


_SCALARS: dict[str, Callable[[str], Value]] = {
    "string": str,
    "int": _integer,
    "i4": _integer,
    "i8": _integer,
    "boolean": _boolean,
    "double": _double,
    "dateTime.iso8601": _date,
    "base64": _base64,
    "nil": lambda _: None,
}

_INSIDE: dict[str, frozenset[str]] = {
    "": frozenset({"methodCall"}),
    "methodCall": frozenset({"methodName", "params"}),
    "params": frozenset({"param"}),
    "param": frozenset({"value"}),
    "value": frozenset({*_SCALARS, "array", "struct"}),
    "array": frozenset({"data"}),
    "data": frozenset({"value"}),
    "struct": frozenset({"member"}),
    "member": frozenset({"name", "value"}),
}
"""Which elements may stand in which; the others hold text alone."""


class _Reader:
    """Builds a call from the parser's events: a stack of open elements, a stack of open values."""

    def __init__(self) -> None:
        self.method: str | None = None
        self.params: list[Value] = []
        self._open: list[str] = [""]
        self._texts: list[str] = []
        self._typed: list[bool] = []
        self._lists: list[list[Value]] = []
        self._structs: list[tuple[dict[str, Value], list[str]]] = []
        self._value: Value = None

    def doctype(self, name: str, *_: object) -> None:
        raise Malformed(f"a document type ({name[:40]}) is not accepted")

    def start(self, name: str, _: dict[str, str]) -> None:
        parent = self._open[-1]
        if name not in _INSIDE.get(parent, ()):
            raise Malformed(f"<{name[:40]}> in {f'<{parent}>' if parent else 'place of <methodCall>'}")
        self._open.append(name)
        self._texts.clear()
        if name == "value":
            if len(self._typed) >= DEEPEST:
                raise Malformed(f"values nested deeper than {DEEPEST}")
            self._typed.append(False)
        elif parent == "value":
            if self._typed[-1]:
                raise Malformed("two types in one <value>")
            self._typed[-1] = True
        if name == "array":
            self._lists.append([])
        elif name == "struct":
            self._structs.append(({}, []))

    def text(self, data: str) -> None:
        self._texts.append(data)

    def end(self, name: str) -> None:
        self._open.pop()
        text = "".join(self._texts)
        if name in _SCALARS:
            self._value = _SCALARS[name](text)
        elif name == "value":
            if not self._typed.pop():
                self._value = text
            self._place()
        elif name == "array":
            self._value = list(self._lists.pop())
        elif name == "struct":
            self._value = self._structs.pop()[0]
        elif name == "name":
            self._structs[-1][1].append(text)
        elif name == "methodName":
            self.method = text.strip()
        self._texts.clear()

    def _place(self) -> None:
        """Put the value that just ended where it belongs: the innermost open element says."""
        holder = self._open[-1]
        if holder == "param":
            self.params.append(self._value)
        elif holder == "data":
            self._lists[-1].append(self._value)
        else:
            members, names = self._structs[-1]
            if not names:
                raise Malformed("a <member> without a <name>")
            members[names.pop()] = self._value
