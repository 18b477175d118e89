"""What a person sees while a set-up works: a line a step, live on a terminal, plain elsewhere."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Protocol, Self, TextIO

from cenote.setup.failure import Failure

BREATH = 0.1  # seconds between two pictures of a live line
QUIET = 10.0  # seconds between two plain lines of the same step: enough to see that it works, and no flood in a log
COLUMN = 24  # where the text of a step begins: the longest name of a step and two blanks


class Report(Protocol):
    """How a step tells what it is doing."""

    def __call__(self, what: str, fraction: float | None = None, /) -> None:
        """``what`` is a few words; ``fraction`` how much of the step is done (0 to 1), where that is known."""
        ...


class Look:
    """How things are drawn: with colours and signs, or in plain characters."""

    def __init__(self, *, live: bool, unicode: bool, colour: bool) -> None:
        self.live = live
        self.spinner = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏" if unicode else "|/-\\"
        self.full, self.empty = ("█", "░") if unicode else ("#", ".")
        self.done, self.failed = ("✓", "✗") if unicode else ("+", "x")
        self.colour = colour

    def paint(self, text: str, code: str) -> str:
        """``text`` in a colour of ECMA-48, where colours are wanted."""
        return f"\033[{code}m{text}\033[0m" if self.colour else text

    def bar(self, fraction: float, width: int = 16) -> str:
        """A bar of ``width`` characters."""
        filled = int(max(0.0, min(1.0, fraction)) * width)
        return self.full * filled + self.empty * (width - filled)


def look_of(out: TextIO, environment: Mapping[str, str] = os.environ) -> Look:
    """The look that suits where the lines go."""
    live = out.isatty() and environment.get("TERM", "dumb") != "dumb"
    encoding = (out.encoding or "").lower().replace("-", "")
    return Look(
        live=live,
        unicode=encoding == "utf8" and environment.get("TERM") != "linux",  # the kernel's own console has few glyphs
        colour=live and not environment.get("NO_COLOR"),
    )


def seconds(elapsed: float) -> str:
    """A time as people say it: ``0.3 s``, ``14 s``, ``2 min 05 s``."""
    if elapsed < 10:
        return f"{elapsed:.1f} s"
    if elapsed < 60:
        return f"{elapsed:.0f} s"
    minutes, rest = divmod(round(elapsed), 60)
    return f"{minutes} min {rest:02d} s"


class Screen:
    """The lines of one run."""

    def __init__(
        self,
        out: TextIO = sys.stdout,
        look: Look | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        verbose: bool = False,
    ) -> None:
        self.out = out
        self.look = look if look is not None else look_of(out)
        self.clock = clock
        self.verbose = verbose
        self.began = clock()
        self._line: Line | None = None

    def say(self, text: str = "") -> None:
        """A line of its own."""
        self.write(text + "\n")

    def write(self, text: str) -> None:
        """Text as it is, at once."""
        self.out.write(text)
        self.out.flush()

    def step(self, name: str) -> Line:
        """A line for a step; use it in a ``with`` block."""
        self._line = Line(self, name)
        return self._line

    def detail(self, text: str) -> None:
        """A line that only those see who asked for everything."""
        if self.verbose:
            wiped = "\r\033[K" if self.look.live else ""
            self.say(wiped + self.look.paint(f"      {text}", "2"))

    def elapsed(self) -> str:
        """How long it all took so far."""
        return seconds(self.clock() - self.began)

    def failure(self, failure: Failure, log: str | None = None) -> None:
        """What failed, why, and what to do."""
        mark = self.look.paint(self.look.failed, "31")
        self.say()
        self.say(f"{mark} {self.look.paint(failure.what, '1')}")
        for line in failure.why.splitlines():
            self.paragraph(line, "    ")
        if failure.advice:
            self.say()
            self.say("  What to do:")
            for line in failure.advice:
                self.paragraph(line, "    - ", "      ")
        if log is not None:
            self.say()
            self.say(f"  Everything that was printed: {log}")

    def paragraph(self, text: str, first: str = "", more: str | None = None) -> None:
        """Text after a margin, broken between words where the terminal ends; words may be commands to copy."""
        room = (shutil.get_terminal_size().columns if self.look.live else 1000) - len(first)
        lines = textwrap.wrap(text, max(room, 20), break_long_words=False, break_on_hyphens=False) or [""]
        for number, line in enumerate(lines):
            margin = first if number == 0 or more is None else more
            self.say(f"{margin}{line}")


class Line:
    """The line of one step, from its beginning to its end."""

    def __init__(self, screen: Screen, name: str) -> None:
        self.screen = screen
        self.name = name
        self.began = screen.clock()
        self._what = ""
        self._fraction: float | None = None
        self._told = screen.clock()
        self._ended = threading.Event()
        self._painter = threading.Thread(target=self._paint_on, name="screen", daemon=True)

    def __call__(self, what: str, fraction: float | None = None) -> None:
        """Tell what the step does now: the line's :class:`Report`."""
        first = not self._what
        self._what, self._fraction = what, fraction
        if not self.screen.look.live and (first or self.screen.clock() - self._told >= QUIET):
            self._told = self.screen.clock()
            how_far = "" if fraction is None else f", {fraction:.0%}"
            after = "" if first else f" ({seconds(self._told - self.began)})"
            self.screen.say(f"  . {self.name:{COLUMN}}{what}{how_far}{after}")

    def __enter__(self) -> Self:
        if self.screen.look.live:
            self._painter.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            why = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
            self._end(self.screen.look.failed, "31", why)

    def end(self, text: str) -> None:
        """The step is done: ``text`` says with what result."""
        self._end(self.screen.look.done, "32", text)

    def _end(self, mark: str, code: str, text: str) -> None:
        look = self.screen.look
        self._ended.set()
        if self._painter.is_alive():
            self._painter.join()
        took = self.screen.clock() - self.began
        time_taken = "" if took < 0.1 else look.paint(f"  {seconds(took)}", "2")
        wiped = "\r\033[K" if look.live else ""
        self.screen.say(f"{wiped}  {look.paint(mark, code)} {self.name:{COLUMN}}{text}{time_taken}")

    def _paint_on(self) -> None:
        turn = 0
        while not self._ended.wait(BREATH):
            self.screen.write("\r\033[K" + self._picture(turn))
            turn += 1

    def _picture(self, turn: int) -> str:
        look = self.screen.look
        right = f"  {seconds(self.screen.clock() - self.began)}"
        if self._fraction is not None:
            right = f"  {look.bar(self._fraction)} {self._fraction:4.0%}{right}"
        room = shutil.get_terminal_size().columns - COLUMN - 5 - len(right)
        what = self._what if len(self._what) <= room else self._what[: max(room - 1, 0)] + "…"
        turning = look.paint(look.spinner[turn % len(look.spinner)], "36")
        return f"  {turning} {self.name:{COLUMN}}{what}{look.paint(right, '2')}"
