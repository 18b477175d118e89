"""The vocabulary of the model: references, fields, messages, errors, and the object that holds them.

A class of the API is declared as a subclass of :class:`Object`; its attributes are :class:`Field` and
:class:`Message` values. Nothing here knows how a message is done, stored or sent.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Concatenate,
    Generic,
    ParamSpec,
    Protocol,
    TypeVar,
    overload,
)

from cenote.model.failure import ERRORS as ERRORS
from cenote.model.failure import ApiError as ApiError
from cenote.model.roles import Role
from cenote.model.words import (
    MISSING as MISSING,
)
from cenote.model.words import (
    NULL as NULL,
)
from cenote.model.words import (
    Access as Access,
)
from cenote.model.words import (
    Lifecycle as Lifecycle,
)
from cenote.model.words import (
    Ref as Ref,
)
from cenote.model.words import (
    Runs as Runs,
)

if TYPE_CHECKING:
    from cenote.model.shapes import Shape

T = TypeVar("T")
O = TypeVar("O", bound="Object")  # noqa: E741 - the usual letter for an object of the API
P = ParamSpec("P")
R = TypeVar("R")
W = TypeVar("W", bound="Object")


@dataclass(frozen=True, slots=True)
class Assignment(Generic[T]):
    """A field and the value it shall take: ``VM.domid.to(7)``."""

    field: Field[T]
    value: T


class Field(Generic[T]):
    """A declared field: read from the class it is the declaration, read from a record it is the value."""

    def __init__(
        self,
        doc: str,
        access: Access,
        *,
        default: T = MISSING,
        role: Role | None = None,
        read_role: Role | None = None,
        client_cert: bool = False,
        far: str | None = None,
        lifecycle: Lifecycle = Lifecycle.PUBLISHED,
        internal: bool = False,
    ) -> None:
        self.doc = doc
        self.access = access
        self.default = default
        self.role = role
        self.read_role = read_role
        self.client_cert = client_cert
        self.far = far
        self.lifecycle = lifecycle
        self.internal = internal
        self.name = ""
        self.owner: type[Object] = Object
        self.shape: Shape[T] = MISSING

    def __set_name__(self, owner: type[Object], name: str) -> None:
        self.name = name
        self.owner = owner

    @overload
    def __get__(self, instance: None, owner: type[Object]) -> Field[T]: ...
    @overload
    def __get__(self, instance: Object, owner: type[Object]) -> T: ...
    @overload
    def __get__(self, instance: object, owner: type[Any]) -> Field[T]: ...
    def __get__(self, instance: object, owner: type[Any]) -> Field[T] | T:
        if not isinstance(instance, Object):  # the class itself, or something else that holds a declaration
            return self
        value: T = instance.values[self.name]
        return value

    def to(self, value: T) -> Assignment[T]:
        """This field with the value that it shall take."""
        return Assignment(self, value)

    @property
    def wire_name(self) -> str:
        """The name on the wire: a keyword's trailing underscore is ours alone."""
        return self.name.removesuffix("_")

    def __repr__(self) -> str:
        return f"<field {self.owner.__name__}.{self.name}>"


def editable(
    doc: str,
    *,
    default: T = MISSING,
    role: Role | None = None,
    read_role: Role | None = None,
    client_cert: bool = False,
    lifecycle: Lifecycle = Lifecycle.PUBLISHED,
) -> Field[T]:
    """A field that clients may set (RW).

    ``role`` is the least that may set it and ``read_role`` the least that may read it, where these are not the
    class's own; ``client_cert`` lets those who log in by certificate set it too.
    """
    return Field(
        doc,
        Access.EDITABLE,
        default=default,
        role=role,
        read_role=read_role,
        client_cert=client_cert,
        lifecycle=lifecycle,
    )


def initial(doc: str, *, default: T = MISSING, lifecycle: Lifecycle = Lifecycle.PUBLISHED) -> Field[T]:
    """A field that the creator of the object sets once (RO/constructor); verbs may change it later."""
    return Field(doc, Access.INITIAL, default=default, lifecycle=lifecycle)


