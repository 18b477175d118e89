"""Who looks at which serial port."""

import logging
import threading

import libvirt

from cenote.compute.connection import Connection
from cenote.compute.deadline import Job
from cenote.compute.errors import HypervisorUnavailable, Unsupported
from cenote.compute.event import DomainEvent, EventKind
from cenote.compute.failure import About
from cenote.compute.serial import Port, Viewer

log = logging.getLogger(__name__)

ABORT_LIMIT = 2.0  # seconds


class Seats:
    """The open serial ports, by guest."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._opening = threading.Lock()  # held while a port is opened, never by libvirt's thread
        self._lock = threading.Lock()
        self._ports: dict[str, Port] = {}
        self._aborts: list[Job[None]] = []

    def view(self, uuid: str) -> Viewer:
        """A new viewer of the serial port of ``uuid``; opens the port for the first."""
        with self._opening:
            with self._lock:
                port = self._ports.get(uuid)
            viewer = port.view() if port else None
            if viewer is not None:
                return viewer
            stream = self._take(uuid)
            port = Port(stream, lambda stream: self._give_back(uuid, stream))
            with self._lock:
                self._ports[uuid] = port
            viewer = port.view()
            if viewer is None:
                raise Unsupported("open the serial port", f"domain {uuid} closed it at once")
            return viewer

    def hear(self, event: DomainEvent) -> None:
        """A lost connection ends every viewer."""
        if event.kind is EventKind.DISCONNECTED:
            self.close()

    def close(self) -> None:
        """End every viewer and give every port back: one that is not keeps its connection open. Idempotent."""
        with self._lock:
            ports = list(self._ports.values())
        for port in ports:
            port.close()
        with self._lock:
            aborts, self._aborts = self._aborts, []
        for job in aborts:
            job.wait(ABORT_LIMIT)

    def _take(self, uuid: str) -> libvirt.virStream:
        """The stream of the port, on a connection of its own.

        Forced: libvirt may still count a viewer that has just left.
        """

        def work(_lane: libvirt.virConnect) -> libvirt.virStream:
            connection = self._connection.open()
            stream = connection.newStream(libvirt.VIR_STREAM_NONBLOCK)
            try:
                domain = connection.lookupByUUIDString(uuid)
                domain.openConsole(None, stream, libvirt.VIR_DOMAIN_CONSOLE_FORCE)
            except libvirt.libvirtError:
                connection.close()
                raise
            return stream

        return self._connection.call(About("open the serial port", self._connection.uri, uuid), work)

    def _give_back(self, uuid: str, stream: libvirt.virStream) -> None:
        """A port has closed. Aborting its stream waits for libvirtd: not on this thread."""
        with self._lock:
            port = self._ports.get(uuid)
            if port is not None and port.stream is stream:
                del self._ports[uuid]
        try:
            job = self._connection.begin(
                About("close the serial port", self._connection.uri, uuid), lambda _: abort(stream)
            )
        except HypervisorUnavailable as error:
            log.debug("a serial port went with its connection: %s", error)
            free(stream)
            return
        with self._lock:
            self._aborts = [other for other in self._aborts if not other.wait(0)]
            self._aborts.append(job)


def abort(stream: libvirt.virStream) -> None:
    """End a stream, which may have ended itself, and close its connection."""
    try:
        stream.abort()
    except libvirt.libvirtError as error:
        log.debug("a serial stream had ended: %s", error)
    finally:
        free(stream)


def free(stream: libvirt.virStream) -> None:
    """Free a stream and its connection: libvirt-python keeps a stream that had a callback for good."""
    connection = stream.connect()
    stream.__del__()
    connection.close()
