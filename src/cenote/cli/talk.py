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
        self._do: dict[type[Message], Callable[[Message], object]] = {
            thincli.Print: self._print,
            thincli.PrintStderr: self._print_error,
            thincli.Debug: lambda _: None,
            thincli.Error: self._error,
            thincli.Prompt: self._prompt,
            thincli.Load: self._load,
            thincli.HttpGet: self._get,
            thincli.HttpPut: self._put,
            thincli.HttpConnect: self._connect,
        }

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
            do = self._do.get(type(message))
            if do is None:
                raise thincli.ProtocolError(f"{message} out of place")
            code = do(message)
            if isinstance(code, int):
                return code

    def answer(self, message: Message) -> None:
        """Send a message to the host."""
        thincli.send(self.connection, message)

    def _print(self, message: Message) -> None:
        assert isinstance(message, thincli.Print)  # noqa: S101 - the table says so
        sys.stdout.buffer.write((message.text + "\n").encode("utf-8", "surrogateescape"))

    def _print_error(self, message: Message) -> None:
        assert isinstance(message, thincli.PrintStderr)  # noqa: S101
        say(message.text)

    def _error(self, message: Message) -> None:
        assert isinstance(message, thincli.Error)  # noqa: S101
        say(f"Error code: {message.code}\nError parameters: {', '.join(message.params)}\n")

    def _prompt(self, _: Message) -> None:
        sys.stdout.flush()
        line = sys.stdin.buffer.readline().rstrip(b"\n")
        thincli.send_blob(self.connection, iter([line]))

    def _permit(self, filename: str) -> None:
        if os.path.abspath(filename) not in self.files:  # noqa: PTH100
            raise Refused(
                f"Blocked upload/download of the file {filename}, which was requested by the server."
                " The file name was not present on the command line\n"
            )

    def _load(self, message: Message) -> None:
        from cenote.cli.transfer import load  # noqa: PLC0415 - only some commands move files

        assert isinstance(message, thincli.Load)  # noqa: S101
        self._permit(message.text)
        load(self, message.text)

    def _get(self, message: Message) -> object:
        from cenote.cli.transfer import download  # noqa: PLC0415

        assert isinstance(message, thincli.HttpGet)  # noqa: S101
        if message.filename:
            self._permit(message.filename)
        return download(self, message.filename, message.url)

    def _put(self, message: Message) -> object:
        from cenote.cli.transfer import upload  # noqa: PLC0415

        assert isinstance(message, thincli.HttpPut)  # noqa: S101
        self._permit(message.filename)
        return upload(self, message.filename, message.url)

    def _connect(self, message: Message) -> None:
        from cenote.cli.attach import attach  # noqa: PLC0415 - only `xe console` needs the terminal

        assert isinstance(message, thincli.HttpConnect)  # noqa: S101
        attach(self, message.text)


def say(text: str) -> None:
    """Write on standard error, after what was printed before."""
    sys.stdout.flush()
    sys.stderr.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stderr.flush()