def runtime(doc: str, *, default: T = MISSING, lifecycle: Lifecycle = Lifecycle.PUBLISHED) -> Field[T]:
    """A field that Cenote alone writes (RO/runtime)."""
    return Field(doc, Access.RUNTIME, default=default, lifecycle=lifecycle)


def internal(doc: str, *, default: T = MISSING) -> Field[T]:
    """A field that is stored and never seen on the wire: the near side of a published inverse, for one."""
    return Field(doc, Access.RUNTIME, default=default, internal=True)


def inverse(
    far: str, doc: str, *, access: Access = Access.RUNTIME, lifecycle: Lifecycle = Lifecycle.PUBLISHED
) -> Field[Any]:
    """The far side of a reference, never stored: ``far`` is ``"VBD.VM"``, the field that points here."""
    return Field(doc, access, default=(), far=far, lifecycle=lifecycle)


class Object:
    """A record of the API at one revision: immutable, its values reached through the declared fields."""

    __slots__ = ("born", "ref", "revision", "values")

    lifecycle: ClassVar[Lifecycle] = Lifecycle.PUBLISHED
    role: ClassVar[Role] = Role.POOL_OPERATOR
    """The least role that may set this class's editable fields, create and destroy its objects."""
    read_role: ClassVar[Role] = Role.READ_ONLY
    creatable: ClassVar[bool] = False
    """Whether clients create and destroy objects by the generated ``create`` and ``destroy``."""
    listed: ClassVar[bool] = True
    """Whether the generated ``get_all`` and ``get_all_records`` exist."""
    named: ClassVar[bool] = True
    """Whether the generated ``get_by_name_label`` exists, for a class with that field."""
    getters: ClassVar[bool] = True
    """Whether each field has its generated ``get_`` and, where clients may set it, ``set_``."""
    struct: ClassVar[bool] = False
    """Whether it is a record by itself, which messages answer: there are no objects, and nothing is generated."""
    record_name: ClassVar[str] = ""
    """The published name of the record's type, where it is not the class's name and ``record``."""

    def __init__(self, ref: Ref[Any], values: Mapping[str, Any], born: int = 0, revision: int = 0) -> None:
        """``born`` is the revision at which the object was created, ``revision`` that of this record."""
        self.ref = ref
        self.values = values
        self.born = born
        self.revision = revision

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.ref} at {self.revision}>"


class View(Protocol):
    """A consistent picture of the records, at one revision."""

    def find(self, cls: type[O], ref: Ref[O]) -> O | None:
        """The record of that reference, or None."""
        ...

    def get(self, cls: type[O], ref: Ref[O]) -> O:
        """The record of that reference; raises ``HANDLE_INVALID``."""
        ...

    def all(self, cls: type[O]) -> Iterable[O]:
        """Every record of the class, in no particular order."""
        ...

    def by_uuid(self, cls: type[O], uuid: str) -> O:
        """The record of that UUID; raises ``UUID_INVALID``."""
        ...


