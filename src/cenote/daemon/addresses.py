"""Where the daemon listens: as configured, else on the ports that clients expect where they are free and allowed."""

from __future__ import annotations

import logging

from cenote.wire import listen
from cenote.wire.listen import ListenError

log = logging.getLogger(__name__)

Address = tuple[str, int]

HTTPS, HTTPS_ELSE = 443, 8443
HTTP, HTTP_ELSE = 80, 8080
EXPECT = "XenCenter, Xen Orchestra, xe.exe and most scripts expect 443 and must be told another port"


def parse(text: str) -> Address:
    """``host:port`` or ``[v6]:port``; raises ListenError."""
    host, colon, port = text.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise ListenError(f"{text!r} is not host:port")
    return host.strip("[]") or "0.0.0.0", int(port)  # noqa: S104 - an empty host means every address


def https(configured: tuple[str, ...]) -> tuple[Address, ...]:
    """Where to listen with TLS: every address of the host."""
    return tuple(map(parse, configured)) or (_first_free("0.0.0.0", HTTPS, HTTPS_ELSE, EXPECT),)  # noqa: S104


def http(configured: tuple[str, ...]) -> tuple[Address, ...]:
    """Where to listen without TLS: loopback."""
    return tuple(map(parse, configured)) or (_first_free("127.0.0.1", HTTP, HTTP_ELSE, ""),)


def _first_free(host: str, wanted: int, other: int, why: str) -> Address:
    try:
        listen.tcp(host, wanted).close()
    except ListenError as error:
        log.warning("port %d can't be used (%s): listening on %d%s", wanted, error, other, f"; {why}" if why else "")
        return host, other
    return host, wanted
