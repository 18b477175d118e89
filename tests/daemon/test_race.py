"""Many at once: who wins, and what must hold whatever the order."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.daemon.house import GIB, Client, House, XenAPI, network_record, vbd_record, vdi_record, vm_record

from cenote.model.catalogue import fields_of
from cenote.model.classes.host import host
from cenote.model.classes.task import task
from cenote.model.classes.VBD import VBD
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.core import NULL
from cenote.model.sealed import CATALOGUE
from cenote.rules import placement

Work = Callable[[Any], object]
"""Something that is done with the official client's API."""

BUSY = {"OTHER_OPERATION_IN_PROGRESS", "VM_BAD_POWER_STATE"}


def together(house: House, *works: Work) -> list[str]:
    """Do all at once, each with a client of its own; answers the code of each failure, empty for success."""
    clients = [Client(house) for _ in works]
    ready = threading.Barrier(len(works))

    def run(client: Client, work: Work) -> str:
        ready.wait(20)
        return code(work, client.api)

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, clients, works))


def code(work: Work, api: Any) -> str:
    """How work ended: the code of its failure, empty for success."""
    try:
        work(api)
    except XenAPI.Failure as failure:
        return str(failure.details[0])
    return ""


@pytest.mark.parametrize("times", range(3))
def test_one_of_two_starts_wins(client: Client, house: House, sr: str, network: str, times: int) -> None:
    vm = client.whole(sr, network)
    codes = together(house, *[starting(vm)] * 4)
    assert codes.count("") == 1
    assert set(codes) - {""} <= BUSY
    assert client.api.VM.get_power_state(vm) == "Running"
    assert client.api.VM.get_current_operations(vm) == {}
    assert len(house.hypervisor.domains()) == 1


def test_two_starts_that_do_not_both_fit(client: Client, house: House) -> None:
    memory = str(int(client.api.host.compute_free_memory(client.host)) // 2)
    limits = {f"memory_{name}": memory for name in ("static_max", "dynamic_max", "dynamic_min")}
    vms = [client.vm(str(number), **limits) for number in range(3)]
    codes = together(house, *[starting(vm) for vm in vms])
    assert sorted(codes) == ["", "HOST_NOT_ENOUGH_FREE_MEMORY", "HOST_NOT_ENOUGH_FREE_MEMORY"]
    assert len(house.hypervisor.domains()) == 1
    client.api.VM.hard_shutdown(vms[codes.index("")])
    client.api.VM.start(vms[codes.index("") - 1], False, False)


def starting(vm: str) -> Work:
    return lambda api: api.VM.start(vm, False, False)


def test_a_disk_is_written_by_one(client: Client, house: House, sr: str) -> None:
    disk = client.disk(sr)
    vms = [client.vm(str(number)) for number in range(3)]
    for vm in vms:
        client.api.VBD.create(vbd_record(vm, disk))
    codes = together(house, *[starting(vm) for vm in vms])
    assert sorted(codes) == ["", "VDI_IN_USE", "VDI_IN_USE"]
    assert len(house.hypervisor.domains()) == 1


@pytest.mark.parametrize("times", range(3))
def test_a_disk_is_not_destroyed_under_a_start(client: Client, house: House, sr: str, times: int) -> None:
    disk = client.disk(sr)
    vm = client.vm()
    vbd = client.api.VBD.create(vbd_record(vm, disk))
    destroyed, started, removed = together(house, destroying("VDI", disk), starting(vm), destroying("VBD", vbd))
    assert destroyed in {"", "VDI_IN_USE"}
    assert started in {"", "OTHER_OPERATION_IN_PROGRESS", "VDI_MISSING"}
    assert removed in {"", "HANDLE_INVALID", "OTHER_OPERATION_IN_PROGRESS", "OPERATION_NOT_ALLOWED"}
    assert_sound(house)


def test_two_devices_never_have_one_number(client: Client, house: House, sr: str) -> None:
    vm, disks = client.vm(), [client.disk(sr) for _ in range(4)]
    together(house, *[adding(vm, disk) for disk in disks])
    assert sorted(client.api.VBD.get_userdevice(each) for each in client.api.VM.get_VBDs(vm)) == ["0", "1", "2", "3"]


def destroying(cls: str, ref: str) -> Work:
    return lambda api: getattr(api, cls).destroy(ref)


def adding(vm: str, disk: str) -> Work:
    return lambda api: api.VBD.create(vbd_record(vm, disk, userdevice="autodetect"))


def test_two_networks_never_have_one_bridge(client: Client, house: House) -> None:
    def create(api: Any) -> object:
        return api.network.create(network_record())

    together(house, *[create] * 4)
    bridges = [each["bridge"] for each in client.api.network.get_all_records().values()]
    assert len(bridges) == len(set(bridges))


def test_a_scan_beside_disks_that_come_and_go(client: Client, house: House, sr: str) -> None:
    def scan(api: Any) -> None:
        for _ in range(10):
            api.SR.scan(sr)

    def make(api: Any) -> None:
        for number in range(10):
            made = api.VDI.create(vdi_record(sr))
            if number % 2:
                api.VDI.destroy(made)

    assert together(house, scan, make, make, make) == [""] * 4
    records = client.api.VDI.get_all_records().values()
    assert sorted(each["uuid"] for each in records) == sorted(client.medium(sr).disks)
    assert not any(each["missing"] for each in records)


def assert_sound(house: House) -> None:
    """What holds whenever nothing is in progress."""
    store, hypervisor = house.daemon.rooms.store, house.hypervisor
    state = store.state
    assert list(state.all(task)) == []
    for cls in CATALOGUE.classes.values():
        if "current_operations" in fields_of(cls):
            for record in state.all(cls):
                assert record.values["current_operations"] == {}, record
    powers = {each.uuid: each.power.value for each in hypervisor.domains()}
    for vm in state.all(VM):
        if vm.is_control_domain:
            continue
        said = powers.pop(vm.uuid, "halted")
        assert (vm.power_state.value.lower(), vm.scheduled_to_be_resident_on) in {
            (said, NULL),
            *([("suspended", NULL)] if said == "halted" else []),
        }
        assert (vm.suspend_VDI != NULL) == (vm.power_state is vm_power_state.SUSPENDED)
        live = said != "halted"
        attached = {int(state.get(VBD, ref).userdevice) for ref in vm.VBDs if state.get(VBD, ref).currently_attached}
        if vm.power_state is not vm_power_state.SUSPENDED:  # such a VM keeps what is part of its saved state
            assert attached == (set(hypervisor.running(vm.uuid).disks) if live else set())
    assert powers == {}, "guests that no record knows"
    assert_disks(house)
    here = next(iter(state.all(host)))
    assert placement.free_memory(state, here) >= 0


def assert_disks(house: House) -> None:
    """Each disk is used by the guests that have it, for writing by one at most; each volume has its record."""
    state = house.daemon.rooms.store.state
    sources: dict[str, list[str]] = {}
    for each in house.hypervisor.domains():
        for disk in each.disks:
            if disk.source is not None:
                sources.setdefault(disk.source.rpartition("/")[2], []).append(each.uuid)
    assert all(len(set(users)) == 1 for users in sources.values()), sources
    for record in state.all(CATALOGUE.classes["SR"]):
        driver = house.daemon.rooms.repositories.find(record.values["uuid"])
        assert driver is not None
        volumes = {each.uuid for each in driver.scan() if each.kind.value != "base"}
        known = {each.values["uuid"] for each in state.all(CATALOGUE.classes["VDI"]) if each.values["SR"] == record.ref}
        assert volumes == known, "volumes without a record, or records without a volume"
        held = {uuid: driver.holders(uuid) for uuid in volumes if driver.holders(uuid)}
        assert held.keys() == volumes & set(sources), f"{held} held, {sources} used"


VERBS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("start", (False, False)),
    ("start", (True, False)),
    ("pause", ()),
    ("unpause", ()),
    ("clean_shutdown", ()),
    ("hard_shutdown", ()),
    ("clean_reboot", ()),
    ("hard_reboot", ()),
    ("suspend", ()),
    ("resume", (False, False)),
    ("shutdown", ()),
    ("provision", ()),
)
EXPECTED = {
    "",
    "VM_BAD_POWER_STATE",
    "OTHER_OPERATION_IN_PROGRESS",
    "VDI_IN_USE",
    "VDI_MISSING",
    "HANDLE_INVALID",
    "VM_HAS_NO_SUSPEND_VDI",
    "OPERATION_NOT_ALLOWED",
    "DEVICE_ALREADY_ATTACHED",
    "DEVICE_ALREADY_DETACHED",
    "DEVICE_ALREADY_EXISTS",
    "VM_IS_TEMPLATE",
}


