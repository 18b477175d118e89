"""aiohttp's server, with what the published API needs besides: where connections come from, and CONNECT on a path."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Final

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from cenote.wire import page
from cenote.wire.request import Origin, Request, origin

if TYPE_CHECKING:
    from aiohttp.http_parser import RawRequestMessage
    from aiohttp.streams import StreamReader

    from cenote.wire.route import Router

log = logging.getLogger(__name__)

CONNECT: Final = b"CONNECT /"
LONGEST: Final = 8190
"""Bytes that a request's line may have; aiohttp's own limit."""
ENDING: Final = 2.0
"""Seconds that requests have to end when the edge stops, and bodies to be read that nobody wants."""

_UNLIKE_A_HOST: Final = re.compile(rb"[:@\[\]]")


class Connection(web.RequestHandler):
    """One connection. Its first line is looked at before aiohttp does.

    aiohttp takes what follows CONNECT for a host and a port, and refuses ``/console?ref=OpaqueRef:...`` for its port.
    What can't stand in a host is quoted; whoever reads the query takes that away again.
    """

    __slots__ = ("_begun", "_line")

    def __init__(self, server: web.Server, idle: float) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=idle,
            lingering_time=ENDING,
            auto_decompress=False,
            access_log=None,  # type: ignore[arg-type] # aiohttp's server takes None too
            logger=log,
        )
        self._begun = False
        self._line = b""

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """The page for what is no HTTP. One line in the log: anybody may send rubbish, as often as they like."""
        log.info("refused what is no request, from %s: %s", request.remote or "a local user", _line(message or exc))
        return page.bad_request() if status < 500 else page.internal_error(message or "")

    def data_received(self, data: bytes) -> None:
        """Bytes from the client."""
        if self._begun:
            super().data_received(data)
            return
        self._line += data
        if CONNECT.startswith(self._line[: len(CONNECT)]) and b"\n" not in self._line and len(self._line) < LONGEST:
            return
        self._begun = True
        whole, self._line = self._line, b""
        super().data_received(quoted(whole) if whole.startswith(CONNECT) else whole)


def _line(text: object) -> str:
    """The first 200 characters of a text, on one line."""
    return " ".join(str(text).split())[:200]


def quoted(data: bytes) -> bytes:
    """``data`` with what can't stand in a host quoted in the target on its first line."""
    line, end, rest = data.partition(b"\n")
    target, space, version = line.rpartition(b" ")
    return _UNLIKE_A_HOST.sub(lambda found: b"%%%02X" % found[0][0], target) + space + version + end + rest


class Server(web.Server):
    """Makes connections and requests that know where they come from."""

    def __init__(self, router: Router, idle: float, most: int) -> None:
        super().__init__(router.answer, request_factory=self._request, handler_cancellation=True)
        self._idle = idle
        self._most = most
        self._origins: dict[web.RequestHandler, Origin] = {}

    def __call__(self) -> web.RequestHandler:
        """A connection that was accepted."""
        return Connection(self, self._idle)

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Remember where it comes from; cut it off where there are too many already."""
        self._origins[handler] = origin(transport)
        super().connection_made(handler, transport)
        if len(self._origins) > self._most:
            log.warning("more than %d connections: one from %s is refused", self._most, self._origins[handler][0])
            transport.abort()

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        """Forget it."""
        self._origins.pop(handler, None)
        super().connection_lost(handler, exc)

    def _request(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: web.RequestHandler,
        writer: AbstractStreamWriter,
        task: asyncio.Task[None],
    ) -> Request:
        return Request(message, payload, protocol, writer, task, self._origins.get(protocol, ("", None)))
