"""What comes back from a request, before it has a form on the wire."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cenote.model.core import ApiError
from cenote.model.shapes import Shape
from cenote.store.state import State


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end of the connection."""

    address: str
    """An IP address, or ``"unix"``."""
    uid: int | None = None
    """The peer's user on a Unix socket, from its credentials; None elsewhere."""
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class Success:
    """A result and its shape; no shape for a message without a result."""

    shape: Shape[Any] | None
    value: Any = None
    bare: bool = False
    """Whether it stands on the wire without the status around it (``system.listMethods``)."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A published error: its code and parameters."""

    code: str
    params: list[str]

    @classmethod
    def of(cls, error: ApiError) -> Failure:
        """The failure that tells of ``error``."""
        return cls(error.code, error.params)

    @property
    def text(self) -> str:
        """The error as a log line tells it."""
        return f"{self.code}({', '.join(self.params)})"


Answer = Success | Failure


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for events: ask :attr:`poll` again with each new state, until it answers or time is up."""

    poll: Callable[[State], Success | None]
    late: Callable[[State], Success]
    """The answer when ``timeout`` has passed."""
    timeout: float
    """Seconds."""
