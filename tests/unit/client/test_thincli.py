"""The thin-CLI codec: the bytes are those that XenServer's own client and server exchange."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cenote.client import thincli
from cenote.client.thincli import Message

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
MESSAGES: list[tuple[Message, str]] = [
    (thincli.Print("hi"), "0e000000 09000000 00000000 02000000 6869"),
    (thincli.Load("f"), "0d000000 09000000 01000000 01000000 66"),
    (thincli.Prompt(), "08000000 09000000 03000000"),
    (thincli.Exit(-1), "0c000000 09000000 04000000 ffffffff"),
    (thincli.HttpGet("f", "/p"), "13000000 09000000 0c000000 01000000 66 02000000 2f70"),
    (thincli.HttpPut("f", "/p"), "13000000 09000000 0d000000 01000000 66 02000000 2f70"),
    (thincli.Error("E", ["a", ""]), "1a000000 09000000 0e000000 01000000 45 02000000 01000000 61 00000000"),
    (thincli.Debug("d"), "0d000000 09000000 0f000000 01000000 64"),
    (thincli.PrintStderr("e"), "0d000000 09000000 10000000 01000000 65"),
    (thincli.HttpConnect("/c"), "0e000000 09000000 11000000 02000000 2f63"),
    (thincli.Ok(), "08000000 0a000000 05000000"),
    (thincli.Failed(), "08000000 0a000000 06000000"),
    (thincli.Wait(), "08000000 0a000000 12000000"),
    (thincli.Chunk(258), "0c000000 0b000000 07000000 02010000"),
    (thincli.End(), "08000000 0b000000 08000000"),
]


class Tape:
    """A stream that answers a byte at a time from ``incoming`` and keeps what is written."""

    def __init__(self, incoming: bytes = b"") -> None:
        self.incoming = incoming
        self.written = b""

    def read(self, size: int) -> bytes:
        part, self.incoming = self.incoming[: min(size, 1)], self.incoming[min(size, 1) :]
        return part

    def write(self, data: bytes) -> None:
        self.written += data


@pytest.mark.parametrize(("message", "dump"), MESSAGES, ids=lambda each: type(each).__name__)
def test_bytes(message: Message, dump: str) -> None:
    assert thincli.encode(message) == bytes.fromhex(dump)
    assert thincli.receive(Tape(bytes.fromhex(dump))) == message


@given(TEXT, st.lists(TEXT))
def test_every_text_comes_back(text: str, params: list[str]) -> None:
    for message in (thincli.Print(text), thincli.HttpGet(text, text), thincli.Error(text, params)):
        assert thincli.receive(Tape(thincli.encode(message))) == message


def test_bytes_that_are_no_utf8_pass_through() -> None:
    frame = bytes.fromhex("0d000000 09000000 00000000 01000000 ff")
    assert thincli.encode(thincli.receive(Tape(frame))) == frame


@pytest.mark.parametrize(
    "dump",
    [
        "00000000",
        "ffffff7f",
        "08000000 09000000 02000000",
        "0d000000 09000000 00000000 09000000 61",
        "0d000000 09000000 00000000 00000000 61",
        "0c000000 09000000 00000000 ffffffff",
    ],
    ids=["empty", "huge", "tag", "short", "long", "negative"],
)
def test_nonsense_is_refused(dump: str) -> None:
    with pytest.raises(thincli.ProtocolError):
        thincli.receive(Tape(bytes.fromhex(dump)))


def test_closed_in_a_frame() -> None:
    with pytest.raises(thincli.Closed):
        thincli.receive(Tape(bytes.fromhex("0d000000 09")))


def test_greeting() -> None:
    tape = Tape()
    thincli.greet(tape)
    assert tape.written == b"XenSource thin CLI protocol\0\0\0\0\2\0\0\0"
    assert thincli.greeted(Tape(tape.written)) == (0, 2)


def test_greeting_of_a_web_server_is_kept_for_the_person() -> None:
    with pytest.raises(thincli.ProtocolError) as caught:
        thincli.greeted(Tape(b"HTTP/1.1 403 Forbidden\r\n\r\n....."))
    assert caught.value.read.startswith(b"HTTP/1.1 403")
    assert not isinstance(caught.value, thincli.Closed)


def test_short_answer_of_a_web_server_is_no_lost_connection() -> None:
    with pytest.raises(thincli.ProtocolError) as caught:
        thincli.greeted(Tape(b"HTTP/1.1 403\r\n"))
    assert not isinstance(caught.value, thincli.Closed)


def test_blob_in_parts() -> None:
    tape = Tape()
    thincli.send_blob(tape, iter([b"ab", b"", b"c"]))
    assert thincli.receive_blob(Tape(tape.written), most=3) == b"abc"


def test_blob_that_is_too_long() -> None:
    tape = Tape()
    thincli.send_blob(tape, iter([b"ab", b"cd"]))
    with pytest.raises(thincli.ProtocolError):
        thincli.receive_blob(Tape(tape.written), most=3)


def test_blob_with_something_else_in_it() -> None:
    with pytest.raises(thincli.ProtocolError):
        thincli.receive_blob(Tape(thincli.encode(thincli.Ok())), most=3)
