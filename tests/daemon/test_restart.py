"""What a new daemon makes of the records, guests and disks that the one before it has left."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from tests.daemon.house import NULL, WAIT, Client, House, opened, refused, vbd_record

from cenote.compute.event import Reason
from cenote.compute.fake import FakeHypervisor
from cenote.model.classes.task import task as Task
from cenote.model.classes.task import task_allowed_operations, task_status_type
from cenote.model.classes.vm import VM, vm_operations
from cenote.model.core import Draft, Ref
from cenote.store.contract import StoreError


def unordered(value: Any) -> Any:
    """A record whose sets compare whatever their order."""
    if isinstance(value, dict):
        return {key: unordered(each) for key, each in cast("Mapping[str, Any]", value).items()}
    return sorted(map(str, cast("Iterable[Any]", value))) if isinstance(value, list) else value


def test_a_running_guest_is_taken_over(client: Client, house: House, sr: str, network: str) -> None:
    vm = client.running(sr, network)
    before = client.api.VM.get_record(vm)
    disk = client.api.VBD.get_VDI(before["VBDs"][0])
    house.reopen()
    client = Client(house)
    after = client.api.VM.get_record(vm)
    for name in ("power_state", "domid", "resident_on", "VBDs", "VIFs", "uuid", "allowed_operations", "consoles"):
        assert unordered(after[name]) == unordered(before[name]), name
    assert client.api.VBD.get_currently_attached(before["VBDs"][0])
    assert refused(client.api.VDI.destroy, disk)[0] == "VDI_IN_USE"
    client.api.VM.pause(vm)
    assert house.power(before["uuid"]) == "paused"
    client.api.VM.unpause(vm)
    client.api.VM.clean_shutdown(vm)
    assert client.medium(sr).uses.uses == {}
    client.api.VDI.destroy(disk)


def test_a_guest_that_ended_meanwhile_is_halted(client: Client, house: House, sr: str, network: str) -> None:
    vm = client.running(sr, network)
    uuid = client.uuid(vm)
    house.close()
    house.hypervisor.end(uuid, Reason.SHUTDOWN)
    house.after_close()
    client = Client(house)
    after = client.api.VM.get_record(vm)
    assert (after["power_state"], after["domid"], after["resident_on"]) == ("Halted", "-1", NULL)
    assert after["consoles"] == []
    assert client.medium(sr).uses.uses == {}
    client.api.VM.start(vm, False, False)
    assert client.api.VM.get_power_state(vm) == "Running"


def test_a_guest_that_was_paused_meanwhile_is_paused(client: Client, house: House, sr: str, network: str) -> None:
    vm = client.running(sr, network)
    uuid = client.uuid(vm)
    house.close()
    house.hypervisor = house.hypervisor.reopened()
    house.hypervisor.pause(uuid)
    house.after_close()
    assert Client(house).api.VM.get_power_state(vm) == "Paused"


def test_a_suspended_vm_stays_suspended(client: Client, house: House, sr: str, network: str) -> None:
    vm = client.running(sr, network)
    client.api.VM.suspend(vm)
    house.reopen()
    client = Client(house)
    assert client.api.VM.get_power_state(vm) == "Suspended"
    client.api.VM.resume(vm, False, False)
    assert client.api.VM.get_power_state(vm) == "Running"


def test_tasks_of_a_dead_daemon_have_failed_and_guard_nothing(
    client: Client, house: House, sr: str, network: str
) -> None:
    vm = client.whole(sr, network)
    store = house.daemon.rooms.store

    def die_in_the_middle(draft: Draft) -> Ref[Task]:
        made = draft.create(
            Task,
            Task.name_label.to("Async.VM.clone"),
            Task.status.to(task_status_type.PENDING),
            Task.allowed_operations.to((task_allowed_operations.CANCEL,)),
        )
        draft.update(Ref[VM](vm), VM.current_operations.to({str(made): vm_operations.CLONE}))
        return made

    task = str(store.transact(die_in_the_middle))
    own = client.api.task.create("mine", "")
    assert "start" not in client.api.VM.get_allowed_operations(vm)
    house.reopen()
    client = Client(house)
    record = client.api.task.get_record(task)
    assert (record["status"], record["error_info"][0]) == ("failure", "INTERNAL_ERROR")
    assert record["allowed_operations"] == ["destroy"]
    assert client.api.task.get_status(own) == "pending"
    assert client.api.VM.get_current_operations(vm) == {}
    assert "start" in client.api.VM.get_allowed_operations(vm)
    client.api.VM.start(vm, False, False)


def test_what_a_start_had_taken_is_free_again(client: Client, house: House, sr: str, network: str) -> None:
    vm = client.whole(sr, network)
    vbd = client.api.VM.get_VBDs(vm)[0]
    disk = client.api.VBD.get_VDI(vbd)
    free = int(client.api.host.compute_free_memory(client.host))
    client.driver(sr).attach_volume(client.api.VDI.get_uuid(disk), client.api.VBD.get_uuid(vbd))
    reserved = VM.scheduled_to_be_resident_on.to(Ref(client.host))
    house.daemon.rooms.store.transact(lambda draft: draft.update(Ref[VM](vm), reserved))
    assert int(client.api.host.compute_free_memory(client.host)) < free
    house.reopen()
    client = Client(house)
    assert client.api.VM.get_scheduled_to_be_resident_on(vm) == NULL
    assert int(client.api.host.compute_free_memory(client.host)) == free
    assert client.medium(sr).uses.uses == {}
    client.api.VDI.destroy(disk)


def test_a_disk_that_a_copy_had_open_is_free_again(client: Client, house: House, sr: str) -> None:
    disk = client.disk(sr)
    client.driver(sr).attach_volume(client.api.VDI.get_uuid(disk), "copy:gone", read_only=True)
    house.reopen()
    client = Client(house)
    client.api.VDI.destroy(disk)


def test_a_stop_does_not_wait_for_a_stubborn_guest(tmp_path: Path) -> None:
    with opened(tmp_path) as house:
        client = Client(house)
        vm = client.running(client.repository(), client.network())
        house.guest(client.uuid(vm)).obeys = False
        task = client.api.Async.VM.clean_shutdown(vm)
        closing = threading.Thread(target=house.close)
        closing.start()
        closing.join(WAIT)
        assert not closing.is_alive()
        house.after_close()
        client = Client(house)
        assert client.api.task.get_status(task) == "cancelled"
        assert client.api.VM.get_power_state(vm) == "Running"
        assert client.api.VM.get_current_operations(vm) == {}


def test_events_go_on_over_a_restart(client: Client, house: House) -> None:
    vm, gone = client.vm(), client.vm()
    token = client.token()
    client.api.VM.destroy(gone)
    client.api.VM.set_name_label(vm, "renamed")
    house.reopen()
    client = Client(house)
    told = {(each["operation"], each["ref"]) for each in client.events(["vm"], token)["events"]}
    assert {("mod", vm), ("del", gone)} <= told


def test_the_records_are_those_of_before(client: Client, house: House, sr: str, network: str) -> None:
    client.whole(sr, network)
    classes = ("VM", "VBD", "VDI", "SR", "PBD", "VIF", "network", "PIF", "pool", "host", "role", "SM", "VM_metrics")
    before = {name: unordered(getattr(client.api, name).get_all_records()) for name in classes}
    house.reopen()
    client = Client(house)
    after = {name: unordered(getattr(client.api, name).get_all_records()) for name in classes}
    for name in classes:
        assert after[name] == before[name], name


def test_a_repository_that_is_gone_is_unplugged(client: Client, house: House, sr: str, network: str) -> None:
    vm = client.whole(sr, network)
    client.medium(sr).owner = "another"
    house.reopen()
    client = Client(house)
    assert not client.api.PBD.get_currently_attached(client.api.SR.get_PBDs(sr)[0])
    assert refused(client.api.VM.start, vm, False, False) == ["VM_REQUIRES_SR", vm, sr]
    assert client.api.VDI.get_allowed_operations(client.api.VBD.get_VDI(client.api.VM.get_VBDs(vm)[0])) == []


def test_a_second_daemon_is_refused(house: House) -> None:
    with pytest.raises(StoreError, match="another daemon"):
        House(house.root, FakeHypervisor())
    assert house.log_in().xenapi.pool.get_all()


def test_a_disk_is_not_shared_after_a_restart(client: Client, house: House, sr: str, network: str) -> None:
    vm = client.running(sr, network)
    disk = client.api.VBD.get_VDI(client.api.VM.get_VBDs(vm)[0])
    house.reopen()
    client = Client(house)
    other = client.vm("other")
    client.api.VBD.create(vbd_record(other, disk))
    assert refused(client.api.VM.start, other, False, False)[:2] == ["VDI_IN_USE", disk]
