"""Calls that wait for the records to change. They hold no thread; each change asks all of them once, from memory."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Final

from cenote.dispatch.answer import Success, Waiting
from cenote.store.state import State
from cenote.wire.contract import Records

log = logging.getLogger(__name__)

GATHER: Final = 0.01
"""Seconds between two rounds of asking at least: changes that come in a storm are gathered."""


class _Waiter:
    __slots__ = ("answered", "waiting")

    def __init__(self, waiting: Waiting, answered: asyncio.Future[Success]) -> None:
        self.waiting = waiting
        self.answered = answered


class Events:
    """The calls that wait now. Made on the event loop; :meth:`close` lets the records go."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._loop = asyncio.get_running_loop()
        self._waiters: set[_Waiter] = set()
        self._woken = False
        self._lock = threading.Lock()
        self._asked = 0.0
        self._unsubscribe = records.subscribe(self._wake)

    async def answer(self, waiting: Waiting) -> Success:
        """Wait for ``waiting`` to have an answer, or for its time to be up."""
        answered: asyncio.Future[Success] = self._loop.create_future()
        waiter = _Waiter(waiting, answered)
        self._waiters.add(waiter)
        try:
            self._ask(waiter, self._records.state)  # what changed between the first asking and now
            async with asyncio.timeout(waiting.timeout):
                return await answered
        except TimeoutError:
            return waiting.late(self._records.state)
        finally:
            self._waiters.discard(waiter)

    def close(self) -> None:
        """Listen no more, and answer those that wait with what there is."""
        self._unsubscribe()
        with self._lock:
            self._woken = True  # a change that is on its way wakes nothing any more
        for waiter in self._waiters:
            if not waiter.answered.done():
                waiter.answered.set_result(waiter.waiting.late(self._records.state))

    def _wake(self, _: State) -> None:
        """A change: called on the writer's thread."""
        with self._lock:
            if self._woken or not self._waiters:
                return
            self._woken = True
            self._loop.call_soon_threadsafe(self._woke)

    def _woke(self) -> None:
        rest = self._asked + GATHER - self._loop.time()
        if rest > 0:
            self._loop.call_later(rest, self._ask_all)
        else:
            self._ask_all()

    def _ask_all(self) -> None:
        with self._lock:
            self._woken = False
        self._asked = self._loop.time()
        state = self._records.state
        for waiter in list(self._waiters):
            self._ask(waiter, state)

    def _ask(self, waiter: _Waiter, state: State) -> None:
        if waiter.answered.done():
            return
        try:
            answer = waiter.waiting.poll(state)
        except Exception as error:  # it goes to the one who waits
            waiter.answered.set_exception(error)
            return
        if answer is not None:
            waiter.answered.set_result(answer)
