"""The connection to one libvirtd: opened again when it was lost, shared by many calls."""

import logging
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TypeVar

import libvirt

from cenote.compute import eventloop
from cenote.compute.bulletin import Bulletin
from cenote.compute.deadline import Calls, Job
from cenote.compute.errors import HypervisorUnavailable
from cenote.compute.event import DomainEvent, EventKind
from cenote.compute.failure import About, translate
from cenote.compute.signals import Signals

log = logging.getLogger(__name__)
T = TypeVar("T")
Work = Callable[[libvirt.virConnect], T]

DEADLINE = 30.0
KEEPALIVE = (5, 3)  # a ping each 5 s; three without an answer are the end
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
IDLE = 8  # lanes kept open for the next calls


class Connection:
    """One libvirtd, by its URI.

    The main connection carries events only. Each call has a lane, a connection that no other call uses meanwhile:
    libvirtd works on five calls of a client at a time (max_client_requests), and libvirt's client was seen to lose the
    answer to a call that shared its connection with calls that hung.
    """

    def __init__(self, uri: str, bulletin: Bulletin, *, deadline: float = DEADLINE) -> None:
        self.uri = uri
        self.deadline = deadline
        self._bulletin = bulletin
        self._calls = Calls(uri)
        self._calls.on_hung = lambda count: bulletin.post(DomainEvent(EventKind.DEGRADED, value=count))
        self._lock = threading.Lock()
        self._idle: list[libvirt.virConnect] = []
        self._main: libvirt.virConnect | None = None
        self._signals: Signals | None = None
        self._reason = "never connected"
        self._wake = threading.Event()
        self._closed = False
        eventloop.ensure()
        self._connect()
        self._keeper = threading.Thread(target=self._keep, name="hypervisor-keeper", daemon=True)
        self._keeper.start()

    @property
    def hung(self) -> int:
        """How many calls have passed their deadline and not returned."""
        return self._calls.hung

    def check(self) -> None:
        """Raises `HypervisorUnavailable` while there is no connection."""
        if self._main is None:
            raise HypervisorUnavailable(self.uri, self._reason)

    def call(self, about: About, work: Work[T], *, deadline: float | None = None) -> T:
        """Do ``work`` with a connection, within ``deadline`` seconds. Raises `HypervisorError`s only."""
        limit = self.deadline if deadline is None else deadline
        job = self.begin(about, work)
        if not job.wait(limit):
            self._calls.abandon(job, limit)
        return job.result()

    def begin(self, about: About, work: Work[T]) -> Job[T]:
        """Start ``work``; who asked looks after it. Raises `HypervisorUnavailable`."""
        self.check()
        return self._calls.submit(about.call, lambda: self._perform(about, work))

    def abandon(self, job: Job[T], deadline: float) -> None:
        """Set a call aside that was begun and has passed its deadline: raises `CallTimedOut`."""
        self._calls.abandon(job, deadline)

    def close(self) -> None:
        """Close everything; running calls fail. Idempotent."""
        self._closed = True
        self._wake.set()
        self._calls.close()
        self._keeper.join()
        with self._lock:
            main, self._main, self._reason = self._main, None, "the driver is closed"
            lanes, self._idle = self._idle, []
        if self._signals is not None:
            self._signals.close()
        if main is not None:
            main.unregisterCloseCallback()
        for connection in (main, *lanes):
            if connection is not None:
                connection.close()

    def _perform(self, about: About, work: Work[T]) -> T:
        with self._lane() as lane:
            try:
                return work(lane)
            except libvirt.libvirtError as error:
                if not lane.isAlive():
                    raise HypervisorUnavailable(self.uri, error.get_error_message() or str(error)) from error
                raise translate(error, about) from error

    @contextmanager
    def _lane(self) -> Generator[libvirt.virConnect]:
        """A connection for one call."""
        with self._lock:
            lane = self._idle.pop() if self._idle else None
        if lane is None or not lane.isAlive():
            lane = self.open()
        try:
            yield lane
        finally:
            with self._lock:
                keep = lane.isAlive() and not self._closed and len(self._idle) < IDLE
                if keep:
                    self._idle.append(lane)
            if not keep:
                lane.close()

    def open(self) -> libvirt.virConnect:
        """A connection more, which the caller closes. Raises `HypervisorUnavailable`."""
        try:
            connection = libvirt.open(self.uri)
            connection.setKeepAlive(*KEEPALIVE)
        except libvirt.libvirtError as error:
            raise HypervisorUnavailable(self.uri, error.get_error_message() or str(error)) from error
        return connection

    def _connect(self) -> bool:
        """Open the main connection; whether that worked."""
        try:
            connection = self.open()
            connection.registerCloseCallback(self._lost, None)
            self._signals = Signals(connection, self._bulletin.post)
        except HypervisorUnavailable as error:
            self._reason = error.reason
            return False
        except libvirt.libvirtError as error:
            self._reason = str(error)
            return False
        self._main = connection
        alive = bool(connection.isAlive())  # it may have gone before `_lost` could tell
        if not alive:
            self._main = None
        return alive

    def _connected(self) -> bool:
        return self._main is not None

    def _lost(self, connection: libvirt.virConnect, reason: int, _opaque: object) -> None:
        """libvirt's thread says that the connection is gone: the keeper does the rest."""
        if self._main is connection or self._main is None:
            self._reason = f"the connection was lost ({reason})"
        self._main = None
        self._wake.set()

    def _keep(self) -> None:
        """Have a main connection: wait until it is lost, then try again, less and less often."""
        pause = FIRST_PAUSE
        while not self._closed:
            if self._connected():
                pause = FIRST_PAUSE
                self._wake.wait()
                self._wake.clear()
                if not self._connected() and not self._closed:
                    self._forget()
            elif self._connect():
                log.info("connected to %s", self.uri)
                self._bulletin.post(DomainEvent(EventKind.RECONNECTED))
            else:
                log.debug("no connection to %s: %s", self.uri, self._reason)
                self._wake.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _forget(self) -> None:
        """The connection was lost: the idle lanes are as dead."""
        log.warning("%s: %s", self.uri, self._reason)
        with self._lock:
            self._idle = []
        if self._signals is not None:
            self._signals.close()
        self._bulletin.post(DomainEvent(EventKind.DISCONNECTED))
