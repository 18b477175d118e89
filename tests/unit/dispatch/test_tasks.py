"""Tasks from pending to their end, what they guard, and what is left of those that a dead daemon ran."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.unit.records import NOTHING, ROOT, RUNNING, World

from cenote.dispatch import tasks as module
from cenote.dispatch.answer import Answer, Failure, Success
from cenote.dispatch.tasks import Tasks
from cenote.model.classes.task import task, task_allowed_operations, task_status_type
from cenote.model.classes.VDI import VDI, vdi_operations
from cenote.model.classes.vm import VM, vm_operations
from cenote.model.core import Ref
from cenote.model.errors.general import HandleInvalid, OtherOperationInProgress, TaskCancelled
from cenote.model.errors.vm import VmBadPowerState
from cenote.model.sealed import CATALOGUE
from cenote.model.shapes import INT
from cenote.operations.context import Context
from cenote.store.contract import StoreError

START = CATALOGUE.signatures["VM.start"]
CLONE = CATALOGUE.signatures["VM.clone"]
DESTROY = CATALOGUE.signatures["VDI.destroy"]
DONE = Success(None)
CANCEL, DESTROYABLE = (task_allowed_operations.CANCEL,), (task_allowed_operations.DESTROY,)


class Desk:
    """Tasks over a world."""

    def __init__(self) -> None:
        self.world = World()
        self.tasks = Tasks(self.world.rooms())
        self.vm = self.world.add_vm()

    def begin(self, signature: Any = START, target: Ref[Any] | None = None, *, asynchronous: bool = True) -> Context:
        return self.tasks.begin(signature, ROOT, target or self.vm, asynchronous)

    def end(self, context: Context, answer: Answer = DONE, signature: Any = START, *, keep: bool = True) -> None:
        self.tasks.end(context, signature, self.vm, answer, keep=keep)

    def record(self, context: Context) -> task:
        assert context.task is not None
        return self.world.get(task, Ref[task](context.task))

    @property
    def operations(self) -> dict[str, vm_operations]:
        return dict(self.world.get(VM, self.vm).current_operations)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_task_begins(desk: Desk) -> None:
    context = desk.begin()
    record = desk.record(context)
    assert (record.name_label, record.status, record.progress) == ("Async.VM.start", task_status_type.PENDING, 0.0)
    assert (record.allowed_operations, record.resident_on) == (CANCEL, desk.world.host)
    assert record.created == desk.world.clock.now()
    assert desk.operations == {str(context.task): vm_operations.START}
    assert desk.record(desk.begin(CLONE, desk.world.add_vm(), asynchronous=False)).name_label == "VM.clone"


def test_what_the_guard_refuses_leaves_no_trace(desk: Desk) -> None:
    desk.begin()
    before = desk.world.view.revision
    with pytest.raises(OtherOperationInProgress):
        desk.begin()
    with pytest.raises(HandleInvalid):
        desk.begin(START, NOTHING)
    desk.world.set(desk.vm, VM.name_label.to("b"))
    running = desk.world.add_vm(VM.power_state.to(RUNNING))
    with pytest.raises(VmBadPowerState):
        desk.begin(START, running)
    assert len(list(desk.world.view.all(task))) == 1
    assert desk.world.view.revision > before


def test_a_generated_destroy_is_guarded_too(desk: Desk) -> None:
    vdi = desk.world.add_vdi()
    context = desk.begin(DESTROY, vdi)
    assert desk.world.get(VDI, vdi).current_operations == {str(context.task): vdi_operations.DESTROY}


def test_a_message_that_is_no_operation_guards_nothing(desk: Desk) -> None:
    desk.begin(CATALOGUE.signatures["VM.set_name_label"])
    assert desk.operations == {}


def test_success(desk: Desk) -> None:
    context = desk.begin()
    desk.world.clock.advance(5)
    desk.end(context, Success(INT, 7))
    record = desk.record(context)
    assert (record.status, record.result, record.progress) == (task_status_type.SUCCESS, "<value>7</value>", 1.0)
    assert (record.finished, record.allowed_operations) == (desk.world.clock.now(), DESTROYABLE)
    assert desk.operations == {}


def test_failure(desk: Desk) -> None:
    context = desk.begin()
    desk.end(context, Failure("SR_FULL", ["1", "2"]))
    record = desk.record(context)
    assert (record.status, record.error_info) == (task_status_type.FAILURE, ("SR_FULL", "1", "2"))
    assert (record.result, desk.operations) == ("", {})


def test_a_task_that_nobody_asked_for_goes(desk: Desk) -> None:
    context = desk.begin(asynchronous=False)
    desk.end(context, keep=False)
    assert list(desk.world.view.all(task)) == []


def test_an_object_that_is_gone_needs_no_freeing(desk: Desk) -> None:
    context = desk.begin()
    desk.world.store.transact(lambda draft: draft.delete(VM, desk.vm))
    desk.end(context)
    assert desk.record(context).status is task_status_type.SUCCESS


def test_a_record_that_a_client_removed_stays_removed(desk: Desk) -> None:
    context = desk.begin()
    assert context.task is not None
    gone: Ref[task] = context.task
    desk.world.store.transact(lambda draft: draft.delete(task, gone))
    desk.end(context)
    assert desk.world.view.find(task, gone) is None
    assert desk.operations == {}


def test_cancelling(desk: Desk) -> None:
    context = desk.begin()
    assert context.task is not None
    assert desk.tasks.cancel(context.task)
    assert desk.record(context).status is task_status_type.CANCELLING
    with pytest.raises(TaskCancelled) as caught:
        context.progress.report(0.5)
    desk.end(context, Failure.of(caught.value))
    assert desk.record(context).status is task_status_type.CANCELLED
    assert not desk.tasks.cancel(context.task)
    assert not desk.tasks.cancel(Ref[task](NOTHING))


def test_a_task_that_was_finished_before_it_was_seen(desk: Desk) -> None:
    ref = desk.tasks.finished(START, ROOT, Success(None))
    record = desk.world.get(task, ref)
    assert (record.name_label, record.status, record.progress) == ("Async.VM.start", task_status_type.SUCCESS, 1.0)
    assert record.created == record.finished == desk.world.clock.now()


def test_progress_is_written_now_and_then(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", desk.world.clock.monotonic)
    context = desk.begin()
    context.progress.report(0.25)
    assert desk.record(context).progress == 0.0
    desk.world.clock.advance(module.REPORT_EVERY)
    context.progress.report(0.5)
    context.progress.report(0.75)
    assert desk.record(context).progress == 0.5


def test_the_oldest_that_have_ended_are_forgotten(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    running = desk.begin(CLONE)
    old = [desk.tasks.finished(START, ROOT, Success(None)) for _ in range(2)]
    desk.world.clock.advance(1)
    new = desk.tasks.finished(START, ROOT, Success(None))
    last = desk.begin(CLONE)
    desk.end(last, signature=CLONE)
    assert {each.ref for each in desk.world.view.all(task)} == {running.task, new, last.task}
    assert not {*old} & {each.ref for each in desk.world.view.all(task)}


def test_tasks_of_a_daemon_that_died_are_buried(desk: Desk) -> None:
    running, ended = desk.begin(CLONE), desk.begin(CLONE)
    desk.end(ended, signature=CLONE)
    own = desk.world.add(task, task.status.to(task_status_type.PENDING))
    Tasks(desk.world.rooms()).bury()
    record = desk.record(running)
    assert (record.status, record.error_info[0]) == (task_status_type.FAILURE, "INTERNAL_ERROR")
    assert record.allowed_operations == DESTROYABLE
    assert desk.record(ended).status is task_status_type.SUCCESS
    assert desk.world.get(task, own).status is task_status_type.PENDING, "a client's own goes on"
    assert desk.operations == {}


def test_a_daemon_that_stops_asks_all_to_stop(desk: Desk) -> None:
    context = desk.begin(CLONE)
    desk.tasks.stop()
    assert context.progress.cancelled
    assert desk.begin(CLONE).progress.cancelled
    desk.tasks.close()


def test_an_end_that_can_not_be_written_is_owed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    context = desk.begin()
    room = desk.world.store.transact

    def full(work: Any) -> Any:
        raise StoreError("no room")

    desk.tasks.stop()  # so that nothing is tried again by itself
    monkeypatch.setattr(desk.world.store, "transact", full)
    desk.end(context)
    assert desk.operations
    monkeypatch.setattr(desk.world.store, "transact", room)
    other = desk.begin()
    assert desk.record(context).status is task_status_type.SUCCESS
    assert desk.operations == {str(other.task): vm_operations.START}


def test_progress_that_can_not_be_written_stops_no_work(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", desk.world.clock.monotonic)
    context = desk.begin()

    def full(work: Any) -> Any:
        raise StoreError("no room")

    monkeypatch.setattr(desk.world.store, "transact", full)
    desk.world.clock.advance(1)
    context.progress.report(0.5)
    assert not context.progress.cancelled
