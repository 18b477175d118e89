"""What systemd is told."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

import pytest

from cenote.daemon.notify import notify


def heard(address: str, named: str, monkeypatch: pytest.MonkeyPatch) -> bytes:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as receiver:
        receiver.bind(address)
        monkeypatch.setenv("NOTIFY_SOCKET", named)
        notify("READY=1")
        return receiver.recv(100)


def test_a_socket_in_the_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "notify")
    assert heard(path, path, monkeypatch) == b"READY=1"


def test_a_socket_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"cenote-test{tmp_path}"
    assert heard(f"\0{name}", f"@{name}", monkeypatch) == b"READY=1"


@pytest.mark.parametrize("named", [None, ""])
def test_without_systemd_nobody_is_told(named: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_socket(*args: object) -> None:
        raise AssertionError

    if named is None:
        monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    else:
        monkeypatch.setenv("NOTIFY_SOCKET", named)
    monkeypatch.setattr(socket, "socket", no_socket)
    notify("READY=1")


def test_a_systemd_that_is_gone_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nothing"))
    with pytest.raises(FileNotFoundError):
        notify("READY=1")
