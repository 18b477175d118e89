"""Consoles by CONNECT and by WebSocket."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
from collections.abc import Generator
from pathlib import Path

import aiohttp
import pytest
from tests.golden.wire.door import SESSION, Door, opened

RIGHT = base64.b64encode(b"root:right").decode()
PATH = f"/console?ref=OpaqueRef:1&session_id={SESSION}"


@pytest.fixture
def door(tmp_path: Path) -> Generator[Door]:
    with opened(tmp_path) as door:
        yield door


def until(sock: socket.socket, wanted: bytes) -> bytes:
    got = b""
    while wanted not in got:
        part = sock.recv(65536)
        assert part, got
        got += part
    return got


@pytest.mark.parametrize(
    "request_head",
    [
        f"CONNECT {PATH} HTTP/1.0\r\ncontent-length: 0\r\n\r\n",
        f"CONNECT {PATH} HTTP/1.1\r\nHost: test\r\n\r\n",
        f"CONNECT /console?ref=OpaqueRef:1 HTTP/1.0\r\nCookie: session_id={SESSION}\r\n\r\n",
        f"CONNECT /console?ref=OpaqueRef:1 HTTP/1.0\r\nAuthorization: Basic {RIGHT}\r\n\r\n",
    ],
    ids=["as-xe-asks", "http-1.1", "cookie", "password"],
)
def test_connect(door: Door, request_head: str) -> None:
    sock = door.connect_tcp()
    sock.sendall(request_head.encode() + b"early")
    got = until(sock, b"early")
    head, _, body = got.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert body == b"hello OpaqueRef:1\nearly"
    data = bytes(range(256)) * 4096
    sock.sendall(data)
    assert until(sock, data[-256:])[-256:] == data[-256:]


def test_connect_in_pieces(door: Door) -> None:
    sock = door.connect_tcp()
    for part in ("CONN", "ECT /console?ref=Opaque", f"Ref:1&session_id={SESSION} HTTP/1.0\r", "\n\r\n"):
        sock.sendall(part.encode())
    assert until(sock, b"hello OpaqueRef:1\n").startswith(b"HTTP/1.1 200 OK\r\n")


def test_by_uuid_over_the_unix_socket_without_a_password(door: Door) -> None:
    sock = door.connect()
    sock.sendall(b"CONNECT /console?uuid=u-1 HTTP/1.0\r\n\r\n")
    assert until(sock, b"hello u-1\n")
    assert [method for method, _, _ in door.script.asked] == ["session.login_with_password"]


def test_a_wrong_password_is_asked_for_again(door: Door) -> None:
    wrong = base64.b64encode(b"root:wrong").decode()
    head = f"CONNECT /console?ref=OpaqueRef:1 HTTP/1.0\r\nAuthorization: Basic {wrong}\r\n\r\n"
    assert door.exchange(head.encode()).startswith(b"HTTP/1.0 401 Unauthorised\r\n")


@pytest.mark.parametrize("header", ["Basic !!!", "Basic bm9jb2xvbg==", "Digest username=x", "Basic"])
def test_other_authorization_is_no_log_in(door: Door, header: str) -> None:
    head = f"CONNECT /console?ref=OpaqueRef:1 HTTP/1.0\r\nAuthorization: {header}\r\n\r\n"
    assert door.exchange(head.encode()).startswith(b"HTTP/1.0 401 Unauthorised\r\n")


def test_the_edge_stops_with_a_console_open(tmp_path: Path) -> None:
    with opened(tmp_path) as door:
        sock = door.connect_tcp()
        sock.sendall(f"CONNECT {PATH} HTTP/1.0\r\n\r\n".encode())
        until(sock, b"hello")
        door.edge.stop()
        with contextlib.suppress(ConnectionError):
            while sock.recv(65536):
                pass


def test_websocket(door: Door) -> None:
    host, port = door.edge.bound.http[0]

    async def scenario() -> None:
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(f"http://{host}:{port}{PATH}", protocols=("binary",)) as messages,
        ):
            assert messages.protocol == "binary"
            assert await messages.receive_bytes() == b"hello OpaqueRef:1\n"
            data = bytes(range(256)) * 1024
            await messages.send_bytes(data)
            got = b""
            while len(got) < len(data):
                got += await messages.receive_bytes()
            assert got == data

    asyncio.run(scenario())
