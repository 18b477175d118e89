"""The verbs that dispatch does itself: they are about sessions, tasks and events as it keeps them."""

from __future__ import annotations

from collections.abc import Mapping

from cenote.dispatch.events import Subscriptions, token_of
from cenote.dispatch.sessions import Sessions
from cenote.dispatch.tasks import Tasks
from cenote.model.classes.task import task, task_status_type
from cenote.model.core import Object, Ref
from cenote.model.errors.general import HandleInvalid, OperationNotAllowed
from cenote.model.sealed import CATALOGUE
from cenote.operations.context import Context
from cenote.operations.registry import Procedure


def procedures(sessions: Sessions, tasks: Tasks, subscriptions: Subscriptions) -> Mapping[str, Procedure]:
    """The procedures, by message."""

    def logout(context: Context) -> None:
        subscriptions.forget(context.caller.session)
        sessions.close(context.token)

    def cancel(context: Context, ref: Ref[task]) -> None:
        record = context.view.get(task, ref)
        if tasks.cancel(ref):
            return
        if record.status is not task_status_type.PENDING:
            raise OperationNotAllowed(f"the task has ended: {record.status.value}")
        context.write(lambda draft: draft.update(ref, task.status.to(task_status_type.CANCELLING)))

    def register(context: Context, classes: tuple[str, ...]) -> None:
        subscriptions.register(context.view, context.caller, classes)

    def unregister(context: Context, classes: tuple[str, ...]) -> None:
        subscriptions.unregister(context.caller, classes)

    def current_id(context: Context) -> int:
        return context.view.revision

    return {
        "session.logout": logout,
        "session.local_logout": logout,
        "task.cancel": cancel,
        "event.register": register,
        "event.unregister": unregister,
        "event.get_current_id": current_id,
        "event.inject": inject,
    }


def inject(context: Context, class_: str, ref: str) -> str:
    """Tell every listener of an object once more; answers the token just before."""
    cls = CATALOGUE.cls(class_)
    if cls is None:
        raise HandleInvalid(class_, ref)
    before = context.view
    record = before.get(cls, Ref[Object](ref))
    context.write(lambda draft: draft.touch(cls, record.ref))
    return token_of(before)
