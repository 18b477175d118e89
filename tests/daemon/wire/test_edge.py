"""The edge as a whole: its addresses, its certificate, its long polls, its end."""

from __future__ import annotations

import os
import socket
import ssl
import stat
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from tests.golden.wire.door import Door, call, opened, post, reply

from cenote.dispatch.answer import Success, Waiting
from cenote.model.shapes import STRING
from cenote.store.state import State
from cenote.wire import certificate
from cenote.wire.listen import ListenError, tcp

GOOD = post("/", call("VM.get_name_label", "OpaqueRef:good", "OpaqueRef:1"))


@pytest.fixture
def door(tmp_path: Path) -> Generator[Door]:
    with opened(tmp_path) as door:
        yield door


def test_who_asks_is_known(door: Door) -> None:
    sock = door.connect()
    sock.sendall(post("/", call("a.b"), "User-Agent: test/1"))
    reply(sock)
    door.exchange(GOOD)
    (_, _, local), (_, _, remote) = door.script.asked
    assert (local.address, local.uid, local.user_agent) == ("unix", os.getuid(), "test/1")
    assert (remote.address, remote.uid, remote.user_agent) == ("127.0.0.1", None, "")


def test_tls_with_a_certificate_of_its_own_that_can_be_changed(tmp_path: Path) -> None:
    pem = tmp_path / "keys" / "edge.pem"
    with opened(tmp_path, https=(("127.0.0.1", 0),), certificate=pem, names=("localhost", "127.0.0.1")) as door:
        assert stat.S_IMODE(pem.stat().st_mode) == 0o600
        first = shown(door, pem)
        certificate_before = pem.read_bytes()
        pem.write_bytes(certificate.make(["localhost", "127.0.0.1"]))
        door.edge.reload_certificate()
        second = shown(door, pem)
        assert first != second
    with opened(tmp_path, https=(("127.0.0.1", 0),), certificate=pem) as door:
        assert shown(door, pem) == second
        assert pem.read_bytes() != certificate_before


def shown(door: Door, trusted: Path) -> int:
    """The serial number of the certificate that is shown, after a call over it."""
    context = ssl.create_default_context(cafile=str(trusted))
    with (
        socket.create_connection(door.edge.bound.https[0], timeout=20) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as sock,
    ):
        sock.sendall(GOOD)
        assert b"vm-00401" in reply(sock)
        return x509.load_der_x509_certificate(sock.getpeercert(binary_form=True) or b"").serial_number


def test_two_hundred_wait_at_once_and_one_change_answers_all(door: Door) -> None:
    happened = threading.Event()
    threads = threading.active_count()
    door.script.waiting["event.from"] = Waiting(
        lambda _: Success(STRING, "news") if happened.is_set() else None, lambda _: Success(STRING, "late"), 600
    )
    socks = [door.connect() for _ in range(200)]
    for sock in socks:
        sock.sendall(post("/", call("event.from")))
    for _ in socks:
        door.script.begun.acquire()
    assert threading.active_count() == threads
    assert b"vm-00401" in door.exchange(GOOD)
    happened.set()
    door.records.change()
    for sock in socks:
        assert b"news" in reply(sock)


def test_a_wait_whose_client_has_gone_is_given_up(tmp_path: Path) -> None:
    late: list[str] = []

    def too_late(_: State) -> Success:
        late.append("asked")
        return Success(STRING, "late")

    with opened(tmp_path) as door:
        door.script.waiting["event.from"] = Waiting(lambda _: None, too_late, 600)
        gone, stays = door.connect(), door.connect()
        for sock in (gone, stays):
            sock.sendall(post("/", call("event.from")))
            door.script.begun.acquire()
        gone.close()
        assert b"vm-00401" in door.exchange(GOOD)
        door.edge.stop()
        assert b"late" in reply(stays)
    assert late == ["asked"]


def test_a_wait_ends_in_time(door: Door) -> None:
    door.script.waiting["event.from"] = Waiting(lambda _: None, lambda _: Success(STRING, "late"), 0.01)
    assert b"late" in door.exchange(post("/", call("event.from")))


def test_a_call_that_needs_a_thread(door: Door) -> None:
    assert b"vm-00401" in door.exchange(post("/", call("Slow.VM.get_name_label")))


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with tcp("127.0.0.1", 0) as taken:
        port: int = taken.getsockname()[1]
        wanted: dict[str, Any] = {"https": (("127.0.0.1", port),), "certificate": tmp_path / "c.pem"}
        with pytest.raises(ListenError, match=f"127.0.0.1:{port}"), opened(tmp_path, **wanted):
            pass
    assert not (tmp_path / "edge.sock").exists()


def test_a_socket_that_is_listened_on_is_left_alone_and_a_dead_one_replaced(tmp_path: Path) -> None:
    with opened(tmp_path), pytest.raises(ListenError, match="another daemon"), opened(tmp_path):
        pass
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(tmp_path / "edge.sock"))
    dead.close()
    with opened(tmp_path) as door:
        assert b"vm-00401" in door.exchange(GOOD)
    assert not (tmp_path / "edge.sock").exists()


def test_stopping_twice_is_stopping_once(tmp_path: Path) -> None:
    with opened(tmp_path) as door:
        door.edge.stop()
        door.edge.stop()
