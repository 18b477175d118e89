"""What a command is: its name, its parameters, its help, and the function that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cenote.cli.job import Job

Run = Callable[["Job"], None]


class Select(Enum):
    """Which objects a command picks by its parameters; the value is how help writes them."""

    VMS = "<vm-selectors>"
    HOSTS = "<host-selectors>"
    SRS = "<sr-selectors>"


@dataclass(frozen=True, slots=True)
class Command:
    """One command. ``required`` and ``optional`` name its parameters, separated by blanks."""

    name: str
    required: str
    optional: str
    text: str
    run: Run
    select: Select | None = None
    standard: bool = False
    """Whether ``xe help`` names it without ``--all``."""
    hidden: bool = False
    """Whether only those who know it find it."""


class Book:
    """Collects commands: ``@book("vm-start", ...)`` above the function that does it."""

    def __init__(self) -> None:
        self.commands: list[Command] = []

    def __call__(
        self,
        name: str,
        text: str,
        *,
        required: str = "",
        optional: str = "",
        select: Select | None = None,
        standard: bool = False,
        hidden: bool = False,
    ) -> Callable[[Run], Run]:
        """Enter a command."""

        def enter(run: Run) -> Run:
            self.commands.append(Command(name, required, optional, text, run, select, standard, hidden))
            return run

        return enter
