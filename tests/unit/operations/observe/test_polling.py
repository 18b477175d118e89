"""The rhythm in which agents are asked, in simulated time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator
from itertools import accumulate
from types import SimpleNamespace

import pytest
from tests.unit.records import Hands

from cenote.operations.observe import polling
from cenote.operations.observe.polling import LATER, SOON, Polling

BEGUN = 1000.0
LONG = 20.0
"""Seconds of real time after which something that should have happened is missed."""


class Survey:
    """A poller whose waits move the clock instead of taking time; ``answer`` says whether to go on asking."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = clock = Hands()
        survey = self
        self.leaps: Callable[[], object] = int
        """What happens while the poller waits."""
        self.asked: list[tuple[str, float]] = []
        self.answer: Callable[[str, int], bool] = lambda uuid, times: False
        self.ended = threading.Semaphore(0)

        class Leaping(threading.Condition):
            """Waits for others in real time, and for the clock not at all."""

            def wait(self, timeout: float | None = None) -> bool:
                if timeout is None:
                    return super().wait()
                clock.advance(timeout)
                survey.leaps()
                return False

        monkeypatch.setattr(polling, "threading", SimpleNamespace(Condition=Leaping, Thread=threading.Thread))
        self.polling = Polling(self.ask, clock.monotonic)

    def ask(self, uuid: str) -> bool:
        self.asked.append((uuid, self.clock.monotonic() - BEGUN))
        try:
            goes_on = self.answer(uuid, self.times(uuid))
        except Exception:
            self.ended.release()
            raise
        if not goes_on:
            self.ended.release()
        return goes_on

    def times(self, uuid: str) -> int:
        """How often a guest was asked."""
        return sum(1 for each, _ in self.asked if each == uuid)

    def wait(self) -> None:
        """Until a guest answers that it wants no more questions."""
        assert self.ended.acquire(timeout=LONG)


@pytest.fixture
def survey(monkeypatch: pytest.MonkeyPatch) -> Generator[Survey]:
    made = Survey(monkeypatch)
    yield made
    made.polling.close()


def test_at_once_then_often_then_now_and_then(survey: Survey) -> None:
    survey.answer = lambda uuid, times: times < len(SOON) + 2
    survey.polling.begin("a")
    survey.wait()
    assert [at for _, at in survey.asked] == list(accumulate([*SOON, LATER, LATER]))


def test_a_guest_that_wants_no_more_is_left_alone(survey: Survey) -> None:
    survey.polling.begin("a")
    survey.wait()
    survey.polling.begin("b")
    survey.wait()
    assert survey.asked == [("a", 0.0), ("b", 0.0)]


def test_a_new_beginning_starts_the_rhythm_anew(survey: Survey) -> None:
    survey.answer = lambda uuid, times: times % 3 > 0
    survey.polling.begin("a")
    survey.wait()
    survey.polling.begin("a")
    survey.wait()
    once = list(accumulate(SOON[:3]))
    assert [at for _, at in survey.asked] == [*once, *(once[-1] + at for at in once)]


def test_an_end_takes_a_question_back_that_waits_already(survey: Survey) -> None:
    def leaps() -> None:
        survey.polling.end("a")
        survey.polling.begin("b")

    survey.leaps = leaps
    survey.answer = lambda uuid, times: uuid == "a"
    survey.polling.begin("a")
    survey.wait()
    assert [uuid for uuid, _ in survey.asked] == ["a", "b"]


def test_an_end_takes_the_next_question_back(survey: Survey) -> None:
    def answer(uuid: str, times: int) -> bool:
        if uuid == "a":
            survey.polling.end("a")
            survey.polling.begin("b")
            return True
        return times < 5

    survey.answer = answer
    survey.polling.begin("a")
    survey.wait()
    assert survey.times("a") == 1
    assert survey.times("b") == 5
    survey.polling.end("nobody")


def test_following_asks_once_only_whom_nobody_asks(survey: Survey) -> None:
    def answer(uuid: str, times: int) -> bool:
        survey.polling.follow(uuid)
        return times < 4

    survey.answer = answer
    survey.polling.follow("a")
    survey.wait()
    assert [at for _, at in survey.asked] == list(accumulate(SOON[:4]))


def test_a_surprise_is_logged_and_the_questions_go_on(survey: Survey, caplog: pytest.LogCaptureFixture) -> None:
    def answer(uuid: str, times: int) -> bool:
        if times == 1:
            raise ValueError("surprise")
        return False

    survey.answer = answer
    with caplog.at_level(logging.ERROR):
        survey.polling.begin("a")
        survey.wait()
        survey.wait()
    assert survey.times("a") == 2
    assert "asking the agent of a failed" in caplog.text


def test_after_the_end_nobody_is_asked(survey: Survey) -> None:
    survey.polling.close()
    survey.polling.begin("a")
    survey.polling.close()
    assert survey.asked == []
