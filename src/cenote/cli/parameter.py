"""The parameters of a class: derived from its declared fields and :mod:`cenote.cli.layout`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cenote.cli import layout
from cenote.cli.names import Names
from cenote.cli.special import SPECIAL, UNKNOWN, Function
from cenote.cli.words import spell
from cenote.client.failure import Failure
from cenote.client.session import Session
from cenote.model.catalogue import Catalogue, Signature, fields_of
from cenote.model.core import NULL, Field, Object
from cenote.model.errors.general import NotImplemented_
from cenote.model.shapes import EnumShape, MapShape, RefShape, SetShape, Shape


@dataclass(frozen=True, slots=True)
class Row:
    """An object as a command looks at it: its record, and what else may be looked up."""

    session: Session
    names: Names
    record: Object


Value = Callable[[Row], Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a class."""

    name: str
    text: Callable[[Row], str]
    data: Callable[[Row], object]
    """The value as JSON-able data."""
    members: Callable[[Row], list[str]] | None = None
    """The members of a set as texts; None where it is none."""
    pairs: Callable[[Row], dict[str, str]] | None = None
    """The pairs of a map as texts; None where it is none."""
    setter: Signature | None = None
    adder: Signature | None = None
    remover: Signature | None = None
    flags: str = ""

    @property
    def mark(self) -> str:
        """What stands behind the name: whether it is a set or map, and whether it can be changed."""
        if self.members is None and self.pairs is None:
            mark = " ( RW)" if self.setter else " ( RO)"
        else:
            letter = "S" if self.members else "M"
            mark = f" ({letter}RW)" if self.adder else f" ({letter}RO)"
        return mark + (" [DEPRECATED]" if "d" in self.flags else "")

    @property
    def hidden(self) -> bool:
        """Whether it is shown only by name."""
        return "h" in self.flags

    @property
    def expensive(self) -> bool:
        """Whether reading it takes a call of its own."""
        return "x" in self.flags

    @property
    def caseless(self) -> bool:
        """Whether filters on it ignore case."""
        return "i" in self.flags


def render(names: Names, shape: Shape[Any], value: Any, comma: str = "; ") -> str:
    """A value as ``xe`` prints it."""
    if isinstance(shape, RefShape):
        return names.uuid(shape.target, value)
    if isinstance(shape, EnumShape):
        return spell(value)
    if isinstance(shape, SetShape):
        return comma.join(render(names, shape.item, each) for each in value)
    if isinstance(shape, MapShape):
        return comma.join(
            f"{render(names, shape.key, key)}: {render(names, shape.value, each)}" for key, each in value.items()
        )
    return shape.text(value)


def plain(names: Names, shape: Shape[Any], value: Any) -> object:
    """A value as JSON-able data: references as UUIDs, null for the one to nothing."""
    if isinstance(shape, RefShape):
        return None if value == NULL else names.uuid(shape.target, value)
    if isinstance(shape, SetShape):
        return [plain(names, shape.item, each) for each in value]
    if isinstance(shape, MapShape):
        return {render(names, shape.key, key): plain(names, shape.value, each) for key, each in value.items()}
    return spell(value) if isinstance(shape, EnumShape) else shape.json(value)


_BUILT: dict[type[Object], dict[str, Parameter]] = {}


def parameters_of(catalogue: Catalogue, cls: type[Object]) -> dict[str, Parameter]:
    """The parameters of a class by name, in the order in which they are shown."""
    built = _BUILT.get(cls)
    if built is None:
        words = layout.PARAMETERS.get(cls.__name__, "").split() or _all_fields(cls)
        built = {each.name: each for each in (_Builder(catalogue, cls, word).build() for word in words)}
        _BUILT[cls] = built
    return built


def _all_fields(cls: type[Object]) -> list[str]:
    return [each.wire_name.replace("_", "-") for each in fields_of(cls).values() if not each.internal]


def _members(shape: Shape[Any], value: Value) -> Callable[[Row], list[str]] | None:
    """How to read a set, or the values of a map, as texts."""
    if isinstance(shape, SetShape):
        item = shape.item
        return lambda row: [render(row.names, item, each) for each in value(row) or ()]
    if isinstance(shape, MapShape):
        behind = shape.value

        def members(row: Row) -> list[str]:
            found: Mapping[Any, Any] = value(row) or {}
            return [render(row.names, behind, each) for each in found.values()]

        return members
    return None


def _pairs(shape: Shape[Any], value: Value) -> Callable[[Row], dict[str, str]] | None:
    """How to read a map as texts."""
    if not isinstance(shape, MapShape):
        return None
    key, each = shape.key, shape.value

    def pairs(row: Row) -> dict[str, str]:
        found: Mapping[Any, Any] = value(row) or {}
        return {render(row.names, key, name): render(row.names, each, one) for name, one in found.items()}

    return pairs


