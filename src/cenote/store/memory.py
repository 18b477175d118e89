"""A store that forgets: for tests, and the ground on which the durable ones stand."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from typing import TypeVar

from cenote.model.catalogue import Catalogue
from cenote.model.core import Draft
from cenote.store.contract import Derive
from cenote.store.draft import StoreDraft
from cenote.store.history import Change
from cenote.store.state import State, empty

log = logging.getLogger(__name__)

T = TypeVar("T")


class MemoryStore:
    """Implements :class:`cenote.store.contract.Store`; see there for the promises."""

    def __init__(self, catalogue: Catalogue, derive: Derive | None = None) -> None:
        self._catalogue = catalogue
        self._derive = derive
        self._state = empty(str(uuid.uuid4()))
        self._writing = threading.Lock()
        self._moved = threading.Condition()
        self._wakes: list[Callable[[State], None]] = []

    @property
    def state(self) -> State:
        """The newest state."""
        return self._state

    def transact(self, work: Callable[[Draft], T]) -> T:
        """Do ``work`` as one transaction; see :meth:`cenote.store.contract.Store.transact`."""
        with self._writing:
            draft = StoreDraft(self._catalogue, self._state)
            result = work(draft)
            if self._derive is not None and draft.changed:
                self._derive(draft)
            state, changes = draft.finish()
            if state is self._state:
                return result
            self._persist(state, draft, changes)
            state.history.append(changes)
            self._state = state
        with self._moved:
            self._moved.notify_all()
        for wake in tuple(self._wakes):
            try:
                wake(state)
            except Exception:  # what is written is written, whoever can't be told of it
                log.exception("a listener of the store failed")
        return result

    def _persist(self, state: State, draft: StoreDraft, changes: Iterable[Change]) -> None:
        """Make the transaction durable, or raise and change nothing. This store keeps nothing."""

    def subscribe(self, wake: Callable[[State], None]) -> Callable[[], None]:
        """Call ``wake`` with each new state; answers how to stop it."""
        self._wakes.append(wake)

        def leave() -> None:
            if wake in self._wakes:
                self._wakes.remove(wake)

        return leave

    def wait(self, ready: Callable[[State], T | None], timeout: float) -> T | None:
        """Block until ``ready`` answers something, at most ``timeout`` seconds."""
        deadline = time.monotonic() + timeout
        with self._moved:
            while True:
                found = ready(self._state)
                left = deadline - time.monotonic()
                if found is not None or left <= 0:
                    return found
                self._moved.wait(left)

    def close(self) -> None:
        """Nothing to let go of."""
