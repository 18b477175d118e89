"""The store's promises, whatever keeps the records.

- A transaction is all or nothing, and is durable when :meth:`Store.transact` returns.
- Its work is a function of the draft alone and may be run again on conflict: no side effects, nothing slow.
- Reading takes a :class:`~cenote.store.state.State`: immutable, at one revision, without a lock.
- Each transaction that changes something takes the next revision; objects carry the one that changed them last.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from cenote.model.core import Draft
from cenote.store.state import State

T = TypeVar("T")

Derive = Callable[[Draft], None]
"""Run at the end of each transaction, inside it: writes what follows from the records (allowed operations)."""


class StoreError(Exception):
    """The store can't be opened or can't write; the text says why and what to do. Nothing was changed."""


class StoreFullError(StoreError):
    """There is no room on the disk that holds the store. ``location`` is its directory."""

    def __init__(self, location: str) -> None:
        super().__init__(f"no room left for the records in {location}: free some space there and try again")
        self.location = location


class Store(Protocol):
    """Records in transactions."""

    @property
    def state(self) -> State:
        """The newest state: a read never waits."""
        ...

    def transact(self, work: Callable[[Draft], T]) -> T:
        """Do ``work`` as one transaction and answer its result.

        Whatever it raises goes on to the caller, and then nothing has changed. Raises :class:`StoreError`.
        """
        ...

    def subscribe(self, wake: Callable[[State], None]) -> Callable[[], None]:
        """Call ``wake`` with each new state, from the writer's thread (it must be quick); answers how to stop it."""
        ...

    def wait(self, ready: Callable[[State], T | None], timeout: float) -> T | None:
        """Block until ``ready`` answers something for some state, at most ``timeout`` seconds; None when it passes."""
        ...

    def close(self) -> None:
        """Let go of the files. A second call does nothing."""
        ...
