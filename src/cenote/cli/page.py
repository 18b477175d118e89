"""How output looks: records in aligned lines as XenServer prints them, values between commas, or JSON.

A record's first name stands at the left, the others at the right of a column four characters wider than the longest;
a blank line follows each record, and the client's own new line makes two of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from cenote.cli.terminal import Terminal

NAME, MARK, OFF = "\x1b[36m", "\x1b[2m", "\x1b[0m"
STATES = {"running": "\x1b[32m", "halted": "\x1b[90m", "suspended": "\x1b[33m", "paused": "\x1b[33m"}
"""The colour of a power state; other values keep the terminal's own."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of a record: ``mark`` is `` ( RO)`` and the like, ``data`` what JSON gets."""

    name: str
    mark: str
    text: str
    data: object


Record = Sequence[Cell]


class Page:
    """Collects or passes on what a command prints, in the form that was asked for."""

    def __init__(self, terminal: Terminal, minimal: bool = False, as_json: bool = False) -> None:
        self.terminal = terminal
        self.minimal = minimal
        self.as_json = as_json
        self._values: list[str] = []
        self._data: list[object] = []

    @property
    def plain(self) -> bool:
        """Whether a person reads it."""
        return not (self.minimal or self.as_json)

    def table(self, records: Sequence[Record]) -> None:
        """Print records."""
        if self.as_json:
            self._data.append([{cell.name: cell.data for cell in record} for record in records])
        elif self.minimal:
            if records and all(records):
                self._values.insert(0, ",".join(escape(record[0].text) for record in records))
        else:
            for record in records:
                self.terminal.print(layout(record, self.terminal.features.color) + "\n")

    def values(self, values: Sequence[str], data: object = None) -> None:
        """Print values, a line each; as JSON ``data`` where it is given."""
        if self.as_json:
            self._data.append(data if data is not None else values[0] if len(values) == 1 else list(values))
        elif self.minimal:
            self._values.insert(0, ",".join(escape(value) for value in values))
        else:
            for value in values:
                self.terminal.print(value)

    def say(self, text: str) -> None:
        """Print something for a person; nothing in the other forms."""
        if self.plain:
            self.terminal.print(text)

    def warn(self, text: str) -> None:
        """Print a line for a person on standard error; nothing in the other forms."""
        if self.plain:
            self.terminal.error(text + "\n")

    def flush(self) -> None:
        """Print what was collected."""
        if self.as_json:
            if self._data:
                whole = self._data[0] if len(self._data) == 1 else self._data
                self.terminal.print(
                    json.dumps(whole, ensure_ascii=False, indent=2 if self.terminal.features.tty else None)
                )
        elif self.minimal:
            self.terminal.print(",".join(self._values))


def escape(value: str) -> str:
    """A value between commas: its own commas and backslashes get a backslash."""
    return value.replace("\\", "\\\\").replace(",", "\\,")


def layout(record: Record, color: bool = False) -> str:
    """A record as aligned lines, with a new line at the end."""
    heads = [cell.name + cell.mark for cell in record]
    width = 4 + max([0, *(len(head.encode()) for head in heads)])
    lines: list[str] = []
    for number, (cell, head) in enumerate(zip(record, heads, strict=True)):
        padding = " " * (width - len(head.encode()))
        shown = _painted(cell) if color else head
        value = _tinted(cell) if color else cell.text
        lines.append(f"{shown}{padding}: {value}" if number == 0 else f"{padding}{shown}: {value}")
    return "\n".join(lines) + "\n"


def _painted(cell: Cell) -> str:
    return f"{NAME}{cell.name}{OFF}{MARK}{cell.mark}{OFF}"


def _tinted(cell: Cell) -> str:
    tint = STATES.get(cell.text) if cell.name == "power-state" else None
    return f"{tint}{cell.text}{OFF}" if tint else cell.text
