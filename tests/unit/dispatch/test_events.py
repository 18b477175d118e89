"""What has changed since a token, for whom, and what ``event.next`` remembers."""

from __future__ import annotations

from typing import Any, cast

import pytest
from tests.unit.records import NOTHING, ROOT, World

from cenote.dispatch import events
from cenote.dispatch.answer import Success, Waiting
from cenote.dispatch.events import Batch, Event, Subscriptions, collect, parse_filter, parse_token, token_of, waiting
from cenote.model.classes.secret import secret
from cenote.model.classes.vm import VM
from cenote.model.core import NULL, Ref
from cenote.model.errors.access import SessionNotRegistered
from cenote.model.errors.general import EventFromTokenParseFailure, EventsLost, EventSubscriptionParseFailure
from cenote.model.roles import Role, holders
from cenote.operations.context import Caller
from cenote.store.history import History, What
from cenote.store.state import State

READER = Caller(NULL, "alice", roles=frozenset({Role.READ_ONLY.value}))


@pytest.fixture
def world() -> World:
    return World()


def heard(world: World, since: int, *classes: str, caller: Caller = ROOT) -> list[tuple[What, str, Ref[Any]]]:
    wanted = parse_filter(classes or ["*"], caller)
    return [(each.what, each.cls.__name__, each.ref) for each in collect(world.view, wanted, since)]


@pytest.mark.parametrize(
    ("subscriptions", "wants"),
    [
        (["*"], {("VM", "a"), ("VM", "b"), ("host", "c")}),
        (["vm"], {("VM", "a"), ("VM", "b")}),
        (["VM"], {("VM", "a"), ("VM", "b")}),
        (["vm/a"], {("VM", "a")}),
        (["VM/a", "host"], {("VM", "a"), ("host", "c")}),
        (["host/a"], set[tuple[str, str]]()),
        (["task"], set[tuple[str, str]]()),
        ([], set[tuple[str, str]]()),
    ],
)
def test_filters(subscriptions: list[str], wants: set[tuple[str, str]]) -> None:
    wanted = parse_filter(subscriptions, ROOT)
    assert {each for each in [("VM", "a"), ("VM", "b"), ("host", "c")] if wanted.wants(*each)} == wants


@pytest.mark.parametrize("text", ["", "vm/", "/a", "v m", "vm/a b", "**", "vm\n"])
def test_what_is_no_filter(text: str) -> None:
    with pytest.raises(EventSubscriptionParseFailure) as caught:
        parse_filter(["vm", text], ROOT)
    assert caught.value.params == [text]


def test_who_may_not_read_a_class_does_not_hear_of_it(world: World) -> None:
    ref = world.add(secret, secret.value.to("x"))
    assert (What.ADD, "secret", ref) in heard(world, 0)
    for classes in (["*"], ["secret"], [f"secret/{ref}"]):
        assert not [each for each in heard(world, 0, *classes, caller=READER) if each[1] == "secret"]
    operator = Caller(NULL, "bob", roles=holders(Role.POOL_OPERATOR))
    assert (What.ADD, "secret", ref) in heard(world, 0, caller=operator)


def test_tokens(world: World) -> None:
    token = token_of(world.view)
    assert token == f"{world.view.epoch},{world.view.revision:020d}"
    assert parse_token(world.view, token) == world.view.revision
    assert parse_token(world.view, "") is None


@pytest.mark.parametrize("token", ["0", "x,1", "00000000000000000000,00000000000000000000", "-1", ","])
def test_what_is_no_token(world: World, token: str) -> None:
    with pytest.raises(EventFromTokenParseFailure) as caught:
        parse_token(world.view, token)
    assert caught.value.params == [token]


def test_tokens_of_another_history(world: World) -> None:
    with pytest.raises(EventsLost):
        parse_token(world.view, token_of(World().view))
    with pytest.raises(EventsLost):
        parse_token(world.view, f"{world.view.epoch},{world.view.revision + 1}")


