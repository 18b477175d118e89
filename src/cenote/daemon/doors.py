"""What the edge does besides calls: consoles, commands, health; tied here to the floors that can."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cenote.cli.engine import serve
from cenote.client.direct import Direct
from cenote.client.failure import Failure as ClientFailure
from cenote.client.session import Session
from cenote.client.thincli import Stream
from cenote.compute.errors import HypervisorError
from cenote.dispatch.answer import Failure, Peer
from cenote.dispatch.dispatcher import Dispatcher
from cenote.dispatch.login import Logins
from cenote.model.classes.console import console, console_protocol
from cenote.model.classes.host import host
from cenote.model.classes.host_metrics import host_metrics
from cenote.model.classes.vm import VM
from cenote.model.core import ApiError, Ref
from cenote.model.errors.access import RbacPermissionDenied
from cenote.model.errors.general import HandleInvalid
from cenote.model.roles import Role, holders
from cenote.model.sealed import CATALOGUE
from cenote.operations.context import Rooms
from cenote.store.state import State
from cenote.wire.contract import Unavailable

MAY_SEE = holders(Role.VM_OPERATOR)
"""Who may open a console, as the published handlers have it."""


class Consoles:
    """Opens the byte stream behind a console's record."""

    def __init__(self, dispatcher: Dispatcher, rooms: Rooms) -> None:
        self._dispatcher = dispatcher
        self._rooms = rooms

    def open(self, token: str, ref: str, uuid: str) -> socket.socket:
        """A connected socket; raises the published error, or :class:`~cenote.wire.contract.Unavailable`."""
        caller = self._dispatcher.sessions.find(token)
        if not caller.superuser and MAY_SEE.isdisjoint(caller.roles):
            raise RbacPermissionDenied("http/connect_console", f"{caller.user} has no role that may open consoles")
        found = self._find(self._rooms.store.state, ref, uuid)
        vm = self._rooms.store.state.get(VM, found.VM)
        hypervisor = self._rooms.hypervisor
        try:
            if found.protocol is console_protocol.VT100:
                return hypervisor.open_serial(vm.uuid).socket
            return hypervisor.open_vnc(vm.uuid)
        except HypervisorError as error:
            raise Unavailable(str(error)) from error

    def _find(self, state: State, ref: str, uuid: str) -> console:
        """The console of that reference or uuid, or the graphical one of the VM of that reference or uuid."""
        if uuid:
            ref = state.uuids.get(("console", uuid)) or state.uuids.get(("VM", uuid)) or uuid
        found = state.find(console, Ref[console](ref))
        if found is not None:
            return found
        vm = state.find(VM, Ref[VM](ref))
        consoles = [] if vm is None else [each for c in vm.consoles if (each := state.find(console, c))]
        screen = next((each for each in consoles if each.protocol is console_protocol.RFB), None)
        if screen is None:
            if vm is not None:
                raise Unavailable(f"{vm.name_label or vm.uuid} has no console: it is {vm.power_state.value.lower()}")
            raise HandleInvalid("console", ref)
        return screen


class Entrance:
    """Lets the people of the command line in: one connection's."""

    def __init__(self, dispatcher: Dispatcher, logins: Logins, peer: Peer) -> None:
        self._dispatcher = dispatcher
        self._logins = logins
        self._peer = peer

    def login(self, username: str | None, password: str | None) -> Session:
        """A session for who is named, or for the peer where nobody is; see :class:`cenote.cli.engine.Entrance`."""
        try:
            if username is None and not self._logins.trusts(self._peer):
                raise ClientFailure("SESSION_AUTHENTICATION_FAILED", ["", "no user was named"])
            token = self._logins.open(username or "root", password or "", "xe", self._peer, self._dispatcher.sessions)
        except ApiError as error:
            raise ClientFailure(error.code, error.params) from error
        return self.resume(token)

    def resume(self, token: str) -> Session:
        """The session of that token."""
        return Session(Direct(self._answer), token, CATALOGUE)

    def _answer(self, method: str, params: Sequence[Any]) -> Any:
        answer = self._dispatcher.answer(method, list(params), self._peer)
        if isinstance(answer, Failure):
            raise ClientFailure(answer.code, answer.params)
        return answer.value


def commands(dispatcher: Dispatcher, logins: Logins) -> Callable[[Stream, str, Peer], None]:
    """What runs a command for a client at the other end of a stream."""

    def run(stream: Stream, body: str, peer: Peer) -> None:
        serve(stream, body, Entrance(dispatcher, logins, peer), peer.user_agent)

    return run


def health(rooms: Rooms) -> Callable[[], Mapping[str, object]]:
    """What ``/healthz`` tells."""

    def tell() -> Mapping[str, object]:
        state = rooms.store.state
        metrics = state.find(host_metrics, state.get(host, rooms.host).metrics)
        live = metrics is not None and metrics.live
        hanging = rooms.hypervisor.degraded()
        return {
            "status": "ok" if live and not hanging else "degraded",
            "store": {"revision": state.revision},
            "hypervisor": {"connected": live, "hanging_calls": hanging},
        }

    return tell