class Hammer:
    """One hand that does what it likes to a few VMs that all share."""

    def __init__(self, client: Client, vms: list[str], disks: list[str], seed: int) -> None:
        self.api, self.vms, self.disks = client.api, vms, disks
        self.random = random.Random(seed)
        self.log: list[tuple[str, str]] = []

    def run(self, blows: int) -> None:
        """Strike ``blows`` times."""
        for _ in range(blows):
            kind = self.random.choice((self.verb, self.verb, self.verb, self.plug, self.drive, self.clone))
            self.log.append((kind.__name__, code(kind, self.api)))

    def verb(self, api: Any) -> None:
        name, params = self.random.choice(VERBS)
        getattr(api.VM, name)(self.random.choice(self.vms), *params)

    def plug(self, api: Any) -> None:
        vbds = api.VM.get_VBDs(self.random.choice(self.vms))
        if vbds:
            getattr(api.VBD, self.random.choice(("plug", "unplug", "destroy")))(self.random.choice(vbds))

    def drive(self, api: Any) -> None:
        record = vbd_record(self.random.choice(self.vms), self.random.choice(self.disks), userdevice="autodetect")
        api.VBD.create(record)

    def clone(self, api: Any) -> None:
        new = api.VM.clone(self.random.choice(self.vms), "clone")
        for vbd in api.VM.get_VBDs(new):
            api.VDI.destroy(api.VBD.get_VDI(vbd))
        api.VM.destroy(new)


@pytest.mark.soak  # every run takes another order: what it finds is worth a look, and says nothing of a change
@pytest.mark.parametrize("seed", range(3))
def test_whatever_the_order(client: Client, house: House, sr: str, seed: int) -> None:
    disks = [client.disk(sr, GIB) for _ in range(3)]
    vms = [client.api.VM.create(vm_record(f"vm {number}")) for number in range(3)]
    for vm, disk in zip(vms, disks, strict=True):
        client.api.VBD.create(vbd_record(vm, disk))
    hands = [Hammer(Client(house), vms, disks, seed * 10 + number) for number in range(4)]
    with ThreadPoolExecutor(len(hands)) as pool:
        for done in [pool.submit(hand.run, 40) for hand in hands]:
            done.result()
    told = {each for hand in hands for each in hand.log}
    assert {each for _, each in told} <= EXPECTED, told
    assert sum(1 for hand in hands for _, each in hand.log if each == "") > 20
    assert_sound(house)
