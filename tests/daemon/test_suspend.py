"""Suspensions and resumptions whose call to the hypervisor fails, or says less than what happened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.daemon.house import NULL, Client, House, refused

from cenote.compute import errors
from cenote.compute.contract import Progress
from cenote.compute.event import Reason
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.core import NULL as NOTHING
from cenote.model.core import Ref
from cenote.storage.contract import Kind

Saving = Callable[[str, Path, Progress | None], None]
LOST = errors.HypervisorUnavailable("fake:///", "the connection broke")
LATE = errors.CallTimedOut("save the guest", 3600.0, True)


@pytest.fixture
def vm(client: Client, sr: str, network: str) -> str:
    """A running VM."""
    return client.running(sr, network)


def says(client: Client, vm: str) -> tuple[str, bool]:
    """The power state, and whether there is saved memory."""
    record = client.api.VM.get_record(vm)
    return record["power_state"], record["suspend_VDI"] != NULL


def tidy(client: Client, sr: str) -> bool:
    """No saved memory, and no note of one in use, is left in the repository."""
    medium = client.medium(sr)
    noted = [name for held in list(medium.uses.uses.values()) for name in list(held) if name.startswith("state:")]
    kinds = [disk.kind for disk in list(medium.disks.values())]
    records = [vdi for vdi in client.api.VDI.get_all_records().values() if vdi["type"] == "suspend"]
    return not noted and Kind.STATE not in kinds and not records


def saving(monkeypatch: pytest.MonkeyPatch, house: House, work: Callable[[Saving, str, Path], None]) -> None:
    """Let the hypervisor save as ``work`` says, which is given how it really does."""
    real: Saving = house.hypervisor.save

    def save(uuid: str, path: Path, progress: Progress | None = None) -> None:
        work(real, uuid, path)

    monkeypatch.setattr(house.hypervisor, "save", save)


@pytest.mark.parametrize("error", [errors.NoSpace("/sr"), LOST, LATE, errors.DomainBusy("", "a job")])
def test_a_guest_that_runs_on_was_not_saved(
    client: Client, house: House, sr: str, vm: str, error: errors.HypervisorError
) -> None:
    house.hypervisor.fail("save", error)
    refused(client.api.VM.suspend, vm)
    assert says(client, vm) == ("Running", False)
    assert tidy(client, sr)
    client.api.VM.suspend(vm)
    assert says(client, vm) == ("Suspended", True)


@pytest.mark.parametrize("error", [errors.DomainUnknown("x"), LATE])
def test_a_save_that_was_done_counts_whatever_its_call_says(
    client: Client, house: House, vm: str, monkeypatch: pytest.MonkeyPatch, error: errors.HypervisorError
) -> None:
    def work(real: Saving, uuid: str, path: Path) -> None:
        real(uuid, path, None)
        raise error

    saving(monkeypatch, house, work)
    client.api.VM.suspend(vm)
    assert says(client, vm) == ("Suspended", True)
    client.api.VM.resume(vm, False, False)
    assert says(client, vm) == ("Running", False)


def test_a_guest_that_dies_while_it_is_saved_is_halted(
    client: Client, house: House, sr: str, vm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(real: Saving, uuid: str, path: Path) -> None:
        house.hypervisor.pause(uuid)
        house.hypervisor.end(uuid, Reason.FAILED)
        raise errors.DomainUnknown(uuid)

    saving(monkeypatch, house, work)
    assert refused(client.api.VM.suspend, vm) == ["VM_BAD_POWER_STATE", vm, "running", "halted"]
    assert says(client, vm) == ("Halted", False)
    assert tidy(client, sr)
    client.api.VM.start(vm, False, False)


@pytest.mark.parametrize("error", [LOST, LATE])
@pytest.mark.parametrize("end", ["saved", "runs on", "power cut"])
def test_a_save_that_goes_on_alone_is_seen_to_its_end(
    client: Client,
    house: House,
    sr: str,
    vm: str,
    monkeypatch: pytest.MonkeyPatch,
    error: errors.HypervisorError,
    end: str,
) -> None:
    places: list[Path] = []

    def work(real: Saving, uuid: str, path: Path) -> None:
        house.hypervisor.pause(uuid)
        places.append(path)
        raise error

    with monkeypatch.context() as patch:
        saving(patch, house, work)
        refused(client.api.VM.suspend, vm)
    assert not tidy(client, sr)
    uuid = client.uuid(vm)
    house.await_record(vm, power_state="Paused")
    if end == "saved":
        house.hypervisor.save(uuid, places[0])
        house.await_record(vm, power_state="Suspended")
        client.api.VM.resume(vm, False, False)
    elif end == "runs on":
        house.hypervisor.unpause(uuid)
        house.await_record(vm, power_state="Running", suspend_VDI=NULL)
    else:
        client.api.VM.hard_shutdown(vm)
        client.api.VM.start(vm, False, False)
    assert says(client, vm) == ("Running", False)
    gone(client, house, sr)


def gone(client: Client, house: House, sr: str) -> None:
    """Wait until the observer has removed what is of no use; it does so after it has written why."""
    assert house.daemon.rooms.store.wait(lambda _: tidy(client, sr) or None, 20.0), "saved memory is left"


def test_a_suspension_that_has_begun_is_not_cancelled(
    client: Client, house: House, vm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Saving = house.hypervisor.save

    def save(uuid: str, path: Path, told: Progress | None = None) -> None:
        assert told is not None
        other = Client(house)
        (task,) = other.api.VM.get_current_operations(vm)
        other.api.task.cancel(task)
        told(0.5)
        real(uuid, path, told)

    monkeypatch.setattr(house.hypervisor, "save", save)
    client.ended(client.session.xenapi.Async.VM.suspend(vm))
    assert says(client, vm) == ("Suspended", True)
    client.api.VM.resume(vm, False, False)


@pytest.mark.parametrize("error", [errors.NoMemory(5), errors.CallFailed("restore", "why"), errors.BridgeMissing("b")])
def test_a_resumption_that_fails_can_be_tried_again(
    client: Client, house: House, sr: str, vm: str, error: errors.HypervisorError
) -> None:
    client.api.VM.suspend(vm)
    house.hypervisor.fail("restore", error)
    refused(client.api.VM.resume, vm, False, False)
    record = client.api.VM.get_record(vm)
    assert (record["power_state"], record["scheduled_to_be_resident_on"]) == ("Suspended", NULL)
    assert client.medium(sr).uses.uses == {}
    client.api.VM.resume(vm, False, False)
    assert says(client, vm) == ("Running", False)
    assert tidy(client, sr)


def test_a_guest_never_runs_while_its_old_memory_is_there(
    client: Client, house: House, sr: str, vm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.api.VM.suspend(vm)
    seen: list[bool] = []
    real = house.hypervisor.unpause

    def unpause(uuid: str) -> None:
        seen.append(tidy(Client(house), sr))
        real(uuid)

    monkeypatch.setattr(house.hypervisor, "unpause", unpause)
    client.api.VM.resume(vm, False, False)
    assert seen == [True]
    assert says(client, vm) == ("Running", False)


def test_a_guest_that_dies_before_it_ran_again_is_suspended_still(
    client: Client, house: House, vm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.api.VM.suspend(vm)
    uuid, real = client.uuid(vm), house.hypervisor.restore

    def restore(*words: Any, **named: Any) -> None:
        real(*words, **named)
        house.await_record(vm, power_state="Paused")
        house.hypervisor.end(uuid, Reason.FAILED)
        raise errors.CallFailed("restore", "it ended")

    with monkeypatch.context() as patch:
        patch.setattr(house.hypervisor, "restore", restore)
        refused(client.api.VM.resume, vm, False, False)
    house.await_record(vm, power_state="Suspended")
    client.api.VM.resume(vm, False, False)
    assert says(client, vm) == ("Running", False)


def test_a_guest_that_somebody_else_saves_is_halted(client: Client, house: House, sr: str, vm: str) -> None:
    house.hypervisor.save(client.uuid(vm), Path("/elsewhere"))
    house.await_record(vm, power_state="Halted")
    assert tidy(client, sr)


def test_memory_that_a_scan_finds_is_no_user_s_disk_and_stays(client: Client, house: House, sr: str) -> None:
    uuid = str(uuid4())
    client.driver(sr).create_volume(uuid, 4096, kind=Kind.STATE)
    client.api.SR.scan(sr)
    vdi = client.api.VDI.get_by_uuid(uuid)
    record = client.api.VDI.get_record(vdi)
    assert (record["type"], record["virtual_size"], record["read_only"]) == ("suspend", "4096", False)
    for verb in (client.api.VDI.clone, client.api.VDI.snapshot):
        assert refused(verb, vdi, {})[0] == "SR_OPERATION_NOT_SUPPORTED"
    assert refused(client.api.VDI.resize, vdi, "8192")[0] == "SR_OPERATION_NOT_SUPPORTED"
    house.reopen()
    client = Client(house)
    assert client.api.VDI.get_type(vdi) == "suspend"
    client.api.VDI.destroy(vdi)
    assert tidy(client, sr)


def test_memory_that_an_interrupted_resumption_held_is_removed(client: Client, house: House, sr: str, vm: str) -> None:
    client.api.VM.suspend(vm)
    image = client.api.VDI.get_uuid(client.api.VM.get_suspend_VDI(vm))
    client.driver(sr).attach_volume(image, f"state:{image}", read_only=True)
    house.daemon.rooms.store.transact(
        lambda draft: draft.update(Ref[VM](vm), VM.suspend_VDI.to(NOTHING), VM.power_state.to(vm_power_state.HALTED))
    )
    house.reopen()
    assert tidy(Client(house), sr)


def test_a_resumption_that_was_cut_short_holds_nothing(client: Client, house: House, sr: str, vm: str) -> None:
    client.api.VM.suspend(vm)
    image = client.api.VDI.get_uuid(client.api.VM.get_suspend_VDI(vm))
    client.driver(sr).attach_volume(image, f"state:{image}", read_only=True)
    here = house.daemon.rooms.host
    house.daemon.rooms.store.transact(lambda draft: draft.update(Ref[VM](vm), VM.scheduled_to_be_resident_on.to(here)))
    house.reopen()
    client = Client(house)
    assert client.api.VM.get_scheduled_to_be_resident_on(vm) == NULL
    assert client.medium(sr).uses.uses == {}
    client.api.VM.hard_shutdown(vm)
    assert says(client, vm) == ("Halted", False)
    assert tidy(client, sr)
