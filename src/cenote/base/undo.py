"""Undo next to do: register each step's reversal on the next line; a failure unwinds them in reverse order."""

import logging
from collections.abc import Callable
from types import TracebackType
from typing import Self

log = logging.getLogger(__name__)


class Undo:
    """A stack of reversals, run last first when its block ends without :meth:`keep`.

    A reversal that fails is logged and the others still run: the first failure is what the caller sees.
    """

    def __init__(self) -> None:
        self._steps: list[tuple[str, Callable[[], object]]] = []

    def add(self, what: str, reverse: Callable[[], object]) -> None:
        """Remember how to take back what was just done; ``what`` names it in the log."""
        self._steps.append((what, reverse))

    def keep(self) -> None:
        """Everything is done: forget the reversals."""
        self._steps.clear()

    def moved(self) -> "Undo":
        """The reversals in an ``Undo`` of their own, for a later :meth:`unwind`; this one forgets them."""
        taken = Undo()
        taken._steps, self._steps = self._steps, []
        return taken

    def unwind(self) -> None:
        """Run the reversals now, the last first; each runs once."""
        while self._steps:
            what, reverse = self._steps.pop()
            try:
                reverse()
            except Exception:
                log.exception("undo failed: %s", what)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unwind()
