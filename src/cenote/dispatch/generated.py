"""How generated messages are done: reads from one state, writes as one transaction. None is written by hand."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, cast

from cenote.dispatch.where import matching
from cenote.model.catalogue import Kind, Signature, fields_of
from cenote.model.core import MISSING, NULL, Access, ApiError, Draft, Field, Object, View
from cenote.model.errors.general import FieldTypeError, HandleInvalid, InvalidValue, MapDuplicateKey
from cenote.model.sealed import CATALOGUE
from cenote.model.shapes import RefShape, SetShape, Shape, ShapeError, StructShape
from cenote.store.state import State

READS = frozenset(
    {
        Kind.GET,
        Kind.GET_ALL,
        Kind.GET_ALL_RECORDS,
        Kind.GET_ALL_RECORDS_WHERE,
        Kind.GET_RECORD,
        Kind.GET_BY_UUID,
        Kind.GET_BY_NAME_LABEL,
    }
)
"""Kinds that only read memory: answered at once."""

WRITES = frozenset({Kind.SET, Kind.ADD, Kind.REMOVE, Kind.ADD_TO, Kind.REMOVE_FROM})
"""Kinds that write one field."""


def decode(shape: Shape[Any], value: object, name: str) -> Any:
    """The Python value of a parameter; raises ``FIELD_TYPE_ERROR`` or ``INVALID_VALUE``.

    Of a record that is the parameter, the error names the field. A number that is none or has no end is refused: no
    field can keep it.
    """
    if isinstance(shape, StructShape) and isinstance(value, Mapping):
        given, cls = cast("Mapping[str, object]", value), shape.name.removesuffix(" record")
        return {
            each: decode(shape.members[each], given[each], f"{cls}.{each}") for each in given if each in shape.members
        }
    try:
        found = shape.decode(value)
    except ShapeError as error:
        raise refused(error, name) from error
    except OverflowError as error:
        raise InvalidValue(name, str(error)) from error
    if isinstance(found, float) and not math.isfinite(found):
        raise InvalidValue(name, f"{found} (expected a number)")
    return found


def refused(error: ShapeError, name: str) -> ApiError:
    """The published error for a value that has the wrong shape."""
    if error.unknown or isinstance(error.got, str):
        return InvalidValue(name, f"{error.got} (expected {error.expected})")
    return FieldTypeError(f"{name} (expected {error.expected}, got {type(error.got).__name__})")


def read(state: State, signature: Signature, args: list[Any]) -> Any:
    """Answer a message of :data:`READS`."""
    return _READERS[signature.kind](state, signature, args)


def _get(state: State, signature: Signature, args: list[Any]) -> Any:
    assert signature.field is not None
    return state.get(signature.cls, args[0]).values[signature.field.name]


def _get_all(state: State, signature: Signature, args: list[Any]) -> Any:
    return tuple(record.ref for record in state.all(signature.cls))


def _get_record(state: State, signature: Signature, args: list[Any]) -> Any:
    return wire_record(state.get(signature.cls, args[0]))


def _get_all_records(state: State, signature: Signature, args: list[Any]) -> Any:
    return {record.ref: wire_record(record) for record in state.all(signature.cls)}


def _get_all_records_where(state: State, signature: Signature, args: list[Any]) -> Any:
    return {record.ref: wire_record(record) for record in matching(state.all(signature.cls), signature.cls, args[0])}


def _get_by_uuid(state: State, signature: Signature, args: list[Any]) -> Any:
    return state.by_uuid(signature.cls, args[0]).ref


def _get_by_name_label(state: State, signature: Signature, args: list[Any]) -> Any:
    return tuple(record.ref for record in state.all(signature.cls) if record.values["name_label"] == args[0])


_READERS: Mapping[Kind, Callable[[State, Signature, list[Any]], Any]] = {
    Kind.GET: _get,
    Kind.GET_ALL: _get_all,
    Kind.GET_ALL_RECORDS: _get_all_records,
    Kind.GET_ALL_RECORDS_WHERE: _get_all_records_where,
    Kind.GET_RECORD: _get_record,
    Kind.GET_BY_UUID: _get_by_uuid,
    Kind.GET_BY_NAME_LABEL: _get_by_name_label,
}


def wire_record(record: Object) -> Mapping[str, Any]:
    """A record's values under the names of the wire."""
    values = record.values
    if any(name.endswith("_") for name in values):
        return {name.removesuffix("_"): value for name, value in values.items()}
    return values


def write(draft: Draft, signature: Signature, args: list[Any]) -> None:
    """Do a message of :data:`WRITES` inside a transaction."""
    assert signature.field is not None
    draft.update(args[0], signature.field.to(written(draft, signature, args)))


def written(view: View, signature: Signature, args: list[Any]) -> Any:
    """The value that a message of :data:`WRITES` gives its field; raises where it may not."""
    field = signature.field
    assert field is not None
    record = view.get(signature.cls, args[0])
    check_reference(view, field, args[1])
    return _combined(signature, field, record, args[1:])


def check_reference(view: View, field: Field[Any], value: Any) -> None:
    """Raise ``HANDLE_INVALID`` when the field is to point to what is not there, or is of another class."""
    if not isinstance(field.shape, RefShape) or value == NULL:
        return
    cls = CATALOGUE.classes.get(field.shape.target)
    if cls is None or view.find(cls, value) is None:
        raise HandleInvalid(field.shape.target, value)


def _combined(signature: Signature, field: Field[Any], record: Object, args: list[Any]) -> Any:
    old = record.values[field.name]
    match signature.kind:
        case Kind.SET:
            return tuple(dict.fromkeys(args[0])) if isinstance(field.shape, SetShape) else args[0]
        case Kind.ADD:
            return old if args[0] in old else (*old, args[0])
        case Kind.REMOVE:
            return tuple(each for each in old if each != args[0])
        case Kind.ADD_TO:
            if args[0] in old:
                key = signature.params[1].shape.json(args[0])
                raise MapDuplicateKey(signature.cls.__name__, field.wire_name, record.ref, str(key))
            return {**old, args[0]: args[1]}
        case _:
            return {key: value for key, value in old.items() if key != args[0]}


def constructor_values(view: View, cls: type[Object], given: Mapping[str, Any]) -> dict[str, Any]:
    """What the record of a ``create`` sets: constructor and editable fields, defaults where they may be left out.

    Raises ``INVALID_VALUE`` for one that is missing, ``HANDLE_INVALID`` for a reference to what is not there.
    """
    values: dict[str, Any] = {}
    for name, field in fields_of(cls).items():
        if field.access is Access.RUNTIME or field.far is not None:
            continue
        if field.wire_name in given:
            check_reference(view, field, given[field.wire_name])
            values[name] = given[field.wire_name]
        elif field.default is MISSING:
            if _needed(field):
                raise InvalidValue(f"{cls.__name__}.{field.wire_name}", "(missing)")
            values[name] = field.shape.empty
        else:
            values[name] = field.default
    return values


def _needed(field: Field[Any]) -> bool:
    """Whether a ``create`` can't do without the field: a reference to what the object belongs to."""
    return field.shape.name.endswith(" ref") and field.access is Access.INITIAL
