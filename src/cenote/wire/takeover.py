"""A connection that stops being HTTP: its raw bytes go to another protocol from then on."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from cenote.wire.request import Request


class Taken(asyncio.Protocol):
    """A protocol that has taken a connection over from HTTP. Subclasses do something with the bytes.

    ``ended`` is done when the connection is lost. The first bytes may have come together with the request; they are
    handed to :meth:`data_received` by :meth:`take`.
    """

    def __init__(self, request: Request) -> None:
        transport = request.transport
        if transport is None:
            raise ConnectionResetError("the client has gone")
        self.transport = transport
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._http = request.protocol

    def take(self, head: bytes = b"") -> None:
        """Take the connection, and send ``head``."""
        tail = _Tail()
        self._http.set_parser(cast("Any", tail))
        self.transport.set_protocol(self)
        if head:
            self.transport.write(head)
        if tail.data:
            self.data_received(tail.data)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone, or was sent away."""
        if not self.ended.done():
            self.ended.set_result(None)
        self._http.connection_lost(exc)


class _Tail:
    """Catches what came behind the request; aiohttp takes it for the reader of a WebSocket."""

    def __init__(self) -> None:
        self.data = b""

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        self.data += data
        return False, b""

    def feed_eof(self) -> None:
        """Nothing follows."""


class Over(web.StreamResponse):
    """What a handler answers after its connection was taken over: nothing is sent, and the connection ends."""

    def __init__(self) -> None:
        super().__init__()
        self.force_close()

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Nothing."""
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing."""
