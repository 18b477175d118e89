"""One codec per shape: Python <-> XML-RPC <-> JSON <-> the text that ``xe`` prints and reads.

A shape decodes what the parsers of the wire give (str, bool, int, float, datetime, list, dict) and what rows of the
store hold (the same as JSON). Sets keep their order: the wire's sets are lists, and ``task.error_info`` depends on it.
Integers are strings in XML-RPC and numbers in JSON; dates are ``20260131T12:00:00Z`` in both, as xapi writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Generic, TypeVar, cast

from cenote.model.core import NULL, Ref

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""The date that stands for "never" on the wire."""


class ShapeError(ValueError):
    """A value does not have the shape that was asked for. ``unknown`` is true for a value outside an enum or range."""

    def __init__(self, expected: str, got: object, unknown: bool = False) -> None:
        super().__init__(f"expected {expected}, got {got!r}")
        self.expected = expected
        self.got = got
        self.unknown = unknown


_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_UNPRINTABLE = {code: 0xFFFD for code in [*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)]}
_ESCAPE_TABLE = {ord(char): text for char, text in _ESCAPES.items()} | cast("dict[int, str]", _UNPRINTABLE)
_PLAIN = frozenset(chr(code) for code in range(32, 127)) - set(_ESCAPES)


def escape(text: str) -> str:
    """``text`` as XML character data; characters that XML 1.0 can't carry become U+FFFD."""
    if _PLAIN.issuperset(text):
        return text
    return text.translate(_ESCAPE_TABLE)


class Shape(Generic[T]):
    """How values of one type are written and read. ``name`` is the published name of the type."""

    name: str = ""
    empty: T

    def decode(self, value: object) -> T:
        """The Python value of a parsed wire value; raises :class:`ShapeError`."""
        raise NotImplementedError

    def xml(self, value: T) -> str:
        """The value as the content of an XML-RPC ``<value>`` element."""
        raise NotImplementedError

    def json(self, value: T) -> object:
        """The value as JSON-able data, for JSON-RPC and for rows."""
        raise NotImplementedError

    def text(self, value: T) -> str:
        """The value as ``xe`` prints it."""
        raise NotImplementedError

    def parse(self, text: str) -> T:
        """The value that a person typed; raises :class:`ShapeError`."""
        return self.decode(text)


class StringShape(Shape[str]):
    """``string``."""

    name = "string"
    empty = ""

    def decode(self, value: object) -> str:
        if type(value) is str or isinstance(value, str):
            return value
        raise ShapeError("a string", value)

    def xml(self, value: str) -> str:
        return escape(value)

    def json(self, value: str) -> object:
        return value

    def text(self, value: str) -> str:
        return value


class IntShape(Shape[int]):
    """``int``: 64 bits, signed."""

    name = "int"
    empty = 0

    def decode(self, value: object) -> int:
        number = value
        if isinstance(value, str):
            try:
                number = int(value.strip())
            except ValueError as error:
                raise ShapeError("an integer", value) from error
        if isinstance(number, bool) or not isinstance(number, int):
            raise ShapeError("an integer", value)
        if not -(2**63) <= number < 2**63:
            raise ShapeError("an integer of 64 bits", value, unknown=True)
        return number

    def xml(self, value: int) -> str:
        return str(value)

    def json(self, value: int) -> object:
        return value

    def text(self, value: int) -> str:
        return str(value)