class Draft(View, Protocol):
    """A picture of the records that can be changed: what a transaction's work is given."""

    def create(self, cls: type[O], *assignments: Assignment[Any], ref: Ref[O] | None = None) -> Ref[O]:
        """Add an object: given values, otherwise the defaults, and a UUID of its own; answers its reference."""
        ...

    def update(self, ref: Ref[Any], *assignments: Assignment[Any]) -> None:
        """Give fields of one object new values; raises ``HANDLE_INVALID``."""
        ...

    def delete(self, cls: type[O], ref: Ref[O]) -> None:
        """Remove an object, if it is there."""
        ...

    def touch(self, cls: type[O], ref: Ref[O]) -> None:
        """Count an object as changed though no value of it is; raises ``HANDLE_INVALID``."""
        ...

    def touched(self, cls: type[O]) -> list[O]:
        """The objects of a class that this draft has changed so far and that are still there."""
        ...


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a message, without the session. ``default`` is MISSING where it must be given."""

    name: str
    shape: Shape[Any]
    default: Any = MISSING


class Message(Generic[O, P, R]):
    """A declared message. ``takes_self`` says whether its first parameter is a reference to its class."""

    def __init__(self, declared: Callable[..., Any], takes_self: bool, options: MessageOptions) -> None:
        self.declared = declared
        self.takes_self = takes_self
        self.role = options.role
        self.client_cert = options.client_cert
        self.runs = options.runs
        self.operation = options.operation
        self.errors = options.errors
        self.lifecycle = options.lifecycle
        self.session_required = options.session_required
        self.self_name = options.self_name
        self.name = declared.__name__
        self.doc = inspect.getdoc(declared) or ""
        self.owner: type[Object] = Object
        self.params: tuple[Param, ...] = ()
        self.result: Shape[Any] | None = None

    @overload
    def __get__(self, instance: None, owner: type[W]) -> Message[W, P, R]: ...
    @overload
    def __get__(self, instance: object, owner: type[Any]) -> Message[O, P, R]: ...
    def __get__(self, instance: object, owner: type[Any]) -> Message[Any, P, R]:
        return self

    @property
    def wire_name(self) -> str:
        """The name on the wire: ``VM.start``; a keyword's trailing underscore is ours alone."""
        return f"{self.owner.__name__}.{self.name.removesuffix('_')}"

    def __repr__(self) -> str:
        return f"<message {self.wire_name}>"


class StaticMessage(Message[Any, P, R]):
    """A message about no one object: ``SR.create``."""

    def __get__(self, instance: object, owner: type[Any]) -> StaticMessage[P, R]:
        return self


@dataclass(frozen=True, slots=True)
class MessageOptions:
    """What :func:`message` was told."""

    role: Role
    client_cert: bool = False
    runs: Runs = Runs.ANYWHERE
    operation: Enum | None = None
    errors: tuple[type[ApiError], ...] = ()
    lifecycle: Lifecycle = Lifecycle.PUBLISHED
    session_required: bool = True
    self_name: str = "self"


class _Declare:
    """The decorator that :func:`message` returns."""

    def __init__(self, options: MessageOptions) -> None:
        self._options = options

    def __call__(self, declared: Callable[Concatenate[O, P], R]) -> Message[O, P, R]:
        return Message(declared, True, self._options)


class _DeclareStatic:
    """The decorator that :func:`static` returns. Type checkers don't see the ``staticmethod``."""

    def __init__(self, options: MessageOptions) -> None:
        self._options = options

    def __call__(self, declared: Callable[P, R]) -> StaticMessage[P, R]:
        function: Callable[..., Any] = getattr(declared, "__func__", declared)
        return StaticMessage(function, False, self._options)


def message(
    role: Role,
    *,
    client_cert: bool = False,
    runs: Runs = Runs.ANYWHERE,
    operation: Enum | None = None,
    errors: Iterable[type[ApiError]] = (),
    lifecycle: Lifecycle = Lifecycle.PUBLISHED,
    self_name: str = "self",
) -> _Declare:
    """Declare a message about one object; the decorated method has parameters, a result and a docstring, and no body.

    ``role`` is the least that may send it, ``operation`` what appears in ``current_operations`` meanwhile,
    ``errors`` what it may answer besides the general ones, ``self_name`` the published name of the parameter
    that names the object.
    """
    return _Declare(MessageOptions(role, client_cert, runs, operation, tuple(errors), lifecycle, self_name=self_name))


def static(
    role: Role,
    *,
    client_cert: bool = False,
    runs: Runs = Runs.ANYWHERE,
    operation: Enum | None = None,
    errors: Iterable[type[ApiError]] = (),
    lifecycle: Lifecycle = Lifecycle.PUBLISHED,
    session_required: bool = True,
) -> _DeclareStatic:
    """Declare a message about no one object: stands over ``staticmethod``, and is else like :func:`message`."""
    return _DeclareStatic(
        MessageOptions(role, client_cert, runs, operation, tuple(errors), lifecycle, session_required)
    )
