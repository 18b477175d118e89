"""The thin CLI's stream."""

from __future__ import annotations

import socket
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.golden.wire.door import Door, opened

from cenote.client import thincli


@pytest.fixture
def door(tmp_path: Path) -> Generator[Door]:
    with opened(tmp_path) as door:
        yield door


class Client:
    """A thin CLI's side of a connection."""

    def __init__(self, door: Door, arguments: bytes) -> None:
        self.sock = door.connect()
        head = f"POST /cli HTTP/1.0\r\nUser-agent: xe-test\r\ncontent-length: {len(arguments)}\r\n\r\n"
        self.sock.sendall(head.encode() + arguments)

    def read(self, size: int, /) -> bytes:
        return self.sock.recv(size)

    def write(self, data: bytes, /) -> None:
        self.sock.sendall(data)


def test_the_greeting_comes_without_a_head_and_the_command_runs(door: Door) -> None:
    client = Client(door, b"vm-list\nname=\xff")
    assert thincli.greeted(client) == (0, 2)
    thincli.greet(client)
    assert thincli.receive(client) == thincli.Print(r"'vm-list\nname=\udcff' unix xe-test")
    assert thincli.receive(client) == thincli.Exit(3)
    assert client.read(1) == b""


def test_the_client_is_asked_and_answers(door: Door) -> None:
    client = Client(door, b"ask")
    thincli.greeted(client)
    thincli.greet(client)
    thincli.receive(client)
    assert thincli.receive(client) == thincli.Prompt()
    thincli.send_blob(client, iter([b"yes ", b"please"]))
    assert thincli.receive(client) == thincli.Print("yes please")


def test_much_output_arrives_whole(door: Door) -> None:
    client = Client(door, b"much")
    thincli.greeted(client)
    thincli.greet(client)
    thincli.receive(client)
    for _ in range(200):
        assert thincli.receive(client) == thincli.Print("x" * 65536)
    assert thincli.receive(client) == thincli.Exit(3)


def test_a_client_that_goes_away_ends_its_command(door: Door) -> None:
    clients = [Client(door, b"much") for _ in range(3)]
    for client in clients:
        thincli.greeted(client)
        thincli.greet(client)
        client.read(1)
        client.sock.close()
    last = Client(door, b"one more")
    assert thincli.greeted(last) == (0, 2)


def test_a_client_that_stops_sending_may_still_read(door: Door) -> None:
    client = Client(door, b"vm-list")
    thincli.greeted(client)
    thincli.greet(client)
    client.sock.shutdown(socket.SHUT_WR)
    thincli.receive(client)
    assert thincli.receive(client) == thincli.Exit(3)


def test_too_many_arguments_are_refused(door: Door) -> None:
    sock = door.connect()
    sock.sendall(b"POST /cli HTTP/1.0\r\ncontent-length: 100000000\r\n\r\n")
    assert sock.recv(100).startswith(b"HTTP/1.0 413 ")
