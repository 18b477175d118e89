"""Messages: what the administrator is to be told about an object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cenote.model.classes.host import host
from cenote.model.classes.message import cls as message_class
from cenote.model.classes.message import message
from cenote.model.classes.pool import pool
from cenote.model.classes.SR import SR
from cenote.model.classes.VDI import VDI
from cenote.model.classes.vm import VM
from cenote.model.core import Draft, Object, Ref
from cenote.operations.context import Context
from cenote.operations.registry import implements

CLASSES: Mapping[str, type[Object]] = {"VM": VM, "Host": host, "SR": SR, "Pool": pool, "VDI": VDI}
"""The classes that a message may be about and whose uuids are checked; the others are not built yet."""

Records = Mapping[Ref[message], Mapping[str, Any]]


@implements(message.create, quick=True)
def create(context: Context, name: str, priority: int, cls_: message_class, obj_uuid: str, body: str) -> Ref[message]:
    """Tell the administrator something about an object."""
    about = CLASSES.get(cls_.value)
    if about is not None:
        context.view.by_uuid(about, obj_uuid)
    now = context.rooms.clock.now()
    return context.write(
        lambda draft: draft.create(
            message,
            message.name.to(name),
            message.priority.to(priority),
            message.cls.to(cls_),
            message.obj_uuid.to(obj_uuid),
            message.body.to(body),
            message.timestamp.to(now),
        )
    )


@implements(message.destroy, quick=True)
def destroy(context: Context, self_: Ref[message]) -> None:
    """Remove a message."""
    context.view.get(message, self_)
    context.write(lambda draft: draft.delete(message, self_))


@implements(message.destroy_many, quick=True)
def destroy_many(context: Context, messages: tuple[Ref[message], ...]) -> None:
    """Remove several messages: all of them, or none when one is not there."""

    def work(draft: Draft) -> None:
        for ref in messages:
            draft.get(message, ref)
            draft.delete(message, ref)

    context.write(work)


@implements(message.get_since, quick=True)
def get_since(context: Context, since: datetime) -> Any:
    """The messages since a moment."""
    return _records(each for each in context.view.all(message) if each.timestamp >= since)


@implements(message.get, quick=True)
def get(context: Context, cls_: message_class, obj_uuid: str, since: datetime) -> Any:
    """The messages about one object since a moment."""
    return _records(
        each
        for each in context.view.all(message)
        if each.cls is cls_ and each.obj_uuid == obj_uuid and each.timestamp >= since
    )


def _records(found: Iterable[message]) -> Records:
    return {each.ref: each.values for each in sorted(found, key=lambda each: each.timestamp, reverse=True)}
