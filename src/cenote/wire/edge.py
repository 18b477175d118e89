"""The edge as a whole: one thread with an event loop that listens on all addresses and answers."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cenote.wire import certificate, listen
from cenote.wire.call import Calls
from cenote.wire.command import Commands
from cenote.wire.console import Consoles
from cenote.wire.contract import Api, Health, OpenConsole, Records, RunCommand
from cenote.wire.events import Events
from cenote.wire.route import JSON_PATHS, XML_PATHS, Handler, Router, options, unbuilt
from cenote.wire.server import ENDING, Server
from cenote.wire.welcome import Welcome

log = logging.getLogger(__name__)

Address = tuple[str, int]
"""Host and port; port 0 is any free one."""


ACCEPTING: Final = 3
"""Rounds of the event loop from accepting a connection to knowing it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where to listen, and what is accepted."""

    https: tuple[Address, ...] = ()
    http: tuple[Address, ...] = ()
    """Without TLS: for loopback."""
    unix: Path | None = None
    certificate: Path | None = None
    """PEM file of the key and the certificate, needed for ``https``; made where it is missing."""
    names: tuple[str, ...] = ("localhost",)
    """Host names and addresses that a new certificate is for."""
    body_limit: int = 16 << 20
    """Bytes that a call may have."""
    idle: float = 300.0
    """Seconds after which a connection without a complete head of a request is closed."""
    connections: int = 800
    """Connections at once, fewer than the files that a process may open: the store must never find none left."""
    ui: Path | None = None
    """Where the console page's files are."""


@dataclass(frozen=True, slots=True)
class Doors:
    """What the daemon hands in for what is no call."""

    open_console: OpenConsole
    run_command: RunCommand
    health: Health


@dataclass(slots=True)
class Bound:
    """Where the edge listens now, with the ports that were found."""

    https: list[Address] = field(default_factory=list[Address])
    http: list[Address] = field(default_factory=list[Address])
    unix: Path | None = None


class Edge:
    """The door of the daemon. :meth:`start` and :meth:`stop` are called from any thread, once each."""

    def __init__(self, api: Api, records: Records, doors: Doors, settings: Settings) -> None:
        self._api = api
        self._records = records
        self._doors = doors
        self._settings = settings
        self._thread = threading.Thread(target=self._run, name="wire", daemon=True)
        self._ready: Future[None] = Future()
        self._sockets: list[tuple[socket.socket, ssl.SSLContext | None]] = []
        self._context: ssl.SSLContext | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: Callable[[], object] = lambda: None
        self.bound = Bound()
        """Where it listens; filled by :meth:`start`."""

    def start(self) -> None:
        """Listen and answer; back when connections are accepted. Raises ``ListenError``, OSError for certificates."""
        with ExitStack() as undo:
            self._listen(undo)
            undo.pop_all()
        self._thread.start()
        self._ready.result()

    def stop(self) -> None:
        """Accept no more, let requests end for a moment, close everything. A second call does nothing."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping)
            self._thread.join()
        if self.bound.unix is not None:
            self.bound.unix.unlink(missing_ok=True)

    def reload_certificate(self) -> None:
        """Show the certificate that is in the file now to those who connect from now on."""
        if self._context is not None and self._settings.certificate is not None:
            self._context.load_cert_chain(self._settings.certificate)

    def _listen(self, undo: ExitStack) -> None:
        settings = self._settings
        if settings.https:
            if settings.certificate is None:
                raise listen.ListenError("https needs a certificate's file")
            certificate.ensure(settings.certificate, settings.names)
            self._context = certificate.context(settings.certificate)
        for host, port in settings.https:
            self.bound.https.append(self._add(listen.tcp(host, port), host, self._context, undo))
        for host, port in settings.http:
            self.bound.http.append(self._add(listen.tcp(host, port), host, None, undo))
        if settings.unix is not None:
            self._add(listen.unix(settings.unix), "", None, undo)
            self.bound.unix = settings.unix

    def _add(self, sock: socket.socket, host: str, context: ssl.SSLContext | None, undo: ExitStack) -> Address:
        undo.callback(sock.close)
        self._sockets.append((sock, context))
        name: Any = sock.getsockname()
        return host, (name[1] if host else 0)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:
            if self._ready.done():
                raise
            self._ready.set_exception(error)

    async def _serve(self) -> None:
        """Everything that lives on the loop, from its making to its end."""
        loop = self._loop = asyncio.get_running_loop()
        stopped = asyncio.Event()
        self._stopping = stopped.set
        events = Events(self._records)
        calls = Calls(self._api, events, self._settings.body_limit)
        consoles = Consoles(calls, self._doors.open_console)
        commands = Commands(self._doors.run_command)
        router = Router(self._routes(calls, consoles, commands))
        server = Server(router, self._settings.idle, self._settings.connections)
        listeners: list[asyncio.Server] = []
        for sock, context in self._sockets:
            listeners.append(await loop.create_server(server, sock=sock, ssl=context, backlog=listen.BACKLOG))
        self._ready.set_result(None)
        await stopped.wait()
        for sock, _ in self._sockets:
            loop.remove_reader(sock)
        for _ in range(ACCEPTING):
            await asyncio.sleep(0)  # what was accepted just now becomes a connection: a closed listener would drop it
        for listener in listeners:
            listener.close()
        for part in (events, consoles, commands):
            part.close()
        server.pre_shutdown()
        await server.shutdown(ENDING)
        calls.close()

    def _routes(self, calls: Calls, consoles: Consoles, commands: Commands) -> dict[tuple[str, str], Handler]:
        welcome = Welcome(self._doors.health, self._settings.ui)
        routes: dict[tuple[str, str], Handler] = {
            **unbuilt(),
            ("GET", "/"): welcome.root,
            ("GET", "/ui"): welcome.redirect,
            ("GET", "/ui/*"): welcome.file,
            ("GET", "/healthz"): welcome.health,
            ("POST", "/cli"): commands.post,
            ("CONNECT", "/console"): consoles.connect,
            ("GET", "/console"): consoles.websocket,
        }
        for path in XML_PATHS:
            routes["POST", path] = calls.xml
            routes["OPTIONS", path] = options
        for path in JSON_PATHS:
            routes["POST", path] = calls.json
            routes["OPTIONS", path] = options
        return routes
