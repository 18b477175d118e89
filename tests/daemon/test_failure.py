"""What fails on the way: each step of a verb, a missing image, a full disk; nothing is left half done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.daemon.house import GIB, NULL, Client, House, opened, refused, vbd_record, vif_record

from cenote.compute import errors as compute
from cenote.compute import event as compute_event
from cenote.compute.fake import FakeHypervisor
from cenote.network import errors as network_errors
from cenote.storage import errors as storage
from cenote.storage.contract import DiskSource

Break = Callable[[House, Client, pytest.MonkeyPatch, str], None]


class Scene:
    """A halted VM with two disks and two network cards, and what it has when nothing of a start is left."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.sr, self.network = client.repository(), client.network()
        self.vm = client.whole(self.sr, self.network)
        client.api.VBD.create(vbd_record(self.vm, client.disk(self.sr), userdevice="1"))
        client.api.VIF.create(vif_record(self.vm, self.network, device="1"))
        self.uuid = client.uuid(self.vm)
        self.before = self.record()
        self.free = client.api.host.compute_free_memory(client.host)

    def record(self) -> dict[str, Any]:
        """The VM's record."""
        found: dict[str, Any] = self.client.api.VM.get_record(self.vm)
        return found

    def assert_untouched(self) -> None:
        """Nothing is left of what was tried."""
        assert self.record() == self.before
        assert self.client.medium(self.sr).uses.uses == {}
        assert self.client.house.power(self.uuid) == "gone"
        assert self.client.api.host.compute_free_memory(self.client.host) == self.free
        assert self.client.api.task.get_all() == []


@pytest.fixture
def scene(client: Client) -> Scene:
    return Scene(client)


def breaks_driver(error: compute.HypervisorError) -> Break:
    def break_it(house: House, client: Client, patch: pytest.MonkeyPatch, sr: str) -> None:
        house.hypervisor.fail("create", error)

    return break_it


def breaks_attach(nth: int, error: storage.StorageError) -> Break:
    """The ``nth`` disk that is attached, from 1, fails."""

    def break_it(house: House, client: Client, patch: pytest.MonkeyPatch, sr: str) -> None:
        driver, seen = client.driver(sr), list[str]()
        real = driver.attach_volume

        def attach(uuid: str, holder: str, *, read_only: bool = False) -> DiskSource:
            seen.append(uuid)
            if len(seen) == nth:
                raise error
            return real(uuid, holder, read_only=read_only)

        patch.setattr(driver, "attach_volume", attach)

    return break_it


def breaks_wiring(method: str, error: Exception) -> Break:
    def break_it(house: House, client: Client, patch: pytest.MonkeyPatch, sr: str) -> None:
        def fail(*_: object) -> None:
            raise error

        patch.setattr(house.wiring, method, fail)

    return break_it


