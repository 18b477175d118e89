"""Waiting for tasks: how far they are, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from cenote.client.failure import Failure
from cenote.client.session import Session
from cenote.model.classes.task import task, task_status_type
from cenote.model.core import Ref

ENDED = frozenset({task_status_type.SUCCESS, task_status_type.FAILURE, task_status_type.CANCELLED})


def follow(session: Session, ref: Ref[task], seen: Callable[[task], object] = lambda _: None) -> task:
    """Wait until the task has ended; ``seen`` is called with its record at first and after each change."""
    for _ in session.changes([f"task/{ref}"]):
        record = session.record(task, ref)
        seen(record)
        if record.status in ENDED:
            return record
    raise AssertionError("changes() ends only by an exception")


def outcome(record: task) -> str:
    """The result of an ended task as the API wrote it; raises :class:`~cenote.client.failure.Failure`."""
    if record.status is task_status_type.SUCCESS:
        return record.result
    if record.status is task_status_type.CANCELLED:
        raise Failure("TASK_CANCELLED", [record.ref])
    code, *params = record.error_info or ("INTERNAL_ERROR", "the task failed and does not say why")
    raise Failure(code, params)


def complete(session: Session, ref: Ref[task], seen: Callable[[task], object] = lambda _: None) -> str:
    """Wait for the task, remove it, and answer its result; raises :class:`~cenote.client.failure.Failure`."""
    record = follow(session, ref, seen)
    try:
        return outcome(record)
    finally:
        session.destroy(task, ref)


def reference(result: str) -> Ref[Any]:
    """The reference in a task's result: ``<value>OpaqueRef:...</value>``; raises ValueError where there is none."""
    try:
        text = ElementTree.fromstring(result).text if result.startswith("<") else result  # noqa: S314 - the API's own
    except ElementTree.ParseError as error:
        raise ValueError(f"not the result of a task: {result}") from error
    if not text or not text.startswith("OpaqueRef:"):
        raise ValueError(f"no reference: {result}")
    return Ref(text)
