"""Being told to stop, by SIGTERM or SIGINT."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager

STOP = frozenset({signal.SIGTERM, signal.SIGINT})


@contextmanager
def stops() -> Generator[Callable[[], None]]:
    """What waits until the process is told to stop; a signal that comes before the waiting counts.

    The C handler writes each signal's number to a socket. A handler in Python that sets an event would do it too late
    where the main thread is on its way into the wait, and for ever where it holds the event's lock.
    """
    near, far = socket.socketpair()
    with near, far:
        far.setblocking(False)
        wakeup = signal.set_wakeup_fd(far.fileno(), warn_on_full_buffer=False)
        handlers = {number: signal.signal(number, _noted) for number in STOP}

        def wait() -> None:
            while STOP.isdisjoint(near.recv(64)):
                pass

        try:
            yield wait
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(wakeup)


def _noted(number: int, frame: object) -> None:
    """There must be a handler for the number to be written."""