STEPS: dict[str, tuple[Break, str]] = {
    "first disk": (breaks_attach(1, storage.ImageBroken("/x", "broken")), "VDI_NOT_AVAILABLE"),
    "first disk is gone": (breaks_attach(1, storage.VolumeUnknown("x")), "VDI_MISSING"),
    "second disk is in use": (breaks_attach(2, storage.VolumeInUse("x", ("y",))), "VDI_IN_USE"),
    "second disk is read-only": (breaks_attach(2, storage.VolumeReadOnly("x")), "VDI_READONLY"),
    "repository is gone": (breaks_attach(2, storage.RepositoryUnavailable("x", "gone")), "SR_BACKEND_FAILURE"),
    "bridge can't be made": (breaks_wiring("ensure", network_errors.BridgeExists("b")), "BRIDGE_NAME_EXISTS"),
    "uplink is busy": (breaks_wiring("ensure", network_errors.UplinkBusy("eth0", "x")), "HOST_CANNOT_ATTACH_NETWORK"),
    "port can't be made": (breaks_wiring("attach", network_errors.BridgeMissing("b")), "BRIDGE_NOT_AVAILABLE"),
    "a defect in the wiring": (breaks_wiring("attach", ZeroDivisionError()), "INTERNAL_ERROR"),
    "image is gone": (breaks_driver(compute.ImageMissing("/x")), "INTERNAL_ERROR"),
    "no memory": (breaks_driver(compute.NoMemory(GIB)), "HOST_NOT_ENOUGH_FREE_MEMORY"),
    "no space": (breaks_driver(compute.NoSpace("/x")), "OUT_OF_SPACE"),
    "no firmware": (breaks_driver(compute.FirmwareMissing(("/x",))), "VM_INCOMPATIBLE_WITH_THIS_HOST"),
    "bridge is gone": (breaks_driver(compute.BridgeMissing("b")), "BRIDGE_NOT_AVAILABLE"),
    "it is there": (breaks_driver(compute.DomainExists("x")), "DUPLICATE_VM"),
    "can't be": (breaks_driver(compute.Unsupported("x", "y")), "OPERATION_NOT_ALLOWED"),
    "refused": (breaks_driver(compute.CallFailed("x", "y")), "INTERNAL_ERROR"),
    "away": (breaks_driver(compute.HypervisorUnavailable("x", "y")), "HOST_OFFLINE"),
    "never begun": (breaks_driver(compute.CallTimedOut("create", 30, started=False)), "INTERNAL_ERROR"),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("verb", ["start", "start_on"])
def test_a_start_that_fails_leaves_nothing(
    scene: Scene, house: House, monkeypatch: pytest.MonkeyPatch, step: str, verb: str
) -> None:
    break_it, code = STEPS[step]
    api = scene.client.api.VM
    params = (scene.vm, scene.client.host) if verb == "start_on" else (scene.vm,)
    with monkeypatch.context() as patch:
        break_it(house, scene.client, patch, scene.sr)
        assert refused(getattr(api, verb), *params, False, False)[0] == code
    scene.assert_untouched()
    getattr(api, verb)(*params, False, False)
    assert api.get_power_state(scene.vm) == "Running"


def test_what_may_still_begin_keeps_what_it_needs(scene: Scene, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    real = house.hypervisor.create

    def late(*params: Any, **named: Any) -> None:
        raise compute.CallTimedOut("create", 30, started=True)

    with monkeypatch.context() as patch:
        patch.setattr(house.hypervisor, "create", late)
        assert refused(scene.client.api.VM.start, scene.vm, False, False)[0] == "INTERNAL_ERROR"
    assert len(scene.client.medium(scene.sr).uses.uses) == 2
    other = scene.client.vm("other")
    disk = scene.client.api.VBD.get_VDI(scene.client.api.VM.get_VBDs(scene.vm)[0])
    scene.client.api.VBD.create(vbd_record(other, disk))
    assert refused(scene.client.api.VM.start, other, False, False)[0] == "VDI_IN_USE"
    monkeypatch.setattr(house.hypervisor, "create", real)
    scene.client.api.VM.start(scene.vm, False, False)
    assert scene.client.api.VM.get_power_state(scene.vm) == "Running"
    scene.client.api.VM.hard_shutdown(scene.vm)
    assert scene.client.medium(scene.sr).uses.uses == {}


def test_a_guest_that_ends_at_once_is_halted_and_lets_go(
    scene: Scene, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = house.hypervisor.create

    def short(*params: Any, **named: Any) -> Any:
        with house.hypervisor._lock:  # pyright: ignore[reportPrivateUsage]
            made = real(*params, **named)
            house.hypervisor.end(scene.uuid, compute_event.Reason.SHUTDOWN)
            return made

    monkeypatch.setattr(house.hypervisor, "create", short)
    scene.client.api.VM.start(scene.vm, False, False)
    house.await_record(scene.vm, power_state="Halted")
    record = scene.record()
    assert (record["scheduled_to_be_resident_on"], record["resident_on"]) == (NULL, NULL)
    assert scene.client.medium(scene.sr).uses.uses == {}
    assert scene.client.api.host.compute_free_memory(scene.client.host) == scene.free


def test_a_missing_image(tmp_path: Any) -> None:
    missing: set[str] = set()
    hypervisor = FakeHypervisor(exists=lambda path: path.rpartition("/")[2] not in missing)
    with opened(tmp_path, hypervisor) as house:
        scene = Scene(Client(house))
        disk = scene.client.api.VBD.get_VDI(scene.client.api.VM.get_VBDs(scene.vm)[0])
        missing.add(scene.client.api.VDI.get_uuid(disk))
        assert refused(scene.client.api.VM.start, scene.vm, False, False) == ["VDI_NOT_AVAILABLE", disk]
        scene.assert_untouched()
        missing.clear()
        scene.client.api.VM.start(scene.vm, False, False)


def test_a_missing_volume(scene: Scene) -> None:
    disk = scene.client.api.VBD.get_VDI(scene.client.api.VM.get_VBDs(scene.vm)[0])
    medium, uuid = scene.client.medium(scene.sr), scene.client.api.VDI.get_uuid(disk)
    volume = medium.disks.pop(uuid)
    assert refused(scene.client.api.VM.start, scene.vm, False, False) == ["VDI_MISSING", scene.sr, disk]
    scene.assert_untouched()
    scene.client.api.SR.scan(scene.sr)
    assert scene.client.api.VDI.get_missing(disk)
    medium.disks[uuid] = volume
    scene.client.api.SR.scan(scene.sr)
    assert not scene.client.api.VDI.get_missing(disk)
    scene.client.api.VM.start(scene.vm, False, False)


def test_a_disk_whose_volume_is_gone_can_be_destroyed(scene: Scene) -> None:
    disk = scene.client.disk(scene.sr)
    scene.client.medium(scene.sr).disks.pop(scene.client.api.VDI.get_uuid(disk))
    scene.client.api.VDI.destroy(disk)
    assert refused(scene.client.api.VDI.get_uuid, disk) == ["HANDLE_INVALID", "VDI", disk]


def test_a_destroy_that_fails_can_be_tried_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = scene.client.disk(scene.sr)
    driver = scene.client.driver(scene.sr)

    def fail(uuid: str) -> None:
        raise storage.RepositoryUnavailable(uuid, "gone")

    with monkeypatch.context() as patch:
        patch.setattr(driver, "destroy_volume", fail)
        assert refused(scene.client.api.VDI.destroy, disk)[0] == "SR_BACKEND_FAILURE"
    assert scene.client.api.VDI.get_current_operations(disk) == {}
    scene.client.api.VDI.destroy(disk)
    assert refused(scene.client.api.VDI.get_uuid, disk)[0] == "HANDLE_INVALID"


def test_a_host_that_is_disabled(scene: Scene) -> None:
    host = scene.client.host
    scene.client.api.host.disable(host)
    assert refused(scene.client.api.VM.start, scene.vm, False, False) == ["HOST_DISABLED", host]
    scene.assert_untouched()
    scene.client.api.host.enable(host)
    scene.client.api.VM.start(scene.vm, False, False)


def test_more_memory_than_there_is(client: Client) -> None:
    much = str(64 * GIB)
    vm = client.vm(memory_static_max=much, memory_dynamic_max=much, memory_dynamic_min=much)
    wrong = refused(client.api.VM.start, vm, False, False)
    assert (wrong[0], int(wrong[1]) > 64 * GIB) == ("HOST_NOT_ENOUGH_FREE_MEMORY", True)
    assert wrong[2] == client.api.host.compute_free_memory(client.host)
    assert client.api.VM.get_possible_hosts(vm) == []
    assert refused(client.api.VM.assert_can_boot_here, vm, client.host)[0] == "HOST_NOT_ENOUGH_FREE_MEMORY"


def test_provision_makes_all_disks_or_none(client: Client, sr: str, monkeypatch: pytest.MonkeyPatch) -> None:
    disks = "".join(f'<disk device="{n}" size="{GIB}" sr=""/>' for n in (0, 1, 1))
    vm = client.vm(other_config={"disks": f"<provision>{disks}</provision>"})
    assert refused(client.api.VM.provision, vm) == ["DEVICE_ALREADY_EXISTS", "1"]
    assert client.api.VM.get_VBDs(vm) == []
    assert client.api.VDI.get_all() == []
    assert client.medium(sr).disks == {}
    for wrong in ("<disk>", "<!DOCTYPE x><disk/>", '<p><disk size="1"/></p>', '<p><disk device="0" size="x"/></p>'):
        client.api.VM.set_other_config(vm, {"disks": wrong})
        assert refused(client.api.VM.provision, vm)[:2] == ["INVALID_VALUE", "other_config:disks"]
    client.api.VM.set_other_config(vm, {"disks": '<p><disk device="0" size="-5" sr=""/></p>'})
    assert refused(client.api.VM.provision, vm)[:2] == ["INVALID_VALUE", "virtual_size"]
    client.api.VM.set_other_config(vm, {"disks": '<p><disk device="0" size="5" sr="no such"/></p>'})
    assert refused(client.api.VM.provision, vm) == ["UUID_INVALID", "SR", "no such"]
    client.api.pool.set_default_SR(client.pool, NULL)
    client.api.VM.set_other_config(vm, {"disks": '<p><disk device="0" size="5" sr=""/></p>'})
    assert refused(client.api.VM.provision, vm) == ["DEFAULT_SR_NOT_FOUND", NULL]


def test_a_clone_that_fails_leaves_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    driver, seen = scene.client.driver(scene.sr), list[str]()
    real = driver.clone_volume

    def fail_second(uuid: str, clone: str) -> Any:
        seen.append(uuid)
        if len(seen) == 2:
            raise storage.NoSpace(7, 3)
        return real(uuid, clone)

    monkeypatch.setattr(driver, "clone_volume", fail_second)
    assert refused(scene.client.api.VM.clone, scene.vm, "new") == ["SR_FULL", "7", "3"]
    assert len(scene.client.api.VDI.get_all()) == 2
    assert scene.client.api.VM.get_by_name_label("new") == []
    assert scene.record()["current_operations"] == {}


def test_a_full_repository(client: Client, network: str) -> None:
    sr = client.repository()
    vm = client.running(sr, network)
    client.medium(sr).capacity = GIB // 8
    assert refused(client.api.VM.suspend, vm)[0] == "SR_FULL"
    record = client.api.VM.get_record(vm)
    assert (record["power_state"], record["suspend_VDI"], record["current_operations"]) == ("Running", NULL, {})
    assert len(client.api.SR.get_VDIs(sr)) == 1
    client.medium(sr).capacity = GIB
    client.api.VM.suspend(vm)
    assert client.api.VM.get_power_state(vm) == "Suspended"


def test_a_repository_whose_making_fails(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise storage.RepositoryUnavailable("x", "gone")

    for step in ("create", "attach", "facts", "scan"):
        with monkeypatch.context() as patch:
            patch.setattr("cenote.storage.fake.FakeRepository." + step, fail)
            wrong = refused(client.api.SR.create, client.host, {}, "0", "x", "", "dummy", "user", False, {})
            assert wrong[0] == "SR_BACKEND_FAILURE", step
        assert client.api.SR.get_all() == [], step
        assert client.api.PBD.get_all() == [], step
