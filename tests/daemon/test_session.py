"""Sessions: how one logs in, what survives the daemon, and what a session without roles may do."""

from __future__ import annotations

import http.client
import logging
import os
import socket
import xmlrpc.client
from dataclasses import replace
from typing import Any

import pytest
from tests.daemon.house import NULL, Client, House, XenAPI, refused

from cenote.dispatch.answer import Failure, Peer
from cenote.dispatch.sessions import stored_ref
from cenote.model.catalogue import Kind
from cenote.model.classes.session import session
from cenote.model.core import Lifecycle
from cenote.model.roles import Role, holders
from cenote.model.sealed import CATALOGUE

SOMEONE = Peer("192.0.2.7")


class Unix(xmlrpc.client.Transport):
    """A transport for the official client over a Unix socket; its own knows one path only."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.connection = http.client.HTTPConnection("unix")
        self.connection.sock = socket.socket(socket.AF_UNIX)
        self.connection.sock.connect(path)

    def make_connection(self, host: object) -> http.client.HTTPConnection:
        """The one connection, whatever the host."""
        return self.connection


def test_a_wrong_password_is_refused_and_held_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[float] = []
    monkeypatch.setattr(house.daemon.dispatcher._logins, "_hold", held.append)  # pyright: ignore[reportPrivateUsage]
    for user, password in (("root", "wrong"), ("root", ""), ("nobody", house.password), ("root", "é\u4e2d")):
        wrong = refused(house.stranger().login_with_password, user, password, "1.0", "test")
        assert wrong[:2] == ["SESSION_AUTHENTICATION_FAILED", user]
    assert held == sorted(held)
    assert held[0] > 0
    assert house.log_in().xenapi.pool.get_all()
    refused(house.stranger().login_with_password, "root", "wrong", "1.0", "test")
    assert held[-1] == held[0]


def test_the_password_is_in_no_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        house.log_in()
    assert house.password not in caplog.text


def test_the_socket_trusts_its_peer(house: House) -> None:
    transport = Unix(str(house.config.socket))
    client = XenAPI.Session("http://unix/", transport=transport)
    client.login_with_password("", "", "1.0", "test")
    assert client.xenapi.session.get_auth_user_name(client.handle) == "root"
    assert client.xenapi.session.get_is_local_superuser(client.handle)
    transport.connection.close()


def test_the_socket_trusts_no_other_peer(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[float] = []
    monkeypatch.setattr(house.daemon.dispatcher._logins, "_hold", held.append)  # pyright: ignore[reportPrivateUsage]
    other = Peer("unix", uid=os.geteuid() + 4711)
    answer = house.daemon.dispatcher.answer("session.login_with_password", ["root", ""], other)
    assert isinstance(answer, Failure)
    assert answer.code == "SESSION_AUTHENTICATION_FAILED"


def test_a_session_says_who_and_whence(client: Client) -> None:
    record = client.api.session.get_record(client.session.handle)
    assert record["this_host"] == client.host
    assert record["auth_user_name"] == "root"
    assert record["originator"] == "test"
    assert record["is_local_superuser"] is True


def test_the_token_is_not_stored(client: Client, house: House) -> None:
    token = client.session.handle
    uuid = token.removeprefix("OpaqueRef:")
    files = [each for each in house.config.state_dir.iterdir() if each.is_file()]
    assert any(each.name == "cenote.db-wal" for each in files)
    assert not any(uuid.encode() in each.read_bytes() for each in files)
    stored = [each.ref for each in house.daemon.rooms.store.state.all(session)]
    assert stored == [stored_ref(token)]
    answer = house.daemon.dispatcher.answer("VM.get_all", [stored[0]], SOMEONE)
    assert answer == Failure("SESSION_INVALID", [stored[0]])


def test_logout(client: Client, house: House) -> None:
    token = client.session.handle
    client.api.session.logout()
    answer = house.daemon.dispatcher.answer("VM.get_all", [token], SOMEONE)
    assert answer == Failure("SESSION_INVALID", [token])
    assert list(house.daemon.rooms.store.state.all(session)) == []


def test_a_session_survives_the_daemon(client: Client, house: House) -> None:
    token, vm = client.session.handle, client.vm()
    house.reopen()
    again = house.stranger()
    again._session = token  # pyright: ignore[reportPrivateUsage]
    assert again.xenapi.VM.get_name_label(vm) == "guest"
    again.last_login_method, again.last_login_params = "login_with_password", ()
    again.xenapi.session.logout()
    assert house.daemon.dispatcher.answer("VM.get_all", [token], SOMEONE) == Failure("SESSION_INVALID", [token])


def test_the_password_stays(house: House) -> None:
    before = house.password
    house.reopen()
    assert house.password == before
    assert house.config.password_file.stat().st_mode & 0o777 == 0o600


def test_local_log_in_is_a_log_in(house: House) -> None:
    client = house.stranger()
    client.slave_local_login_with_password("root", house.password)
    assert client.xenapi.pool.get_all()
    client.xenapi.logout()


def test_a_session_that_never_was(house: House) -> None:
    strange: tuple[Any, ...] = ("OpaqueRef:no-such-session", NULL, "", "\ud800", 7, None, [], {})
    for wrong in strange:
        answer = house.daemon.dispatcher.answer("VM.get_all", [wrong], SOMEONE)
        assert isinstance(answer, Failure)
        assert answer.code == "SESSION_INVALID"


def test_without_a_role_only_open_messages_may_be_sent(shared: House) -> None:
    dispatcher = shared.daemon.dispatcher
    token = dispatcher.sessions.open("someone", superuser=False)
    for name, signature in CATALOGUE.signatures.items():
        removed = signature.lifecycle is Lifecycle.REMOVED and signature.kind is Kind.VERB
        if signature.open or removed or not signature.session_required:
            continue
        params: list[Any] = [token, *(_anything(param.shape.name) for param in signature.params)]
        answer = dispatcher.answer(name, params, SOMEONE)
        assert isinstance(answer, Failure), name
        assert answer.code == "RBAC_PERMISSION_DENIED", (name, answer)
        assert answer.params[0] == name
    dispatcher.sessions.close(token)


def _anything(shape: str) -> object:
    if shape.endswith("set"):
        return []
    return {"bool": False, "float": 0.0}.get(shape, {} if shape.endswith(("map", "record")) else "0")


def test_a_role_may_do_what_asks_for_no_more(shared: House, monkeypatch: pytest.MonkeyPatch) -> None:
    dispatcher = shared.daemon.dispatcher
    token = dispatcher.sessions.open("operator", superuser=False)
    live = dispatcher.sessions._live[token]  # pyright: ignore[reportPrivateUsage]
    for role in (Role.READ_ONLY, Role.VM_OPERATOR, Role.VM_ADMIN, Role.POOL_OPERATOR):
        monkeypatch.setattr(live, "caller", _with_role(live.caller, role))
        refusals = {
            name
            for name, signature in CATALOGUE.signatures.items()
            if signature.kind is Kind.VERB and name.startswith("VM.") and signature.required == 1
            if _code(dispatcher.answer(f"{name}", [token, NULL], SOMEONE)) == "RBAC_PERMISSION_DENIED"
        }
        wanted = {
            name
            for name, signature in CATALOGUE.signatures.items()
            if signature.kind is Kind.VERB and name.startswith("VM.") and signature.required == 1
            if role.value not in signature.roles
        }
        assert refusals == wanted
    dispatcher.sessions.close(token)


def _code(answer: Any) -> str:
    return answer.code if isinstance(answer, Failure) else ""


def _with_role(caller: Any, role: Role) -> Any:
    assert role.value in holders(role)
    return replace(caller, roles=frozenset({role.value}))


def test_events_of_what_may_not_be_read_are_not_told(shared: House) -> None:
    dispatcher = shared.daemon.dispatcher
    token = dispatcher.sessions.open("someone", superuser=False)
    live = dispatcher.sessions._live[token]  # pyright: ignore[reportPrivateUsage]
    live.caller = _with_role(live.caller, Role.READ_ONLY)
    answer: Any = dispatcher.answer("event.from", [token, ["*"], "", 0.0], SOMEONE)
    told = {event.cls.__name__ for event in answer.value.events}
    hidden = {name for name, cls in CATALOGUE.classes.items() if Role.READ_ONLY.value not in holders(cls.read_role)}
    assert "pool" in told
    assert not told & hidden
    dispatcher.sessions.close(token)
