"""Hands events to listeners, one at a time, on a thread of its own."""

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue

from cenote.compute.event import DomainEvent, Listener

log = logging.getLogger(__name__)


class Bulletin:
    """A queue of events and who wants to hear them."""

    def __init__(self) -> None:
        self._events: SimpleQueue[DomainEvent | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []
        self._thread = threading.Thread(target=self._deliver, name="hypervisor-events", daemon=True)
        self._thread.start()

    def post(self, event: DomainEvent) -> None:
        """Queue an event; never blocks."""
        self._events.put(event)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` for each event that is delivered from now on; the answer ends that. Idempotent."""
        with self._lock:
            self._listeners = [*self._listeners, listener]

        def leave() -> None:
            with self._lock:
                self._listeners = [other for other in self._listeners if other is not listener]

        return leave

    def close(self) -> None:
        """Deliver what is queued, then stop. Idempotent."""
        self._events.put(None)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _deliver(self) -> None:
        while (event := self._events.get()) is not None:
            for listener in self._listeners:
                try:
                    listener(event)
                except Exception:
                    log.exception("a listener failed on %s", event)
