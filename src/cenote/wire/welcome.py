"""What a browser gets that opens the daemon's address, the console page's files, and the answer to health checks."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Final

import orjson
from aiohttp import web

from cenote import __version__
from cenote.wire import page
from cenote.wire.contract import Health
from cenote.wire.reply import HTML, JSON, Reply
from cenote.wire.request import Request
from cenote.wire.route import path_of

_STYLE: Final = "body{font:16px/1.5 sans-serif;max-width:44em;margin:3em auto;padding:0 1em}code{background:#eee}"


class Welcome:
    """Pages for people. ``files`` is where the console page's files are; None where there is no console page."""

    def __init__(self, health: Health, files: Path | None) -> None:
        self._health = health
        self._files = files.resolve() if files is not None else None

    async def root(self, request: Request) -> web.StreamResponse:
        """``GET /``: a page for browsers; programs are told that there is nothing, as xapi tells them."""
        if "text/html" not in request.headers.get("Accept", ""):
            return page.forbidden()
        host = escape(request.headers.get("Host", "this host"))
        link = '<p><a href="/ui/">Open the console page</a></p>' if self._files is not None else ""
        body = (
            f"<!DOCTYPE html><html><head><title>Cenote</title><style>{_STYLE}</style></head><body><h1>Cenote</h1>"
            f"<p>This is Cenote {__version__}, server virtualization that speaks XenServer's API.</p>{link}"
            f"<p>Programs connect to <code>https://{host}/</code> by XML-RPC, or to "
            f"<code>https://{host}/jsonrpc</code> by JSON-RPC; "
            f"people by <code>xe -s {host} -u root vm-list</code>.</p></body></html>"
        )
        return Reply(body.encode(), f"{HTML}; charset=utf-8")

    async def health(self, _: Request) -> web.StreamResponse:
        """``GET /healthz``: the state of the store and of the hypervisor, as JSON."""
        return Reply(orjson.dumps(dict(self._health())), JSON)

    async def file(self, request: Request) -> web.StreamResponse:
        """``GET /ui/...``: a file of the console page."""
        if self._files is None:
            return page.forbidden()
        wanted = (self._files / (request.path.removeprefix("/ui/") or "index.html")).resolve()
        if not wanted.is_relative_to(self._files) or not wanted.is_file():
            return page.missing()
        return web.FileResponse(wanted)

    async def redirect(self, request: Request) -> web.StreamResponse:
        """``GET /ui``: to the page itself."""
        location = f"Location: {path_of(request)}/\r\n"
        return Reply(b"", "", status=302, reason="Found", extra=location)
