"""A taken-over connection as a blocking stream, for code that runs in a thread."""

from __future__ import annotations

import asyncio
import threading
from typing import Final

from cenote.client.thincli import Closed
from cenote.wire.request import Request
from cenote.wire.takeover import Taken

FULL: Final = 1 << 20
"""Bytes that are held, received ahead of the reading thread or written ahead of the client."""


class Channel(Taken):
    """Read and written by one thread; the event loop moves the bytes."""

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self._loop = asyncio.get_running_loop()
        self._changed = threading.Condition()
        self._received = bytearray()
        self._sending = bytearray()
        self._ended = False
        self._lost = False
        self._paused = False
        self._choked = False

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes, at least one; empty where the client has closed. Blocks."""
        with self._changed:
            self._changed.wait_for(lambda: self._received or self._ended)
            part = bytes(self._received[:size])
            del self._received[:size]
            if self._paused and len(self._received) < FULL // 2:
                self._paused = False
                self._loop.call_soon_threadsafe(self._resume)
            return part

    def write(self, data: bytes) -> None:
        """Send all of ``data``; waits while the client reads too slowly. Raises ``Closed`` when it has gone."""
        with self._changed:
            self._changed.wait_for(lambda: self._lost or (not self._choked and len(self._sending) < FULL))
            if self._lost:
                raise Closed("the client has gone")
            if not self._sending:
                self._loop.call_soon_threadsafe(self._flush)
            self._sending += data

    def data_received(self, data: bytes) -> None:
        """Bytes from the client."""
        with self._changed:
            self._received += data
            if len(self._received) > FULL and not self._paused:
                self._paused = True
                self.transport.pause_reading()
            self._changed.notify_all()

    def pause_writing(self) -> None:
        """The client reads slowly."""
        with self._changed:
            self._choked = True

    def resume_writing(self) -> None:
        """The client has caught up."""
        with self._changed:
            self._choked = False
            self._changed.notify_all()

    def eof_received(self) -> bool:
        """The client sends no more; it may still read."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        return self.transport.get_extra_info("sslcontext") is None

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        with self._changed:
            self._ended = self._lost = True
            self._changed.notify_all()
        super().connection_lost(exc)

    def _flush(self) -> None:
        with self._changed:
            data = bytes(self._sending)
            self._sending.clear()
            self._changed.notify_all()
        self.transport.write(data)

    def _resume(self) -> None:
        if not self.transport.is_closing():
            self.transport.resume_reading()