class _Builder:
    """Makes one parameter from its word in the layout."""

    def __init__(self, catalogue: Catalogue, cls: type[Object], word: str) -> None:
        head, _, self.flags = word.partition("/")
        self.name, _, self.source = head.partition("=")
        self.catalogue = catalogue
        self.cls = cls
        self.fields = {each.wire_name.lower(): each for each in fields_of(cls).values()}

    def build(self) -> Parameter:
        """The parameter; raises LookupError where the layout names nothing that exists."""
        if self.source.startswith("@"):
            return self._computed(SPECIAL[self.source[1:]])
        stem = (self.source or self.name).replace("-", "_").lower()
        own = self._named(stem)
        if own is not None:
            return self._own(own)
        reference, dot, far = stem.partition(".")
        if dot:
            return self._behind(self.fields[reference], far)
        if stem.endswith("_name_label") and stem[:-11] in self.fields:
            return self._label(self.fields[stem[:-11]])
        for reference in layout.METRICS.get(self.cls.__name__, ()):
            target = self.catalogue.classes[_target(self.fields[reference])]
            if any(each.wire_name.lower() == stem for each in fields_of(target).values()):
                return self._behind(self.fields[reference], stem)
        raise LookupError(f"{self.cls.__name__} has nothing for the parameter {self.name}")

    def _named(self, stem: str) -> Field[Any] | None:
        names = [stem]
        if stem.endswith("_uuid"):
            names.append(stem[:-5])
        if stem.endswith("_uuids"):
            names.append(stem[:-6] + "s")
        return next((self.fields[name] for name in names if name in self.fields), None)

    def _computed(self, function: Function) -> Parameter:
        def text(row: Row) -> str:
            try:
                return function(row, self.name)
            except Failure as failure:
                if failure.is_a(NotImplemented_):
                    return UNKNOWN
                raise

        return Parameter(
            self.name,
            text,
            text,
            (lambda row: _split(text(row))) if "l" in self.flags else None,
            (lambda row: dict(part.split(": ", 1) for part in _split(text(row)))) if "m" in self.flags else None,
            setter=self._signature("set_", self.name.replace("-", "_")),
            flags=self.flags,
        )

    def _signature(self, prefix: str, stem: str) -> Signature | None:
        """The message that changes a field; those of some sets name one member: ``add_repository``."""
        if "f" in self.flags:
            return None
        names = [stem, stem.removesuffix("ies") + "y"]
        return next(
            filter(None, map(self.catalogue.signatures.get, (f"{self.cls.__name__}.{prefix}{n}" for n in names))), None
        )

    def _own(self, field: Field[Any]) -> Parameter:
        stem, shape, comma = field.wire_name, field.shape, ", " if "c" in self.flags else "; "
        many = isinstance(shape, (SetShape, MapShape)) and "p" not in self.flags
        operations = stem == "current_operations"
        is_map = many and isinstance(shape, MapShape) and not operations
        whole = isinstance(shape, SetShape) and "s" not in self.flags

        def value(row: Row) -> Any:
            return row.record.values[field.name]

        members = _members(shape, value)

        def text(row: Row) -> str:
            if operations and members is not None:
                return comma.join(members(row))
            return render(row.names, shape, value(row), comma)

        return Parameter(
            self.name,
            text,
            lambda row: plain(row.names, shape, value(row)),
            members if many and not is_map else None,
            _pairs(shape, value) if is_map else None,
            None if whole else self._signature("set_", stem),
            self._signature("add_to_" if is_map else "add_", stem) if many else None,
            self._signature("remove_from_" if is_map else "remove_", stem) if many else None,
            self.flags,
        )

    def _label(self, field: Field[Any]) -> Parameter:
        target = _target(field)

        def text(row: Row) -> str:
            return row.names.label(target, row.record.values[field.name])

        return Parameter(self.name, text, text, flags=self.flags)

    def _behind(self, reference: Field[Any], stem: str) -> Parameter:
        target = _target(reference)
        behind = self.catalogue.classes[target]
        far = next(each for each in fields_of(behind).values() if each.wire_name.lower() == stem)
        absent = layout.WITHOUT_METRICS.get(self.name, layout.ABSENT)

        def value(row: Row) -> Any:
            found = row.names.find(target, row.record.values[reference.name])
            return None if found is None else found.values[far.name]

        def text(row: Row) -> str:
            found = value(row)
            return absent if found is None else render(row.names, far.shape, found)

        def data(row: Row) -> object:
            found = value(row)
            return None if found is None else plain(row.names, far.shape, found)

        many = "p" not in self.flags
        pairs = _pairs(far.shape, value) if many else None
        members = _members(far.shape, value) if many and pairs is None else None
        return Parameter(self.name, text, data, members, pairs, flags=self.flags)


def _split(text: str) -> list[str]:
    return text.split("; ") if text else []


def _target(field: Field[Any]) -> str:
    """The class that a field refers to."""
    if not isinstance(field.shape, RefShape):
        raise TypeError(f"{field} is no reference")
    return field.shape.target
