"""Joins the person's terminal to a text console, as raw bytes both ways, until Ctrl-] or the far end closes."""

from __future__ import annotations

import os
import sys
from select import select

from cenote.cli import connect
from cenote.cli.talk import say
from cenote.client import thincli

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from contextlib import AbstractContextManager

    from cenote.cli.talk import Talk

LEAVE = 0x1D
"""Ctrl-], as telnet has it."""
BLOCK = 65536
HEARTBEAT = 300
"""Seconds after which the host is told that the person is still there."""


def attach(talk: Talk, url: str) -> None:
    """Answer ``HttpConnect``."""
    try:
        connection, path = talk.dialer.dial_url(url)
        connect.request(connection, "CONNECT", path, ["content-length: 0"])
        status, _ = connect.response(connection)
    except (OSError, thincli.ProtocolError, connect.ConnectError) as error:
        say(f"{error}\n")
        talk.answer(thincli.Failed())
        return
    try:
        if status != 200:
            unavailable = "Server replied with HTTP 404: the console is not available\n"
            say(unavailable if status == 404 else f"Server said: {status}\n")
            talk.answer(thincli.Failed())
            return
        with raw(sys.stdin.fileno()):
            join(talk, connection)
    finally:
        connection.close()
    talk.answer(thincli.Ok())
    if sys.stdin.isatty():
        say("\r\n")


def raw(descriptor: int) -> AbstractContextManager[None]:
    """The terminal without echo, line editing and signals, and as it was afterwards; no terminal stays as it is."""
    import termios  # noqa: PLC0415
    import tty  # noqa: PLC0415
    from contextlib import contextmanager  # noqa: PLC0415

    @contextmanager
    def within() -> Generator[None]:
        if not os.isatty(descriptor):
            yield
            return
        before = termios.tcgetattr(descriptor)
        try:
            tty.setraw(descriptor, termios.TCSANOW)
            yield
        finally:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)

    return within()


def join(talk: Talk, connection: connect.Connection) -> None:
    """Pass bytes both ways until the person leaves or the far end closes."""
    sys.stdout.flush()
    keyboard, screen = sys.stdin.fileno(), sys.stdout.fileno()
    sources: list[connect.Connection | int] = [keyboard, connection]
    while True:
        ready = [connection] if connection.pending() else select(sources, [], [], HEARTBEAT)[0]
        if not ready:
            talk.answer(thincli.Wait())
        if keyboard in ready:
            typed = os.read(keyboard, BLOCK)
            kept, leaving, _ = typed.partition(bytes([LEAVE]))
            if kept:
                connection.write(kept)
            if leaving:
                return
            if not typed:
                sources.remove(keyboard)
        if connection in ready:
            shown = connection.read(BLOCK)
            if not shown:
                return
            _write(screen, shown)


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
