"""Files between the person's machine and the host, with a bar on the terminal where it takes over a second."""

from __future__ import annotations

import os
import stat
import sys
import time
from select import select

from cenote.cli import connect
from cenote.cli.talk import say
from cenote.client import thincli

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from cenote.cli.talk import Talk

BLOCK = 1 << 20
HEARTBEAT = 300
"""Seconds after which the host is told that the transfer goes on."""
PATIENCE = 1
"""Seconds before a bar appears."""
REDIRECTS = 5


class Meter:
    """Counts what has passed and draws the bar; with ``talk``, tells the host now and then that it goes on."""

    def __init__(self, talk: Talk | None, label: str, total: int | None) -> None:
        self.talk = talk
        self.label = label
        self.total = total
        self.done = 0
        self.began = self.beat = time.monotonic()
        self.drawn = 0.0

    def add(self, size: int) -> None:
        """So many more bytes have passed."""
        self.done += size
        now = time.monotonic()
        if self.talk and now - self.beat >= HEARTBEAT:
            self.talk.answer(thincli.Wait())
            self.beat = now
        if sys.stderr.isatty() and now - self.began >= PATIENCE and now - self.drawn >= 0.1:
            self.drawn = now
            say("\r" + bar(self.label, self.done, self.total, now - self.began, _width()) + "\x1b[K")

    def close(self) -> None:
        """End the bar's line."""
        if self.drawn:
            now = time.monotonic()
            say("\r" + bar(self.label, self.done, self.total, now - self.began, _width()) + "\x1b[K\n")


def _width() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except OSError:
        return 80


def amount(size: float) -> str:
    """So many bytes, as people read them."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"


def bar(label: str, done: int, total: int | None, seconds: float, width: int) -> str:
    """A line that says how far a transfer is: a bar where the total is known, else the amount alone."""
    rate = done / seconds if seconds > 0 else 0.0
    if not total:
        return f"{label} {amount(done)}, {amount(rate)}/s"[: width - 1]
    share = min(1.0, done / total)
    left = f"{(total - done) / rate:.0f} s left" if rate > 0 else ""
    tail = f" {share:4.0%} of {amount(total)}, {amount(rate)}/s, {left}"
    room = max(5, width - 4 - len(label) - len(tail))
    return f"{label} [{'#' * int(share * room):<{room}}]{tail}"[: width - 1]


def load(talk: Talk, filename: str) -> int | None:
    """Answer ``Load``: the file's contents as a blob, or that it can't be read; the talk goes on."""
    try:
        file = open(filename, "rb")  # noqa: PTH123, SIM115 - pathlib loads slowly; closed below
    except OSError as error:
        talk.debug(f"{filename}: {error}\n")
        talk.answer(thincli.Failed())
        return None
    with file:
        talk.answer(thincli.Ok())
        meter = Meter(None, "Sending", _length(file))
        thincli.send_blob(talk.connection, _metered(file, meter))
        meter.close()
    return None


def _length(file: IO[bytes]) -> int | None:
    """The size of a regular file; None for pipes and devices."""
    found = os.fstat(file.fileno())
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def _metered(file: IO[bytes], meter: Meter) -> Iterator[bytes]:
    while part := file.read(BLOCK):
        yield part
        meter.add(len(part))


def _fail(talk: Talk, text: str) -> int:
    talk.answer(thincli.Failed())
    say(f"Operation failed. Error: {text}\n")
    return 1


def upload(talk: Talk, filename: str, url: str) -> int | None:
    """Answer ``HttpPut``. An exit code ends the talk: the fault is on this side; else the host says what is wrong."""
    try:
        file = open(filename, "rb")  # noqa: PTH123, SIM115
    except FileNotFoundError:
        return _fail(talk, f"file '{filename}' does not exist")
    except OSError as error:
        return _fail(talk, f"{filename}: {error.strerror}")
    with file:
        try:
            done = _put(talk, file, url)
        except (OSError, thincli.ProtocolError, connect.ConnectError) as error:
            talk.debug(f"HttpPut failure: {error}\n")
            done = False
        talk.answer(thincli.Ok() if done else thincli.Failed())
    return None


def _put(talk: Talk, file: IO[bytes], url: str) -> bool:
    size = _length(file)
    for _ in range(REDIRECTS):
        connection, path = talk.dialer.dial_url(url)
        try:
            connect.request(connection, "PUT", path, [] if size is None else [f"Content-Length: {size}"])
            status, headers = _send_body(connection, file, Meter(talk, "Sending", size))
        finally:
            connection.close()
        if status != 302 or size is None:
            talk.debug(f"PUT {path.partition('?')[0]}: {status}\n")
            return status == 200
        url = headers.get("location", url)
        file.seek(0)
    return False


def _send_body(connection: connect.Connection, file: IO[bytes], meter: Meter) -> tuple[int, dict[str, str]]:
    """Send the file; the answer may come before its end, as XenServer sends it, or after it."""
    answer: tuple[int, dict[str, str]] | None = None
    while part := file.read(BLOCK):
        if answer is None and (connection.pending() or select([connection], [], [], 0)[0]):
            answer = connect.response(connection)
            if answer[0] != 200:
                return answer
        connection.write(part)
        meter.add(len(part))
    meter.close()
    if meter.total is None:
        connection.sock.shutdown(1)
    return answer or connect.response(connection)


def download(talk: Talk, filename: str, url: str) -> int | None:
    """Answer ``HttpGet``; an empty name is standard output. Answers as :func:`upload` does."""
    for _ in range(REDIRECTS):
        try:
            connection, path = talk.dialer.dial_url(url)
            connect.request(connection, "GET", path, [])
            status, headers = connect.response(connection)
        except (OSError, thincli.ProtocolError, connect.ConnectError) as error:
            talk.debug(f"HttpGet failure: {error}\n")
            break
        if status == 200:
            return _save(talk, connection, filename, int(headers.get("content-length", "0")))
        connection.close()
        if status != 302:
            talk.debug(f"GET {path.partition('?')[0]}: {status}\n")
            break
        url = headers.get("location", url)
    talk.answer(thincli.Failed())
    return None


def _save(talk: Talk, connection: connect.Connection, filename: str, total: int) -> int | None:
    """Write what comes to a new file, or to standard output; an existing file is left alone."""
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        target = os.open(filename, flags, 0o600) if filename else os.dup(sys.stdout.fileno())
    except OSError as error:
        connection.close()
        return _fail(talk, f"{filename}: {error.strerror}")
    meter = Meter(talk, "Receiving", total or None)
    with open(target, "wb") as file:  # noqa: PTH123
        try:
            while part := connection.read(BLOCK):
                file.write(part)
                meter.add(len(part))
        except thincli.Closed:
            total = -1
        finally:
            connection.close()
    meter.close()
    complete = not total or meter.done == total
    talk.answer(thincli.Ok() if complete else thincli.Failed())
    return None
