"""The class ``task``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from cenote.model.core import NULL, Field, Lifecycle, Object, Runs, internal, inverse, message, runtime, static
from cenote.model.errors.general import OperationNotAllowed
from cenote.model.refs import HostRef, SessionRef, TaskRef
from cenote.model.roles import Role


class task_allowed_operations(Enum):
    """What can be done to a task."""

    CANCEL = "cancel"
    DESTROY = "destroy"


class task_status_type(Enum):
    """How a task stands."""

    PENDING = "pending"
    """Runs, or waits to."""
    SUCCESS = "success"
    """Has done it."""
    FAILURE = "failure"
    """Has failed."""
    CANCELLING = "cancelling"
    """Was asked to stop."""
    CANCELLED = "cancelled"
    """Has stopped before it was done."""


class task(Object):
    """A piece of work in progress, or one that has ended and whose result still waits to be read."""

    uuid: Field[str] = runtime("identifies the task for good")
    name_label: Field[str] = runtime("what is being done, usually the message that started it", default="")
    name_description: Field[str] = runtime("more about what is being done", default="")
    allowed_operations: Field[tuple[task_allowed_operations, ...]] = runtime(
        "what may be done to the task now", default=()
    )
    current_operations: Field[Mapping[str, task_allowed_operations]] = runtime(
        "what is being done to the task, by the task that does it", default={}
    )
    created: Field[datetime] = runtime("when the task began")
    finished: Field[datetime] = runtime("when the task ended; the epoch while it runs")
    status: Field[task_status_type] = runtime("how the task stands")
    resident_on: Field[HostRef] = runtime("the host that does the work")
    progress: Field[float] = runtime("how far the work is, from 0.0 to 1.0")
    type: Field[str] = runtime("the kind of the result, for old clients")
    result: Field[str] = runtime("the result in XML, once the task has succeeded")
    error_info: Field[tuple[str, ...]] = runtime("the error's code and its parameters, once the task has failed")
    other_config: Field[Mapping[str, str]] = runtime(
        "free keys and values; clients note here what the task is about", default={}
    )
    subtask_of: Field[TaskRef] = runtime("the task that this one is a part of", default=NULL)
    subtasks: Field[tuple[TaskRef, ...]] = inverse("task.subtask_of", "tasks that are parts of this one")
    backtrace: Field[str] = runtime("where the failure happened in the program, for its authors", default="()")
    session: Field[SessionRef] = internal("the session that started the task", default=NULL)

    @static(Role.READ_ONLY)
    @staticmethod
    def create(label: str, description: str) -> TaskRef:
        """Make a task that the client itself will carry on and finish."""
        ...

    @message(Role.READ_ONLY)
    def destroy(self) -> None:
        """Forget a task that has ended."""

    @message(Role.READ_ONLY, runs=Runs.RESIDENT, errors=(OperationNotAllowed,), self_name="task")
    def cancel(self) -> None:
        """Ask a task to stop; it does so at its next safe point, and not every task has one."""

    @message(Role.READ_ONLY)
    def set_status(self, value: task_status_type) -> None:
        """Say how a task of the client's own stands."""

    @message(Role.READ_ONLY)
    def set_progress(self, value: float) -> None:
        """Say how far a task of the client's own is, from 0.0 to 1.0."""

    @message(Role.READ_ONLY)
    def set_result(self, value: str) -> None:
        """Give a task of the client's own its result."""

    @message(Role.READ_ONLY)
    def set_error_info(self, value: tuple[str, ...]) -> None:
        """Give a task of the client's own the error's code and parameters."""

    @message(Role.READ_ONLY, lifecycle=Lifecycle.PROTOTYPED)
    def set_other_config(self, value: Mapping[str, str]) -> None:
        """Replace all free keys and values."""

    @message(Role.READ_ONLY, lifecycle=Lifecycle.PROTOTYPED)
    def add_to_other_config(self, key: str, value: str) -> None:
        """Add a free key and its value; the key must be new."""

    @message(Role.READ_ONLY, lifecycle=Lifecycle.PROTOTYPED)
    def remove_from_other_config(self, key: str) -> None:
        """Remove a free key; nothing happens when it is not there."""
