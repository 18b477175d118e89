"""Lines for people, fields for journald."""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cenote.base import log as logs
from cenote.base.log import JournalHandler, LineFormatter


def record(text: str = "begins", level: int = logging.INFO, **about: object) -> logging.LogRecord:
    made = logging.LogRecord("cenote.dispatch.tasks", level, __file__, 1, text, None, None)
    made.created = 0.0
    vars(made).update(about)
    return made


def test_a_line_tells_level_room_text_and_what_it_is_about() -> None:
    line = LineFormatter(times=False).format(record(object="OpaqueRef:2", task="OpaqueRef:1", verb="VM.start"))
    assert line == "info dispatch.tasks: begins task=OpaqueRef:1 verb=VM.start object=OpaqueRef:2"


def test_what_is_empty_is_left_out() -> None:
    assert LineFormatter(times=False).format(record(task=None, object="")) == "info dispatch.tasks: begins"


def test_times_are_in_utc() -> None:
    assert LineFormatter(times=True).format(record()) == "1970-01-01T00:00:00Z info dispatch.tasks: begins"


def failed() -> logging.LogRecord:
    """An event with a traceback."""
    made = record("failed", logging.ERROR)
    try:
        int("broken")
    except ValueError:
        made.exc_info = sys.exc_info()
    return made


def test_what_others_wrote_can_not_end_the_line() -> None:
    line = LineFormatter(times=False).format(record("a\nb\r\t\x1b[31m", object="c\nd"))
    assert line == r"info dispatch.tasks: a\nb\r\t\x1b[31m object=c\nd"


def test_a_traceback_follows_the_line() -> None:
    first, *rest = LineFormatter(times=False).format(failed()).splitlines()
    assert first == "error dispatch.tasks: failed"
    assert rest[0].startswith("Traceback")
    assert rest[-1].startswith("ValueError: invalid literal")


@pytest.fixture
def journal(tmp_path: Path) -> Generator[tuple[socket.socket, Path]]:
    path = tmp_path / "journal"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as receiver:
        receiver.bind(str(path))
        yield receiver, path


def fields(datagram: bytes) -> dict[str, str]:
    """Read systemd's native protocol: ``NAME=value`` or ``NAME``, a length of eight bytes, and the value."""
    found: dict[str, str] = {}
    while datagram:
        head, _, datagram = datagram.partition(b"\n")
        name, equals, value = head.partition(b"=")
        if not equals:
            length = int.from_bytes(datagram[:8], "little")
            value, datagram = datagram[8 : 8 + length], datagram[9 + length :]
        found[name.decode()] = value.decode()
    return found


def test_journald_gets_fields(journal: tuple[socket.socket, Path]) -> None:
    receiver, path = journal
    with closing(JournalHandler(path)) as handler:
        handler.emit(record("slow", logging.WARNING, task="OpaqueRef:1", verb="VM.start"))
    assert fields(receiver.recv(4096)) == {
        "MESSAGE": "warning dispatch.tasks: slow task=OpaqueRef:1 verb=VM.start",
        "PRIORITY": "4",
        "SYSLOG_IDENTIFIER": "cenoted",
        "CENOTE_TASK": "OpaqueRef:1",
        "CENOTE_VERB": "VM.start",
    }


def test_a_traceback_is_a_field_of_several_lines(journal: tuple[socket.socket, Path]) -> None:
    receiver, path = journal
    with closing(JournalHandler(path)) as handler:
        handler.emit(failed())
    message = fields(receiver.recv(65536))["MESSAGE"]
    assert message.startswith("error dispatch.tasks: failed\nTraceback")


@pytest.mark.parametrize(("level", "priority"), [(logging.CRITICAL, "2"), (logging.DEBUG, "7"), (25, "6")])
def test_priorities_are_those_of_syslog(journal: tuple[socket.socket, Path], level: int, priority: str) -> None:
    receiver, path = journal
    with closing(JournalHandler(path)) as handler:
        handler.emit(record(level=level))
    assert fields(receiver.recv(4096))["PRIORITY"] == priority


def test_a_journal_that_is_gone_is_reported_as_logging_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[logging.LogRecord] = []
    with closing(JournalHandler(tmp_path / "nothing")) as handler:
        monkeypatch.setattr(handler, "handleError", reported.append)
        handler.emit(record())
    assert len(reported) == 1


@pytest.fixture
def handlers(monkeypatch: pytest.MonkeyPatch) -> list[logging.Handler]:
    """What would be set up; the tests' own logging stays as it is."""
    found: list[logging.Handler] = []

    def basic(**options: Any) -> None:
        found.extend(options["handlers"])

    monkeypatch.setattr(logging, "basicConfig", basic)
    return found


def set_up(journal: Path, monkeypatch: pytest.MonkeyPatch, *, verbose: bool = False) -> None:
    level = logging.getLogger("cenote").level
    monkeypatch.setattr(logs, "JOURNAL", journal)
    try:
        logs.set_up(verbose=verbose)
        assert logging.getLogger("cenote").level == (logging.DEBUG if verbose else logging.INFO)
    finally:
        logging.getLogger("cenote").setLevel(level)


def stream(descriptor: int) -> str:
    """How systemd names a stream: by its device and inode."""
    found = os.fstat(descriptor)
    return f"{found.st_dev}:{found.st_ino}"


@pytest.mark.parametrize(
    ("there", "named", "kinds"),
    [
        (False, "", [logging.StreamHandler]),
        (False, "stderr", [logging.StreamHandler]),
        (True, "", [logging.StreamHandler, JournalHandler]),
        (True, "another", [logging.StreamHandler, JournalHandler]),
        (True, "stderr", [JournalHandler]),
    ],
)
def test_where_events_go(
    handlers: list[logging.Handler],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    there: bool,
    named: str,
    kinds: list[type[logging.Handler]],
) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", {"": "", "another": "1:1", "stderr": stream(2)}[named])
    try:
        set_up(tmp_path if there else tmp_path / "nothing", monkeypatch, verbose=there)
        assert [type(each) for each in handlers] == kinds
    finally:
        for each in handlers:
            each.close()
