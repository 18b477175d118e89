"""Who looks at which serial port."""

import logging
import threading

import libvirt

from cenote.compute.connection import Connection
from cenote.compute.errors import HypervisorUnavailable, Unsupported
from cenote.compute.event import DomainEvent, EventKind
from cenote.compute.failure import About
from cenote.compute.serial import Port, Viewer

log = logging.getLogger(__name__)


class Seats:
    """The open serial ports, by guest."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._opening = threading.Lock()  # held while a port is opened, never by libvirt's thread
        self._lock = threading.Lock()
        self._ports: dict[str, Port] = {}

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
        """End every viewer. Idempotent."""
        with self._lock:
            ports = list(self._ports.values())
        for port in ports:
            port.close()

    def _take(self, uuid: str) -> libvirt.virStream:
        """The stream of the port. Forced: libvirt may still count a viewer that has just left."""
        main = self._connection.main()

        def work(_lane: libvirt.virConnect) -> libvirt.virStream:
            stream = main.newStream(libvirt.VIR_STREAM_NONBLOCK)
            main.lookupByUUIDString(uuid).openConsole(None, stream, libvirt.VIR_DOMAIN_CONSOLE_FORCE)
            return stream

        return self._connection.call(About("open the serial port", self._connection.uri, uuid), work)

    def _give_back(self, uuid: str, stream: libvirt.virStream) -> None:
        """A port has closed. Aborting its stream waits for libvirtd: not on this thread."""
        with self._lock:
            port = self._ports.get(uuid)
            if port is not None and port.stream is stream:
                del self._ports[uuid]
        try:
            self._connection.begin(About("close the serial port", self._connection.uri, uuid), lambda _: abort(stream))
        except HypervisorUnavailable as error:
            log.debug("a serial port went with its connection: %s", error)


def abort(stream: libvirt.virStream) -> None:
    """End a stream, which may have ended itself."""
    try:
        stream.abort()
    except libvirt.libvirtError as error:
        log.debug("a serial stream had ended: %s", error)
