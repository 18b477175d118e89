"""Connections of the ``xe`` program: to the Unix socket of this machine's host, or over TCP and TLS.

Uses ``_socket``, the C half of ``socket``: the other half takes as long to load as the whole rest of the program.
The host's certificate is not checked: hosts sign their own, and XenServer's xe does not look either.
"""

from __future__ import annotations

import _socket
import os
import sys

from cenote.client.thincli import Closed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cenote.cli.options import Options

SOCKET = "/run/cenote/cenote.sock"
"""Where a daemon that runs as root listens."""
TLS_PORTS = (443, 8443)
PLAIN_PORTS = (80, 8080)
"""The ports to try in turn where none is given: the host takes the second where it may not have the first."""
TIMEOUT = 10
"""Seconds that a host has to accept a connection."""
BLOCK = 65536


class ConnectError(Exception):
    """No connection to the host; the text says what was tried, a line each."""


class Connection:
    """A blocking stream over a connected socket. ``before_wait`` is called before each wait for bytes."""

    def __init__(self, sock: _socket.socket, before_wait: Callable[[], object] = lambda: None) -> None:
        self.sock = sock
        self._before_wait = before_wait
        self._buffer = b""

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes; empty where the host has closed; raises :class:`~cenote.client.thincli.Closed`."""
        if not self._buffer:
            self._before_wait()
            try:
                self._buffer = self.sock.recv(max(size, BLOCK))
            except ConnectionError as error:
                raise Closed("the connection broke") from error
        part, self._buffer = self._buffer[:size], self._buffer[size:]
        return part

    def write(self, data: bytes) -> None:
        """Send all of ``data``; raises :class:`~cenote.client.thincli.Closed`."""
        try:
            self.sock.sendall(data)
        except ConnectionError as error:
            raise Closed("the connection broke") from error

    def line(self) -> str:
        """The next line, without its end; what there is where the host closes."""
        data = b""
        while not data.endswith(b"\n") and (part := self.read(1)):
            data += part
        return data.rstrip(b"\r\n").decode("latin-1")

    def pending(self) -> bool:
        """Whether a read would answer from what has already come."""
        waiting: Callable[[], int] | None = getattr(self.sock, "pending", None)
        return bool(self._buffer) or (waiting is not None and waiting() > 0)

    def fileno(self) -> int:
        """The file descriptor, for select."""
        return self.sock.fileno()

    def close(self) -> None:
        """Close the socket."""
        self.sock.close()


def socket_paths(environment: Mapping[str, str]) -> list[str]:
    """Where the Unix socket may be, the likeliest first."""
    if named := environment.get("CENOTE_SOCKET"):
        return [named]
    runtime = environment.get("XDG_RUNTIME_DIR")
    if runtime:
        return [SOCKET, f"{runtime}/cenote/cenote.sock"]
    own = f"/tmp/cenote-{os.geteuid()}"  # noqa: S108 - where the daemon listens then, in a directory of its user's
    return [SOCKET, f"{own}/cenote.sock"] if _owns(own) else [SOCKET]


def _owns(folder: str) -> bool:
    """Whether a directory is there and this user's, not one that somebody else has put there."""
    try:
        return os.stat(folder).st_uid == os.geteuid()  # noqa: PTH116 - pathlib takes longer to load than all of xe
    except OSError:
        return False


def split_url(url: str) -> tuple[str | None, int | None, str]:
    """Host, port and path of a URL; a path alone names the host that sent it."""
    scheme, found, rest = url.partition("://")
    if not found or scheme not in {"http", "https"}:
        return None, None, url
    authority, slash, path = rest.partition("/")
    host, colon, port = authority.rpartition(":")
    if not colon or "]" in port or not port.isdecimal():
        return authority.strip("[]"), None, slash + path
    return host.strip("[]"), int(port), slash + path


class Dialer:
    """Opens connections to the host that the options mean, and to others of its pool."""

    def __init__(
        self, options: Options, environment: Mapping[str, str], before_wait: Callable[[], object] = lambda: None
    ) -> None:
        self.options = options
        self.explicit = bool(environment.get("CENOTE_SOCKET"))
        self.paths = socket_paths(environment)
        self.before_wait = before_wait
        self.over_unix = False
        """Whether the last connection to the host itself went over its Unix socket."""

    def dial(self) -> Connection:
        """Connect to the host; raises :class:`ConnectError`."""
        tried: list[str] = []
        if self.options.local:
            for path in self.paths:
                try:
                    sock = self._unix(path)
                except OSError as error:
                    tried.append(f"{path}: {error.strerror or error}")
                    continue
                self.over_unix = True
                return Connection(sock, self.before_wait)
            if self.explicit:
                raise ConnectError("\n".join(tried))
        return self._tcp(self.options.server or "127.0.0.1", self.options.port, tried)

    def dial_url(self, url: str) -> tuple[Connection, str]:
        """Connect to the host of a URL; answers the path to ask for as well. Raises :class:`ConnectError`."""
        host, port, path = split_url(url)
        if host is None:
            return self.dial(), path
        return self._tcp(host, port or self.options.port, []), path

    def _unix(self, path: str) -> _socket.socket:
        sock = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM | _socket.SOCK_CLOEXEC)
        try:
            sock.connect(path)
        except OSError:
            sock.close()
            raise
        return sock

    def _tcp(self, host: str, port: int | None, tried: list[str]) -> Connection:
        self.over_unix = False
        usual = TLS_PORTS if self.options.tls else PLAIN_PORTS
        for each in [port] if port is not None else usual:
            try:
                return Connection(_connect(host.strip("[]"), each, self.options.tls), self.before_wait)
            except OSError as error:
                tried.append(f"{host}:{each}: {error.strerror or error}")
        raise ConnectError("\n".join(tried))


def _connect(host: str, port: int, tls: bool) -> _socket.socket:
    import socket  # noqa: PLC0415 - loads slowly, and the Unix socket does without

    sock = socket.create_connection((host, port), timeout=TIMEOUT)
    if tls:
        import ssl  # noqa: PLC0415

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        sock = context.wrap_socket(sock, server_hostname=host)
    sock.settimeout(None)
    return sock


def request(connection: Connection, method: str, path: str, headers: list[str]) -> None:
    """Send the head of an HTTP/1.0 request."""
    connection.write("\r\n".join([f"{method} {path} HTTP/1.0", *headers, "", ""]).encode("utf-8", "surrogateescape"))


def response(connection: Connection) -> tuple[int, dict[str, str]]:
    """Read the head of an answer: its status, and its headers by lower-case name."""
    status = connection.line().split(" ")
    headers: dict[str, str] = {}
    while line := connection.line():
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if len(status) < 2 or not status[1].isdecimal():
        sys.stderr.write(f"Not an answer of an HTTP server: {' '.join(status)}\n")
        return 0, headers
    return int(status[1]), headers
