"""Consoles: their raw bytes by ``CONNECT /console``, or in the binary messages of a WebSocket by ``GET /console``."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, cast

from aiohttp import WSMsgType, web

from cenote.model.core import ApiError
from cenote.wire import login, page
from cenote.wire.call import Calls
from cenote.wire.contract import OpenConsole, Unavailable
from cenote.wire.reply import Reply
from cenote.wire.request import Request
from cenote.wire.takeover import Over, Taken

log = logging.getLogger(__name__)

HEAD: Final = b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nCache-Control: no-cache, no-store\r\n\r\n"
BLOCK: Final = 65536
OPENING: Final = 8
"""Consoles that may be opened at once; those that are open hold no thread."""
MESSAGE: Final = 1 << 20
"""Bytes that a client may put into one message of a WebSocket."""


class _Refused(Exception):
    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


class Consoles:
    """Joins clients to consoles."""

    def __init__(self, calls: Calls, opener: OpenConsole) -> None:
        self._calls = calls
        self._opener = opener
        self._threads = ThreadPoolExecutor(OPENING, thread_name_prefix="console")
        self._open: set[asyncio.WriteTransport] = set()

    async def connect(self, request: Request) -> Reply | Over:
        """``CONNECT /console``."""
        try:
            console = await self._console(request, "connect_console")
        except _Refused as refused:
            return refused.reply
        near = _Near(request)
        far, _ = await asyncio.get_running_loop().create_connection(lambda: _Far(near), sock=console)
        with self._counted(far):
            await near.ended
        return Over()

    async def websocket(self, request: Request) -> web.StreamResponse:
        """``GET /console``."""
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return page.bad_request()
        try:
            console = await self._console(request, "connect_console_ws")
        except _Refused as refused:
            return refused.reply
        reader, writer = await asyncio.open_connection(sock=console)
        messages = web.WebSocketResponse(protocols=("binary",), max_msg_size=MESSAGE, compress=False)
        try:
            await messages.prepare(request)
            with self._counted(writer.transport):
                sending = asyncio.create_task(_send(messages, reader))
                try:
                    await _receive(messages, writer)
                finally:
                    sending.cancel()
        finally:
            writer.transport.abort()
        return messages

    def close(self) -> None:
        """Open no more, and close those that are open: their clients are let go in turn."""
        for far in self._open:
            far.abort()
        self._threads.shutdown(wait=False, cancel_futures=True)

    @contextmanager
    def _counted(self, far: asyncio.WriteTransport) -> Generator[None]:
        self._open.add(far)
        try:
            yield
        finally:
            self._open.discard(far)

    async def _console(self, request: Request, realm: str) -> socket.socket:
        query = login.query_of(request)
        reference, uuid = query.get("ref", ""), query.get("uuid", "")
        if not reference and not uuid:
            raise _Refused(page.internal_error("the request lacks a parameter: ref or uuid, of a console or a VM"))
        try:
            async with login.session(request, self._calls) as session:
                console = await asyncio.get_running_loop().run_in_executor(
                    self._threads, self._opener, session, reference, uuid
                )
        except login.Unauthorised:
            raise _Refused(page.unauthorised(realm)) from None
        except Unavailable as error:
            log.info("console %s: %s", reference or uuid, error)
            raise _Refused(page.missing()) from error
        except ApiError as error:
            raise _Refused(refusal(error, realm)) from error
        console.setblocking(False)
        return console


def refusal(error: ApiError, realm: str) -> Reply:
    """The page that tells of a published error."""
    if error.code in {"SESSION_INVALID", "SESSION_AUTHENTICATION_FAILED"}:
        return page.unauthorised(realm)
    if error.code == "RBAC_PERMISSION_DENIED":
        return page.forbidden()
    return page.internal_error(f"{error.code}: [ {'; '.join(error.params)} ]")


class _Near(Taken):
    """The client's side: passes on to the console, and waits where that reads slowly."""

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self._far: asyncio.Transport | None = None

    def join(self, far: asyncio.Transport) -> None:
        """Take the client's connection, and pass on what comes from it."""
        self._far = far
        self.take(HEAD)

    def data_received(self, data: bytes) -> None:
        if self._far is not None:
            self._far.write(data)

    def pause_writing(self) -> None:
        if self._far is not None:
            self._far.pause_reading()

    def resume_writing(self) -> None:
        if self._far is not None and not self._far.is_closing():
            self._far.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._far is not None:
            self._far.abort()  # what it has not taken by now it would never take
        super().connection_lost(exc)


class _Far(asyncio.Protocol):
    """The console's side."""

    def __init__(self, near: _Near) -> None:
        self._near = near

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._near.join(cast("asyncio.Transport", transport))

    def data_received(self, data: bytes) -> None:
        self._near.transport.write(data)

    def pause_writing(self) -> None:
        self._near.transport.pause_reading()

    def resume_writing(self) -> None:
        if not self._near.transport.is_closing():
            self._near.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._near.transport.close()


async def _send(messages: web.WebSocketResponse, reader: asyncio.StreamReader) -> None:
    try:
        while data := await reader.read(BLOCK):
            await messages.send_bytes(data)
    except ConnectionError as error:
        log.info("a console broke off: %s", error)
    await messages.close()


async def _receive(messages: web.WebSocketResponse, writer: asyncio.StreamWriter) -> None:
    async for message in messages:
        if message.type is WSMsgType.BINARY:
            writer.write(cast("bytes", message.data))
        elif message.type is WSMsgType.TEXT:
            writer.write(cast("str", message.data).encode())
        try:
            await writer.drain()
        except ConnectionError as error:
            log.info("a console broke off: %s", error)
            await messages.close()
