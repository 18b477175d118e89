"""The walk of a new user, with the official client: each verb, and what the records and the hypervisor say after it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.daemon.house import GIB, NULL, Client, House, changes, refused, vbd_record, vif_record

from cenote.compute.event import Reason
from cenote.compute.facts import GuestFacts, GuestInterface
from cenote.compute.spec import DiskKind


@pytest.fixture
def guest(client: Client, sr: str, network: str) -> str:
    """A running VM."""
    return client.running(sr, network)


def record(client: Client, vm: str) -> dict[str, Any]:
    found: dict[str, Any] = client.api.VM.get_record(vm)
    return found


def test_a_created_vm_is_halted_and_says_what_may_be_done(client: Client) -> None:
    vm = client.vm("mine", name_description="a test")
    made = record(client, vm)
    assert (made["name_label"], made["name_description"], made["power_state"]) == ("mine", "a test", "Halted")
    assert (made["domid"], made["resident_on"], made["VBDs"]) == ("-1", NULL, [])
    assert made["metrics"] in client.api.VM_metrics.get_all()
    assert {"start", "start_on", "clone", "copy", "destroy", "provision"} <= set(made["allowed_operations"])
    assert not {"pause", "resume", "clean_shutdown", "suspend"} & set(made["allowed_operations"])


def test_a_start_answers_once_it_was_observed(client: Client, house: House, sr: str, network: str) -> None:
    vm = client.whole(sr, network)
    client.api.VM.start(vm, False, False)
    made = record(client, vm)
    assert (made["power_state"], made["resident_on"]) == ("Running", client.host)
    assert int(made["domid"]) > 0
    assert made["current_operations"] == {}
    assert made["scheduled_to_be_resident_on"] == NULL
    assert house.power(made["uuid"]) == "running"
    protocols = {client.api.console.get_protocol(each) for each in made["consoles"]}
    assert protocols == {"rfb", "vt100"}
    metrics = client.api.VM_metrics.get_record(made["metrics"])
    assert int(metrics["memory_actual"]) == GIB // 4
    assert int(metrics["VCPUs_number"]) == 1
    assert [client.api.VBD.get_currently_attached(each) for each in made["VBDs"]] == [True, True]
    assert [client.api.VIF.get_currently_attached(each) for each in made["VIFs"]] == [True]


def test_the_guest_has_what_the_records_say(client: Client, house: House, sr: str, network: str) -> None:
    vm = client.vm("named", VCPUs_max="4", VCPUs_at_startup="2", memory_static_max=str(GIB))
    disk = client.disk(sr)
    client.api.VBD.create(vbd_record(vm, disk, userdevice="2"))
    client.api.VIF.create(vif_record(vm, network, device="1", MAC="02:00:00:00:00:07"))
    client.api.VM.start(vm, False, False)
    spec = house.guest(client.uuid(vm)).spec
    assert (spec.name, spec.vcpus, spec.vcpus_max, spec.memory_static_max) == ("named", 2, 4, GIB)
    assert [(each.index, each.kind, each.serial) for each in spec.disks] == [
        (2, DiskKind.DISK, client.api.VDI.get_uuid(disk))
    ]
    assert [(each.index, each.mac) for each in spec.nics] == [(1, "02:00:00:00:00:07")]


def test_a_paused_start_is_paused(client: Client, house: House, sr: str, network: str) -> None:
    vm = client.whole(sr, network)
    client.api.VM.start(vm, True, False)
    assert client.api.VM.get_power_state(vm) == "Paused"
    assert house.power(client.uuid(vm)) == "paused"
    client.api.VM.unpause(vm)
    assert client.api.VM.get_power_state(vm) == "Running"


def test_start_on_names_the_host(client: Client, sr: str, network: str) -> None:
    vm = client.whole(sr, network)
    client.api.VM.start_on(vm, client.host, False, False)
    assert client.api.VM.get_resident_on(vm) == client.host


def test_pause_and_unpause(client: Client, house: House, guest: str) -> None:
    client.api.VM.pause(guest)
    assert client.api.VM.get_power_state(guest) == "Paused"
    assert house.power(client.uuid(guest)) == "paused"
    assert "unpause" in client.api.VM.get_allowed_operations(guest)
    client.api.VM.unpause(guest)
    assert client.api.VM.get_power_state(guest) == "Running"
    assert house.power(client.uuid(guest)) == "running"


@pytest.mark.parametrize("verb", ["clean_shutdown", "hard_shutdown", "shutdown"])
def test_a_shutdown_lets_go_of_everything(client: Client, house: House, sr: str, guest: str, verb: str) -> None:
    getattr(client.api.VM, verb)(guest)
    made = record(client, guest)
    assert (made["power_state"], made["domid"], made["resident_on"]) == ("Halted", "-1", NULL)
    assert made["consoles"] == []
    assert house.power(made["uuid"]) == "gone"
    assert not any(client.api.VBD.get_currently_attached(each) for each in made["VBDs"])
    assert not any(client.api.VIF.get_currently_attached(each) for each in made["VIFs"])
    assert client.medium(sr).uses.uses == {}


def test_a_shutdown_cuts_the_power_of_a_paused_vm(client: Client, house: House, guest: str) -> None:
    client.api.VM.pause(guest)
    client.api.VM.shutdown(guest)
    assert client.api.VM.get_power_state(guest) == "Halted"
    assert house.power(client.uuid(guest)) == "gone"


@pytest.mark.parametrize("verb", ["clean_reboot", "hard_reboot"])
def test_a_reboot_begins_the_run_anew(client: Client, guest: str, verb: str) -> None:
    metrics = client.api.VM.get_metrics(guest)
    before = client.api.VM_metrics.get_start_time(metrics).value
    getattr(client.api.VM, verb)(guest)
    assert client.api.VM.get_power_state(guest) == "Running"
    assert client.api.VM_metrics.get_start_time(metrics).value > before


def test_a_hard_reboot_of_a_paused_vm_runs(client: Client, guest: str) -> None:
    client.api.VM.pause(guest)
    client.api.VM.hard_reboot(guest)
    assert client.api.VM.get_power_state(guest) == "Running"


def test_suspend_and_resume(client: Client, house: House, sr: str, guest: str) -> None:
    client.api.VM.suspend(guest)
    made = record(client, guest)
    assert made["power_state"] == "Suspended"
    image = made["suspend_VDI"]
    assert client.api.VDI.get_type(image) == "suspend"
    assert int(client.api.VDI.get_virtual_size(image)) > GIB // 4
    assert house.power(made["uuid"]) == "gone"
    assert client.medium(sr).uses.uses == {}
    assert refused(client.api.VDI.destroy, image) == ["VDI_IN_USE", image, "destroy"]
    client.api.VM.resume(guest, False, False)
    after = record(client, guest)
    assert (after["power_state"], after["suspend_VDI"]) == ("Running", NULL)
    assert refused(client.api.VDI.get_uuid, image) == ["HANDLE_INVALID", "VDI", image]
    assert house.power(made["uuid"]) == "running"
    assert len(client.medium(sr).disks) == 1


def test_a_suspended_vm_keeps_its_devices_and_gets_no_others(client: Client, house: House, sr: str, guest: str) -> None:
    uuid, (vbd, drive) = client.uuid(guest), client.api.VM.get_VBDs(guest)
    vif = client.api.VM.get_VIFs(guest)[0]
    disk, other = client.api.VBD.get_VDI(vbd), client.disk(sr)
    client.api.VM.suspend(guest)
    assert client.api.VBD.get_currently_attached(vbd)
    assert refused(client.api.VDI.destroy, disk) == ["VDI_IN_USE", disk, "destroy"]
    assert refused(client.api.VBD.destroy, vbd)[0] == "OPERATION_NOT_ALLOWED"
    assert refused(client.api.VIF.destroy, vif)[0] == "OPERATION_NOT_ALLOWED"
    assert refused(client.api.VBD.insert, drive, other)[0] == "VM_BAD_POWER_STATE"
    assert refused(client.api.VDI.forget, client.api.VM.get_suspend_VDI(guest))[0] == "VDI_IN_USE"
    client.api.VDI.destroy(client.api.VDI.clone(disk, {}))
    later = client.api.VBD.create(vbd_record(guest, other, userdevice="1"))
    client.api.VM.resume(guest, False, False)
    assert set(house.guest(uuid).disks) == {0, 3}
    assert not client.api.VBD.get_currently_attached(later)
    assert set(client.medium(sr).uses.uses) == {client.api.VDI.get_uuid(disk)}
    client.api.VM.suspend(guest)
    client.api.VM.hard_shutdown(guest)
    assert not client.api.VBD.get_currently_attached(vbd)
    assert not client.api.VIF.get_currently_attached(vif)
    client.api.VM.start(guest, False, False)
    assert set(house.guest(uuid).disks) == {0, 1, 3}


def test_resume_on_paused(client: Client, guest: str) -> None:
    client.api.VM.suspend(guest)
    client.api.VM.resume_on(guest, client.host, True, False)
    assert client.api.VM.get_power_state(guest) == "Paused"


def test_hard_shutdown_of_a_suspended_vm_throws_its_state_away(client: Client, sr: str, guest: str) -> None:
    client.api.VM.suspend(guest)
    client.api.VM.hard_shutdown(guest)
    made = record(client, guest)
    assert (made["power_state"], made["suspend_VDI"]) == ("Halted", NULL)
    assert len(client.medium(sr).disks) == 1


def test_clone_has_its_own_disks_and_addresses(client: Client, sr: str, network: str) -> None:
    vm = client.whole(sr, network)
    new = client.api.VM.clone(vm, "second")
    old, made = record(client, vm), record(client, new)
    assert (made["name_label"], made["power_state"]) == ("second", "Halted")
    assert made["uuid"] != old["uuid"]
    disks = {client.api.VBD.get_userdevice(each): client.api.VBD.get_VDI(each) for each in made["VBDs"]}
    assert disks["0"] not in {client.api.VBD.get_VDI(each) for each in old["VBDs"]}
    assert disks["3"] == NULL
    assert client.api.VDI.get_virtual_size(disks["0"]) == str(GIB)
    assert client.api.VIF.get_MAC(made["VIFs"][0]) != client.api.VIF.get_MAC(old["VIFs"][0])
    assert client.api.VIF.get_network(made["VIFs"][0]) == network
    client.api.VM.start(vm, False, False)
    client.api.VM.start(new, False, False)


def test_copy_to_another_repository(client: Client, sr: str, network: str) -> None:
    other = client.repository()
    vm = client.whole(sr, network)
    new = client.api.VM.copy(vm, "second", other)
    disks = [client.api.VBD.get_VDI(each) for each in record(client, new)["VBDs"]]
    assert [client.api.VDI.get_SR(each) for each in disks if each != NULL] == [other]
    beside = client.api.VM.copy(vm, "third", NULL)
    disks = [client.api.VBD.get_VDI(each) for each in record(client, beside)["VBDs"]]
    assert [client.api.VDI.get_SR(each) for each in disks if each != NULL] == [sr]


def test_provision_makes_the_disks_that_a_template_asks_for(client: Client, sr: str) -> None:
    uuid = client.api.SR.get_uuid(sr)
    disks = (
        f'<provision><disk device="0" size="{GIB}" sr="" bootable="true" type="system"/>'
        f'<disk device="1" size="{2 * GIB}" sr="{uuid}" bootable="false" type="user"/></provision>'
    )
    template = client.vm("template", is_a_template=True, other_config={"disks": disks})
    vm = client.api.VM.clone(template, "from template")
    assert client.api.VM.get_is_a_template(vm)
    client.api.VM.provision(vm)
    made = record(client, vm)
    assert made["is_a_template"] is False
    assert "disks" not in made["other_config"]
    found = {
        vbd["userdevice"]: (vbd["bootable"], vbd["mode"], client.api.VDI.get_virtual_size(vbd["VDI"]))
        for vbd in (client.api.VBD.get_record(each) for each in made["VBDs"])
    }
    assert found == {"0": (True, "RW", str(GIB)), "1": (False, "RW", str(2 * GIB))}
    client.api.VM.start(vm, False, False)


def test_destroy_takes_the_devices_and_leaves_the_disks(client: Client, sr: str, network: str) -> None:
    vm = client.whole(sr, network)
    made = record(client, vm)
    disk = client.api.VBD.get_VDI(made["VBDs"][0])
    client.api.VM.destroy(vm)
    assert refused(client.api.VM.get_record, vm) == ["HANDLE_INVALID", "VM", vm]
    for cls, refs in (("VBD", made["VBDs"]), ("VIF", made["VIFs"]), ("VM_metrics", [made["metrics"]])):
        for ref in refs:
            assert refused(getattr(client.api, cls).get_uuid, ref) == ["HANDLE_INVALID", cls, ref]
    assert client.api.VDI.get_VBDs(disk) == []
    client.api.VDI.destroy(disk)
    assert client.medium(sr).disks == {}


def test_disks_are_plugged_and_unplugged(client: Client, house: House, sr: str, guest: str) -> None:
    disk = client.disk(sr)
    vbd = client.api.VBD.create(vbd_record(guest, disk, userdevice="autodetect"))
    assert client.api.VBD.get_userdevice(vbd) == "1"
    client.api.VBD.plug(vbd)
    assert client.api.VBD.get_currently_attached(vbd)
    assert 1 in house.guest(client.uuid(guest)).disks
    assert refused(client.api.VDI.destroy, disk)[0] == "VDI_IN_USE"
    client.api.VBD.unplug(vbd)
    assert not client.api.VBD.get_currently_attached(vbd)
    client.api.VBD.destroy(vbd)
    client.api.VDI.destroy(disk)


def test_a_guest_that_keeps_its_disk(client: Client, house: House, sr: str, guest: str) -> None:
    disk = client.disk(sr)
    vbd = client.api.VBD.create(vbd_record(guest, disk, userdevice="1"))
    client.api.VBD.plug(vbd)
    house.guest(client.uuid(guest)).obeys = False
    error = refused(client.api.VBD.unplug, vbd)
    assert error[:3] == ["DEVICE_DETACH_REJECTED", "VBD", vbd]
    assert client.api.VBD.get_currently_attached(vbd)
    assert client.api.VBD.get_current_operations(vbd) == {}


def test_network_cards_are_plugged_moved_and_unplugged(client: Client, house: House, guest: str) -> None:
    first, second = client.network(), client.network()
    vif = client.api.VIF.create(vif_record(guest, first, device="1"))
    client.api.VIF.plug(vif)
    assert client.api.VIF.get_currently_attached(vif)
    client.api.VIF.move(vif, second)
    assert client.api.VIF.get_network(vif) == second
    assert client.api.VIF.get_currently_attached(vif)
    house.guest(client.uuid(guest)).obeys = False
    assert refused(client.api.VIF.unplug, vif)[:3] == ["DEVICE_DETACH_REJECTED", "VIF", vif]
    house.guest(client.uuid(guest)).obeys = True
    client.api.VIF.unplug(vif)
    client.api.VIF.destroy(vif)
    assert set(house.guest(client.uuid(guest)).nics) == {0}


def test_media_are_inserted_and_ejected(client: Client, house: House, sr: str, guest: str) -> None:
    drive = next(each for each in client.api.VM.get_VBDs(guest) if client.api.VBD.get_type(each) == "CD")
    disk = client.disk(sr, read_only=True)
    client.api.VBD.insert(drive, disk)
    assert (client.api.VBD.get_VDI(drive), client.api.VBD.get_empty(drive)) == (disk, False)
    assert house.guest(client.uuid(guest)).disks[3].source is not None
    assert refused(client.api.VBD.insert, drive, disk) == ["VBD_NOT_EMPTY", drive]
    client.api.VBD.eject(drive)
    assert (client.api.VBD.get_VDI(drive), client.api.VBD.get_empty(drive)) == (NULL, True)
    assert house.guest(client.uuid(guest)).disks[3].source is None
    assert refused(client.api.VBD.eject, drive) == ["VBD_IS_EMPTY", drive]


def test_disks_grow_are_cloned_and_kept(client: Client, sr: str) -> None:
    disk = client.disk(sr)
    client.api.VDI.resize(disk, str(2 * GIB))
    assert client.api.VDI.get_virtual_size(disk) == str(2 * GIB)
    assert refused(client.api.VDI.resize, disk, str(GIB))[:2] == ["VDI_TOO_SMALL", disk]
    copy = client.api.VDI.clone(disk, {})
    kept = client.api.VDI.snapshot(disk, {})
    assert client.api.VDI.get_snapshot_of(kept) == disk
    assert client.api.VDI.get_snapshots(disk) == [kept]
    assert client.api.VDI.get_is_a_snapshot(kept)
    assert client.api.VDI.get_SR(copy) == sr


def test_repositories_come_and_go(client: Client) -> None:
    sr = client.repository()
    pbd = client.api.SR.get_PBDs(sr)[0]
    disk = client.disk(sr)
    assert refused(client.api.SR.destroy, sr) == ["SR_HAS_PBD", sr]
    client.api.PBD.unplug(pbd)
    assert not client.api.PBD.get_currently_attached(pbd)
    assert refused(client.api.VDI.destroy, disk) == ["SR_NOT_ATTACHED", sr]
    assert refused(client.api.SR.destroy, sr) == ["SR_NOT_EMPTY"]
    client.api.PBD.plug(pbd)
    client.api.VDI.destroy(disk)
    client.api.PBD.unplug(pbd)
    client.api.SR.destroy(sr)
    assert refused(client.api.SR.get_uuid, sr) == ["HANDLE_INVALID", "SR", sr]
    assert refused(client.api.PBD.get_uuid, pbd) == ["HANDLE_INVALID", "PBD", pbd]


def test_what_may_be_done_to_disks_follows_the_plug(client: Client) -> None:
    sr = client.repository()
    pbd, disk = client.api.SR.get_PBDs(sr)[0], client.disk(sr)
    assert "destroy" in client.api.VDI.get_allowed_operations(disk)
    assert not {"forget", "destroy"} & set(client.api.SR.get_allowed_operations(sr))
    client.api.PBD.unplug(pbd)
    assert client.api.VDI.get_allowed_operations(disk) == []
    assert {"forget", "destroy"} <= set(client.api.SR.get_allowed_operations(sr))
    client.api.PBD.plug(pbd)
    assert "destroy" in client.api.VDI.get_allowed_operations(disk)


def test_what_may_be_done_to_a_state_follows_its_vm(client: Client, guest: str) -> None:
    client.api.VM.suspend(guest)
    image = client.api.VM.get_suspend_VDI(guest)
    assert "destroy" not in client.api.VDI.get_allowed_operations(image)


def test_networks_come_and_go(client: Client, house: House, network: str, guest: str) -> None:
    bridge = client.api.network.get_bridge(network)
    assert bridge in house.wiring.host.bridges
    assert refused(client.api.network.destroy, network)[0] == "NETWORK_CONTAINS_VIF"
    client.api.VM.hard_shutdown(guest)
    client.api.network.destroy(network)
    assert bridge not in house.wiring.host.bridges
    assert client.api.VM.get_VIFs(guest) == []


def test_a_guest_that_ends_by_itself_is_halted(client: Client, house: House, sr: str, guest: str) -> None:
    house.hypervisor.end(client.uuid(guest), Reason.SHUTDOWN)
    house.await_record(guest, power_state="Halted", domid=-1)
    assert client.medium(sr).uses.uses == {}
    client.api.VM.start(guest, False, False)
    assert client.api.VM.get_power_state(guest) == "Running"


def test_what_the_agent_says_is_told(client: Client, house: House, guest: str) -> None:
    mac = client.api.VIF.get_MAC(client.api.VM.get_VIFs(guest)[0])
    token = client.token()
    facts = GuestFacts(
        os_id="debian",
        os_name="Debian GNU/Linux",
        os_version="12",
        hostname="inside",
        interfaces=(GuestInterface("eth0", mac, ("10.0.0.7", "10.0.0.8"), ("fe80::1",)),),
    )
    house.hypervisor.agent_up(client.uuid(guest), facts)
    while not client.api.VM_guest_metrics.get_all():
        token = client.events(["vm_guest_metrics"], token)["token"]
    told = client.api.VM_guest_metrics.get_record(client.api.VM.get_guest_metrics(guest))
    assert told["networks"] == {
        "0/ip": "10.0.0.7",
        "0/ipv4/0": "10.0.0.7",
        "0/ipv4/1": "10.0.0.8",
        "0/ipv6/0": "fe80::1",
    }
    assert told["os_version"]["name"] == "Debian GNU/Linux 12"
    assert told["live"] is True
    token = client.token()
    house.hypervisor.agent_down(client.uuid(guest))
    metrics = client.api.VM.get_guest_metrics(guest)
    while client.api.VM_guest_metrics.get_live(metrics):
        token = client.events(["vm_guest_metrics"], token)["token"]
    client.api.VM.hard_shutdown(guest)
    assert client.api.VM.get_guest_metrics(guest) == NULL


def test_events_tell_the_walk(client: Client, sr: str, network: str) -> None:
    token = client.token()
    vm = client.vm()
    batch = client.events(["vm"], token)
    assert changes(batch) == [("vm", "add", vm)]
    vbd = client.api.VBD.create(vbd_record(vm, client.disk(sr)))
    batch = client.events(["vm", "vbd"], batch["token"])
    assert set(changes(batch)) == {("vm", "mod", vm), ("vbd", "add", vbd)}
    client.api.VM.start(vm, False, False)
    batch = client.events(["vm"], batch["token"])
    assert [each["snapshot"]["power_state"] for each in batch["events"] if each["ref"] == vm] == ["Running"]
    client.api.VM.hard_shutdown(vm)
    batch = client.events([f"vm/{vm}"], batch["token"])
    assert [each["snapshot"]["power_state"] for each in batch["events"]] == ["Halted"]
    client.api.VM.destroy(vm)
    batch = client.events(["vm", "vbd"], batch["token"])
    assert set(changes(batch)) == {("vm", "del", vm), ("vbd", "del", vbd)}


def test_the_host_has_its_control_domain(client: Client) -> None:
    controls = [ref for ref, vm in client.api.VM.get_all_records().items() if vm["is_control_domain"]]
    assert controls == [client.api.host.get_control_domain(client.host)]
    control = record(client, controls[0])
    assert (control["power_state"], control["domid"], control["resident_on"]) == ("Running", "0", client.host)
    assert refused(client.api.VM.hard_shutdown, controls[0])[0] == "OPERATION_NOT_ALLOWED"
