"""The ``xe`` program's half of the talk with the host: it does what it is told until it is told to end."""

from __future__ import annotations

import os
import sys

from cenote.client import thincli

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cenote.cli.connect import Connection, Dialer
    from cenote.client.thincli import Message


class VersionError(Exception):
    """The host speaks another version of the protocol."""


class Refused(Exception):
    """The host asked for a file that the person did not name."""


def permitted(arguments: list[str]) -> frozenset[str]:
    """The files that the host may ask for: those that the arguments name."""
    values = [value.strip() for _, equals, value in (each.partition("=") for each in arguments) if equals]
    return frozenset(os.path.abspath(value) for value in values if value)  # noqa: PTH100 - pathlib loads slowly


class Talk:
    """One command: the connection it goes over, what the host may read and write, and where debugging text goes."""

    def __init__(
        self, connection: Connection, dialer: Dialer, files: frozenset[str], debug: Callable[[str], object]
    ) -> None:
        self.connection = connection
        self.dialer = dialer
        self.files = files
        self.debug = debug

    def run(self) -> int:
        """Talk until the host ends it; answers the exit code."""
        major, minor = thincli.greeted(self.connection)
        self.debug(f"Server has protocol version {major}.{minor}. Client has {thincli.MAJOR}.{thincli.MINOR}\n")
        if major != thincli.MAJOR:
            raise VersionError(f"{major}.{minor} there, {thincli.MAJOR}.{thincli.MINOR} here")
        thincli.greet(self.connection)
        while True:
            message = thincli.receive(self.connection)
            self.debug(f"Read: {message}\n")
            if isinstance(message, thincli.Exit):
                return message.code
            code = self._obey(message)
            if code is not None:
                return code

    def answer(self, message: Message) -> None:
        """Send a message to the host."""
        thincli.send(self.connection, message)

    def _obey(self, message: Message) -> int | None:
        """Do what the host says; an exit code ends the talk."""
        match message:
            case thincli.Print(text=text):
                sys.stdout.buffer.write((text + "\n").encode("utf-8", "surrogateescape"))
            case thincli.PrintStderr(text=text):
                say(text)
            case thincli.Debug():
                pass
            case thincli.Error(code=code, params=params):
                say(f"Error code: {code}\nError parameters: {', '.join(params)}\n")
            case thincli.Prompt():
                sys.stdout.flush()
                thincli.send_blob(self.connection, iter([sys.stdin.buffer.readline().rstrip(b"\n")]))
            case thincli.HttpConnect(text=url):
                from cenote.cli.attach import attach  # noqa: PLC0415 - only `xe console` needs the terminal

                attach(self, url)
            case thincli.Load() | thincli.HttpGet() | thincli.HttpPut():
                return self._move(message)
            case _:
                raise thincli.ProtocolError(f"{message} out of place")
        return None

    def _move(self, message: thincli.Load | thincli.HttpGet | thincli.HttpPut) -> int | None:
        """Move a file that the person named."""
        from cenote.cli import transfer  # noqa: PLC0415 - only some commands move files

        match message:
            case thincli.Load(text=filename):
                self._permit(filename)
                return transfer.load(self, filename)
            case thincli.HttpGet(filename=filename, url=url):
                if filename:
                    self._permit(filename)
                return transfer.download(self, filename, url)
            case thincli.HttpPut(filename=filename, url=url):
                self._permit(filename)
                return transfer.upload(self, filename, url)

    def _permit(self, filename: str) -> None:
        if os.path.abspath(filename) not in self.files:  # noqa: PTH100
            raise Refused(
                f"Blocked upload/download of the file {filename}, which was requested by the server."
                " The file name was not present on the command line\n"
            )


def say(text: str) -> None:
    """Write on standard error, after what was printed before."""
    sys.stdout.flush()
    sys.stderr.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stderr.flush()
