"""Sessions: tokens are never stored, they end when they are idle, and outlive the daemon."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.records import NOTHING, World

from cenote.dispatch.sessions import IDLE, REFRESH, Sessions, stored_ref
from cenote.model.classes.session import session
from cenote.model.core import Draft
from cenote.model.errors.access import SessionInvalid
from cenote.model.roles import Role, holders

DAY = 24 * 3600.0


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def sessions(world: World) -> Sessions:
    return Sessions(world.store, world.clock, world.host)


def test_the_record_has_a_hash_for_a_reference_and_the_token_nowhere(world: World, sessions: Sessions) -> None:
    token = sessions.open("root", originator="xe")
    (record,) = world.view.all(session)
    assert record.ref == stored_ref(token) != token
    assert token not in repr(dict(record.values))
    assert (record.auth_user_name, record.originator, record.this_host) == ("root", "xe", world.host)
    assert record.last_active == record.validation_time == world.clock.now()
    assert record.is_local_superuser
    assert not record.pool


def test_tokens_and_their_hashes_look_like_references() -> None:
    ref = stored_ref("OpaqueRef:1")
    assert len(ref) == len("OpaqueRef:00000000-0000-0000-0000-000000000000")
    assert ref == stored_ref("OpaqueRef:1") != stored_ref("OpaqueRef:2")


def test_the_caller(sessions: Sessions) -> None:
    token = sessions.open("root", originator="xe")
    caller = sessions.find(token)
    assert (caller.user, caller.originator, caller.superuser) == ("root", "xe", True)
    assert (caller.session, caller.subject) == (stored_ref(token), None)
    assert caller.roles == holders(Role.POOL_ADMIN)
    plain = sessions.find(sessions.open("alice", superuser=False))
    assert (plain.superuser, plain.roles) == (False, frozenset())


def test_a_stored_reference_is_no_token(sessions: Sessions) -> None:
    token = sessions.open("root")
    with pytest.raises(SessionInvalid):
        sessions.find(stored_ref(token))


def test_a_token_outlives_the_daemon(world: World, sessions: Sessions) -> None:
    token = sessions.open("root")
    anew = Sessions(world.store, world.clock, world.host)
    assert anew.find(token).user == "root"


def test_logging_out_ends_it(world: World, sessions: Sessions) -> None:
    token = sessions.open("root")
    sessions.close(token)
    sessions.close(token)
    for each in (sessions, Sessions(world.store, world.clock, world.host)):
        with pytest.raises(SessionInvalid) as caught:
            each.find(token)
        assert caught.value.params == [token]


def test_use_is_noted_now_and_then(world: World, sessions: Sessions) -> None:
    token = sessions.open("root")
    before = world.view.revision
    world.clock.advance(REFRESH.total_seconds())
    sessions.find(token)
    assert world.view.revision == before
    world.clock.advance(1)
    sessions.find(token)
    assert world.get(session, stored_ref(token)).last_active == world.clock.now()


def test_an_idle_session_has_ended(world: World, sessions: Sessions) -> None:
    token = sessions.open("root")
    world.clock.advance(IDLE.total_seconds())
    assert sessions.find(token).user == "root"
    world.clock.advance(IDLE.total_seconds() + 1)
    for each in (sessions, sessions, Sessions(world.store, world.clock, world.host)):
        with pytest.raises(SessionInvalid):
            each.find(token)


def test_the_next_log_in_clears_idle_sessions_away(world: World, sessions: Sessions) -> None:
    idle, used = sessions.open("idle"), sessions.open("used")
    world.clock.advance(IDLE.total_seconds() / 2)
    sessions.find(used)
    world.clock.advance(IDLE.total_seconds() / 2 + 1)
    new = sessions.open("new")
    assert {each.ref for each in world.view.all(session)} == {stored_ref(used), stored_ref(new)}
    with pytest.raises(SessionInvalid):
        sessions.find(idle)


def test_use_that_is_not_noted_yet_counts(world: World, sessions: Sessions) -> None:
    token = sessions.open("root")
    world.clock.advance(REFRESH.total_seconds() - 1)
    sessions.find(token)
    world.clock.advance(IDLE.total_seconds() - 1)
    sessions.open("another")
    assert world.view.find(session, stored_ref(token)) is not None


def test_a_session_whose_record_is_gone_ends_when_that_is_noticed(world: World, sessions: Sessions) -> None:
    token = sessions.open("root")

    def work(draft: Draft) -> None:
        draft.delete(session, stored_ref(token))

    world.store.transact(work)
    world.clock.advance((REFRESH + timedelta(seconds=1)).total_seconds())
    with pytest.raises(SessionInvalid):
        sessions.find(token)


def test_a_reference_is_resolved_whether_token_or_stored(sessions: Sessions) -> None:
    token = sessions.open("root")
    assert sessions.resolve(stored_ref(token)) == stored_ref(token)
    assert sessions.resolve(sessions.find(token).session) == stored_ref(token)
    assert sessions.resolve(NOTHING) == stored_ref(NOTHING)


def test_what_is_forgotten_is_recalled_from_its_record(world: World, sessions: Sessions) -> None:
    token = sessions.open("root")
    sessions.forget(lambda ref: ref == stored_ref(token))
    assert sessions.find(token).user == "root"
    world.store.transact(lambda draft: draft.delete(session, stored_ref(token)))
    sessions.forget(lambda ref: world.view.find(session, ref) is None)
    with pytest.raises(SessionInvalid):
        sessions.find(token)


def test_characters_that_no_token_has(sessions: Sessions) -> None:
    with pytest.raises(SessionInvalid):
        sessions.find("\ud800")
