"""The person's end of a command, as commands see it; and the one that is reached over the thin-CLI protocol."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from cenote.client import thincli
from cenote.client.thincli import Message, ProtocolError, Stream

UPLOAD_LIMIT = 16 << 20
"""The most bytes that a file sent over the protocol itself may have; larger ones travel by HTTP."""

ANSWER_LIMIT = 64 << 10
"""The most bytes that a typed answer may have."""


@dataclass(frozen=True, slots=True)
class Features:
    """What the program at the other end can show to a person; nothing where a script reads."""

    tty: bool = False
    color: bool = False
    progress: bool = False
    width: int = 80


class Terminal(Protocol):
    """Where a command's output goes and its input comes from."""

    @property
    def features(self) -> Features:
        """What it can show."""
        ...

    def print(self, text: str) -> None:
        """Print on standard output, and a new line."""
        ...

    def error(self, text: str) -> None:
        """Print on standard error, as it is."""
        ...

    def fail(self, code: str, params: list[str]) -> None:
        """Show an error of the API that has no text of its own."""
        ...

    def ask(self) -> str:
        """A line that the person types."""
        ...

    def load(self, filename: str) -> bytes | None:
        """The contents of a file on the person's machine, or None where it can't be read."""
        ...

    def download(self, filename: str, path: str) -> bool:
        """Let the person's program fetch ``path`` of this host into a file; false where that failed."""
        ...

    def upload(self, filename: str, path: str) -> bool:
        """Let the person's program send a file to ``path`` of this host; false where that failed."""
        ...

    def connect(self, url: str) -> bool:
        """Let the person's program join its terminal to what is behind ``url``; false where that failed."""
        ...

    def check(self) -> None:
        """Raise what writing raises if the person has gone; shows nothing."""
        ...


_ANNOUNCED = re.compile(r"^cenote-xe \((.*)\)$")


def announced(user_agent: str) -> Features:
    """The features that our own client tells in its User-agent: ``cenote-xe (tty width=120 color progress)``."""
    match = _ANNOUNCED.match(user_agent)
    words = match[1].split() if match else []
    widths = [int(word[6:]) for word in words if word.startswith("width=") and word[6:].isdecimal()]
    return Features("tty" in words, "color" in words, "progress" in words, widths[0] if widths else 80)


class ThinTerminal:
    """A terminal at the other end of the thin-CLI protocol."""

    def __init__(self, stream: Stream, features: Features) -> None:
        self._stream = stream
        self.features = features

    def send(self, message: Message) -> None:
        """Send one message to the client."""
        thincli.send(self._stream, message)

    def print(self, text: str) -> None:
        """Print on standard output, and a new line."""
        self.send(thincli.Print(text))

    def error(self, text: str) -> None:
        """Print on standard error, as it is."""
        self.send(thincli.PrintStderr(text))

    def fail(self, code: str, params: list[str]) -> None:
        """Show an error of the API that has no text of its own."""
        self.send(thincli.Error(code, params))

    def ask(self) -> str:
        """A line that the person types."""
        self.send(thincli.Prompt())
        return thincli.receive_blob(self._stream, ANSWER_LIMIT).decode("utf-8", "replace")

    def load(self, filename: str) -> bytes | None:
        """The contents of a file on the person's machine, or None where it can't be read."""
        self.send(thincli.Load(filename))
        if not self._done():
            return None
        return thincli.receive_blob(self._stream, UPLOAD_LIMIT)

    def download(self, filename: str, path: str) -> bool:
        """Let the client fetch ``path`` of this host into a file."""
        self.send(thincli.HttpGet(filename, path))
        return self._done()

    def upload(self, filename: str, path: str) -> bool:
        """Let the client send a file to ``path`` of this host."""
        self.send(thincli.HttpPut(filename, path))
        return self._done()

    def connect(self, url: str) -> bool:
        """Let the client join its terminal to what is behind ``url``."""
        self.send(thincli.HttpConnect(url))
        return self._done()

    def check(self) -> None:
        """Send a word that the client shows under ``--debug`` alone; raises ``Closed`` if it has gone."""
        self.send(thincli.Debug("waiting"))

    def _done(self) -> bool:
        while isinstance(answer := thincli.receive(self._stream), thincli.Wait):
            pass
        if isinstance(answer, (thincli.Ok, thincli.Failed)):
            return isinstance(answer, thincli.Ok)
        raise ProtocolError(f"{answer} where a response was due")
