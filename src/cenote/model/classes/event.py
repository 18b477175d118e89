"""The class ``event``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from cenote.model.core import Field, Lifecycle, Object, initial, runtime, static
from cenote.model.errors.access import SessionNotRegistered
from cenote.model.errors.general import EventFromTokenParseFailure, EventsLost, EventSubscriptionParseFailure
from cenote.model.roles import Role


class event_operation(Enum):
    """What happened to an object."""

    ADD = "add"
    DEL = "del"
    MOD = "mod"


class event(Object):
    """One change to an object: what clients that wait for changes are told."""

    struct = True

    snapshot: Field[Object] = runtime("the whole record after the change; absent from deletions")
    id: Field[int] = initial("the event's number; later events have higher ones")
    timestamp: Field[datetime] = initial(
        "when the change happened; no longer filled in", lifecycle=Lifecycle.DEPRECATED
    )
    class_: Field[str] = initial("the class of the object that changed, in lower case")
    operation: Field[event_operation] = initial("what happened to the object")
    ref_: Field[str] = initial("the reference of the object that changed")
    obj_uuid: Field[str] = initial(
        "the UUID of the object that changed; no longer filled in", lifecycle=Lifecycle.DEPRECATED
    )

    @static(Role.READ_ONLY, lifecycle=Lifecycle.DEPRECATED)
    @staticmethod
    def register(classes: tuple[str, ...]) -> None:
        """Have the session's event.next tell of these classes; `*` stands for all."""

    @static(Role.READ_ONLY, lifecycle=Lifecycle.DEPRECATED)
    @staticmethod
    def unregister(classes: tuple[str, ...]) -> None:
        """Stop telling the session's event.next of these classes."""

    @static(
        Role.READ_ONLY,
        errors=(SessionNotRegistered, EventsLost, EventSubscriptionParseFailure),
        lifecycle=Lifecycle.DEPRECATED,
    )
    @staticmethod
    def next() -> tuple[event, ...]:
        """Wait for changes to what the session registered for, and answer them."""
        ...

    @static(Role.READ_ONLY, errors=(EventFromTokenParseFailure, EventSubscriptionParseFailure))
    @staticmethod
    def from_(classes: tuple[str, ...], token: str, timeout: float) -> EventBatch:
        """Answer what changed since ``token``, waiting up to ``timeout`` seconds for something to tell."""
        ...

    @static(Role.READ_ONLY)
    @staticmethod
    def get_current_id() -> int:
        """The number of the newest event."""
        ...

    @static(Role.READ_ONLY)
    @staticmethod
    def inject(class_: str, ref: str) -> str:
        """Tell every listener of an object once more; answers a token from just before."""
        ...


class EventBatch(Object):
    """What event.from answers."""

    record_name = "an event batch"
    struct = True

    events: Field[tuple[event, ...]] = runtime("the changes, oldest first")
    valid_ref_counts: Field[Mapping[str, int]] = runtime(
        "how many objects there are of each class: a client that holds more has missed deletions"
    )
    token: Field[str] = runtime("what to give event.from the next time")
