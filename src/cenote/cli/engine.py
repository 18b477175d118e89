"""Runs commands in the daemon: for a client at the other end of a stream, or for any terminal."""

from __future__ import annotations

import logging
import traceback
from typing import Protocol

from cenote.cli import failure, manual
from cenote.cli.commands import table
from cenote.cli.complete import complete
from cenote.cli.job import Job
from cenote.cli.line import Line, parse
from cenote.cli.names import Names
from cenote.cli.page import Page
from cenote.cli.refusal import Ending, Refusal, SyntaxRefusal, UnknownCommand
from cenote.cli.terminal import Terminal, ThinTerminal, announced
from cenote.client import thincli
from cenote.client.failure import Failure
from cenote.client.session import Session

log = logging.getLogger(__name__)

DEFAULT = ("root", "null")
"""What XenServer's own client sends where the person named nobody."""

HELP = "help"
"""The one command that needs no log-in."""

SECRET = ("password", "secret", "value", "old", "new", "url", "token")
"""Parts of parameters' names whose values no log may hold."""


class Entrance(Protocol):
    """Lets people in: opens sessions with the API."""

    def login(self, username: str | None, password: str | None) -> Session:
        """A session for who is named, or for the peer of the connection where nobody is.

        Raises :class:`~cenote.client.failure.Failure` with ``SESSION_AUTHENTICATION_FAILED``, whose first parameter
        is the name, empty where none was given.
        """
        ...

    def resume(self, token: str) -> Session:
        """The session of that reference, opened before; it is not checked here."""
        ...


def run(arguments: list[str], terminal: Terminal, session: Session) -> int:
    """Run one command for somebody who is logged in; answers the exit code."""
    names = Names(session)
    try:
        return _run(parse(arguments), terminal, session, names)
    except Exception as error:
        return _told(error, terminal, names, "--trace" in arguments)


def _run(line: Line, terminal: Terminal, session: Session, names: Names) -> int:
    page = _page(line, terminal)
    if line.command == HELP:
        return _help(line, terminal)
    if line.command == "completion":
        complete(Job(session, line, page, names))
    else:
        command = table().get(line.command)
        if command is None:
            raise UnknownCommand(line.command)
        for name in command.required.split():
            line.need(name)
        command.run(Job(session, line, page, names))
    page.flush()
    return 0


def _page(line: Line, terminal: Terminal) -> Page:
    return Page(terminal, minimal=line.flag("minimal"), as_json=line.flag("json"))


def _help(line: Line, terminal: Terminal) -> int:
    page = _page(line, terminal)
    manual.show(line, page)
    page.flush()
    return 0


def _told(error: Exception, terminal: Terminal, names: Names | None, trace: bool) -> int:
    """Tell the person of an error; answers the exit code."""
    if isinstance(error, (thincli.ProtocolError, ConnectionError)):
        raise error
    try:
        failure.tell(error, terminal, names)
    except (thincli.ProtocolError, ConnectionError):
        raise
    except Exception:
        log.exception("xe: a command failed in a way that it does not know")
        terminal.fail("INTERNAL_ERROR", [f"{type(error).__name__}: {error}"])
    if trace:
        terminal.error(f"Raised {type(error).__name__}: {error}\nBacktrace:\n")
        terminal.error("".join(traceback.format_exception(error)))
    return error.code if isinstance(error, Ending) else 1


def serve(stream: thincli.Stream, body: str, entrance: Entrance, user_agent: str = "") -> None:
    """Talk with a client until its command is done: ``body`` is that of its request, the arguments a line each.

    Blocks. Whatever goes wrong is told to the client; a client that has gone is left alone.
    """
    try:
        thincli.greet(stream)
        major, _ = thincli.greeted(stream)
        if major != thincli.MAJOR:
            log.info("xe: a client speaks version %s of the protocol", major)
            return
        terminal = ThinTerminal(stream, announced(user_agent))
        terminal.send(thincli.Exit(_serve(body, terminal, entrance)))
    except (thincli.ProtocolError, ConnectionError) as error:
        log.debug("xe: the client has gone: %s", error)


def _serve(body: str, terminal: Terminal, entrance: Entrance) -> int:
    token, arguments = split(body)
    try:
        line = parse(arguments)
        if line.command == HELP:
            return _help(line, terminal)
        name, word = line.find("username"), line.find("password")
        if (name, word) == DEFAULT:
            name = word = None
        session = entrance.resume(token) if token else entrance.login(name, word)
    except (SyntaxRefusal, Refusal, Failure) as error:
        return _told(error, terminal, None, "--trace" in arguments)
    log.info("xe %s", spoken(line))
    try:
        return run(arguments, terminal, session)
    finally:
        if not token:
            session.logout()


def split(body: str) -> tuple[str | None, list[str]]:
    """The session that a request brings along (``session_id=`` in the first line), if any, and its arguments."""
    arguments = [each.removesuffix("\r") for each in body.split("\n")]
    if arguments[0].startswith("session_id="):
        return arguments[0].partition("=")[2], arguments[1:]
    return None, arguments


def spoken(line: Line) -> str:
    """A command for the log, without what is secret in it."""
    shown = [
        f"{name}=(omitted)" if any(part in name.lower() for part in SECRET) else f"{name}={value}"
        for name, value in line.params
        if name != "username"
    ]
    return " ".join([line.command, *shown])
