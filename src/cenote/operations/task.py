"""Tasks of clients' own, and what clients may write into a task's record."""

from __future__ import annotations

from cenote.model.classes.task import task, task_allowed_operations, task_status_type
from cenote.model.core import Draft, Ref
from cenote.model.errors.general import InvalidValue, OperationNotAllowed
from cenote.operations.context import Context
from cenote.operations.plain import adds_to, removes_from, sets
from cenote.operations.registry import implements

ENDED = frozenset({task_status_type.SUCCESS, task_status_type.FAILURE, task_status_type.CANCELLED})


@implements(task.create, quick=True)
def create(context: Context, label: str, description: str) -> Ref[task]:
    """A task that the client itself will report on."""
    now = context.rooms.clock.now()
    return context.write(
        lambda draft: draft.create(
            task,
            task.name_label.to(label),
            task.name_description.to(description),
            task.created.to(now),
            task.status.to(task_status_type.PENDING),
            task.type.to("<none/>"),
            task.resident_on.to(context.rooms.host),
            task.session.to(context.caller.session),
        )
    )


@implements(task.destroy, quick=True)
def destroy(context: Context, self_: Ref[task]) -> None:
    """Remove a task's record; one that runs must end, or be cancelled, first."""

    def work(draft: Draft) -> None:
        record = draft.get(task, self_)
        if task_allowed_operations.CANCEL in record.allowed_operations:
            raise OperationNotAllowed("the task is still running: cancel it first")
        draft.delete(task, self_)

    context.write(work)


@implements(task.set_status, quick=True)
def set_status(context: Context, self_: Ref[task], value: task_status_type) -> None:
    """Say how a task of the client's own stands; an end is dated."""
    now = context.rooms.clock.now()

    def work(draft: Draft) -> None:
        draft.update(self_, task.status.to(value))
        if value in ENDED:
            draft.update(self_, task.finished.to(now))

    context.write(work)


def check_progress(value: float) -> None:
    """Progress goes from 0 to 1."""
    if not 0 <= value <= 1:
        raise InvalidValue("progress", f"{value:g} (from 0 to 1)")


sets(task.set_progress, task.progress, check_progress)
sets(task.set_result, task.result)
sets(task.set_error_info, task.error_info)
sets(task.set_other_config, task.other_config)
adds_to(task.add_to_other_config, task.other_config)
removes_from(task.remove_from_other_config, task.other_config)
