"""One codec per shape: Python <-> XML-RPC <-> JSON <-> the text that ``xe`` prints and reads.

A shape decodes what the parsers of the wire give (str, bool, int, float, datetime, list, dict) and what rows of the
store hold (the same as JSON). Sets keep their order: the wire's sets are lists, and ``task.error_info`` depends on it.
Integers are strings in XML-RPC and numbers in JSON; dates are ``20260131T12:00:00Z`` in both, as xapi writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cached_property
from typing import Any, cast

from cenote.model.core import NULL, Object, Ref
from cenote.model.escape import escape as escape
from cenote.model.scalars import (
    BOOL as BOOL,
)
from cenote.model.scalars import (
    DATE as DATE,
)
from cenote.model.scalars import (
    EPOCH as EPOCH,
)
from cenote.model.scalars import (
    FLOAT as FLOAT,
)
from cenote.model.scalars import (
    INT as INT,
)
from cenote.model.scalars import (
    STRING as STRING,
)
from cenote.model.scalars import (
    BoolShape as BoolShape,
)
from cenote.model.scalars import (
    DateShape as DateShape,
)
from cenote.model.scalars import (
    FloatShape as FloatShape,
)
from cenote.model.scalars import (
    IntShape as IntShape,
)
from cenote.model.scalars import (
    Shape as Shape,
)
from cenote.model.scalars import (
    ShapeError as ShapeError,
)
from cenote.model.scalars import (
    StringShape as StringShape,
)


class RefShape(Shape[Ref[Any]]):
    """``X ref``. Whether the object exists is asked elsewhere: decoding only wants a string."""

    empty = NULL

    def __init__(self, target: str) -> None:
        self.target = target
        self.name = f"{target} ref"

    def decode(self, value: object) -> Ref[Any]:
        if type(value) is Ref:
            return value  # pyright: ignore[reportUnknownVariableType]
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
    """``X record``: named members, each with a shape of its own; what a client sends may leave members out."""

    def __init__(self, name: str, members: Callable[[], Mapping[str, Shape[Any]]]) -> None:
        self.name = name
        self._members = members
        self.empty: Mapping[str, Any] = {}

    @cached_property
    def members(self) -> Mapping[str, Shape[Any]]:
        """The shape of each member by its name on the wire."""
        return self._members()

    def decode(self, value: object) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise ShapeError(f"a record ({self.name})", value)
        members = self.members
        given = cast("Mapping[str, object]", value)
        return {name: members[name].decode(each) for name, each in given.items() if name in members}

    def xml(self, value: Mapping[str, Any] | Object) -> str:
        given = _named(value)
        parts = [
            f"<member><name>{name}</name><value>{shape.xml(given[name])}</value></member>"
            for name, shape in self.members.items()
            if name in given
        ]
        return "<struct>" + "".join(parts) + "</struct>"

    def json(self, value: Mapping[str, Any] | Object) -> object:
        given = _named(value)
        return {name: shape.json(given[name]) for name, shape in self.members.items() if name in given}

    def text(self, value: Mapping[str, Any] | Object) -> str:
        given = _named(value)
        return "; ".join(f"{name}: {shape.text(given[name])}" for name, shape in self.members.items() if name in given)


def _named(value: Mapping[str, Any] | Object) -> Mapping[str, Any]:
    """A record's values under the names of the wire."""
    if isinstance(value, Object):
        return {name.removesuffix("_"): each for name, each in value.values.items()}
    return value


class AnyRecordShape(Shape[Any]):
    """``<class> record``: a record whose class is told beside it. Parsed, it stays as the wire has it."""

    name = "<class> record"
    empty = None

    def __init__(self, record: Callable[[type[Object]], StructShape]) -> None:
        self._record = record

    def decode(self, value: object) -> Mapping[str, Any]:
        if isinstance(value, Mapping):
            return cast("Mapping[str, Any]", value)
        raise ShapeError("a record", value)

    def xml(self, value: Object | Mapping[str, Any]) -> str:
        return self._record(type(_object(value))).xml(value)

    def json(self, value: Object | Mapping[str, Any]) -> object:
        return self._record(type(_object(value))).json(value)

    def text(self, value: Object | Mapping[str, Any]) -> str:
        return self._record(type(_object(value))).text(value)


def _object(value: Object | Mapping[str, Any]) -> Object:
    if isinstance(value, Object):
        return value
    raise ShapeError("a record that knows its class", value)


class OptionShape(Shape[Any]):
    """``X option``: a list of one value or of none."""

    empty = None

    def __init__(self, item: Shape[Any]) -> None:
        self.item = item
        self.name = f"{item.name} option"

    def decode(self, value: object) -> Any:
        if isinstance(value, (list, tuple)) and len(value := cast("list[object]", value)) <= 1:
            return self.item.decode(value[0]) if value else None
        raise ShapeError(f"a list of one or none ({self.name})", value)

    def xml(self, value: Any) -> str:
        one = "" if value is None else f"<value>{self.item.xml(value)}</value>"
        return f"<array><data>{one}</data></array>"

    def json(self, value: Any) -> object:
        return [] if value is None else [self.item.json(value)]

    def text(self, value: Any) -> str:
        return "" if value is None else self.item.text(value)
