"""The bar that shows how far a task is: on terminals, for what takes over a second; else where it is asked for."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING

from cenote.cli.terminal import Terminal
from cenote.client.thincli import ProtocolError

if TYPE_CHECKING:
    from cenote.model.classes.task import task

PATIENCE = 1.0
"""Seconds before the bar appears."""
REFRESH = 0.5
"""Seconds between two drawings while the task says nothing."""
SPINNER = "|/-\\"


class Bar:
    """Draws a task's progress on standard error while the block lasts.

    Terminals that announce ``progress`` get one line, drawn over and over, also while the task says nothing. Others
    get nothing, or with ``always`` (``progress=true``) a line for each step, as XenServer's xe prints.
    """

    def __init__(self, terminal: Terminal, name: str, always: bool) -> None:
        self._terminal = terminal
        self._name = name
        self._always = always
        self._began = time.monotonic()
        self._done = 0.0
        self._drawn = 0
        self._end = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="xe progress", daemon=True)

    def __enter__(self) -> Bar:
        if self._terminal.features.progress:
            self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        if self._ticker.ident is not None:
            self._ticker.join()
        if self._drawn:
            self._terminal.error("\r\x1b[K")
        elif self._always and not self._terminal.features.progress:
            self._terminal.error("\n")

    def show(self, record: task) -> None:
        """The task says how far it is."""
        self._done = record.progress
        if self._terminal.features.progress:
            return
        if self._always:
            share = int(self._done * 100)
            self._terminal.error(f"\r {share:3d}% {SPINNER[share % 4]} {'#' * int(self._done * 70)}")

    def _tick(self) -> None:
        if self._end.wait(PATIENCE):
            return
        while True:
            self._drawn += 1
            try:
                self._terminal.error("\r" + self.line(time.monotonic() - self._began) + "\x1b[K")
            except (OSError, ProtocolError):
                return  # the person has gone; the task goes on
            if self._end.wait(REFRESH):
                return

    def line(self, seconds: float) -> str:
        """The bar after so many seconds."""
        width = self._terminal.features.width
        left = f", {seconds / self._done - seconds:.0f} s left" if 0.02 < self._done < 1 else ""
        tail = f" {self._done:4.0%}, {seconds:.0f} s{left}"
        room = max(5, min(50, width - len(self._name) - len(tail) - 6))
        filled = int(self._done * room)
        return f"{SPINNER[self._drawn % 4]} {self._name} [{'#' * filled:<{room}}]{tail}"[: width - 1]
