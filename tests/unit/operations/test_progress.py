"""What a procedure says of itself, and how it learns that it shall stop."""

from __future__ import annotations

import pytest

from cenote.model.core import Ref
from cenote.model.errors.general import TaskCancelled
from cenote.operations.progress import Progress


def test_reports_stay_between_nothing_and_everything() -> None:
    told: list[float] = []
    progress = Progress(report=told.append)
    for done in (-1.0, 0.0, 0.5, 1.0, 7.0):
        progress.report(done)
    assert told == [0.0, 0.0, 0.5, 1.0, 1.0]


def test_a_part_of_the_whole() -> None:
    told: list[float] = []
    part = Progress(report=told.append).part(0.25, 0.75)
    for done in (0.0, 0.5, 1.0):
        part(done)
    assert told == [0.25, 0.5, 0.75]


def test_nobody_need_listen() -> None:
    progress = Progress()
    progress.report(0.5)
    progress.check()
    assert not progress.cancelled


def test_a_cancelled_procedure_stops_at_its_next_step() -> None:
    told: list[float] = []
    progress = Progress(Ref("OpaqueRef:task"), told.append)
    progress.cancel()
    progress.cancel()
    assert progress.cancelled
    for step in (progress.check, lambda: progress.report(0.5), lambda: progress.part(0, 1)(0.5)):
        with pytest.raises(TaskCancelled) as caught:
            step()
        assert caught.value.params == ["OpaqueRef:task"]
    assert told == []
