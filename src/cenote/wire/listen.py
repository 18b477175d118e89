"""Sockets that the edge listens on."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Final

BACKLOG: Final = 512
"""Connections that may wait to be accepted."""


class ListenError(Exception):
    """An address can't be listened on; the text says which and why."""


def tcp(host: str, port: int) -> socket.socket:
    """A socket that listens on one address; port 0 is any free one. Raises :class:`ListenError`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE | socket.AI_NUMERICSERV
        )[0]
        sock = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ListenError(f"{host}:{port}: {error.strerror or error}") from error
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(host != "::"))
        sock.bind(address)
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        raise ListenError(f"{host}:{port}: {error.strerror or error}") from error
    return sock


def unix(path: Path) -> socket.socket:
    """A Unix socket that every local user may connect to: what they may do, their credentials decide.

    A socket that nobody listens on any more is replaced. Raises :class:`ListenError`.
    """
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_socket():
            _refuse_live(path)
            path.unlink()
        sock.bind(str(path))
        path.chmod(0o666)
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        raise ListenError(f"{path}: {error.strerror or error}") from error
    except ListenError:
        sock.close()
        raise
    return sock


def _refuse_live(path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            return
    raise ListenError(f"{path}: another daemon listens there")
