"""When to ask which guest's agent: agents announce themselves, but not what changes inside the guest."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

log = logging.getLogger(__name__)

SOON = (0.0, 0.5, 1.0, 1.0, 2.0, 2.0, 4.0, 8.0)
"""Seconds between the first questions: a guest's address comes a little after its agent."""
LATER = 30.0
"""Seconds between questions once a guest has settled: an address that changes is seen within half a minute."""


class Polling:
    """Asks agents, each in its rhythm, a few at a time. ``ask`` answers whether to go on asking."""

    def __init__(self, ask: Callable[[str], bool], monotonic: Callable[[], float]) -> None:
        self._ask = ask
        self._monotonic = monotonic
        self._due: list[tuple[float, int, str, int, int]] = []
        self._round: dict[str, int] = {}
        self._order = itertools.count()
        self._rounds = itertools.count()
        self._moved = threading.Condition()
        self._closed = False
        self._askers = ThreadPoolExecutor(4, "agents")
        self._thread = threading.Thread(target=self._run, name="agent-clock", daemon=True)
        self._thread.start()

    def begin(self, uuid: str) -> None:
        """The guest's agent is there: ask at once, then often, then now and then."""
        with self._moved:
            self._round[uuid] = next(self._rounds)
            self._push(uuid, 0)

    def follow(self, uuid: str) -> None:
        """The guest's agent is there, as it may have been: begin, unless it is being asked already."""
        with self._moved:
            if uuid not in self._round:
                self._round[uuid] = next(self._rounds)
                self._push(uuid, 0)

    def end(self, uuid: str) -> None:
        """The guest or its agent is gone."""
        with self._moved:
            self._round.pop(uuid, None)

    def close(self) -> None:
        """Ask no more."""
        with self._moved:
            self._closed = True
            self._moved.notify()
        self._thread.join()
        self._askers.shutdown(wait=True, cancel_futures=True)

    def _push(self, uuid: str, step: int) -> None:
        wait = SOON[step] if step < len(SOON) else LATER
        at = self._monotonic() + wait
        heapq.heappush(self._due, (at, next(self._order), uuid, self._round[uuid], step))
        self._moved.notify()

    def _run(self) -> None:
        while True:
            with self._moved:
                wait = self._wait()
                while not self._closed and (wait is None or wait > 0):
                    self._moved.wait(wait)
                    wait = self._wait()
                if self._closed:
                    return
                _, _, uuid, round_, step = heapq.heappop(self._due)
                if self._round.get(uuid) != round_:
                    continue
            self._askers.submit(self._turn, uuid, round_, step)

    def _wait(self) -> float | None:
        return self._due[0][0] - self._monotonic() if self._due else None

    def _turn(self, uuid: str, round_: int, step: int) -> None:
        try:
            goes_on = self._ask(uuid)
        except Exception:
            log.exception("asking the agent of %s failed", uuid)
            goes_on = True
        with self._moved:
            if goes_on and not self._closed and self._round.get(uuid) == round_:
                self._push(uuid, step + 1)
