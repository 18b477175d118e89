"""The shapes of single values, and what every shape can do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Generic, TypeVar

from cenote.model.escape import escape

T = TypeVar("T")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""The date that stands for "never" on the wire."""


class ShapeError(ValueError):
    """A value does not have the shape that was asked for. ``unknown`` is true for a value outside an enum or range."""

    def __init__(self, expected: str, got: object, unknown: bool = False) -> None:
        super().__init__(f"expected {expected}, got {got!r}")
        self.expected = expected
        self.got = got
        self.unknown = unknown


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


STRING = StringShape()
INT = IntShape()
BOOL = BoolShape()
FLOAT = FloatShape()
DATE = DateShape()
