"""Steps of a set-up: each looks whether its work is there already, and does it where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cenote.setup.screen import Report, Screen


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that must be there."""

    name: str
    there: Callable[[], str | None]
    """What is there already, in a few words; None where there is work to do. Quick."""
    do: Callable[[Report], str]
    """Does the work and says in a few words what was done; raises :class:`~cenote.setup.failure.Failure`."""


def take(steps: Iterable[Step], screen: Screen) -> None:
    """Take the steps in their order; a failure ends it, and the next run goes on from there."""
    for step in steps:
        with screen.step(step.name) as line:
            line.end(step.there() or step.do(line))
