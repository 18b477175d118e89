"""Tasks: Async, their progress, result, error, cancellation, and those of a client's own."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from tests.daemon.house import NULL, Client, House, refused

from cenote.storage import fake


@pytest.fixture
def stubborn(client: Client, house: House, sr: str, network: str) -> str:
    """A running VM that ignores its power button."""
    vm = client.running(sr, network)
    house.guest(client.uuid(vm)).obeys = False
    return vm


def test_a_verb_as_a_task(client: Client, sr: str, network: str) -> None:
    vm = client.whole(sr, network)
    task = client.session.xenapi.Async.VM.start(vm, False, False)
    record = client.ended(task)
    assert (record["name_label"], record["status"], record["progress"]) == ("Async.VM.start", "success", 1.0)
    assert (record["result"], record["error_info"]) == ("", [])
    assert record["resident_on"] == client.host
    assert record["created"].value <= record["finished"].value
    assert record["allowed_operations"] == ["destroy"]
    assert client.api.VM.get_power_state(vm) == "Running"
    client.api.task.destroy(task)
    assert refused(client.api.task.get_record, task) == ["HANDLE_INVALID", "task", task]


def test_a_result_is_a_value_of_xml_rpc(client: Client, sr: str, network: str) -> None:
    vm = client.whole(sr, network)
    record = client.ended(client.api.Async.VM.clone(vm, "second"))
    assert record["status"] == "success"
    new = record["result"].removeprefix("<value>").removesuffix("</value>")
    assert client.api.VM.get_name_label(new) == "second"


def test_a_quick_message_as_a_task_has_ended(client: Client) -> None:
    vm = client.vm()
    task = client.api.Async.VM.set_name_label(vm, "renamed")
    record = client.api.task.get_record(task)
    assert (record["status"], record["name_label"]) == ("success", "Async.VM.set_name_label")
    assert client.api.VM.get_name_label(vm) == "renamed"


def test_a_verb_that_is_refused_has_a_task_that_failed(client: Client) -> None:
    vm = client.vm()
    record = client.ended(client.api.Async.VM.unpause(vm))
    assert record["status"] == "failure"
    assert record["error_info"] == ["VM_BAD_POWER_STATE", vm, "paused", "halted"]


def test_a_verb_that_fails_says_why(client: Client, sr: str, network: str) -> None:
    vm = client.whole(sr, network)
    client.medium(sr).disks.clear()
    record = client.ended(client.api.Async.VM.start(vm, False, False))
    assert (record["status"], record["error_info"][0]) == ("failure", "VDI_MISSING")
    assert client.api.VM.get_current_operations(vm) == {}


def test_what_can_not_be_asked_as_a_task(client: Client) -> None:
    assert refused(client.api.Async.VM.get_all) == ["MESSAGE_METHOD_UNKNOWN", "Async.VM.get_all"]
    assert refused(client.api.Async.VM.no_such, NULL) == ["MESSAGE_METHOD_UNKNOWN", "Async.VM.no_such"]
    assert refused(client.api.Async.VM.start, NULL)[0] == "MESSAGE_PARAMETER_COUNT_MISMATCH"


def test_a_running_task_is_seen_on_its_object_and_its_session(client: Client, stubborn: str) -> None:
    task = client.api.Async.VM.clean_shutdown(stubborn)
    record = client.api.task.get_record(task)
    assert (record["status"], record["allowed_operations"]) == ("pending", ["cancel"])
    assert client.api.VM.get_current_operations(stubborn) == {task: "clean_shutdown"}
    session = client.session.handle
    assert client.api.session.get_tasks(session) == [task]
    assert client.api.session.get_record(session)["tasks"] == [task]
    client.api.task.cancel(task)
    client.ended(task)


def test_cancel(client: Client, stubborn: str) -> None:
    task = client.api.Async.VM.clean_shutdown(stubborn)
    client.api.task.cancel(task)
    record = client.ended(task)
    assert (record["status"], record["error_info"]) == ("cancelled", ["TASK_CANCELLED", task])
    assert client.api.VM.get_current_operations(stubborn) == {}
    assert client.api.VM.get_power_state(stubborn) == "Running"


def test_cancelling_what_has_ended_is_refused(client: Client) -> None:
    task = client.api.Async.VM.unpause(client.vm())
    client.ended(task)
    assert refused(client.api.task.cancel, task)[0] == "OPERATION_NOT_ALLOWED"
    assert client.api.task.get_status(task) == "failure"


def test_a_running_task_can_not_be_destroyed(client: Client, stubborn: str) -> None:
    task = client.api.Async.VM.clean_shutdown(stubborn)
    assert refused(client.api.task.destroy, task)[0] == "OPERATION_NOT_ALLOWED"
    client.api.task.cancel(task)
    client.ended(task)
    client.api.task.destroy(task)


def test_a_hard_shutdown_overtakes_a_clean_one(client: Client, stubborn: str) -> None:
    task = client.api.Async.VM.clean_shutdown(stubborn)
    client.api.VM.hard_shutdown(stubborn)
    record = client.ended(task)
    assert record["status"] == "success"
    assert client.api.VM.get_power_state(stubborn) == "Halted"
    assert client.api.VM.get_current_operations(stubborn) == {}


def test_another_operation_waits_its_turn(client: Client, stubborn: str) -> None:
    task = client.api.Async.VM.clean_shutdown(stubborn)
    assert refused(client.api.VM.pause, stubborn) == [
        "OTHER_OPERATION_IN_PROGRESS",
        "VM",
        stubborn,
        "clean_shutdown",
        task,
    ]
    assert "pause" not in client.api.VM.get_allowed_operations(stubborn)
    assert "hard_shutdown" in client.api.VM.get_allowed_operations(stubborn)
    client.api.task.cancel(task)
    client.ended(task)
    client.api.VM.pause(stubborn)


def test_progress_and_cancellation_of_a_copy(client: Client, sr: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reached, go_on = threading.Event(), threading.Event()
    copied = fake.FakeRepository._copied  # pyright: ignore[reportPrivateUsage]

    def slow(self: Any, uuid: str, disk: Any, progress: Any, cancel: Any) -> None:
        progress(0.25)
        reached.set()
        assert go_on.wait(20)
        copied(self, uuid, disk, progress, cancel)

    monkeypatch.setattr(fake.FakeRepository, "_copied", slow)
    monkeypatch.setattr("cenote.dispatch.tasks.REPORT_EVERY", 0.0)
    disk = client.disk(sr)
    task = client.api.Async.VDI.copy(disk, sr)
    assert reached.wait(20)
    assert client.api.task.get_progress(task) == 0.25
    client.api.task.cancel(task)
    assert client.api.task.get_status(task) == "cancelling"
    go_on.set()
    record = client.ended(task)
    assert (record["status"], record["error_info"]) == ("cancelled", ["TASK_CANCELLED", task])
    assert client.api.SR.get_VDIs(sr) == [disk]
    assert len(client.medium(sr).disks) == 1
    assert client.medium(sr).uses.uses == {}


def test_a_task_of_the_clients_own(client: Client) -> None:
    task = client.api.task.create("mine", "a task of my own")
    record = client.api.task.get_record(task)
    assert (record["name_label"], record["name_description"]) == ("mine", "a task of my own")
    assert (record["status"], record["progress"]) == ("pending", 0.0)
    client.api.task.set_progress(task, 0.5)
    client.api.task.set_result(task, "<value>x</value>")
    client.api.task.set_error_info(task, ["A", "b"])
    client.api.task.set_other_config(task, {"k": "v"})
    client.api.task.add_to_other_config(task, "k2", "v2")
    client.api.task.remove_from_other_config(task, "k")
    assert refused(client.api.task.add_to_other_config, task, "k2", "x")[0] == "MAP_DUPLICATE_KEY"
    record = client.api.task.get_record(task)
    assert (record["progress"], record["result"], record["error_info"]) == (0.5, "<value>x</value>", ["A", "b"])
    assert record["other_config"] == {"k2": "v2"}
    for wrong in (-0.1, 1.1):
        assert refused(client.api.task.set_progress, task, wrong)[:2] == ["INVALID_VALUE", "progress"]
    client.api.task.cancel(task)
    assert client.api.task.get_status(task) == "cancelling"
    client.api.task.set_status(task, "success")
    record = client.api.task.get_record(task)
    assert record["status"] == "success"
    assert record["finished"].value != "19700101T00:00:00Z"
    assert refused(client.api.task.set_status, task, "unheard of")[:2] == ["INVALID_VALUE", "value"]
    client.api.task.destroy(task)
    assert refused(client.api.task.destroy, task) == ["HANDLE_INVALID", "task", task]


def test_the_task_of_a_waiting_call_goes_with_its_answer(client: Client, sr: str, network: str) -> None:
    client.running(sr, network)
    assert client.api.task.get_all() == []


def test_many_that_wait_do_not_keep_others_waiting(client: Client, house: House) -> None:
    vms = [client.vm(str(number)) for number in range(40)]
    for vm in vms:
        client.api.VM.start(vm, False, False)
        house.guest(client.uuid(vm)).obeys = False
    tasks = [client.api.Async.VM.clean_shutdown(vm) for vm in vms]
    client.api.VM.hard_shutdown(vms[0])
    assert client.ended(tasks[0])["status"] == "success"
    for task in tasks[1:]:
        assert client.api.task.get_status(task) == "pending"
        client.api.task.cancel(task)
    assert {client.ended(task)["status"] for task in tasks[1:]} == {"cancelled"}
