"""The machine that is being set up: its programs, files and processes, behind one door so that steps can be tried."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from cenote.base.command import CommandError, Output, run
from cenote.setup import reaper

Seen = Callable[[str], object]
"""Called with each line that a program prints, as it prints it."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process that can't be mistaken for a later one of the same number."""

    pid: int
    born: int
    """When the kernel started it, in clock ticks since the boot (field 22 of /proc/PID/stat)."""


class Machine(Protocol):
    """What the steps ask of a machine."""

    environment: Mapping[str, str]

    def root(self) -> bool:
        """Whether we may do everything here."""
        ...

    def systemd(self) -> bool:
        """Whether systemd manages the services."""
        ...

    def architecture(self) -> str:
        """The processor's architecture as the kernel names it."""
        ...

    def which(self, program: str) -> str | None:
        """The path of a program, administrators' folders included."""
        ...

    def run(self, argv: Sequence[str | Path], *, timeout: float = 60.0, env: Mapping[str, str] | None = None) -> Output:
        """Run a program to its end; raises :class:`~cenote.base.command.CommandError`. ``env`` is added to ours."""
        ...

    def follow(self, argv: Sequence[str | Path], log: Path, seen: Seen, env: Mapping[str, str] | None = None) -> int:
        """Run a program, keep what it prints in ``log`` and show it line by line; answers its exit status."""
        ...

    def spawn(self, argv: Sequence[str | Path], log: Path) -> Process:
        """Start a program that stays, in a session of its own, its output in ``log``."""
        ...

    def process(self, pid: int) -> Process | None:
        """The process of that number, or None."""
        ...

    def stop(self, process: Process, patience: float) -> bool:
        """Ask a process to end and wait ``patience`` seconds; answers whether it is gone. Never another one."""
        ...

    def accepts(self, path: Path) -> bool:
        """Whether somebody listens on a Unix socket."""
        ...

    def collects(self) -> bool:
        """Whether init collects the orphans that end; see :mod:`cenote.setup.reaper`."""
        ...


class ThisMachine:
    """The machine that we run on."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self.environment = environment
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    def root(self) -> bool:
        """Whether we may do everything here."""
        return os.geteuid() == 0

    def systemd(self) -> bool:
        """Whether systemd manages the services (the test of sd_booted(3))."""
        return Path("/run/systemd/system").is_dir()

    def architecture(self) -> str:
        """The processor's architecture as the kernel names it."""
        return platform.machine()

    def which(self, program: str) -> str | None:
        """The path of a program, administrators' folders included."""
        return shutil.which(program, path=self._path())

    def run(self, argv: Sequence[str | Path], *, timeout: float = 60.0, env: Mapping[str, str] | None = None) -> Output:
        """Run a program to its end; raises :class:`~cenote.base.command.CommandError`. ``env`` is added to ours."""
        return run(argv, timeout=timeout, env=self._env(env))

    def follow(self, argv: Sequence[str | Path], log: Path, seen: Seen, env: Mapping[str, str] | None = None) -> int:
        """Run a program, keep what it prints in ``log`` and show it line by line; answers its exit status."""
        log.parent.mkdir(parents=True, exist_ok=True)
        words = [str(word) for word in argv]
        with log.open("a", encoding="utf-8") as kept:
            kept.write(f"$ {shlex.join(words)}\n")
            kept.flush()
            with self._popen(words, env) as child:
                try:
                    _copy(child.stdout, kept, seen)
                except BaseException:
                    child.terminate()
                    raise
            return child.returncode

    def spawn(self, argv: Sequence[str | Path], log: Path) -> Process:
        """Start a program that stays, in a session of its own, its output in ``log``."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as kept:
            child = subprocess.Popen(
                [str(word) for word in argv],
                stdin=subprocess.DEVNULL,
                stdout=kept,
                stderr=kept,
                env=self._env(None),
                cwd="/",
                start_new_session=True,
            )
        self._children[child.pid] = child
        found = self.process(child.pid)
        return found if found is not None else Process(child.pid, 0)

    def process(self, pid: int) -> Process | None:
        """The process of that number, or None where it is gone or ended and not yet reaped."""
        if pid in self._children and self._children[pid].poll() is not None:
            return None
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return None
        fields = stat.rpartition(")")[2].split()  # the name before it may hold anything
        return None if fields[0] in {"Z", "X"} else Process(pid, int(fields[19]))

    def stop(self, process: Process, patience: float) -> bool:
        """Ask a process to end and wait ``patience`` seconds; answers whether it is gone. Never another one."""
        if self.process(process.pid) != process:
            return True
        os.kill(process.pid, signal.SIGTERM)
        limit = time.monotonic() + patience
        while self.process(process.pid) == process:
            if time.monotonic() > limit:
                return False
            time.sleep(0.02)  # the process is nobody's child any more: there is no event to wait for
        return True

    def accepts(self, path: Path) -> bool:
        """Whether somebody listens on a Unix socket."""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(path)) == 0

    def collects(self) -> bool:
        """Whether init collects the orphans that end; see :mod:`cenote.setup.reaper`."""
        return not reaper.needed()

    def _path(self) -> str:
        return self.environment.get("PATH", os.defpath) + ":/usr/local/sbin:/usr/sbin:/sbin"

    def _env(self, more: Mapping[str, str] | None) -> dict[str, str]:
        return {**self.environment, "PATH": self._path(), **(more or {})}

    def _popen(self, words: Sequence[str], env: Mapping[str, str] | None) -> subprocess.Popen[str]:
        try:
            return subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                env=self._env(env),
            )
        except OSError as error:
            raise CommandError(words, error.strerror or str(error)) from error


def _copy(source: IO[str] | None, kept: IO[str], seen: Seen) -> None:
    for line in source or ():
        kept.write(line)
        kept.flush()
        seen(line.rstrip("\n"))
