"""From a name and parameters to a call: counts, shapes, sessions, roles."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.records import NOTHING, World

from cenote.dispatch.answer import Peer
from cenote.dispatch.call import Call, opened, parse
from cenote.dispatch.sessions import Sessions
from cenote.model.catalogue import Kind
from cenote.model.core import NULL, ApiError, Lifecycle, Ref
from cenote.model.errors.access import RbacPermissionDenied, SessionInvalid
from cenote.model.errors.general import (
    FieldTypeError,
    InvalidValue,
    MessageMethodUnknown,
    MessageParameterCountMismatch,
    MessageRemoved,
)
from cenote.model.roles import CLIENT_CERT, LADDER
from cenote.model.sealed import CATALOGUE
from cenote.operations.context import Caller

PEER = Peer("192.0.2.9")


class Known(Sessions):
    """Sessions by token, without a store: the token is the one role that its caller has."""

    def __init__(self, superuser: bool = False) -> None:
        self._superuser = superuser

    def find(self, token: object) -> Caller:
        return Caller(NULL, "alice", roles=frozenset({str(token)}), superuser=self._superuser)

    def resolve(self, ref: Ref[Any]) -> Ref[Any]:
        return ref


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def sessions(world: World) -> Sessions:
    return Sessions(world.store, world.clock, world.host)


@pytest.fixture
def token(sessions: Sessions) -> str:
    return sessions.open("root")


def test_a_call(sessions: Sessions, token: str) -> None:
    call = parse(sessions, "VM.start", [token, NOTHING, True, False], PEER)
    assert call.args == [NOTHING, True, False]
    assert (call.signature.wire_name, call.caller.user, call.token) == ("VM.start", "root", token)
    assert (call.peer, call.asynchronous, call.target) == (PEER, False, NOTHING)


def test_async(sessions: Sessions, token: str) -> None:
    call = parse(sessions, "Async.VM.start", [token, NOTHING, True, False], PEER)
    assert (call.signature.wire_name, call.asynchronous) == ("VM.start", True)


@pytest.mark.parametrize(
    "name", ["VM.fly", "start", "", "Async.", "Async.VM.fly", "Async.VM.get_record", "async.VM.start"]
)
def test_unknown_messages(sessions: Sessions, token: str, name: str) -> None:
    with pytest.raises(MessageMethodUnknown) as caught:
        parse(sessions, name, [token], PEER)
    assert caught.value.params == [name]


@pytest.mark.parametrize("params", [[NOTHING], [NOTHING, True], [NOTHING, True, False, False]])
def test_counts(sessions: Sessions, token: str, params: list[Any]) -> None:
    with pytest.raises(MessageParameterCountMismatch) as caught:
        parse(sessions, "VM.start", [token, *params], PEER)
    assert caught.value.params == ["VM.start", "3", str(len(params))]


def test_no_parameters_at_all(sessions: Sessions) -> None:
    with pytest.raises(MessageParameterCountMismatch):
        parse(sessions, "VM.start", [], PEER)
    with pytest.raises(MessageParameterCountMismatch) as caught:
        parse(sessions, "VM.get_all", [], PEER)
    assert caught.value.params == ["VM.get_all", "0", "-1"]


def test_parameters_that_may_be_left_out(sessions: Sessions, token: str) -> None:
    assert parse(sessions, "VDI.clone", [token, NOTHING], PEER).args == [NOTHING, {}]
    assert parse(sessions, "VDI.clone", [token, NOTHING, {"a": "b"}], PEER).args == [NOTHING, {"a": "b"}]
    with pytest.raises(MessageParameterCountMismatch) as caught:
        parse(sessions, "VDI.clone", [token, NOTHING, {}, 3], PEER)
    assert caught.value.params == ["VDI.clone", "2", "3"]


def test_parameters_of_the_wrong_shape(sessions: Sessions, token: str) -> None:
    with pytest.raises(FieldTypeError, match="start_paused"):
        parse(sessions, "VM.start", [token, NOTHING, 1, False], PEER)
    with pytest.raises(InvalidValue, match="start_paused"):
        parse(sessions, "VM.start", [token, NOTHING, "yes", False], PEER)


@pytest.mark.parametrize("wrong", ["", "OpaqueRef:NULL", "OpaqueRef:no such", 7, None, ["x"], {}])
def test_sessions_that_are_none(sessions: Sessions, wrong: object) -> None:
    with pytest.raises(SessionInvalid):
        parse(sessions, "VM.get_all", [wrong], PEER)


def test_a_message_without_a_session(sessions: Sessions) -> None:
    call = parse(sessions, "session.login_with_password", ["root", "secret"], PEER)
    assert (call.args[:2], call.caller.user, call.caller.superuser) == (["root", "secret"], "", False)
    assert not call.caller.roles
    with pytest.raises(MessageParameterCountMismatch):
        parse(sessions, "session.login_with_password", ["root"], PEER)


def test_a_token_that_is_a_parameter_is_told_by_its_record(sessions: Sessions, token: str) -> None:
    call = parse(sessions, "session.get_uuid", [token, token], PEER)
    assert call.args == [sessions.find(token).session]
    stored = sessions.find(token).session
    assert parse(sessions, "session.get_uuid", [token, stored], PEER).args == [stored]


def test_what_a_message_is_about(sessions: Sessions, token: str) -> None:
    def target(name: str, *params: Any) -> Ref[Any] | None:
        return parse(sessions, name, [token, *params], PEER).target

    assert target("VM.destroy", NOTHING) == NOTHING
    assert target("VM.clone", NOTHING, "new") == NOTHING
    assert target("VM.set_name_label", NOTHING, "new") is None
    assert target("event.register", ["*"]) is None


def test_messages_that_were_removed(sessions: Sessions, token: str) -> None:
    removed = [
        each for each in CATALOGUE.signatures.values() if each.lifecycle is Lifecycle.REMOVED and each.kind is Kind.VERB
    ]
    assert removed
    for signature in removed:
        with pytest.raises(MessageRemoved):
            opened(sessions, signature, [token], PEER)
    assert parse(sessions, "VBD.get_metrics", [token, NOTHING], PEER).args == [NOTHING]


def denied(sessions: Sessions, name: str, role: str) -> bool:
    """Whether a caller with that role alone is told that it may not send the message."""
    signature = CATALOGUE.signatures[name]
    try:
        opened(sessions, signature, [role, *[""] * signature.required], PEER)
    except RbacPermissionDenied as error:
        return error.params[0] == name and "alice" in error.params[1]
    except ApiError:
        return False
    return False


ROLES = (*(role.value for role in LADDER), CLIENT_CERT)


def test_every_message_by_every_role() -> None:
    known, wrong = Known(), list[tuple[str, str]]()
    for name, signature in CATALOGUE.signatures.items():
        if not signature.session_required or (signature.lifecycle is Lifecycle.REMOVED and signature.kind is Kind.VERB):
            continue
        for role in ROLES:
            may = signature.open or role in signature.roles
            if denied(known, name, role) is may:
                wrong.append((name, role))
    assert wrong == []


def test_a_caller_without_a_role_may_send_what_is_open_alone() -> None:
    known = Known()
    may = {
        name
        for name, each in CATALOGUE.signatures.items()
        if each.session_required and each.lifecycle is not Lifecycle.REMOVED and not denied(known, name, "nothing")
    }
    assert may == {name for name, each in CATALOGUE.signatures.items() if each.open and each.session_required}


def test_the_superuser_may_send_everything() -> None:
    known = Known(superuser=True)
    assert not [
        name for name, each in CATALOGUE.signatures.items() if each.session_required and denied(known, name, "")
    ]


def test_a_message_that_needs_no_session_asks_for_no_role() -> None:
    for name, signature in CATALOGUE.signatures.items():
        if not signature.session_required:
            call: Call = opened(Known(), signature, ["x"] * signature.required, PEER)
            assert call.caller.roles == frozenset(), name
