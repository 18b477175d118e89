"""What the edge asks of the floors below: answers to calls, and things to do that the daemon hands in."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from cenote.dispatch.answer import Answer, Peer, Waiting
from cenote.store.state import State

if TYPE_CHECKING:
    from cenote.client.thincli import Stream

Value: TypeAlias = "str | bool | int | float | datetime | list[Value] | dict[str, Value] | None"
"""A parameter as the parsers of XML-RPC and JSON-RPC give it."""


class Api(Protocol):
    """The API below: who asks, may they, what is the answer."""

    def answer_now(self, method: str, params: list[Value], peer: Peer) -> Answer | Waiting | None:
        """The answer where memory alone gives it, and quickly; None: :meth:`submit` it."""
        ...

    def submit(self, method: str, params: list[Value], peer: Peer) -> Future[Answer]:
        """The answer, however long it takes, from a thread of a bounded pool. Does not block."""
        ...


class Records(Protocol):
    """What the edge needs of the store: its newest state, and to be told of each next one."""

    @property
    def state(self) -> State:
        """The newest state."""
        ...

    def subscribe(self, wake: Callable[[State], None]) -> Callable[[], None]:
        """Call ``wake`` with each new state, from the writer's thread; answers how to stop that."""
        ...


OpenConsole: TypeAlias = Callable[[str, str, str], socket.socket]
"""(session, reference, uuid) -> a connected stream socket that carries the console's bytes.

Reference or uuid is empty; the other names a console, or a VM whose graphical console is meant. Blocks.
Raises ApiError, and :class:`Unavailable` where there is such a console and nothing behind it.
"""

RunCommand: TypeAlias = "Callable[[Stream, str, Peer], None]"
"""(stream, arguments as they came, peer): talk the thin-CLI protocol, its greeting included, until the command is done.
Blocks."""

Health: TypeAlias = Callable[[], Mapping[str, object]]
"""What ``/healthz`` tells: JSON-able, from memory."""


class Unavailable(Exception):
    """The console that was asked for has nothing behind it: its VM is not running here."""
