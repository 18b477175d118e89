"""Waiting for tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from cenote.client.failure import Failure
from cenote.client.session import Session
from cenote.client.task import complete, reference
from cenote.model.catalogue import Signature
from cenote.model.classes.task import task, task_status_type
from cenote.model.core import Ref
from cenote.model.sealed import CATALOGUE

TASK: Ref[task] = Ref("OpaqueRef:task")


class Tasks:
    """A transport of an API with one task, which is one step further each time that it is looked at."""

    def __init__(self, *steps: dict[str, Any]) -> None:
        self.steps = list(steps)
        self.tokens: list[str] = []
        self.gone = False

    def send(self, signature: Signature, params: Sequence[Any], asynchronous: bool = False) -> Any:
        if signature.wire_name == "event.from":
            assert params[1] == [f"task/{TASK}"]
            self.tokens.append(params[2])
            return {"token": str(len(self.tokens)), "events": ()}
        if signature.wire_name == "task.get_record":
            return self.steps.pop(0)
        assert signature.wire_name == "task.destroy"
        self.gone = True
        return None


def step(status: task_status_type, progress: float, *error: str, result: str = "") -> dict[str, Any]:
    return {"status": status, "progress": progress, "error_info": error, "result": result}


def finished(tasks: Tasks, seen: list[float] | None = None) -> str:
    def look(record: task) -> None:
        if seen is not None:
            seen.append(record.progress)

    return complete(Session(tasks, "s", CATALOGUE), TASK, look)


def test_a_task_that_succeeds() -> None:
    seen: list[float] = []
    tasks = Tasks(
        step(task_status_type.PENDING, 0.0),
        step(task_status_type.PENDING, 0.5),
        step(task_status_type.SUCCESS, 1.0, result="<value>x</value>"),
    )
    assert finished(tasks, seen) == "<value>x</value>"
    assert (seen, tasks.tokens, tasks.gone) == ([0.0, 0.5, 1.0], ["", "1", "2"], True)


def test_a_task_that_fails() -> None:
    tasks = Tasks(step(task_status_type.FAILURE, 1.0, "SR_FULL", "1", "2"))
    with pytest.raises(Failure) as caught:
        finished(tasks)
    assert (caught.value.code, caught.value.params, tasks.gone) == ("SR_FULL", ["1", "2"], True)


def test_a_task_that_is_cancelled() -> None:
    tasks = Tasks(step(task_status_type.CANCELLING, 0.5), step(task_status_type.CANCELLED, 1.0))
    with pytest.raises(Failure, match="TASK_CANCELLED"):
        finished(tasks)


def test_a_task_that_fails_without_a_word() -> None:
    with pytest.raises(Failure, match="INTERNAL_ERROR"):
        finished(Tasks(step(task_status_type.FAILURE, 1.0)))


def test_a_task_that_is_not_waited_for_stays() -> None:
    tasks = Tasks(step(task_status_type.PENDING, 0.0))

    def go_away(_: task) -> None:
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        complete(Session(tasks, "s", CATALOGUE), TASK, go_away)
    assert not tasks.gone


@pytest.mark.parametrize("result", ["<value>OpaqueRef:1</value>", "OpaqueRef:1"])
def test_reference(result: str) -> None:
    assert reference(result) == "OpaqueRef:1"


@pytest.mark.parametrize("result", ["", "<value></value>", "<value>", "12"])
def test_no_reference(result: str) -> None:
    with pytest.raises(ValueError, match=r"no reference|not the result"):
        reference(result)
