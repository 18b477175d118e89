"""Reversals: the last first, each once, a failing one does not stop the others."""

from __future__ import annotations

import logging

import pytest

from cenote.base.undo import Undo


def fail() -> None:
    raise OSError("no way back")


def test_a_failure_unwinds_the_last_first() -> None:
    done: list[int] = []

    def work() -> None:
        with Undo() as undo:
            undo.add("one", lambda: done.append(1))
            undo.add("two", lambda: done.append(2))
            fail()

    with pytest.raises(OSError, match="no way back"):
        work()
    assert done == [2, 1]


def test_what_is_kept_stays_done() -> None:
    done: list[int] = []
    with Undo() as undo:
        undo.add("one", lambda: done.append(1))
        undo.keep()
        undo.add("two", lambda: done.append(2))
    assert done == [2]


def test_a_failing_reversal_is_logged_and_the_others_run(caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []

    def work() -> None:
        with Undo() as undo:
            undo.add("one", lambda: done.append(1))
            undo.add("detach the disk", fail)
            int("the first failure")

    with caplog.at_level(logging.ERROR), pytest.raises(ValueError, match="the first failure"):
        work()
    assert done == [1]
    assert "undo failed: detach the disk" in caplog.text
    assert "no way back" in caplog.text


def test_reversals_that_were_moved_wait_for_their_unwind() -> None:
    done: list[int] = []
    with Undo() as undo:
        undo.add("one", lambda: done.append(1))
        undo.add("two", lambda: done.append(2))
        later = undo.moved()
    assert done == []
    later.unwind()
    later.unwind()
    assert done == [2, 1]


def test_a_reversal_may_add_another() -> None:
    done: list[int] = []
    undo = Undo()
    undo.add("one", lambda: undo.add("two", lambda: done.append(2)))
    undo.unwind()
    assert done == [2]
