"""XenServer's thin-CLI protocol, version 0.2: the bytes between ``xe`` and the host, both ways.

After an HTTP request whose body holds the arguments, one a line, both sides send the magic and the version, the
host first. Then the host sends commands and the client answers some of them, each a frame: its length, its family
(command 9, response 10, blob 11), the tag of the message within the family, its fields. Numbers are 32 bits, little
end first; text and lists carry their length. The contents of a blob follow its frame without one of their own.

Written without ``typing`` and ``dataclasses``: they would take longer to import than a whole ``xe vm-list``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Protocol

    class Stream(Protocol):
        """A duplex stream of bytes, blocking."""

        def read(self, size: int, /) -> bytes:
            """At most ``size`` bytes, at least one; empty where the other side has closed."""
            ...

        def write(self, data: bytes, /) -> object:
            """Send all of ``data``."""
            ...

else:
    Stream = object


MAGIC = b"XenSource thin CLI protocol"
MAJOR, MINOR = 0, 2
LONGEST = 16 << 20
"""The longest frame that is read, in bytes: text that a person is shown, never a file."""

_COMMAND, _RESPONSE, _BLOB = 9, 10, 11


class ProtocolError(Exception):
    """The other side said something that is no part of the protocol. ``read`` is what it said, where that is short."""

    def __init__(self, text: str, read: bytes = b"") -> None:
        super().__init__(text)
        self.read = read


class Closed(ProtocolError):
    """The other side closed the stream in the middle of the talk."""


class Message:
    """One frame. ``family`` and ``tag`` say which; ``fields`` name what it carries, in the order of the bytes."""

    __slots__ = ()
    family = _COMMAND
    tag = -1
    fields: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and all(getattr(self, name) == getattr(other, name) for name in self.fields)

    __hash__ = None  # type: ignore[assignment]  # messages are compared, never kept in sets

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(repr(getattr(self, name)) for name in self.fields)})"


class _Text(Message):
    __slots__ = ("text",)
    fields = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class _Transfer(Message):
    __slots__ = ("filename", "url")
    fields = ("filename", "url")

    def __init__(self, filename: str, url: str) -> None:
        self.filename = filename
        self.url = url


class Print(_Text):
    """Print the text and a new line on standard output."""

    __slots__ = ()
    tag = 0


class Load(_Text):
    """Send the contents of the named file: ``Ok`` and blobs, or ``Failed``."""

    __slots__ = ()
    tag = 1


class Prompt(Message):
    """Read a line from standard input and send it as a blob."""

    __slots__ = ()
    tag = 3


class Exit(Message):
    """End with this code."""

    __slots__ = ("code",)
    tag = 4
    fields = ("code",)

    def __init__(self, code: int) -> None:
        self.code = code


class HttpGet(_Transfer):
    """Fetch the URL, or the path on the same host, into the named file; an empty name is standard output."""

    __slots__ = ()
    tag = 12


class HttpPut(_Transfer):
    """Send the named file to the URL, or to the path on the same host."""

    __slots__ = ()
    tag = 13


class Error(Message):
    """An error of the API: its code and parameters."""

    __slots__ = ("code", "params")
    tag = 14
    fields = ("code", "params")

    def __init__(self, code: str, params: list[str]) -> None:
        self.code = code
        self.params = params


class Debug(_Text):
    """Text for ``--debug``."""

    __slots__ = ()
    tag = 15


class PrintStderr(_Text):
    """Print the text as it is on standard error."""

    __slots__ = ()
    tag = 16


class HttpConnect(_Text):
    """Join the terminal to what answers CONNECT on the URL, or on the path of the same host."""

    __slots__ = ()
    tag = 17


class Ok(Message):
    """The client has done what it was told."""

    __slots__ = ()
    family = _RESPONSE
    tag = 5


class Failed(Message):
    """The client could not do what it was told."""

    __slots__ = ()
    family = _RESPONSE
    tag = 6


class Wait(Message):
    """The client is still at it; sent now and then during long transfers."""

    __slots__ = ()
    family = _RESPONSE
    tag = 18


class Chunk(Message):
    """So many bytes of a blob follow, without a frame."""

    __slots__ = ("size",)
    family = _BLOB
    tag = 7
    fields = ("size",)

    def __init__(self, size: int) -> None:
        self.size = size


class End(Message):
    """The blob is complete."""

    __slots__ = ()
    family = _BLOB
    tag = 8


def number(value: int) -> bytes:
    """A number of 32 bits, signed, little end first."""
    return value.to_bytes(4, "little", signed=True)


def string(value: str) -> bytes:
    """Text with its length in bytes before it. Bytes that are no UTF-8 pass through as they came."""
    data = value.encode("utf-8", "surrogateescape")
    return number(len(data)) + data


def strings(values: list[str]) -> bytes:
    """Texts with their count before them."""
    return number(len(values)) + b"".join(map(string, values))


def encode(message: Message) -> bytes:
    """The frame of ``message``, its length first."""
    body = number(message.family) + number(message.tag)
    for name in message.fields:
        value: int | str | list[str] = getattr(message, name)
        if isinstance(value, int):
            body += number(value)
        else:
            body += string(value) if isinstance(value, str) else strings(value)
    return number(len(body)) + body


class _Body:
    """Reads the fields of one frame."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        end = self.at + size
        if size < 0 or end > len(self.data):
            raise ProtocolError("a frame is shorter than its fields", self.data)
        part, self.at = self.data[self.at : end], end
        return part

    def number(self) -> int:
        """The next number."""
        return int.from_bytes(self.take(4), "little", signed=True)

    def string(self) -> str:
        """The next text."""
        return self.take(self.number()).decode("utf-8", "surrogateescape")

    def strings(self) -> list[str]:
        """The next list of texts."""
        return [self.string() for _ in range(self.number())]