def test_what_the_history_has_forgotten_is_lost(world: World) -> None:
    view = world.view
    short = State(view.epoch, view.revision, view.tables, view.uuids, History(view.revision))
    with pytest.raises(EventsLost):
        collect(short, parse_filter(["*"], ROOT), view.revision - 1)
    assert collect(short, parse_filter(["*"], ROOT), view.revision) == []


def test_an_object_is_told_once_with_its_newest_record(world: World) -> None:
    vm, before = world.add_vm(), world.view.revision
    for name in ("a", "b", "c"):
        world.set(vm, VM.name_label.to(name))
    (event,) = collect(world.view, parse_filter(["vm"], ROOT), before)
    assert (event.what, event.ref, event.revision) == (What.MOD, vm, before + 3)
    assert event.record is world.get(VM, vm)


def test_what_is_new_since_the_token_is_an_addition_however_often_it_changed(world: World) -> None:
    before = world.view.revision
    vm = world.add_vm()
    world.set(vm, VM.name_label.to("b"))
    assert heard(world, before, "vm") == [(What.ADD, "VM", vm)]
    assert heard(world, world.view.revision - 1, "vm") == [(What.MOD, "VM", vm)]


def test_deletions(world: World) -> None:
    vm, before = world.add_vm(), world.view.revision
    world.set(vm, VM.name_label.to("b"))
    world.store.transact(lambda draft: draft.delete(VM, vm))
    (event,) = collect(world.view, parse_filter(["vm"], ROOT), before)
    assert (event.what, event.ref, event.record) == (What.DEL, vm, None)
    assert heard(world, before - 1, "vm") == [], "it came and went since then"


def test_what_came_and_went_is_told_to_those_who_saw_it(world: World) -> None:
    before = world.view.revision
    vm = world.add_vm()
    seen = world.view.revision
    world.store.transact(lambda draft: draft.delete(VM, vm))
    assert heard(world, before, "vm") == []
    assert heard(world, seen, "vm") == [(What.DEL, "VM", vm)]


def test_changes_come_in_their_order(world: World) -> None:
    before = world.view.revision
    one, two = world.add_vm(), world.add_vm()
    world.set(one, VM.name_label.to("last"))
    assert [ref for _, _, ref in heard(world, before, "vm")] == [two, one]


def test_a_client_that_begins_gets_everything_there_is(world: World) -> None:
    vm = world.add_vm()
    found = collect(world.view, parse_filter(["*"], ROOT), None)
    assert {each.ref for each in found} >= {vm, world.host, world.sr}
    assert {each.what for each in found} == {What.ADD}
    assert [each.revision for each in found] == sorted(each.revision for each in found)


def batch(answer: Success | Waiting | None) -> Batch:
    assert isinstance(answer, Success)
    assert isinstance(answer.value, Batch)
    return answer.value


def test_event_from_answers_at_once_or_waits(world: World) -> None:
    vm = world.add_vm()
    first = batch(waiting(world.view, ROOT, ["vm"], "", 30.0))
    assert [each.ref for each in first.events] == [vm]
    assert (first.counts["vm"], first.counts["host"]) == (1, 1)
    then = waiting(world.view, ROOT, ["vm"], first.token, 30.0)
    assert isinstance(then, Waiting)
    assert then.timeout == 30.0
    world.add_network()
    assert then.poll(world.view) is None
    world.set(vm, VM.name_label.to("b"))
    assert [each.what for each in batch(then.poll(world.view)).events] == [What.MOD]


def test_a_wait_that_is_over_answers_nothing_and_the_newest_token(world: World) -> None:
    then = waiting(world.view, ROOT, ["vm"], token_of(world.view), 1.0)
    assert isinstance(then, Waiting)
    world.add_network()
    late = batch(then.late(world.view))
    assert (late.events, late.token) == ((), token_of(world.view))


