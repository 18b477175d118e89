"""The typed XenAPI client: a session, and how messages travel.

A call is written with the declarations of the model, so a type checker sees the parameters and the result:
``session.call(VM.start, vm, False, False)``, ``session.get(VM.name_label, vm)``, ``session.records(VM)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar, overload

from cenote.client.failure import Failure
from cenote.model.catalogue import Catalogue, Signature, fields_of
from cenote.model.core import Assignment, Field, Message, Object, Ref, StaticMessage

if TYPE_CHECKING:
    from collections.abc import Generator

    from cenote.model.classes.task import task

O = TypeVar("O", bound=Object)  # noqa: E741 - the usual letter for an object of the API
P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Transport(Protocol):
    """Carries messages to an API."""

    def send(self, signature: Signature, params: Sequence[Any], asynchronous: bool = False) -> Any:
        """Send a message and answer its result as a value of the model, or the task where it is ``asynchronous``.

        ``params`` are values of the model, the session first where the message wants one. Raises
        :class:`~cenote.client.failure.Failure` with what the API answered, OSError where there is no answer.
        """
        ...


class Session:
    """A logged-in session with an API. Usable from one thread at a time."""

    def __init__(self, transport: Transport, token: str, catalogue: Catalogue) -> None:
        self.transport = transport
        self.token = token
        """The reference of the session, which is all that proves who is asking: keep it secret."""
        self.catalogue = catalogue

    def send(self, name: str, *params: Any) -> Any:
        """Send a message by its name on the wire; raises :class:`~cenote.client.failure.Failure`."""
        return self._send(name, params)

    def _send(self, name: str, params: Sequence[Any], asynchronous: bool = False) -> Any:
        signature = self.catalogue.signatures.get(name)
        if signature is None:
            raise Failure("MESSAGE_METHOD_UNKNOWN", [name])
        with_session = [self.token, *params] if signature.session_required else list(params)
        return self.transport.send(signature, with_session, asynchronous)

    @overload
    def call(self, message: StaticMessage[P, R], *params: P.args, **named: P.kwargs) -> R: ...
    @overload
    def call(self, message: Message[O, P, R], ref: Ref[O], *params: P.args, **named: P.kwargs) -> R: ...
    def call(self, message: Message[Any, Any, Any], *params: Any, **named: Any) -> Any:
        """Send a declared message and answer its result."""
        return self._send(message.wire_name, _ordered(message, params, named))

    @overload
    def start(self, message: StaticMessage[P, R], *params: P.args, **named: P.kwargs) -> Ref[task]: ...
    @overload
    def start(self, message: Message[O, P, R], ref: Ref[O], *params: P.args, **named: P.kwargs) -> Ref[task]: ...
    def start(self, message: Message[Any, Any, Any], *params: Any, **named: Any) -> Any:
        """Send a declared message as a task (``Async.``) and answer the task."""
        return self._send(message.wire_name, _ordered(message, params, named), asynchronous=True)

    def start_named(self, name: str, *params: Any) -> Ref[task]:
        """Send a message as a task by its name on the wire."""
        made: Ref[task] = self._send(name, params, asynchronous=True)
        return made

    def get(self, field: Field[T], ref: Ref[Any]) -> T:
        """The value of one field."""
        value: T = self._send(f"{field.owner.__name__}.get_{field.wire_name}", [ref])
        return value

    def set(self, field: Field[T], ref: Ref[Any], value: T) -> None:
        """Give one field a value."""
        self._send(f"{field.owner.__name__}.set_{field.wire_name}", [ref, value])

    def record(self, cls: type[O], ref: Ref[O]) -> O:
        """The record of one object."""
        return _record(cls, ref, self._send(f"{cls.__name__}.get_record", [ref]))

    def records(self, cls: type[O]) -> list[O]:
        """The records of every object of a class, in the order of the answer."""
        found: Mapping[Ref[O], Mapping[str, Any]] = self._send(f"{cls.__name__}.get_all_records", [])
        return [_record(cls, ref, values) for ref, values in found.items()]

    def by_uuid(self, cls: type[O], uuid: str) -> Ref[O]:
        """The object of that UUID; raises ``UUID_INVALID``."""
        found: Ref[O] = self._send(f"{cls.__name__}.get_by_uuid", [uuid])
        return found

    def by_name(self, cls: type[O], label: str) -> list[Ref[O]]:
        """The objects of that name."""
        found: Sequence[Ref[O]] = self._send(f"{cls.__name__}.get_by_name_label", [label])
        return list(found)

    def create(self, cls: type[O], *values: Assignment[Any]) -> Ref[O]:
        """Create an object by the generated ``create``: ``session.create(VBD, VBD.VM.to(vm), ...)``."""
        record = {each.field.wire_name: each.value for each in values}
        made: Ref[O] = self._send(f"{cls.__name__}.create", [record])
        return made

    def destroy(self, cls: type[O], ref: Ref[O]) -> None:
        """Destroy an object by the generated ``destroy``."""
        self._send(f"{cls.__name__}.destroy", [ref])

    def changes(self, classes: Iterable[str], timeout: float = 30.0) -> Iterator[None]:
        """Yields whenever something has changed among ``classes`` (``"vm"``, ``"task/OpaqueRef:..."``), without end.

        The first time at once, and at the latest every ``timeout`` seconds, also when nothing has changed: look at
        the records anew each time.
        """
        token, watched = "", list(classes)
        while True:
            batch: Any = self._send("event.from", [watched, token, timeout])
            token = str(batch.token if hasattr(batch, "token") else batch["token"])
            yield

    def logout(self) -> None:
        """End the session."""
        self._send("session.logout", [])


@contextmanager
def login(transport: Transport, catalogue: Catalogue, user: str, password: str, originator: str) -> Generator[Session]:
    """A session for as long as the block lasts; raises ``SESSION_AUTHENTICATION_FAILED``."""
    signature = catalogue.signatures["session.login_with_password"]
    token = str(transport.send(signature, [user, password, "1.0", originator]))
    session = Session(transport, token, catalogue)
    try:
        yield session
    finally:
        session.logout()


def _ordered(message: Message[Any, Any, Any], params: Sequence[Any], named: Mapping[str, Any]) -> list[Any]:
    """Positional and named parameters in the order of the declaration."""
    found = list(params)
    python_names = {name.removesuffix("_"): value for name, value in named.items()}
    for param in message.params[len(found) :]:
        if param.name not in python_names:
            break
        found.append(python_names.pop(param.name))
    if python_names:
        raise TypeError(f"{message.wire_name}: no parameter {', '.join(python_names)}")
    return found


_KEYWORDS: dict[type[Object], dict[str, str]] = {}
"""For each class met, the fields whose Python name has an underscore that the wire's has not."""


def _record(cls: type[O], ref: Ref[O], values: Mapping[str, Any]) -> O:
    keywords = _KEYWORDS.get(cls)
    if keywords is None:
        keywords = {each.wire_name: name for name, each in fields_of(cls).items() if each.wire_name != name}
        _KEYWORDS[cls] = keywords
    if keywords:
        values = {keywords.get(name, name): value for name, value in values.items()}
    return cls(ref, values)
