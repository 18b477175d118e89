"""The one way in: what is answered at once, on which thread the rest is done, and that every request has an end."""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import Any

import pytest
from tests.unit.records import NOTHING, RUNNING, World

from cenote.dispatch import dispatcher as module
from cenote.dispatch.answer import Failure, Peer, Success, Waiting
from cenote.dispatch.dispatcher import Dispatcher
from cenote.dispatch.login import Logins, Throttle
from cenote.dispatch.sessions import Sessions
from cenote.model.classes.task import task, task_status_type
from cenote.model.classes.vm import VM, vm_operations
from cenote.model.core import Ref
from cenote.operations.context import Context
from cenote.operations.registry import Procedure, Procedures

PEER = Peer("unix", 0)


class Front:
    """A dispatcher whose verbs tell on which thread they were done; ``gate`` holds VM.start until it is opened."""

    def __init__(self) -> None:
        self.world = World()
        self.vm = self.world.add_vm()
        self.gate = threading.Event()
        self.threads: list[str] = []
        verbs: dict[str, Procedure] = {
            "VM.start": self.start,
            "VM.get_cooperative": self.quick,
            "VM.pause": self.broken,
        }
        sessions = Sessions(self.world.store, self.world.clock, self.world.host)
        logins = Logins((), Throttle(), frozenset({0}), lambda _: None)
        self.dispatcher = Dispatcher(
            self.world.rooms(), Procedures(verbs=verbs, quick={"VM.get_cooperative"}), sessions, logins
        )
        self.token = sessions.open("root")

    def start(self, context: Context, vm: Ref[VM], start_paused: bool, force: bool) -> None:
        self.threads.append(threading.current_thread().name)
        self.gate.wait()
        context.progress.check()

    def quick(self, context: Context, vm: Ref[VM]) -> bool:
        self.threads.append(threading.current_thread().name)
        return True

    def broken(self, context: Context, vm: Ref[VM]) -> None:
        raise ZeroDivisionError("never foreseen")

    def now(self, method: str, *params: Any) -> Any:
        return self.dispatcher.answer_now(method, [self.token, *params], PEER)

    def answer(self, method: str, *params: Any) -> Any:
        return self.dispatcher.answer(method, [self.token, *params], PEER)

    def ended(self, ref: Ref[task]) -> task:
        """A task once it has ended."""
        found = self.world.store.wait(
            lambda state: record if (record := state.get(task, ref)).status is not task_status_type.PENDING else None,
            20.0,
        )
        assert found is not None
        return found


@pytest.fixture
def front() -> Generator[Front]:
    front = Front()
    yield front
    front.gate.set()
    front.dispatcher.close()


def test_reads_are_answered_at_once(front: Front) -> None:
    assert front.now("VM.get_all").value == (front.vm,)
    assert front.now("VM.get_all_records_where", "rubbish").code == "INVALID_VALUE"
    assert front.dispatcher.answer_now("VM.get_all", ["no session"], PEER) == Failure("SESSION_INVALID", ["no session"])
    assert front.dispatcher.answer_now("system.listMethods", [], PEER) is not None


def test_the_rest_needs_a_thread(front: Front) -> None:
    for name in ("VM.start", "VM.get_cooperative", "Async.VM.start", "VM.set_name_label", "VM.fly"):
        assert front.now(name) is None


def test_a_quick_verb_makes_no_task(front: Front) -> None:
    revision = front.world.view.revision
    assert front.answer("VM.get_cooperative", front.vm).value is True
    assert front.threads[0].startswith("quick")
    assert front.world.view.revision == revision


def test_async_of_a_quick_verb_has_ended_when_it_is_seen(front: Front) -> None:
    answer = front.answer("Async.VM.get_cooperative", front.vm)
    record = front.world.get(task, answer.value)
    assert (record.status, record.result) == (task_status_type.SUCCESS, "<value><boolean>1</boolean></value>")


def test_a_verb_runs_under_a_task_that_goes_with_it(front: Front) -> None:
    front.gate.set()
    assert front.answer("VM.start", front.vm, False, False) == Success(None)
    assert front.threads[0].startswith("task")
    assert list(front.world.view.all(task)) == []
    assert front.world.get(VM, front.vm).current_operations == {}


