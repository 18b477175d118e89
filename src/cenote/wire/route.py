"""Which path is answered by what. The paths are the published ones; every other is forbidden, as in xapi."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from aiohttp import web

from cenote.wire import page, reply
from cenote.wire.request import Request

log = logging.getLogger(__name__)

Handler: TypeAlias = Callable[[Request], Awaitable[web.StreamResponse]]
Routes: TypeAlias = Mapping[tuple[str, str], Handler]
"""(verb, path) -> handler; a path that ends in ``/*`` stands for all below it."""

VERBS: Final = frozenset({"GET", "POST", "PUT", "CONNECT", "OPTIONS"})
XML_PATHS: Final = ("/", "/RPC2", "/xmlrpc")
JSON_PATHS: Final = ("/jsonrpc", "/json")
UNBUILT: Final[Mapping[str, str]] = {
    "CONNECT": "/remotecmd",
    "GET": (
        "/audit_log /blob /export /export_metadata /export_raw_vdi /host_backup /host_logs_download /host_rrd"
        " /host_rrds /host_updates /pool/xmldbdump /repository /repository/enabled /rrd_updates /services /services/SM"
        " /services/xenops /sr_rrd /sync_config_files /system-status /updates /vm_rrd /vm_rrds /vncsnapshot"
        " /wlb_diagnostics /wlb_report"
    ),
    "POST": "/remote_db_access /remote_db_access_v2 /services /services/SM /services/xenops",
    "PUT": (
        "/blob /bundle /host_restore /import /import_metadata /import_raw_vdi /messages /pool/xmldbdump"
        " /pool_patch_upload /rrd /services /services/SM /services/xenops"
    ),
}
"""The published paths that nothing answers yet, by verb. This list may only shrink."""


def unbuilt() -> Routes:
    """Routes for the published paths that are not built: they say so, instead of looking forbidden."""
    return {(verb, path): _not_built for verb, paths in UNBUILT.items() for path in paths.split()}


class Router:
    """Answers requests by the handlers of their paths."""

    def __init__(self, routes: Routes) -> None:
        self._exact = {key: handler for key, handler in routes.items() if not key[1].endswith("/*")}
        self._below = [(verb, path[:-1], handler) for (verb, path), handler in routes.items() if path.endswith("/*")]

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """The reply to a request. Nothing that a handler raises ends the connection without an answer."""
        assert isinstance(request, Request)
        handler = self._exact.get((request.method, request.raw_path)) or self._find(request.method, path_of(request))
        try:
            return await handler(request)
        except ConnectionError:
            raise
        except Exception as error:
            log.exception("%s %s failed unexpectedly", request.method, path_of(request))
            return page.internal_error(f"{type(error).__name__}: {error}")

    def _find(self, verb: str, path: str) -> Handler:
        found = self._exact.get((verb, path))
        if found is not None:
            return found
        for below_verb, start, handler in self._below:
            if verb == below_verb and path.startswith(start):
                return handler
        return _unknown_path if verb in VERBS else _unknown_verb


def path_of(request: Request) -> str:
    """The path of a request, without query, as it came; for CONNECT too."""
    raw = request.raw_path
    return raw.partition("?")[0] if raw.startswith("/") else urlsplit(raw).path or "/"


async def _unknown_path(_: Request) -> web.StreamResponse:
    return page.forbidden()


async def _not_built(request: Request) -> web.StreamResponse:
    return page.not_built(f"{request.method} {path_of(request)}")


async def _unknown_verb(request: Request) -> web.StreamResponse:
    return page.not_implemented(request.method)


async def options(request: Request) -> web.StreamResponse:
    """``OPTIONS``: a browser asks whether it may call."""
    return reply.options(request.headers.get("Access-Control-Request-Headers"))
