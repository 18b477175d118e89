"""The transport inside the daemon: a call of a function, without bytes between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cenote.model.catalogue import Signature


class Direct:
    """Messages handed to ``answer(name, params)``.

    ``answer`` gives the result as a value of the model and raises :class:`~cenote.client.failure.Failure`; for
    ``event.from`` it blocks until there is something to say. The name has ``Async.`` before it for a task.
    """

    def __init__(self, answer: Callable[[str, Sequence[Any]], Any]) -> None:
        self._answer = answer

    def send(self, signature: Signature, params: Sequence[Any], asynchronous: bool = False) -> Any:
        """Hand one message on."""
        return self._answer(("Async." if asynchronous else "") + signature.wire_name, params)