def test_async_answers_before_the_verb_has_ended(front: Front) -> None:
    ref = front.answer("Async.VM.start", front.vm, False, False).value
    assert front.world.get(VM, front.vm).current_operations == {ref: vm_operations.START}
    assert front.answer("VM.start", front.vm, False, False).code == "OTHER_OPERATION_IN_PROGRESS"
    front.gate.set()
    assert front.ended(ref).status is task_status_type.SUCCESS
    assert front.world.get(VM, front.vm).current_operations == {}


def test_async_of_a_verb_that_may_not_begin_is_a_task_that_has_failed(front: Front) -> None:
    ref = front.answer("Async.VM.start", Ref[VM](NOTHING), False, False).value
    record = front.world.get(task, ref)
    assert (record.status, record.error_info) == (task_status_type.FAILURE, ("HANDLE_INVALID", "VM", NOTHING))


def test_a_cancelled_verb_ends_as_cancelled(front: Front) -> None:
    ref = front.answer("Async.VM.start", front.vm, False, False).value
    assert front.answer("task.cancel", ref) == Success(None)
    front.gate.set()
    done = front.world.store.wait(lambda state: state.get(task, ref).status is task_status_type.CANCELLED or None, 20.0)
    assert done


def test_a_surprise_is_an_answer_too(front: Front, caplog: pytest.LogCaptureFixture) -> None:
    front.world.set(front.vm, VM.power_state.to(RUNNING))
    answer = front.answer("VM.pause", front.vm)
    assert answer == Failure("INTERNAL_ERROR", ["ZeroDivisionError: never foreseen"])
    assert "VM.pause failed unexpectedly" in caplog.text
    assert front.world.get(VM, front.vm).current_operations == {}


def test_what_is_not_built_answers_so(front: Front) -> None:
    assert front.answer("VM.snapshot", front.vm, "x") == Failure("NOT_IMPLEMENTED", ["VM.snapshot"])
    ref = front.answer("Async.VM.snapshot", front.vm, "x").value
    assert front.world.get(task, ref).error_info == ("NOT_IMPLEMENTED", "VM.snapshot")


def test_unknown_methods(front: Front) -> None:
    assert front.answer("VM.fly") == Failure("MESSAGE_METHOD_UNKNOWN", ["VM.fly"])
    assert front.answer("Async.VM.get_all") == Failure("MESSAGE_METHOD_UNKNOWN", ["Async.VM.get_all"])


def test_logging_in_and_out(front: Front) -> None:
    answer = front.dispatcher.answer("session.login_with_password", ["root", ""], PEER)
    assert isinstance(answer, Success)
    again = front.dispatcher.answer("VM.get_all", [answer.value], PEER)
    assert again.__class__ is Success
    assert front.dispatcher.answer("session.logout", [answer.value], PEER) == Success(None)
    assert front.dispatcher.answer("VM.get_all", [answer.value], PEER) == Failure("SESSION_INVALID", [answer.value])
    refused = front.dispatcher.answer("session.login_with_password", ["root", ""], Peer("192.0.2.9"))
    assert refused == Failure("SESSION_AUTHENTICATION_FAILED", ["root", "Authentication failure"])


def test_events(front: Front) -> None:
    found = front.now("event.from", ["vm"], "", 0.0)
    assert isinstance(found, Success)
    assert isinstance(front.now("event.from", ["vm"], found.value.token, 5.0), Waiting)
    late = front.answer("event.from", ["vm"], found.value.token, 0.0)
    assert late.value.events == ()
    assert front.now("event.next").code == "SESSION_NOT_REGISTERED"
    assert front.answer("event.register", ["vm"]) == Success(None)
    assert isinstance(front.now("event.next"), Waiting)


def test_more_than_can_wait_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAITING_TASKS", 1)
    narrow = Front()
    try:
        narrow.answer("Async.VM.start", narrow.vm, False, False)
        assert narrow.answer("VM.start", narrow.vm, False, False).code == "TOO_MANY_PENDING_TASKS"
        assert narrow.answer("VM.get_cooperative", narrow.vm).value is True
    finally:
        narrow.gate.set()
        narrow.dispatcher.close()


def test_after_the_end_nothing_is_begun(front: Front) -> None:
    front.gate.set()
    front.dispatcher.close()
    assert front.answer("Async.VM.start", front.vm, False, False) == module.STOPPED
    assert front.answer("VM.start", front.vm, False, False) == module.STOPPED
    assert front.answer("VM.set_name_label", front.vm, "x") == module.STOPPED
    assert front.dispatcher.answer("session.login_with_password", ["root", ""], PEER) == module.STOPPED
