"""Bad, slow and greedy clients; after each the others are still served."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.golden.wire.door import Door, call, opened, post, reply

GOOD = post("/", call("VM.get_name_label", "OpaqueRef:good", "OpaqueRef:1"))
LIMIT = 1 << 20


@pytest.fixture
def door(tmp_path: Path) -> Generator[Door]:
    with opened(tmp_path, body_limit=LIMIT, idle=0.3) as door:
        yield door
        assert b"vm-00401" in door.exchange(GOOD)


def ended(sock: socket.socket) -> bool:
    """Whether the edge closes the connection."""
    with contextlib.suppress(ConnectionError):
        while sock.recv(65536):
            pass
    return True


def test_a_large_body_is_refused_from_the_head_alone(door: Door) -> None:
    sock = door.connect_tcp()
    sock.sendall(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 104857600\r\n\r\n")
    assert reply(sock).startswith(b"HTTP/1.1 413 Payload Too Large\r\n")


def test_a_large_body_without_a_length_is_refused_when_it_has_grown_too_large(door: Door) -> None:
    sock = door.connect_tcp()
    sock.sendall(b"POST /jsonrpc HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunk = b"%x\r\n" % 65536 + b" " * 65536 + b"\r\n"
    with contextlib.suppress(ConnectionError):
        for _ in range(LIMIT // 65536 + 2):
            sock.sendall(chunk)
    assert reply(sock).startswith(b"HTTP/1.1 413 ")


def test_a_body_of_the_largest_size_is_read(door: Door) -> None:
    padding = " " * (LIMIT - len(call("VM.get_name_label", "")))
    assert b"vm-00401" in door.exchange(post("/", call("VM.get_name_label", padding)))


def test_a_client_that_waits_for_leave_gets_it(door: Door) -> None:
    body = call("VM.get_name_label", "x")
    sock = door.connect_tcp()
    head = f"POST / HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: {len(body)}\r\n\r\n"
    sock.sendall(head.encode())
    assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    sock.sendall(body)
    assert b"vm-00401" in reply(sock)


def test_a_packed_body_is_no_call(door: Door) -> None:
    """It is not unpacked, so that no small body grows into a large one."""
    assert b"500 Internal Error" in door.exchange(post("/", b"\x1f\x8b\x08bomb", "Content-Encoding: gzip"))


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"POST / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: test\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"GET /" + b"y" * 100_000 + b" HTTP/1.1\r\nHost: test\r\n\r\n",
        b"CONNECT /" + b"y" * 100_000,
        b"POST / HTTP/1.1\r\nHost: test\r\n" + b"".join(b"X%d: y\r\n" % n for n in range(1000)) + b"\r\n",
    ],
    ids=range(12),
)
def test_what_is_no_http_is_refused(door: Door, garbage: bytes) -> None:
    sock = door.connect_tcp()
    with contextlib.suppress(ConnectionError):
        sock.sendall(garbage)
        got = reply(sock)
        assert b" 400 " in got.partition(b"\r\n")[0]
    assert ended(sock)


def test_a_client_that_never_sends_a_head_is_let_go(door: Door) -> None:
    sock = door.connect_tcp()
    sock.sendall(b"POST / HTTP/1.1\r\nHost: te")
    assert ended(sock)


def test_a_client_that_breaks_off_in_the_body_harms_nobody(door: Door) -> None:
    sock = door.connect_tcp()
    sock.sendall(GOOD[:-10])
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def test_a_length_that_is_too_small_is_refused_and_the_rest_is_no_request(door: Door) -> None:
    body = call("VM.get_name_label", "x")
    sock = door.connect_tcp()
    sock.sendall(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n\r\n%b" % (len(body) - 5, body))
    assert reply(sock).split(b" ")[1] in {b"400", b"500"}
    assert ended(sock)
    assert door.script.asked == []


def test_requests_in_a_row_on_one_connection_are_answered_in_order(door: Door) -> None:
    sock = door.connect_tcp()
    sock.sendall(b"".join(post("/", call(f"no.such{n}")) for n in range(100)))
    got = b""
    while got.count(b"</methodResponse>") < 100:
        got += sock.recv(65536)
    places = [got.index(f"no.such{n}<".encode()) for n in range(100)]
    assert places == sorted(places)


def test_a_client_that_asks_much_and_reads_nothing_holds_little(door: Door) -> None:
    """The edge stops reading from it instead of keeping its replies."""
    sock = door.connect_tcp(timeout=1)
    with pytest.raises(TimeoutError):
        sock.sendall(post("/", call("x" * 60_000)) * 2000)


def test_connections_beyond_the_limit_are_cut_off(tmp_path: Path) -> None:
    with opened(tmp_path, connections=3) as door:
        socks = [door.connect_tcp() for _ in range(3)]
        for sock in socks:
            sock.sendall(GOOD)
            assert b"vm-00401" in reply(sock)
        assert ended(door.connect_tcp())
        socks[0].close()
        assert any(b"vm-00401" in answered(door) for _ in range(1000))


def answered(door: Door) -> bytes:
    """The reply on a connection of its own; empty where it was cut off."""
    with contextlib.suppress(ConnectionError):
        return door.exchange(GOOD)
    return b""


def test_invalid_utf8_and_control_characters_in_the_path(door: Door) -> None:
    assert b" 4" in door.exchange(b"GET /\xff\xfe HTTP/1.1\r\nHost: test\r\n\r\n").partition(b"\r\n")[0]


@pytest.mark.parametrize("path", ["/ui/../../etc/passwd", "/ui/%2e%2e/%2e%2e/etc/passwd", "/ui//etc/passwd"])
def test_no_file_outside_of_the_console_page_is_served(tmp_path: Path, path: str) -> None:
    (tmp_path / "ui").mkdir()
    (tmp_path / "ui" / "index.html").write_text("<p>page</p>")
    with opened(tmp_path, ui=tmp_path / "ui") as door:
        got = door.exchange(f"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
        assert got.startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 403 "))
        assert b"<p>page</p>" in door.exchange(b"GET /ui/ HTTP/1.1\r\nHost: test\r\n\r\n")
