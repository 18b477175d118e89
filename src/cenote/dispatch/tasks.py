"""The task a verb runs under: its record from pending to its end, its progress, its cancellation."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from cenote.dispatch import guard
from cenote.dispatch.answer import Answer, Failure, Success
from cenote.dispatch.perform import result_text
from cenote.model.catalogue import Signature
from cenote.model.classes.task import task, task_allowed_operations, task_status_type
from cenote.model.core import Assignment, Draft, Ref
from cenote.model.errors.general import InternalError, TaskCancelled
from cenote.operations.context import Caller, Context, Rooms
from cenote.operations.progress import Progress
from cenote.store.contract import StoreError

log = logging.getLogger(__name__)

KEPT = 1000
"""How many tasks are kept; the oldest that have ended go first."""
RETRY = 5.0
"""Seconds until the end of a task is written once more, after the store had no room for it."""
REPORT_EVERY = 0.25
"""Seconds between two writes of a task's progress: more often is noise to every client that listens."""


class Tasks:
    """The tasks that run in this daemon."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._running: dict[Ref[task], Progress] = {}
        self._stopping = False
        self._lock = threading.Lock()
        self._owed: list[Callable[[Draft], None]] = []
        """Ends of tasks that could not be written yet, the oldest first."""
        self._paying = threading.Lock()
        self._retry: threading.Timer | None = None

    def begin(self, signature: Signature, caller: Caller, target: Ref[Any] | None, asynchronous: bool) -> Context:
        """Create the task's record and enter the guard, in one transaction; raises what the guard refuses with."""
        label = f"Async.{signature.wire_name}" if asynchronous else signature.wire_name
        now = self._rooms.clock.now()

        def work(draft: Draft) -> Ref[task]:
            made = draft.create(
                task,
                task.name_label.to(label),
                task.created.to(now),
                task.status.to(task_status_type.PENDING),
                task.resident_on.to(self._rooms.host),
                task.session.to(caller.session),
                task.allowed_operations.to((task_allowed_operations.CANCEL,)),
            )
            guard.enter(draft, signature, target, made)
            return made

        self._pay()
        made = self._rooms.store.transact(work)
        progress = Progress(made, self._reporter(made))
        with self._lock:
            self._running[made] = progress
            if self._stopping:
                progress.cancel()
        return Context(self._rooms, caller, progress, made)

    def finished(self, signature: Signature, caller: Caller, answer: Answer) -> Ref[task]:
        """A task that has ended before it could be seen: a quick message, or a verb that was refused."""
        now = self._rooms.clock.now()
        return self._rooms.store.transact(
            lambda draft: draft.create(
                task,
                task.name_label.to(f"Async.{signature.wire_name}"),
                task.created.to(now),
                task.resident_on.to(self._rooms.host),
                task.session.to(caller.session),
                *_outcome(answer, now),
            )
        )

    def _reporter(self, made: Ref[task]) -> Callable[[float], None]:
        last = time.monotonic()

        def report(done: float) -> None:
            nonlocal last
            if time.monotonic() - last >= REPORT_EVERY:
                last = time.monotonic()
                try:
                    self._rooms.store.transact(lambda draft: draft.update(made, task.progress.to(done)))
                except StoreError as error:  # the work itself can go on
                    log.warning("progress can't be noted: %s", error, extra={"task": made})

        return report

    def end(
        self, context: Context, signature: Signature, target: Ref[Any] | None, answer: Answer, *, keep: bool
    ) -> None:
        """The verb has ended: leave the guard, and finish the task's record or (``keep`` false) remove it.

        Where there is no room for that now, it is done as soon as there is.
        """
        made = context.task
        assert made is not None
        last = _outcome(answer, self._rooms.clock.now())

        def work(draft: Draft) -> None:
            guard.leave(draft, signature, target, made)
            _prune(draft)
            if draft.find(task, made) is None:
                return
            if keep:
                draft.update(made, *last)
            else:
                draft.delete(task, made)

        with self._lock:
            self._running.pop(made, None)
            self._owed.append(work)
        try:
            self._pay()
        except StoreError as error:
            log.error("the end of a task can't be noted yet: %s", error, extra={"task": made})
            self._pay_later()

    def _pay(self) -> None:
        """Write the ends of tasks that are owed: until then what they guard stays guarded."""
        with self._paying:
            owed = tuple(self._owed)
            if owed:
                self._rooms.store.transact(lambda draft: [each(draft) for each in owed])
                del self._owed[: len(owed)]

    def _pay_later(self) -> None:
        def again() -> None:
            try:
                self._pay()
            except StoreError:
                self._pay_later()

        with self._lock:
            if not self._stopping:
                self._retry = threading.Timer(RETRY, again)
                self._retry.daemon = True
                self._retry.start()

    def cancel(self, ref: Ref[task]) -> bool:
        """Ask a running task to stop; false when it does not run here."""
        with self._lock:
            progress = self._running.get(ref)
        if progress is None:
            return False
        progress.cancel()

        def work(draft: Draft) -> None:
            """Tells those who wait, the task's own work among them; it may have ended just now."""
            record = draft.find(task, ref)
            if record is not None and record.status is task_status_type.PENDING:
                draft.update(ref, task.status.to(task_status_type.CANCELLING))

        self._rooms.store.transact(work)
        return True

    def stop(self) -> None:
        """The daemon ends: ask every task to stop, those too that begin yet."""
        with self._lock:
            self._stopping = True
            running = list(self._running)
        for each in running:
            try:
                self.cancel(each)
            except StoreError as error:
                log.error("a task can't be told to stop: %s", error, extra={"task": each})

    def close(self) -> None:
        """Write no more."""
        if self._retry is not None:
            self._retry.cancel()

    def bury(self) -> None:
        """At start: finish the tasks of a daemon that died, and free what they had guarded."""
        now = self._rooms.clock.now()
        lost = Failure.of(InternalError("the toolstack stopped while this task ran"))

        def work(draft: Draft) -> None:
            for record in list(draft.all(task)):
                if task_allowed_operations.CANCEL in record.allowed_operations:
                    draft.update(record.ref, *_outcome(lost, now))
            guard.clear(draft)

        self._rooms.store.transact(work)


def _prune(draft: Draft) -> None:
    """Forget the oldest tasks that have ended, when clients leave too many behind."""
    records = list(draft.all(task))
    if len(records) <= KEPT:
        return
    ended = [each for each in records if task_allowed_operations.DESTROY in each.allowed_operations]
    for each in sorted(ended, key=lambda each: each.finished)[: len(records) - KEPT]:
        draft.delete(task, each.ref)


def _outcome(answer: Answer, now: datetime) -> tuple[Assignment[Any], ...]:
    """The last words of a task's record."""
    said: tuple[Assignment[Any], ...]
    if isinstance(answer, Success):
        said = (task.status.to(task_status_type.SUCCESS), task.result.to(result_text(answer)))
    else:
        cancelled = answer.code == TaskCancelled.code
        status = task_status_type.CANCELLED if cancelled else task_status_type.FAILURE
        said = (task.status.to(status), task.error_info.to((answer.code, *answer.params)))
    return (
        *said,
        task.progress.to(1.0),
        task.finished.to(now),
        task.allowed_operations.to((task_allowed_operations.DESTROY,)),
    )
