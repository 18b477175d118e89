"""The vocabulary of the model: references, fields, messages, errors, and the object that holds them.

A class of the API is declared as a subclass of :class:`Object`; its attributes are :class:`Field` and
:class:`Message` values. Nothing here knows how a message is done, stored or sent.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
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
    dataclass_transform,
    overload,
)

from cenote.model.roles import Role

if TYPE_CHECKING:
    from cenote.model.shapes import Shape

T = TypeVar("T")
O = TypeVar("O", bound="Object")  # noqa: E741 - the usual letter for an object of the API
O_co = TypeVar("O_co", bound="Object", covariant=True)
P = ParamSpec("P")
R = TypeVar("R")


class Ref(str, Generic[O_co]):
    """An opaque reference to an object of the API, as it stands on the wire: ``OpaqueRef:`` and a UUID."""

    __slots__ = ()


NULL: Ref[Any] = Ref("OpaqueRef:NULL")
"""The reference to nothing."""


class Access(Enum):
    """Who writes a field, in the published words."""

    EDITABLE = "RW"
    INITIAL = "RO/constructor"
    RUNTIME = "RO/runtime"


class Lifecycle(Enum):
    """Whether a part of the API is to be used."""

    PUBLISHED = "published"
    PROTOTYPED = "prototyped"
    DEPRECATED = "deprecated"
    REMOVED = "removed"


MISSING: Any = object()
"""Stands for a default that was not given."""


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
        far: str | None = None,
        lifecycle: Lifecycle = Lifecycle.PUBLISHED,
        internal: bool = False,
    ) -> None:
        self.doc = doc
        self.access = access
        self.default = default
        self.role = role
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
    def __get__(self, instance: Object | None, owner: type[Object]) -> Field[T] | T:
        if instance is None:
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
    doc: str, *, default: T = MISSING, role: Role | None = None, lifecycle: Lifecycle = Lifecycle.PUBLISHED
) -> Field[T]:
    """A field that clients may set (RW). ``role`` is the least that may, where it is not the class's own."""
    return Field(doc, Access.EDITABLE, default=default, role=role, lifecycle=lifecycle)


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

    __slots__ = ("created", "ref", "revision", "values")

    class_doc: ClassVar[str] = ""
    lifecycle: ClassVar[Lifecycle] = Lifecycle.PUBLISHED
    role: ClassVar[Role] = Role.POOL_OPERATOR
    """The least role that may set this class's editable fields, create and destroy its objects."""
    read_role: ClassVar[Role] = Role.READ_ONLY
    creatable: ClassVar[bool] = False
    """Whether clients create and destroy objects by the generated ``create`` and ``destroy``."""
    listed: ClassVar[bool] = True
    """Whether the generated ``get_all``, ``get_all_records`` and ``get_record`` exist."""

    def __init__(self, ref: Ref[Any], values: Mapping[str, Any], created: int = 0, revision: int = 0) -> None:
        self.ref = ref
        self.values = values
        self.created = created
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


class Runs(Enum):
    """The host on which a message is done."""

    ANYWHERE = "anywhere"
    """Where it arrives: it reads or writes records only."""
    COORDINATOR = "coordinator"
    RESIDENT = "resident"
    """The host that owns the object: where the VM runs, where the PBD or PIF is, the host itself."""
    CHOSEN = "chosen"
    """A host that placement chooses."""


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
        self.renamed = options.renamed
        self.name = declared.__name__
        self.doc = inspect.getdoc(declared) or ""
        self.owner: type[Object] = Object
        self.params: tuple[Param, ...] = ()
        self.result: Shape[Any] | None = None

    @overload
    def __get__(self, instance: None, owner: type[O]) -> Message[O, P, R]: ...
    @overload
    def __get__(self, instance: Object, owner: type[O]) -> Message[O, P, R]: ...
    def __get__(self, instance: Object | None, owner: type[Any]) -> Message[Any, P, R]:
        return self

    @property
    def wire_name(self) -> str:
        """The name on the wire: ``VM.start``; a keyword's trailing underscore is ours alone."""
        return f"{self.owner.__name__}.{self.name.removesuffix('_')}"

    def __repr__(self) -> str:
        return f"<message {self.wire_name}>"


class StaticMessage(Message[Any, P, R]):
    """A message about no one object: ``SR.create``."""

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> StaticMessage[P, R]: ...
    @overload
    def __get__(self, instance: Object, owner: type[Any]) -> StaticMessage[P, R]: ...
    def __get__(self, instance: Object | None, owner: type[Any]) -> StaticMessage[P, R]:
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
    renamed: Mapping[str, str] = field(default_factory=dict[str, str])


class _Declare:
    """The decorator that :func:`message` returns: overloaded on whether the message is about one object."""

    def __init__(self, options: MessageOptions) -> None:
        self._options = options

    @overload
    def __call__(self, declared: staticmethod[P, R]) -> StaticMessage[P, R]: ...
    @overload
    def __call__(self, declared: Callable[Concatenate[O, P], R]) -> Message[O, P, R]: ...
    def __call__(self, declared: Any) -> Message[Any, Any, Any]:
        if isinstance(declared, staticmethod):
            return StaticMessage(declared.__func__, False, self._options)
        return Message(declared, True, self._options)


def message(
    role: Role,
    *,
    client_cert: bool = False,
    runs: Runs = Runs.ANYWHERE,
    operation: Enum | None = None,
    errors: Iterable[type[ApiError]] = (),
    lifecycle: Lifecycle = Lifecycle.PUBLISHED,
    session_required: bool = True,
    self_name: str = "self",
    renamed: Mapping[str, str] | None = None,
) -> _Declare:
    """Declare a message of the API; the decorated function has parameters, a result and a docstring, and no body.

    ``role`` is the least that may send it, ``operation`` what appears in ``current_operations`` meanwhile,
    ``errors`` what it may answer besides the general ones, ``self_name`` the published name of the parameter
    that names the object, ``renamed`` the published names of parameters that Python can't carry.
    """
    return _Declare(
        MessageOptions(
            role, client_cert, runs, operation, tuple(errors), lifecycle, session_required, self_name, renamed or {}
        )
    )


_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass_transform(eq_default=False)
class ApiError(Exception):
    """A published error: a code and its parameters. Subclasses declare the parameters as annotated fields."""

    code: ClassVar[str] = "INTERNAL_ERROR"

    def __init_subclass__(cls, code: str | None = None) -> None:
        super().__init_subclass__()
        dataclass(eq=False)(cls)
        cls.code = code or _WORD.sub("_", cls.__name__).upper()

    @property
    def params(self) -> list[str]:
        """The parameters as they stand on the wire, in the published order."""
        found: list[str] = []
        for each in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            value = getattr(self, each.name)
            if isinstance(value, tuple):
                found.extend(str(part) for part in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            else:
                found.append(str(value.value) if isinstance(value, Enum) else str(value))
        return found

    def __str__(self) -> str:
        return ": ".join([self.code, ", ".join(self.params)]) if self.params else self.code


ERRORS: dict[str, type[ApiError]] = {}
"""Every declared error by its code; filled when the catalogue is sealed."""
