"""What we started, remembered in a file, so that `--down` stops that and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cenote.setup.failure import Failure
from cenote.setup.machine import Machine, Process


@dataclass(frozen=True, slots=True)
class Started:
    """A program or service that we started: a process of our own, or a unit of systemd."""

    name: str
    process: Process | None = None
    unit: str | None = None
    version: str = ""
    """What the code was when it was started; empty where that does not matter."""


class Ledger:
    """The list of what we started, in the order of starting."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self) -> list[Started]:
        """All of it; entries of an earlier boot may be among them. Raises :class:`Failure`."""
        try:
            found: list[dict[str, Any]] = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        except ValueError as error:
            raise Failure(
                "The list of what was started can't be read", f"{self.path}: {error}", f"remove {self.path}"
            ) from error
        return [
            Started(each["name"], Process(*each["process"]) if each["process"] else None, each["unit"], each["version"])
            for each in found
        ]

    def add(self, started: Started) -> None:
        """Remember one more; an older one of the same name is forgotten."""
        self._write([*(each for each in self.entries() if each.name != started.name), started])

    def remove(self, name: str) -> None:
        """Forget one that was stopped."""
        self._write([each for each in self.entries() if each.name != name])

    def running(self, machine: Machine, name: str) -> Started | None:
        """The entry of that name where its process is still the one that we started, or it is a unit."""
        for each in self.entries():
            if each.name == name and (each.process is None or machine.process(each.process.pid) == each.process):
                return each
        return None

    def _write(self, entries: list[Started]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        found = [
            {
                "name": each.name,
                "process": [each.process.pid, each.process.born] if each.process else None,
                "unit": each.unit,
                "version": each.version,
            }
            for each in entries
        ]
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(found, indent=1), encoding="utf-8")
        fresh.replace(self.path)
