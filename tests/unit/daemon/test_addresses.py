"""Where the daemon listens."""

from __future__ import annotations

import logging
import socket

import pytest

from cenote.daemon import addresses
from cenote.wire import listen
from cenote.wire.listen import ListenError


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:443", ("127.0.0.1", 443)),
        ("example.org:0", ("example.org", 0)),
        ("[::1]:65535", ("::1", 65535)),
        (":8443", ("0.0.0.0", 8443)),
    ],
)
def test_addresses(text: str, address: tuple[str, int]) -> None:
    assert addresses.parse(text) == address


NO_ADDRESSES = ("", "443", "host", "host:", "host:https", "host:65536", "host:-1", "host:\uff14\uff13", "host:\xb2")


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ListenError, match="is not host:port"):
        addresses.parse(text)


class Ports:
    """Ports that are taken; every attempt is noted, and nothing is bound."""

    def __init__(self, *taken: int) -> None:
        self.taken = taken
        self.tried: list[tuple[str, int]] = []

    def tcp(self, host: str, port: int) -> socket.socket:
        self.tried.append((host, port))
        if port in self.taken:
            raise ListenError(f"{host}:{port}: Address already in use")
        return socket.socket(socket.AF_UNIX)


def on(monkeypatch: pytest.MonkeyPatch, *taken: int) -> Ports:
    ports = Ports(*taken)
    monkeypatch.setattr(listen, "tcp", ports.tcp)
    return ports


def test_the_ports_that_clients_expect(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    ports = on(monkeypatch)
    assert addresses.https(()) == (("0.0.0.0", 443),)
    assert addresses.http(()) == (("127.0.0.1", 80),)
    assert ports.tried == [("0.0.0.0", 443), ("127.0.0.1", 80)]
    assert caplog.records == []


def test_others_where_those_are_taken(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    on(monkeypatch, 80, 443)
    with caplog.at_level(logging.WARNING):
        assert addresses.https(()) == (("0.0.0.0", 8443),)
        assert addresses.http(()) == (("127.0.0.1", 8080),)
    first, second = (record.getMessage() for record in caplog.records)
    assert "port 443 can't be used" in first
    assert "Address already in use" in first
    assert "listening on 8443" in first
    assert "XenCenter" in first
    assert second.endswith("listening on 8080")


def test_what_is_configured_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    ports = on(monkeypatch, 443)
    assert addresses.https(("127.0.0.1:443", "[::1]:443")) == (("127.0.0.1", 443), ("::1", 443))
    assert addresses.http(("127.0.0.1:0",)) == (("127.0.0.1", 0),)
    assert ports.tried == []
