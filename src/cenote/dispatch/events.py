"""What has changed: ``event.from`` with tokens, and the older ``event.register`` and ``event.next``.

A token is ``EPOCH,REVISION``: the history that it counts in, and the revision that the client has seen. Waiting costs
no thread: the edge asks :class:`~cenote.dispatch.answer.Waiting` again with each new state.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cenote.dispatch.answer import Success, Waiting
from cenote.dispatch.generated import wire_record
from cenote.model.core import Object, Ref
from cenote.model.errors.access import SessionNotRegistered
from cenote.model.errors.general import EventFromTokenParseFailure, EventsLost, EventSubscriptionParseFailure
from cenote.model.roles import holders
from cenote.model.sealed import CATALOGUE
from cenote.model.shapes import STRING, Shape, StructShape, escape
from cenote.operations.context import Caller
from cenote.store.history import LostError, What
from cenote.store.state import State

LONGEST = 86400.0
"""Seconds that ``event.from`` waits at most, whatever it is asked for."""
NEXT_TIMEOUT = 3600.0
"""Seconds that ``event.next`` waits at most, before it answers an empty list."""

_SUBSCRIPTION = re.compile(r"(\*|\w+)(?:/(\S+))?\Z")
_TOKEN = re.compile(r"([0-9a-f-]{36}),(\d{1,20})\Z")


@dataclass(frozen=True, slots=True)
class Event:
    """One change, as the wire tells it."""

    revision: int
    record: Object | None
    """The record as it is now; None for an object that is gone."""
    cls: type[Object]
    ref: Ref[Any]
    what: What


@dataclass(frozen=True, slots=True)
class Batch:
    """What ``event.from`` answers."""

    events: tuple[Event, ...]
    counts: Mapping[str, int]
    """How many objects there are of each class: a client that holds more has missed deletions."""
    token: str


@dataclass(frozen=True, slots=True)
class Filter:
    """The classes, and the single objects, that a client wants to hear of; those that it may not read left out."""

    everything: bool
    classes: frozenset[str]
    objects: frozenset[tuple[str, str]]
    hidden: frozenset[str]

    def wants(self, cls: str, ref: str) -> bool:
        """Whether a change to that object is to be told."""
        if cls in self.hidden:
            return False
        lower = cls.lower()
        return self.everything or lower in self.classes or (lower, ref) in self.objects


def parse_filter(subscriptions: Iterable[str], caller: Caller) -> Filter:
    """Read ``*``, ``vm`` and ``vm/OpaqueRef:...``; raises ``EVENT_SUBSCRIPTION_PARSE_FAILURE``."""
    classes: set[str] = set()
    objects: set[tuple[str, str]] = set()
    for text in subscriptions:
        match = _SUBSCRIPTION.match(text)
        if match is None:
            raise EventSubscriptionParseFailure(text)
        name, ref = match.group(1).lower(), match.group(2)
        if ref is None:
            classes.add(name)
        else:
            objects.add((name, ref))
    hidden = () if caller.superuser else _hidden(caller)
    return Filter("*" in classes, frozenset(classes), frozenset(objects), frozenset(hidden))


def _hidden(caller: Caller) -> Iterable[str]:
    return [name for name, cls in CATALOGUE.classes.items() if holders(cls.read_role).isdisjoint(caller.roles)]


def token_of(state: State) -> str:
    """The token that says "I have seen all up to here"."""
    return f"{state.epoch},{state.revision:020d}"


def parse_token(state: State, token: str) -> int | None:
    """The revision of a token, None for the empty one that a client begins with.

    Raises ``EVENT_FROM_TOKEN_PARSE_FAILURE``, and ``EVENTS_LOST`` for a token of another history.
    """
    if not token:
        return None
    match = _TOKEN.match(token)
    if match is None:
        raise EventFromTokenParseFailure(token)
    if match.group(1) != state.epoch or int(match.group(2)) > state.revision:
        raise EventsLost
    return int(match.group(2))


def collect(state: State, wanted: Filter, since: int | None) -> list[Event]:
    """The wanted changes after a revision, each object once with its newest record; everything there is, for None."""
    if since is None:
        found = [
            Event(record.revision, record, cls, record.ref, What.ADD)
            for cls in CATALOGUE.classes.values()
            for record in state.all(cls)
            if wanted.wants(cls.__name__, record.ref)
        ]
        return sorted(found, key=lambda event: event.revision)
    try:
        changes = list(state.changes(since))
    except LostError as error:
        raise EventsLost from error
    latest = {(change.cls, change.ref): change for change in changes if wanted.wants(change.cls, change.ref)}
    events: list[Event] = []
    for (name, ref), change in latest.items():
        cls = CATALOGUE.classes[name]
        record = state.find(cls, ref)
        if record is not None:
            what = What.ADD if record.born > since else What.MOD
            events.append(Event(change.revision, record, cls, ref, what))
        elif change.last is None or change.last.born <= since:
            events.append(Event(change.revision, None, cls, ref, What.DEL))
    return sorted(events, key=lambda event: event.revision)


def _batch(state: State, events: Iterable[Event]) -> Batch:
    counts = {name.lower(): len(state.table(cls)) for name, cls in CATALOGUE.classes.items()}
    return Batch(tuple(events), counts, token_of(state))


def waiting(state: State, caller: Caller, classes: Iterable[str], token: str, timeout: float) -> Success | Waiting:
    """``event.from``: the changes since ``token``, at once if there are any, else a wait of ``timeout`` seconds."""
    wanted = parse_filter(classes, caller)
    since = parse_token(state, token)

    def poll(now: State) -> Success | None:
        nonlocal since
        events = collect(now, wanted, since)
        if events:
            return Success(BATCH, _batch(now, events))
        since = max(since or 0, now.revision)  # nothing wanted up to here: it need not be looked at again
        return None

    return poll(state) or Waiting(poll, lambda now: Success(BATCH, _batch(now, ())), _bounded(timeout))


def _bounded(timeout: float) -> float:
    """Seconds that can be waited; what is no number is no wait."""
    return min(max(timeout, 0.0), LONGEST) if timeout == timeout else 0.0  # noqa: PLR0124 - only NaN is unlike itself


class Subscriptions:
    """``event.register`` and ``event.next``: what each session has asked for, and how far it has heard."""

    def __init__(self) -> None:
        self._of: dict[Ref[Any], tuple[frozenset[str], int]] = {}

    def register(self, state: State, caller: Caller, classes: Iterable[str]) -> None:
        """Add classes to what the session hears; it begins with what changes from now on."""
        parse_filter(classes, caller)
        known, seen = self._of.get(caller.session, (frozenset[str](), state.revision))
        self._of[caller.session] = (known | set(classes), seen)

    def unregister(self, caller: Caller, classes: Iterable[str]) -> None:
        """Take classes away."""
        if caller.session in self._of:
            known, seen = self._of[caller.session]
            self._of[caller.session] = (known - set(classes), seen)

    def forget(self, session: Ref[Any]) -> None:
        """The session is gone."""
        self._of.pop(session, None)

    def next(self, state: State, caller: Caller) -> Success | Waiting:
        """``event.next``: what the session has not heard yet, waiting until there is something."""
        if caller.session not in self._of:
            raise SessionNotRegistered(str(caller.session))
        classes, since = self._of[caller.session]
        wanted = parse_filter(classes, caller)

        def told(now: State, events: list[Event]) -> Success:
            self._of[caller.session] = (classes, now.revision)
            return Success(EVENTS, tuple(events))

        def poll(now: State) -> Success | None:
            nonlocal since
            events = collect(now, wanted, since)
            if events:
                return told(now, events)
            since = max(since, now.revision)
            return None

        return poll(state) or Waiting(poll, lambda now: told(now, []), NEXT_TIMEOUT)


class EventsShape(Shape[tuple[Event, ...]]):
    """``event record set``, as xapi writes it: identifiers and times are strings, deletions have no snapshot."""

    name = "event record set"
    empty = ()

    def xml(self, value: tuple[Event, ...]) -> str:
        return "<array><data>" + "".join([f"<value>{_event_xml(event)}</value>" for event in value]) + "</data></array>"

    def json(self, value: tuple[Event, ...]) -> object:
        return [_event_json(event) for event in value]

    def text(self, value: tuple[Event, ...]) -> str:
        return "; ".join(f"{event.what.value} {event.cls.__name__} {event.ref}" for event in value)


class BatchShape(Shape[Batch]):
    """``an event batch``: the counts are the only integers that xapi writes as ``<i4>``."""

    name = "an event batch"
    empty = Batch((), {}, "")

    def xml(self, value: Batch) -> str:
        counts = "".join(
            [f"<member><name>{name}</name><value><i4>{n}</i4></value></member>" for name, n in value.counts.items()]
        )
        return (
            f"<struct><member><name>events</name><value>{EVENTS.xml(value.events)}</value></member>"
            f"<member><name>valid_ref_counts</name><value><struct>{counts}</struct></value></member>"
            f"<member><name>token</name><value>{escape(value.token)}</value></member></struct>"
        )

    def json(self, value: Batch) -> object:
        return {"events": EVENTS.json(value.events), "valid_ref_counts": dict(value.counts), "token": value.token}

    def text(self, value: Batch) -> str:
        return EVENTS.text(value.events)


EVENTS = EventsShape()
BATCH = BatchShape()


def record_shape(cls: type[Object]) -> StructShape:
    """The shape of a class's records, as ``get_record`` answers them."""
    return CATALOGUE.records[cls.__name__]


def _head(event: Event) -> dict[str, str]:
    return {
        "id": str(event.revision),
        "timestamp": "0.0",
        "class": event.cls.__name__.lower(),
        "operation": event.what.value,
        "ref": event.ref,
    }


def _event_xml(event: Event) -> str:
    head = _head(event)
    parts = [f"<member><name>{name}</name><value>{STRING.xml(head[name])}</value></member>" for name in head]
    if event.record is not None:
        snapshot = record_shape(event.cls).xml(wire_record(event.record))
        parts.append(f"<member><name>snapshot</name><value>{snapshot}</value></member>")
    return f"<struct>{''.join(parts)}</struct>"


def _event_json(event: Event) -> dict[str, object]:
    told: dict[str, object] = {**_head(event)}
    if event.record is not None:
        told["snapshot"] = record_shape(event.cls).json(wire_record(event.record))
    return told