_READ: dict[tuple[int, int], Callable[[_Body], Message]] = {
    (_COMMAND, Print.tag): lambda body: Print(body.string()),
    (_COMMAND, Load.tag): lambda body: Load(body.string()),
    (_COMMAND, Prompt.tag): lambda _: Prompt(),
    (_COMMAND, Exit.tag): lambda body: Exit(body.number()),
    (_COMMAND, HttpGet.tag): lambda body: HttpGet(body.string(), body.string()),
    (_COMMAND, HttpPut.tag): lambda body: HttpPut(body.string(), body.string()),
    (_COMMAND, Error.tag): lambda body: Error(body.string(), body.strings()),
    (_COMMAND, Debug.tag): lambda body: Debug(body.string()),
    (_COMMAND, PrintStderr.tag): lambda body: PrintStderr(body.string()),
    (_COMMAND, HttpConnect.tag): lambda body: HttpConnect(body.string()),
    (_RESPONSE, Ok.tag): lambda _: Ok(),
    (_RESPONSE, Failed.tag): lambda _: Failed(),
    (_RESPONSE, Wait.tag): lambda _: Wait(),
    (_BLOB, Chunk.tag): lambda body: Chunk(body.number()),
    (_BLOB, End.tag): lambda _: End(),
}


def decode(data: bytes) -> Message:
    """The message of a frame without its length; raises :class:`ProtocolError`."""
    body = _Body(data)
    read = _READ.get((body.number(), body.number()))
    if read is None:
        raise ProtocolError(f"unknown message {data[:8].hex()}", data)
    message = read(body)
    if body.at != len(data):
        raise ProtocolError("a frame is longer than its fields", data)
    return message


def exactly(stream: Stream, size: int) -> bytes:
    """``size`` bytes; raises :class:`Closed` with what came where the other side closes before."""
    parts: list[bytes] = []
    left = size
    while left:
        part = stream.read(left)
        if not part:
            raise Closed("the connection was closed", b"".join(parts))
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def send(stream: Stream, message: Message) -> None:
    """Write one message."""
    stream.write(encode(message))


def receive(stream: Stream) -> Message:
    """Read one message; raises :class:`ProtocolError`, :class:`Closed`."""
    head = exactly(stream, 4)
    size = int.from_bytes(head, "little", signed=True)
    if not 8 <= size <= LONGEST:
        raise ProtocolError(f"a frame of {size} bytes", head)
    return decode(exactly(stream, size))


def greet(stream: Stream) -> None:
    """Say which protocol and version this side speaks."""
    stream.write(MAGIC + number(MAJOR) + number(MINOR))


def greeted(stream: Stream) -> tuple[int, int]:
    """The version that the other side speaks; raises :class:`ProtocolError` where it is not this protocol at all."""
    try:
        magic = exactly(stream, len(MAGIC))
    except Closed as closed:
        raise (closed if MAGIC.startswith(closed.read) else ProtocolError("another protocol", closed.read)) from closed
    if magic != MAGIC:
        raise ProtocolError("another protocol", magic)
    body = _Body(exactly(stream, 8))
    return body.number(), body.number()


def send_blob(stream: Stream, parts: Iterator[bytes]) -> None:
    """Send ``parts`` as one blob, each with its own frame; what other clients send as one chunk is several here."""
    for part in parts:
        if part:
            stream.write(encode(Chunk(len(part))))
            stream.write(part)
    stream.write(encode(End()))


def receive_blob(stream: Stream, most: int) -> bytes:
    """The contents of a blob of at most ``most`` bytes; raises :class:`ProtocolError`."""
    parts: list[bytes] = []
    size = 0
    while isinstance(message := receive(stream), Chunk):
        size += message.size
        if message.size < 0 or size > most:
            raise ProtocolError(f"a blob of more than {most} bytes")
        parts.append(exactly(stream, message.size))
    if not isinstance(message, End):
        raise ProtocolError(f"{message} in the middle of a blob")
    return b"".join(parts)
