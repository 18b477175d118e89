"""Replies with the published headers, in their order. Small ones leave in a single write."""

from __future__ import annotations

from typing import Final

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from cenote.wire.request import Request

XML: Final = "text/xml"
JSON: Final = "application/json"
HTML: Final = "text/html"
CORS: Final = "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: X-Requested-With\r\n"

SMALL: Final = 65536
"""Bytes up to which a reply leaves in one write with its headers."""
PIECE: Final = 262144
"""Bytes of a larger reply that are handed to the connection at a time."""


class Reply(web.StreamResponse):
    """A whole reply. ``extra`` is further header lines, each with its end; ``close`` ends the connection after it."""

    def __init__(
        self, body: bytes, kind: str, *, status: int = 200, reason: str = "OK", extra: str = "", close: bool = False
    ) -> None:
        super().__init__(status=status, reason=reason)
        self._whole = body
        self._kind = kind
        self._extra = extra
        self._stay = not close

    def head(self, version: str) -> bytes:
        """The status line and the headers; ``version`` is HTTP's."""
        kind = f"content-type: {self._kind}\r\n" if self._kind else ""
        stay = "connection: keep-alive\r\n" if self._stay else "connection: close\r\n"
        between = f"{stay}cache-control: no-cache, no-store\r\n{kind}"
        if self.status != 200:
            between = f"{kind}{stay}cache-control: no-cache, no-store\r\n"  # as xapi orders them
        first = f"HTTP/{version} {self.status} {self.reason}\r\ncontent-length: {len(self._whole)}\r\n"
        return f"{first}{between}{self._extra}\r\n".encode("latin-1", "replace")

    @property
    def keep_alive(self) -> bool:
        """Whether the connection stays."""
        return self._stay

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Send the reply."""
        assert isinstance(request, Request)
        self._stay = self._stay and request.keep_alive
        head = self.head("1.0" if request.version == (1, 0) else "1.1")
        body = b"" if request.method == "HEAD" else self._whole
        if len(body) < SMALL:
            await request.send(head + body)
            return None
        await request.send(head)
        view = memoryview(body)
        for at in range(0, len(body), PIECE):
            await request.send(view[at : at + PIECE])
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing: all was sent."""


def options(asked: str | None) -> Reply:
    """The answer to a browser that asks whether it may call: it may."""
    allowed = f"{asked}, X-Requested-With" if asked else "X-Requested-With"
    lines = f"Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: {allowed}\r\n"
    return Reply(b"", "", extra=f"{lines}Access-Control-Allow-Methods: PUT\r\n")
