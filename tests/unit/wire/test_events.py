"""Calls that wait for events."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import cast

import pytest

from cenote.dispatch.answer import Success, Waiting
from cenote.store.state import State
from cenote.wire.events import Events


class Records:
    """States are numbers here."""

    def __init__(self) -> None:
        self.number = 0
        self.wakes: list[Callable[[State], None]] = []

    @property
    def state(self) -> State:
        return cast("State", self.number)

    def subscribe(self, wake: Callable[[State], None]) -> Callable[[], None]:
        self.wakes.append(wake)
        return lambda: self.wakes.remove(wake)

    def change(self) -> None:
        """A write, on a thread of its own as the store's are."""
        self.number += 1

        def wake() -> None:
            for each in list(self.wakes):
                each(self.state)

        writer = threading.Thread(target=wake)
        writer.start()
        writer.join()


def after(number: int, timeout: float = 60) -> Waiting:
    """Wait until the state is past ``number``."""

    def poll(state: State) -> Success | None:
        now = cast("int", state)
        return Success(None, now) if now > number else None

    return Waiting(poll, lambda state: Success(None, "late"), timeout)


def test_a_change_answers_those_that_it_concerns() -> None:
    async def scenario() -> None:
        records = Records()
        events = Events(records)
        first, second = (asyncio.ensure_future(events.answer(after(number))) for number in (0, 1))
        await asyncio.sleep(0)
        records.change()
        assert (await first).value == 1
        assert not second.done()
        records.change()
        assert (await second).value == 2
        events.close()
        assert records.wakes == []

    asyncio.run(scenario())


def test_what_changed_before_the_waiting_began_is_not_missed() -> None:
    async def scenario() -> None:
        records = Records()
        events = Events(records)
        records.change()
        assert (await events.answer(after(0))).value == 1

    asyncio.run(scenario())


def test_the_time_is_up() -> None:
    async def scenario() -> None:
        assert (await Events(Records()).answer(after(0, timeout=0))).value == "late"

    asyncio.run(scenario())


def test_an_error_goes_to_the_one_who_waits() -> None:
    def poll(state: State) -> Success | None:
        if cast("int", state) > 0:
            raise LookupError("gone")
        return None

    async def scenario() -> None:
        records = Records()
        events = Events(records)
        broken = asyncio.ensure_future(events.answer(Waiting(poll, lambda _: Success(None), 60)))
        fine = asyncio.ensure_future(events.answer(after(0)))
        await asyncio.sleep(0)
        records.change()
        with pytest.raises(LookupError):
            await broken
        assert (await fine).value == 1

    asyncio.run(scenario())


def test_a_storm_of_changes_asks_few_times() -> None:
    asked = 0

    def poll(state: State) -> Success | None:
        nonlocal asked
        asked += 1
        return Success(None, state) if cast("int", state) >= 1000 else None

    async def scenario() -> None:
        records = Records()
        events = Events(records)
        waiting = asyncio.ensure_future(events.answer(Waiting(poll, lambda _: Success(None), 60)))
        await asyncio.sleep(0)
        for _ in range(1000):
            records.change()
        assert (await waiting).value == 1000

    asyncio.run(scenario())
    assert asked <= 3
