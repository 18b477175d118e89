"""What a client announces, and the terminal at the other end of the protocol."""

from __future__ import annotations

import pytest

from cenote.cli.terminal import Features, ThinTerminal, announced
from cenote.client import thincli
from cenote.client.thincli import Message


class Tape:
    """A stream that answers what was recorded and keeps what is written."""

    def __init__(self, *answers: Message | bytes) -> None:
        self.incoming = b"".join(each if isinstance(each, bytes) else thincli.encode(each) for each in answers)
        self.written = b""

    def read(self, size: int) -> bytes:
        part, self.incoming = self.incoming[:size], self.incoming[size:]
        return part

    def write(self, data: bytes) -> None:
        self.written += data


@pytest.mark.parametrize(
    ("agent", "features"),
    [
        ("cenote-xe (tty width=120 color progress)", Features(True, True, True, 120)),
        ("cenote-xe (tty width=x)", Features(True, False, False, 80)),
        ("cenote-xe ()", Features()),
        ("xe-cli/Unix/0.2", Features()),
        ("", Features()),
    ],
)
def test_announced(agent: str, features: Features) -> None:
    assert announced(agent) == features


def test_output_is_framed() -> None:
    tape = Tape()
    terminal = ThinTerminal(tape, Features())
    terminal.print("out")
    terminal.error("err\n")
    terminal.fail("CODE", ["a"])
    expected = [thincli.Print("out"), thincli.PrintStderr("err\n"), thincli.Error("CODE", ["a"])]
    assert tape.written == b"".join(map(thincli.encode, expected))


def test_ask() -> None:
    tape = Tape(thincli.Chunk(3), b"yes", thincli.End())
    assert ThinTerminal(tape, Features()).ask() == "yes"
    assert tape.written == thincli.encode(thincli.Prompt())


def test_load() -> None:
    tape = Tape(thincli.Ok(), thincli.Chunk(2), b"ab", thincli.Chunk(1), b"c", thincli.End())
    assert ThinTerminal(tape, Features()).load("f") == b"abc"


def test_load_of_a_file_that_is_not_there() -> None:
    assert ThinTerminal(Tape(thincli.Failed()), Features()).load("f") is None


def test_transfers_wait_for_the_client() -> None:
    terminal = ThinTerminal(Tape(thincli.Wait(), thincli.Wait(), thincli.Ok(), thincli.Failed()), Features())
    assert terminal.download("f", "/p") is True
    assert terminal.upload("f", "/p") is False


def test_check_shows_nothing() -> None:
    tape = Tape()
    ThinTerminal(tape, Features()).check()
    assert tape.written == thincli.encode(thincli.Debug("waiting"))


def test_an_answer_out_of_place() -> None:
    with pytest.raises(thincli.ProtocolError):
        ThinTerminal(Tape(thincli.End()), Features()).connect("/console")
