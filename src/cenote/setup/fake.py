"""A machine of the tests: it remembers what was asked of it and answers what it was told to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cenote.base.command import CommandError, Output
from cenote.setup.machine import Process, Seen

Answer = Callable[[list[str]], tuple[int, str]]
"""What a program does: from its words to its exit status and what it prints."""


class FakeMachine:
    """A machine whose programs are functions, by their name; whose processes and sockets are sets."""

    def __init__(self, *, root: bool = True, systemd: bool = False, architecture: str = "x86_64") -> None:
        self.environment: Mapping[str, str] = {}
        self.programs: dict[str, Answer] = {}
        self.ran: list[list[str]] = []
        self.processes: set[Process] = set()
        self.sockets: set[Path] = set()
        self.opens: dict[str, Path] = {}
        """Program -> the socket on which it accepts once it is started."""
        self.collecting = True
        self._root = root
        self._systemd = systemd
        self._architecture = architecture

    def root(self) -> bool:
        """As it was made."""
        return self._root

    def systemd(self) -> bool:
        """As it was made."""
        return self._systemd

    def architecture(self) -> str:
        """As it was made."""
        return self._architecture

    def which(self, program: str) -> str | None:
        """Where a known program lies."""
        return f"/usr/bin/{program}" if program in self.programs or program in self.opens else None

    def run(self, argv: Sequence[str | Path], *, timeout: float = 60.0, env: Mapping[str, str] | None = None) -> Output:
        """Answer as the program was told to; raises CommandError where there is none or it fails."""
        words = [str(word) for word in argv]
        status, text = self._answer(words)
        if status != 0:
            raise CommandError(words, f"exit status {status}", text, status)
        return Output(text, "")

    def follow(self, argv: Sequence[str | Path], log: Path, seen: Seen, env: Mapping[str, str] | None = None) -> int:
        """Show what the program was told to print, and answer its exit status."""
        status, text = self._answer([str(word) for word in argv])
        for line in text.splitlines():
            seen(line)
        return status

    def spawn(self, argv: Sequence[str | Path], log: Path) -> Process:
        """A process, its number one more than the last; one that opens no socket has ended at once."""
        words = [str(word) for word in argv]
        self.ran.append(words)
        process = Process(1000 + len(self.ran), len(self.ran))
        opened = next((self.opens[name] for word in words if (name := Path(word).name) in self.opens), None)
        if opened is not None:
            self.processes.add(process)
            self.sockets.add(opened)
        return process

    def process(self, pid: int) -> Process | None:
        """The process of that number, if it was started and not stopped."""
        return next((each for each in self.processes if each.pid == pid), None)

    def stop(self, process: Process, patience: float) -> bool:
        """The process is gone."""
        self.processes.discard(process)
        return True

    def accepts(self, path: Path) -> bool:
        """Whether a started program has opened it."""
        return path in self.sockets

    def collects(self) -> bool:
        """As it was told."""
        return self.collecting

    def _answer(self, words: list[str]) -> tuple[int, str]:
        self.ran.append(words)
        name = Path(words[0]).name
        if name == "sh" and words[1] == "-c":  # the wrapper that gives a program another descriptor
            words = words[4:]
            name = words[0]
        program = self.programs.get(name)
        if program is None:
            raise CommandError(words, f"not found ({words[0]})")
        return program(words)
