"""A request and the connection it came over: who sent it, its body within limits, and pieces of the reply."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from cenote.dispatch.answer import Peer

if TYPE_CHECKING:
    from aiohttp.http_parser import RawRequestMessage
    from aiohttp.streams import StreamReader

STALLED: Final = 60.0
"""Seconds without any progress after which a client that does not read is cut off."""
BODY_TIME: Final = 60.0
"""Seconds that the body of a call may take to arrive."""

Origin = tuple[str, int | None]
"""Address and, on a Unix socket, user id."""


class TooLarge(Exception):
    """The body is larger than is accepted on this path."""


class TooSlow(Exception):
    """The body did not arrive in time."""


class Request(web.BaseRequest):
    """What every handler gets."""

    ATTRS = web.BaseRequest.ATTRS | frozenset({"origin"})

    def __init__(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: web.RequestHandler,
        writer: AbstractStreamWriter,
        task: asyncio.Task[None],
        origin: Origin,
    ) -> None:
        super().__init__(message, payload, protocol, writer, task, asyncio.get_running_loop())
        self.origin = origin

    @property
    def peer(self) -> Peer:
        """Who sent it."""
        address, uid = self.origin
        return Peer(address, uid, self.headers.get("User-Agent", ""))

    async def body(self, most: int) -> bytes:
        """The whole body; raises :class:`TooLarge` as soon as that is known, and :class:`TooSlow`."""
        length = self.content_length
        if length is not None and length > most:
            raise TooLarge
        content = self.content
        if content.is_eof():
            whole = content.read_nowait()
            if len(whole) > most:
                raise TooLarge
            return whole
        if self.headers.get("Expect", "").lower() == "100-continue":
            await self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(BODY_TIME):
                while part := await content.readany():
                    parts.append(part)
                    size += len(part)
                    if size > most:
                        raise TooLarge
        except TimeoutError as error:
            raise TooSlow from error
        return b"".join(parts)

    async def send(self, data: bytes | memoryview) -> None:
        """Write to the connection, and wait while it holds too much that the client has not read."""
        transport = self.transport
        if transport is None:
            raise ConnectionResetError("the client has gone")
        transport.write(data)
        if transport.get_write_buffer_size():
            try:
                async with asyncio.timeout(STALLED):
                    await self.writer.drain()
            except TimeoutError as error:
                transport.abort()
                raise ConnectionResetError("the client reads nothing") from error


def origin(transport: asyncio.BaseTransport) -> Origin:
    """Where a connection comes from; on a Unix socket the kernel tells whose process it is."""
    sock: Any = transport.get_extra_info("socket")
    if sock is not None and sock.family == socket.AF_UNIX:
        _, uid, _ = struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
        return "unix", uid
    name: Any = transport.get_extra_info("peername")
    return (str(name[0]) if name else ""), None
