"""Logs: one line an event, to stderr and to journald where it runs, with the task and the object it is about."""

from __future__ import annotations

import logging
import os
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path

JOURNAL = Path("/run/systemd/journal/socket")
"""Where journald takes datagrams of ``FIELD=value`` lines (systemd's native protocol)."""

EXTRAS = ("task", "verb", "object")
"""What a line may be about, besides its text."""


PRIORITIES = {logging.CRITICAL: 2, logging.ERROR: 3, logging.WARNING: 4, logging.INFO: 6, logging.DEBUG: 7}
"""The priorities of syslog(3) for Python's levels."""


_ONE_LINE = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {10: "\\n", 13: "\\r", 9: "\\t"}
"""What names and messages of others may hold is shown: it must not end the line, nor steer a terminal."""


class LineFormatter(logging.Formatter):
    """``2026-01-31T12:00:00Z info dispatch: begins verb=VM.start task=... object=...``."""

    def __init__(self, *, times: bool) -> None:
        super().__init__()
        self._times = times
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        """One line; a traceback follows on lines of its own."""
        where = record.name.removeprefix("cenote.")
        about = "".join(f" {name}={value}" for name in EXTRAS if (value := getattr(record, name, None)))
        line = f"{record.levelname.lower()} {where}: {record.getMessage()}{about}".translate(_ONE_LINE)
        if self._times:
            line = f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%SZ')} {line}"
        if record.exc_info:
            line = f"{line}\n{self.formatException(record.exc_info)}"
        return line


class JournalHandler(logging.Handler):
    """Sends events to journald with their task and object as fields."""

    def __init__(self, path: Path = JOURNAL) -> None:
        super().__init__()
        self._path = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.setFormatter(LineFormatter(times=False))

    def emit(self, record: logging.LogRecord) -> None:
        """Send one event."""
        fields = {
            "MESSAGE": self.format(record),
            "PRIORITY": str(PRIORITIES.get(record.levelno, 6)),
            "SYSLOG_IDENTIFIER": "cenoted",
            **{f"CENOTE_{name.upper()}": str(value) for name in EXTRAS if (value := getattr(record, name, None))},
        }
        try:
            self._socket.sendto(b"".join(_field(name, value) for name, value in fields.items()), self._path)
        except OSError:
            self.handleError(record)

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()
        super().close()


def _field(name: str, value: str) -> bytes:
    data = value.encode()
    if b"\n" in data:
        return name.encode() + b"\n" + len(data).to_bytes(8, "little") + data + b"\n"
    return name.encode() + b"=" + data + b"\n"


def to_journal(environment: Mapping[str, str]) -> bool:
    """Whether stderr is the stream to journald that systemd has named by its device and inode (systemd.exec(5))."""
    stream = os.fstat(2)
    return environment.get("JOURNAL_STREAM") == f"{stream.st_dev}:{stream.st_ino}"


def set_up(*, verbose: bool) -> None:
    """Send events to stderr, and to journald unless stderr goes there already."""
    handlers: list[logging.Handler] = []
    if JOURNAL.exists() and to_journal(os.environ):
        handlers.append(JournalHandler())
    else:
        to_stderr = logging.StreamHandler(sys.stderr)
        to_stderr.setFormatter(LineFormatter(times=True))
        handlers.append(to_stderr)
        if JOURNAL.exists():
            handlers.append(JournalHandler())
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
    logging.getLogger("cenote").setLevel(logging.DEBUG if verbose else logging.INFO)