class BoolShape(Shape[bool]):
    """``bool``."""

    name = "bool"
    empty = False

    def decode(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        raise ShapeError("a boolean", value)

    def xml(self, value: bool) -> str:
        return "<boolean>1</boolean>" if value else "<boolean>0</boolean>"

    def json(self, value: bool) -> object:
        return value

    def text(self, value: bool) -> str:
        return "true" if value else "false"

    def parse(self, text: str) -> bool:
        word = text.lower()
        if word in {"true", "t", "yes", "y", "1"}:
            return True
        if word in {"false", "f", "no", "n", "0"}:
            return False
        raise ShapeError("true or false", text)


class FloatShape(Shape[float]):
    """``float``: written without a fraction where there is none, as xapi does in XML."""

    name = "float"
    empty = 0.0

    def decode(self, value: object) -> float:
        if isinstance(value, str):
            try:
                return float(value)
            except ValueError as error:
                raise ShapeError("a number", value) from error
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        raise ShapeError("a number", value)

    def xml(self, value: float) -> str:
        return f"<double>{value:.17g}</double>" if value != round(value, 6) else f"<double>{value:g}</double>"

    def json(self, value: float) -> object:
        return value

    def text(self, value: float) -> str:
        return f"{value:.3f}"


class DateShape(Shape[datetime]):
    """``datetime``, in UTC, to the second."""

    name = "datetime"
    empty = EPOCH

    _FORMATS = ("%Y%m%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%SZ", "%Y%m%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y%m%dT%H:%M:%S%z")

    def decode(self, value: object) -> datetime:
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        if isinstance(value, str):
            for form in self._FORMATS:
                try:
                    moment = datetime.strptime(value, form)
                except ValueError:
                    continue
                return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        raise ShapeError("a date such as 20260131T12:00:00Z", value)

    def xml(self, value: datetime) -> str:
        return f"<dateTime.iso8601>{self.text(value)}</dateTime.iso8601>"

    def json(self, value: datetime) -> object:
        return self.text(value)

    def text(self, value: datetime) -> str:
        return f"{value:%Y%m%dT%H:%M:%SZ}"


class RefShape(Shape[Ref[Any]]):
    """``X ref``. Whether the object exists is asked elsewhere: decoding only wants a string."""

    empty = NULL

    def __init__(self, target: str) -> None:
        self.target = target
        self.name = f"{target} ref"

    def decode(self, value: object) -> Ref[Any]:
        if type(value) is Ref:
            return value
        if isinstance(value, str):
            return Ref(value) if value else NULL
        raise ShapeError(f"a reference to a {self.target}", value)

    def xml(self, value: Ref[Any]) -> str:
        return escape(value)

    def json(self, value: Ref[Any]) -> object:
        return str(value)

    def text(self, value: Ref[Any]) -> str:
        return "<not in database>" if value == NULL else value


class EnumShape(Shape[Enum]):
    """``enum X``: one of the published spellings."""

    def __init__(self, kind: type[Enum]) -> None:
        self.kind = kind
        self.name = f"enum {kind.__name__}"
        self.empty = next(iter(kind))
        self._members: dict[str, Enum] = {str(member.value): member for member in kind}
        self._lower = {spelling.lower(): member for spelling, member in self._members.items()}

    @property
    def spellings(self) -> list[str]:
        """The published spellings, in their order."""
        return list(self._members)

    def decode(self, value: object) -> Enum:
        if isinstance(value, self.kind):
            return value
        if not isinstance(value, str):
            raise ShapeError(f"one of {', '.join(self._members)}", value)
        member = self._members.get(value) or self._lower.get(value.lower())
        if member is None:
            raise ShapeError(f"one of {', '.join(self._members)}", value, unknown=True)
        return member

    def xml(self, value: Enum) -> str:
        return escape(str(value.value))

    def json(self, value: Enum) -> object:
        return value.value

    def text(self, value: Enum) -> str:
        return str(value.value).lower() if self.kind.__name__ == "vm_power_state" else str(value.value)


class SetShape(Shape[tuple[Any, ...]]):
    """``X set``: distinct values in order."""

    empty = ()

    def __init__(self, item: Shape[Any]) -> None:
        self.item = item
        self.name = f"{item.name} set"

    def decode(self, value: object) -> tuple[Any, ...]:
        if isinstance(value, (list, tuple)):
            return tuple(self.item.decode(each) for each in cast("list[object]", value))
        raise ShapeError(f"a list ({self.name})", value)

    def xml(self, value: tuple[Any, ...]) -> str:
        xml = self.item.xml
        return "<array><data>" + "".join([f"<value>{xml(each)}</value>" for each in value]) + "</data></array>"

    def json(self, value: tuple[Any, ...]) -> object:
        json = self.item.json
        return [json(each) for each in value]

    def text(self, value: tuple[Any, ...]) -> str:
        return "; ".join(self.item.text(each) for each in value)

    def parse(self, text: str) -> tuple[Any, ...]:
        parts = [part.strip() for part in text.replace(";", ",").split(",")]
        return tuple(self.item.parse(part) for part in parts if part)


class MapShape(Shape[Mapping[Any, Any]]):
    """``(K -> V) map``."""

    def __init__(self, key: Shape[Any], value: Shape[Any]) -> None:
        self.key = key
        self.value = value
        self.name = f"({key.name} -> {value.name}) map"
        self.empty: Mapping[Any, Any] = {}

    def decode(self, value: object) -> Mapping[Any, Any]:
        if isinstance(value, Mapping):
            return {
                self.key.decode(key): self.value.decode(each)
                for key, each in cast("Mapping[object, object]", value).items()
            }
        raise ShapeError(f"a map {self.name}", value)

    def xml(self, value: Mapping[Any, Any]) -> str:
        key_text, value_xml = self.key_text, self.value.xml
        return (
            "<struct>"
            + "".join(
                [
                    f"<member><name>{escape(key_text(key))}</name><value>{value_xml(each)}</value></member>"
                    for key, each in value.items()
                ]
            )
            + "</struct>"
        )

    def key_text(self, key: Any) -> str:
        """A key as a name of a struct's member."""
        return key if isinstance(key, str) else str(self.key.json(key))

    def json(self, value: Mapping[Any, Any]) -> object:
        return {self.key_text(key): self.value.json(each) for key, each in value.items()}

    def text(self, value: Mapping[Any, Any]) -> str:
        return "; ".join(f"{self.key.text(key)}: {self.value.text(each)}" for key, each in value.items())

    def parse(self, text: str) -> Mapping[Any, Any]:
        found: dict[Any, Any] = {}
        for part in text.replace(";", ",").split(","):
            if not part.strip():
                continue
            key, colon, value = part.partition(":" if "=" not in part else "=")
            if not colon:
                raise ShapeError("key:value pairs", text)
            found[self.key.parse(key.strip())] = self.value.parse(value.strip())
        return found


class StructShape(Shape[Mapping[str, Any]]):
    """``X record``: named members, each with a shape of its own. Members with a default may be left out on input."""

    def __init__(self, name: str, members: Callable[[], Mapping[str, Shape[Any]]]) -> None:
        self.name = name
        self._members = members
        self.empty: Mapping[str, Any] = {}

    @property
    def members(self) -> Mapping[str, Shape[Any]]:
        """The shape of each member by its name on the wire."""
        return self._members()

    def decode(self, value: object) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise ShapeError(f"a record ({self.name})", value)
        members = self.members
        given = cast("Mapping[str, object]", value)
        return {name: members[name].decode(each) for name, each in given.items() if name in members}

    def xml(self, value: Mapping[str, Any]) -> str:
        parts = [
            f"<member><name>{name}</name><value>{shape.xml(value[name])}</value></member>"
            for name, shape in self.members.items()
        ]
        return "<struct>" + "".join(parts) + "</struct>"

    def json(self, value: Mapping[str, Any]) -> object:
        return {name: shape.json(value[name]) for name, shape in self.members.items()}

    def text(self, value: Mapping[str, Any]) -> str:
        return "; ".join(f"{name}: {shape.text(value[name])}" for name, shape in self.members.items())


STRING = StringShape()
INT = IntShape()
BOOL = BoolShape()
FLOAT = FloatShape()
DATE = DateShape()
