"""What a procedure says of itself while it works, and how it learns that it shall stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from cenote.model.core import Ref
from cenote.model.errors.general import TaskCancelled


class Progress:
    """The running side of a task. Cancellation is cooperative: checked between the steps of a procedure."""

    def __init__(self, task: Ref[Any] | None = None, report: Callable[[float], None] | None = None) -> None:
        self.task = task
        self._report = report
        self._cancelled = threading.Event()

    def report(self, done: float) -> None:
        """Say how far the work is, from 0 to 1; raises ``TASK_CANCELLED`` when it shall stop."""
        self.check()
        if self._report is not None:
            self._report(min(max(done, 0.0), 1.0))

    def part(self, start: float, end: float) -> Callable[[float], None]:
        """A reporter for a step that takes the progress from ``start`` to ``end``."""
        return lambda done: self.report(start + (end - start) * done)

    def cancel(self) -> None:
        """Ask the procedure to stop at its next step."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether it shall stop."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raise ``TASK_CANCELLED`` when it shall stop."""
        if self._cancelled.is_set():
            raise TaskCancelled(str(self.task))
