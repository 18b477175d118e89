"""The serial port of a guest, shared by its viewers.

libvirt gives a port to one client at a time, so the driver takes it once and hands what comes to every viewer. All
bytes move on libvirt's event thread and nothing there ever blocks; each viewer is a socket pair.
"""

import logging
import socket
import threading
import weakref
from collections import deque
from collections.abc import Callable

import libvirt

log = logging.getLogger(__name__)

SHOWN = 16 * 1024  # bytes that a newcomer is shown
BEHIND = 256 * 1024  # bytes that a viewer may be behind
CHUNK = 64 * 1024
READ, WRITE = libvirt.VIR_EVENT_HANDLE_READABLE, libvirt.VIR_EVENT_HANDLE_WRITABLE
ENDED = libvirt.VIR_EVENT_HANDLE_HANGUP | libvirt.VIR_EVENT_HANDLE_ERROR
AGAIN = -2  # what recv and send of a non-blocking stream answer when they would block


class Viewer:
    """One viewer's end of a serial port; see the contract."""

    def __init__(self, end: socket.socket) -> None:
        self.socket = end

    def read(self, limit: int) -> bytes:
        """Wait for output; b"" when the guest is gone."""
        return self.socket.recv(limit)

    def write(self, data: bytes) -> None:
        """Send all of ``data`` to the guest."""
        self.socket.sendall(data)

    def close(self) -> None:
        """Stop viewing."""
        self.socket.close()


class Tap:
    """The driver's end of a viewer: what waits to be sent to it."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self.watch = -1
        self.pending: deque[bytes] = deque()
        self.behind = 0

    def push(self, data: bytes) -> None:
        """Queue output; the oldest is lost beyond the limit."""
        self.pending.append(data)
        self.behind += len(data)
        while self.behind > BEHIND:
            self.behind -= len(self.pending.popleft())

    def flush(self) -> None:
        """Send what the socket takes."""
        while self.pending:
            data = self.pending.popleft()
            try:
                sent = self.end.send(data)
            except BlockingIOError:
                sent = 0
            self.behind -= sent
            if sent < len(data):
                self.pending.appendleft(data[sent:])
                return


class Port:
    """One guest's serial port while somebody looks at it."""

    def __init__(self, stream: libvirt.virStream, ended: Callable[[libvirt.virStream], None]) -> None:
        self.stream = stream
        self._ended = ended
        self._lock = threading.RLock()
        self._taps: list[Tap] = []
        self._recent = b""
        self._typed = b""
        self._open = True
        me = weakref.ref(self)  # libvirt never frees what it is given here

        def on_stream(_stream: object, events: int, _opaque: object) -> None:
            port = me()
            if port is not None:
                port._on_stream(events)

        self.stream.eventAddCallback(READ | ENDED, on_stream, None)

    def view(self) -> Viewer | None:
        """A new viewer; None when the port has just closed."""
        with self._lock:
            if not self._open:
                return None
            near, far = socket.socketpair()
            near.setblocking(False)
            tap = Tap(near)
            if self._recent:
                tap.push(self._recent)
            self._taps.append(tap)
            tap.watch = libvirt.virEventAddHandle(near.fileno(), READ | WRITE | ENDED, self._on_viewer, tap)
            return Viewer(far)

    def close(self) -> None:
        """End every viewer and let the owner give the port back. Idempotent."""
        with self._lock:
            if not self._open:
                return
            self._open = False
            for tap in list(self._taps):
                self._drop(tap)
            self.stream.eventRemoveCallback()
        self._ended(self.stream)

    def _on_stream(self, events: int) -> None:
        with self._lock:
            if not self._open:
                return
            try:
                if events & WRITE:
                    self._type()
                over = self._receive() if events & READ else bool(events & ENDED)
            except libvirt.libvirtError as error:
                log.debug("a serial stream ended: %s", error)
                over = True
            if over:
                self.close()

    def _receive(self) -> bool:
        """Hand output to the viewers; whether the stream is at its end."""
        data = self.stream.recv(CHUNK)
        if isinstance(data, int):
            return False
        if not data:
            return True
        self._recent = (self._recent + data)[-SHOWN:]
        for tap in list(self._taps):
            tap.push(data)
            self._serve(tap)
        return False

    def _type(self) -> None:
        """Send what viewers typed; what the stream does not take goes when it has room, and viewers wait till then."""
        while self._typed:
            sent = self.stream.send(self._typed)
            if sent == AGAIN:
                break
            self._typed = self._typed[sent:]
        self.stream.eventUpdateCallback(READ | ENDED | (WRITE if self._typed else 0))
        for tap in self._taps:
            self._listen(tap)

    def _on_viewer(self, _watch: int, _file: int, events: int, tap: Tap) -> None:
        with self._lock:
            if tap not in self._taps:
                return
            try:
                if events & READ:
                    self._hear(tap)
                elif events & ENDED:
                    self._leave(tap)
                if events & WRITE and tap in self._taps:
                    self._serve(tap)
            except libvirt.libvirtError as error:
                log.debug("a serial stream ended: %s", error)
                self.close()

    def _hear(self, tap: Tap) -> None:
        """Take what a viewer typed; no bytes mean that it has left."""
        try:
            data = tap.end.recv(CHUNK)
        except BlockingIOError:
            return
        except ConnectionError:
            data = b""
        if not data:
            self._leave(tap)
            return
        self._typed += data
        self._type()

    def _serve(self, tap: Tap) -> None:
        """Send what waits for a viewer."""
        try:
            tap.flush()
        except OSError:
            self._leave(tap)
            return
        self._listen(tap)

    def _listen(self, tap: Tap) -> None:
        """Be told when a viewer types, unless there is enough to send already, and when it takes more."""
        typing = READ if len(self._typed) < CHUNK else 0
        libvirt.virEventUpdateHandle(tap.watch, ENDED | typing | (WRITE if tap.pending else 0))

    def _leave(self, tap: Tap) -> None:
        self._drop(tap)
        if not self._taps:
            self.close()

    def _drop(self, tap: Tap) -> None:
        self._taps.remove(tap)
        libvirt.virEventRemoveHandle(tap.watch)
        tap.end.close()
