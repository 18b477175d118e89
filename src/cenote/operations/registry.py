"""Binds procedures to declared messages; both type checkers refuse one whose parameters differ.

Each declared verb has exactly one procedure, or none yet (it then answers ``NOT_IMPLEMENTED``).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar, overload

import cenote.operations
from cenote.model.core import Field, Message, Object, Ref, StaticMessage
from cenote.operations.context import Context

O = TypeVar("O", bound=Object)  # noqa: E741
P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

Procedure = Callable[..., Any]
Create = Callable[[Context, Mapping[str, Any]], Ref[Any]]
Destroy = Callable[[Context, Ref[Any]], None]
Consequence = Callable[[Context, Ref[Any], Any], None]


@dataclass(frozen=True, slots=True)
class Procedures:
    """Every bound procedure: by message, by class for create and destroy, by field for a setter's consequence."""

    verbs: dict[str, Procedure] = field(default_factory=dict[str, Procedure])
    creates: dict[str, Create] = field(default_factory=dict[str, Create])
    destroys: dict[str, Destroy] = field(default_factory=dict[str, Destroy])
    consequences: dict[tuple[str, str], Consequence] = field(default_factory=dict[tuple[str, str], Consequence])
    quick: set[str] = field(default_factory=set[str])
    """Verbs that touch memory and records only: they make no task of their own."""

    def add(self, quick: Mapping[str, Procedure]) -> None:
        """Add quick verbs that another floor does."""
        for name, procedure in quick.items():
            _once(self.verbs, name, procedure)
        self.quick.update(quick)


_bound = Procedures()


@overload
def implements(
    message: StaticMessage[P, R], *, quick: bool = False
) -> Callable[[Callable[Concatenate[Context, P], R]], Callable[Concatenate[Context, P], R]]: ...
@overload
def implements(
    message: Message[O, P, R], *, quick: bool = False
) -> Callable[[Callable[Concatenate[Context, Ref[O], P], R]], Callable[Concatenate[Context, Ref[O], P], R]]: ...
def implements(message: Message[Any, Any, Any], *, quick: bool = False) -> Any:
    """Bind the decorated procedure to ``message``. ``quick``: it touches records only, and needs no task."""

    if quick:
        _bound.quick.add(message.wire_name)

    def take(procedure: Procedure) -> Procedure:
        return _once(_bound.verbs, message.wire_name, procedure)

    return take


def creates(
    cls: type[O],
) -> Callable[[Callable[[Context, Mapping[str, Any]], Ref[O]]], Callable[[Context, Mapping[str, Any]], Ref[O]]]:
    """Bind the decorated procedure to the generated ``create`` of ``cls``: it gets the record's values by field."""

    return lambda procedure: _once(_bound.creates, cls.__name__, procedure)


def destroys(cls: type[O]) -> Callable[[Callable[[Context, Ref[O]], None]], Callable[[Context, Ref[O]], None]]:
    """Bind the decorated procedure to the generated ``destroy`` of ``cls``."""

    return lambda procedure: _once(_bound.destroys, cls.__name__, procedure)


def on_set(
    field_: Field[T],
) -> Callable[[Callable[[Context, Ref[Any], T], None]], Callable[[Context, Ref[Any], T], None]]:
    """Bind the decorated procedure to a generated setter: it sets the field itself, and does what follows."""

    return lambda procedure: _once(_bound.consequences, (field_.owner.__name__, field_.name), procedure)


def bind(message: Message[Any, Any, Any], procedure: Procedure) -> None:
    """Bind a quick procedure that was made for ``message`` from a field; :mod:`cenote.operations.plain` has them."""
    _bound.quick.add(message.wire_name)
    _once(_bound.verbs, message.wire_name, procedure)


K = TypeVar("K")
C = TypeVar("C", bound=Callable[..., Any])


def _once(bound: dict[K, Any], key: K, procedure: C) -> C:
    if key in bound:
        raise TypeError(f"{key} has two procedures")
    bound[key] = procedure
    return procedure


def procedures() -> Procedures:
    """Import every room of operations and answer what they bind, in a collection of the caller's own."""
    for module in pkgutil.walk_packages(cenote.operations.__path__, "cenote.operations."):
        importlib.import_module(module.name)
    return Procedures(
        dict(_bound.verbs), dict(_bound.creates), dict(_bound.destroys), dict(_bound.consequences), set(_bound.quick)
    )
