"""Procedures of verbs that only write one field: bound in one line each, beside the field that they write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from cenote.model.core import Field, Message, Object, Ref
from cenote.model.errors.general import InvalidValue, MapDuplicateKey
from cenote.operations.context import Context
from cenote.operations.registry import bind

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")
O = TypeVar("O", bound=Object)  # noqa: E741


def sets(message: Message[O, [T], None], field: Field[T], check: Callable[[T], None] | None = None) -> None:
    """``message`` sets ``field``, after ``check`` had nothing against the value."""

    def procedure(context: Context, ref: Ref[Any], value: T) -> None:
        if check is not None:
            check(value)
        context.write(lambda draft: draft.update(ref, field.to(value)))

    bind(message, procedure)


def adds_to(message: Message[O, [K, V], None], field: Field[Mapping[K, V]]) -> None:
    """``message`` adds a key to the map ``field``; raises ``MAP_DUPLICATE_KEY``."""

    def procedure(context: Context, ref: Ref[Any], key: K, value: V) -> None:
        def work(draft: Any) -> None:
            record = draft.get(field.owner, ref)
            old = record.values[field.name]
            if key in old:
                raise MapDuplicateKey(field.owner.__name__, field.wire_name, ref, str(getattr(key, "value", key)))
            draft.update(ref, field.to({**old, key: value}))

        context.write(work)

    bind(message, procedure)


def removes_from(message: Message[O, [K], None], field: Field[Mapping[K, V]]) -> None:
    """``message`` removes a key from the map ``field``; a key that is not there is no error."""

    def procedure(context: Context, ref: Ref[Any], key: K) -> None:
        def work(draft: Any) -> None:
            old = draft.get(field.owner, ref).values[field.name]
            draft.update(ref, field.to({name: value for name, value in old.items() if name != key}))

        context.write(work)

    bind(message, procedure)


def not_negative(name: str) -> Callable[[int], None]:
    """A check that refuses numbers below zero, naming the field."""

    def check(value: int) -> None:
        if value < 0:
            raise InvalidValue(name, str(value))

    return check