@pytest.mark.parametrize(
    ("asked", "waits"), [(-1.0, 0.0), (float("nan"), 0.0), (float("inf"), events.LONGEST), (2.5, 2.5)]
)
def test_waits_have_an_end(world: World, asked: float, waits: float) -> None:
    then = waiting(world.view, ROOT, ["vm"], token_of(world.view), asked)
    assert isinstance(then, Waiting)
    assert then.timeout == waits


def told(answer: Success | Waiting | None) -> list[Ref[Any]]:
    assert isinstance(answer, Success)
    found: tuple[Event, ...] = answer.value
    return [each.ref for each in found]


def test_event_next_begins_with_what_changes_after_registering(world: World) -> None:
    heard = Subscriptions()
    with pytest.raises(SessionNotRegistered):
        heard.next(world.view, ROOT)
    old = world.add_vm()
    heard.register(world.view, ROOT, ["vm"])
    then = heard.next(world.view, ROOT)
    assert isinstance(then, Waiting)
    new = world.add_vm()
    assert told(then.poll(world.view)) == [new]
    assert isinstance(heard.next(world.view, ROOT), Waiting)
    world.set(old, VM.name_label.to("b"))
    assert told(heard.next(world.view, ROOT)) == [old]


def test_a_second_registration_adds_and_forgets_nothing(world: World) -> None:
    heard = Subscriptions()
    heard.register(world.view, ROOT, ["vm"])
    vm = world.add_vm()
    heard.register(world.view, ROOT, ["network"])
    assert told(heard.next(world.view, ROOT)) == [vm]
    wire = world.add_network()
    assert told(heard.next(world.view, ROOT)) == [wire]
    heard.unregister(ROOT, ["vm"])
    world.set(vm, VM.name_label.to("b"))

    assert isinstance(heard.next(world.view, ROOT), Waiting)


def test_sessions_are_apart_and_forgotten(world: World) -> None:
    heard = Subscriptions()
    heard.register(world.view, ROOT, ["vm"])
    other = Caller(NOTHING, "bob", superuser=True)
    with pytest.raises(SessionNotRegistered):
        heard.next(world.view, other)
    heard.unregister(other, ["vm"])
    heard.forget(ROOT.session)
    heard.forget(ROOT.session)
    with pytest.raises(SessionNotRegistered):
        heard.next(world.view, ROOT)
    with pytest.raises(EventSubscriptionParseFailure):
        heard.register(world.view, ROOT, [""])


def test_an_empty_answer_of_event_next_counts_as_heard(world: World) -> None:
    heard = Subscriptions()
    heard.register(world.view, ROOT, ["vm"])
    then = heard.next(world.view, ROOT)
    assert isinstance(then, Waiting)
    assert told(then.late(world.view)) == []


def test_the_wire_form(world: World) -> None:
    vm, before = world.add_vm(VM.name_label.to("a<b")), world.view.revision
    gone = world.add_vm()
    world.store.transact(lambda draft: draft.delete(VM, gone))
    world.set(vm, VM.name_label.to("c<d"))
    found = batch(waiting(world.view, ROOT, ["vm"], f"{world.view.epoch},{before + 1}", 0.0))
    answer = cast("dict[str, list[dict[str, Any]]]", events.BATCH.json(found))
    told = answer["events"]
    assert [(each["class"], each["operation"], each["ref"]) for each in told][-1] == ("vm", "mod", vm)
    assert told[-1]["snapshot"]["name_label"] == "c<d"
    assert (told[-1]["id"], told[-1]["timestamp"]) == (str(world.view.revision), "0.0")
    text = events.BATCH.xml(found)
    assert "<name>name_label</name><value>c&lt;d</value>" in text
    assert "<name>vm</name><value><i4>1</i4></value>" in text
    assert events.BATCH.text(found).endswith(f"mod VM {vm}")


def test_a_deletion_has_no_snapshot() -> None:
    event = Event(3, None, VM, NOTHING, What.DEL)
    (told,) = [events.EVENTS.json((event,))]
    assert told == [{"id": "3", "timestamp": "0.0", "class": "vm", "operation": "del", "ref": NOTHING}]
    assert "snapshot" not in events.EVENTS.xml((event,))
