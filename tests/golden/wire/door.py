"""An edge over an API that answers by a script, and raw exchanges with it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from cenote.client import thincli
from cenote.dispatch.answer import Answer, Failure, Peer, Success, Waiting
from cenote.model.errors.access import SessionInvalid
from cenote.model.shapes import BOOL, DATE, FLOAT, INT, STRING, MapShape, RefShape, SetShape
from cenote.store.state import State
from cenote.wire.contract import Unavailable, Value
from cenote.wire.edge import Doors, Edge, Settings

STRINGS = SetShape(STRING)
ANSWERS: dict[str, Answer] = {
    "VM.get_name_label": Success(STRING, "vm-00401"),
    "VM.get_tags": Success(STRINGS, ("blue", "a <b> & \"c\" 'd'", "é中")),
    "VM.get_blobs": Success(STRINGS, ()),
    "VM.get_other_config": Success(MapShape(STRING, STRING), {"k<1>": "v&1", "": ""}),
    "VM.get_VCPUs_max": Success(INT, -(2**63)),
    "VM.get_is_a_template": Success(BOOL, value=False),
    "VM.get_VGPUs": Success(RefShape("VGPU"), "OpaqueRef:NULL"),
    "VM.set_name_label": Success(None),
    "task.get_progress": Success(FLOAT, 1.0),
    "task.get_created": Success(DATE, datetime(2026, 11, 23, 11, 4, 57, tzinfo=UTC)),
    "VM.unpause": Failure("VM_BAD_POWER_STATE", ["OpaqueRef:1", "paused", "halted"]),
    "VM.get_uuid": Failure("UUID_INVALID", ["VM", 'a "quoted" <word>']),
    "VM.get_name_description": Success(STRING, "bell \x07 and half \ud83d and tab \t"),
    "system.listMethods": Success(STRINGS, ("session.logout", "VM.start"), bare=True),
    "session.logout": Success(None),
}
SESSION = "OpaqueRef:good"


class Script:
    """Answers by :data:`ANSWERS`; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[Value], Peer]] = []
        self.waiting: dict[str, Waiting] = {}
        self.begun = threading.Semaphore(0)
        """Released for each call that waits."""

    def answer_now(self, method: str, params: list[Value], peer: Peer) -> Answer | Waiting | None:
        self.asked.append((method, params, peer))
        if method in self.waiting:
            self.begun.release()
            return self.waiting[method]
        if method == "VM.get_domid":
            raise ZeroDivisionError("a defect")
        return None if method.startswith(("session.", "Slow.")) else self._answer(method)

    def submit(self, method: str, params: list[Value], peer: Peer) -> Future[Answer]:
        done: Future[Answer] = Future()
        if method == "session.login_with_password":
            self.asked.append((method, params, peer))
            right = params[:2] == ["root", "right"] or peer.uid is not None
            done.set_result(
                Success(STRING, SESSION) if right else Failure("SESSION_AUTHENTICATION_FAILED", [str(params[0]), "no"])
            )
        else:
            done.set_result(self._answer(method.removeprefix("Slow.")))
        return done

    def _answer(self, method: str) -> Answer:
        return ANSWERS.get(method) or Failure("MESSAGE_METHOD_UNKNOWN", [method])


class Records:
    """A store's news, made by :meth:`change`."""

    def __init__(self) -> None:
        self.state = cast("State", None)
        self._wakes: list[Callable[[State], None]] = []

    def subscribe(self, wake: Callable[[State], None]) -> Callable[[], None]:
        self._wakes.append(wake)
        return lambda: self._wakes.remove(wake)

    def change(self) -> None:
        for wake in list(self._wakes):
            wake(self.state)


def echo(session: str, ref: str, uuid: str) -> socket.socket:
    """A console that says who opened it and then repeats what it is told; some are not there."""
    if ref == "OpaqueRef:halted":
        raise Unavailable("it is halted")
    if session != SESSION:
        raise SessionInvalid(session)
    near, far = socket.socketpair()

    def repeat() -> None:
        with far, contextlib.suppress(ConnectionError):
            far.sendall(f"hello {ref}{uuid}\n".encode())
            while data := far.recv(65536):
                far.sendall(data)

    threading.Thread(target=repeat, name="echo").start()
    return near


def run(stream: thincli.Stream, arguments: str, peer: Peer) -> None:
    """A command that tells what it was given."""
    thincli.greet(stream)
    thincli.greeted(stream)
    thincli.send(stream, thincli.Print(f"{arguments!r} {peer.address} {peer.user_agent}"))
    if arguments == "ask":
        thincli.send(stream, thincli.Prompt())
        thincli.send(stream, thincli.Print(thincli.receive_blob(stream, 100).decode()))
    if arguments.startswith("much"):
        for _ in range(200):
            thincli.send(stream, thincli.Print("x" * 65536))
    thincli.send(stream, thincli.Exit(3))


@dataclass
class Door:
    """A started edge with what is behind it."""

    edge: Edge
    script: Script
    records: Records
    path: Path
    open: list[socket.socket] = field(default_factory=list[socket.socket])

    def connect(self, timeout: float = 20) -> socket.socket:
        """A connection to the Unix socket, closed with the door."""
        return self._keep(socket.socket(socket.AF_UNIX), str(self.path), timeout)

    def connect_tcp(self, timeout: float = 20) -> socket.socket:
        """A connection over loopback, closed with the door."""
        return self._keep(socket.socket(socket.AF_INET), self.edge.bound.http[0], timeout)

    def _keep(self, sock: socket.socket, address: Any, timeout: float) -> socket.socket:
        sock.settimeout(timeout)
        sock.connect(address)
        self.open.append(sock)
        return sock

    def exchange(self, request: bytes) -> bytes:
        """Send ``request`` on a connection of its own; the whole reply."""
        sock = self.connect_tcp()
        sock.sendall(request)
        return reply(sock)


@contextlib.contextmanager
def opened(directory: Path, **settings: Any) -> Generator[Door]:
    """A door on a Unix socket and on loopback."""
    script, records, path = Script(), Records(), directory / "edge.sock"
    doors = Doors(echo, run, lambda: {"status": "ok", "store": {"revision": 7}})
    wanted = Settings(http=(("127.0.0.1", 0),), unix=path, **settings)
    edge = Edge(script, records, doors, wanted)
    edge.start()
    door = Door(edge, script, records, path)
    try:
        yield door
    finally:
        for sock in door.open:
            sock.close()
        edge.stop()


def reply(sock: socket.socket) -> bytes:
    """One reply: its head, and as many bytes as that announces."""
    got = b""
    while b"\r\n\r\n" not in got:
        part = sock.recv(65536)
        if not part:
            return got
        got += part
    head, _, body = got.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0].partition(b":")[2]):
        part = sock.recv(65536)
        if not part:
            break
        body += part
    return head + b"\r\n\r\n" + body


def post(path: str, body: bytes | str, *lines: str, version: str = "HTTP/1.1") -> bytes:
    """The bytes of a POST."""
    data = body if isinstance(body, bytes) else body.encode()
    head = [f"POST {path} {version}", "Host: test", *lines, f"Content-Length: {len(data)}", "", ""]
    return "\r\n".join(head).encode() + data


def call(method: str, *params: str) -> bytes:
    """The body of an XML-RPC call of strings."""
    values = "".join(f"<param><value><string>{each}</string></value></param>" for each in params)
    return f"<methodCall><methodName>{method}</methodName><params>{values}</params></methodCall>".encode()
