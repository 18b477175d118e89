"""What dispatch does itself: sessions, tasks and events as it keeps them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.records import NOTHING, ROOT, World

from cenote.dispatch.answer import Success
from cenote.dispatch.events import Subscriptions
from cenote.dispatch.own import procedures as own
from cenote.dispatch.sessions import Sessions
from cenote.dispatch.tasks import Tasks
from cenote.model.catalogue import Kind
from cenote.model.classes.session import session
from cenote.model.classes.task import task, task_status_type
from cenote.model.classes.vm import VM
from cenote.model.errors.access import SessionNotRegistered
from cenote.model.errors.general import HandleInvalid, OperationNotAllowed, TaskCancelled
from cenote.model.sealed import CATALOGUE
from cenote.operations.context import Context


class Office:
    """What dispatch does itself."""

    def __init__(self) -> None:
        self.world = World()
        self.sessions = Sessions(self.world.store, self.world.clock, self.world.host)
        self.tasks = Tasks(self.world.rooms())
        self.subscriptions = Subscriptions()
        self.procedures = own(self.sessions, self.tasks, self.subscriptions)

    def do(self, name: str, *args: Any, token: str = "") -> Any:
        caller = self.sessions.find(token) if token else ROOT
        return self.procedures[name](Context(self.world.rooms(), caller, token=token), *args)


@pytest.fixture
def office() -> Office:
    return Office()


def test_they_are_declared_verbs(office: Office) -> None:
    for name in office.procedures:
        assert CATALOGUE.signatures[name].kind is Kind.VERB


@pytest.mark.parametrize("name", ["session.logout", "session.local_logout"])
def test_logging_out(office: Office, name: str) -> None:
    token = office.sessions.open("root")
    caller = office.sessions.find(token)
    office.do("event.register", ("vm",), token=token)
    office.do(name, token=token)
    assert not [each for each in office.world.view.all(session) if each.ref == caller.session]
    with pytest.raises(SessionNotRegistered):
        office.subscriptions.next(office.world.view, caller)


def test_cancelling_a_task_that_runs_here(office: Office) -> None:
    vm = office.world.add_vm()
    context = office.tasks.begin(CATALOGUE.signatures["VM.start"], ROOT, vm, True)
    office.do("task.cancel", context.task)
    with pytest.raises(TaskCancelled):
        context.progress.check()


def test_cancelling_a_clients_own_task_marks_it(office: Office) -> None:
    own_task = office.world.add(task, task.status.to(task_status_type.PENDING))
    office.do("task.cancel", own_task)
    assert office.world.get(task, own_task).status is task_status_type.CANCELLING


def test_a_task_that_has_ended_is_not_cancelled(office: Office) -> None:
    ended = office.tasks.finished(CATALOGUE.signatures["VM.start"], ROOT, Success(None))
    with pytest.raises(OperationNotAllowed, match="success"):
        office.do("task.cancel", ended)
    with pytest.raises(HandleInvalid):
        office.do("task.cancel", NOTHING)


def test_injecting_an_event_changes_nothing_else(office: Office) -> None:
    vm = office.world.add_vm()
    before = office.world.view
    token = office.do("event.inject", "vm", vm)
    assert token == f"{before.epoch},{before.revision:020d}"
    assert office.do("event.get_current_id") == before.revision + 1
    assert office.world.get(VM, vm).values == before.get(VM, vm).values
    with pytest.raises(HandleInvalid):
        office.do("event.inject", "vm", NOTHING)
    with pytest.raises(HandleInvalid):
        office.do("event.inject", "nothing", vm)
