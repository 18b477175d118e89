"""The verbs beside the walk: questions to hosts and roles, notes, and what is done to repositories and disks."""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.daemon.house import GIB, NULL, Client, House, refused, vbd_record, vif_record

from cenote.client.failure import Failure
from cenote.compute.event import Reason
from cenote.daemon.doors import Consoles, Entrance
from cenote.dispatch.answer import Peer
from cenote.model.core import ApiError
from cenote.storage import fake
from cenote.storage.contract import DiskSource, Format
from cenote.wire.contract import Unavailable


@pytest.fixture
def guest(client: Client, sr: str, network: str) -> str:
    """A running VM."""
    return client.running(sr, network)


def test_a_host_is_asked(client: Client) -> None:
    api, host = client.api.host, client.host
    now = datetime.strptime(api.get_servertime(host).value, "%Y%m%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - now) < timedelta(minutes=1)
    assert api.get_server_localtime(host).value.endswith("Z")
    assert int(api.compute_memory_overhead(host)) > 0
    assert api.get_management_interface(host) == NULL
    assert api.has_extension(host, "none") is False
    assert refused(api.call_plugin, host, "none", "fn", {}) == ["XENAPI_MISSING_PLUGIN", "none"]
    assert client.api.pool.get_master(client.pool) == host
    assert len(api.get_host_CPUs(host)) == int(api.get_cpu_info(host)["cpu_count"])


def test_a_host_is_disabled_and_enabled(client: Client) -> None:
    client.api.host.disable(client.host)
    assert client.api.host.get_enabled(client.host) is False
    client.api.host.enable(client.host)
    assert client.api.host.get_enabled(client.host) is True


def test_interfaces_are_scanned(client: Client, house: House) -> None:
    (pif,) = client.api.PIF.get_all()
    assert client.api.PIF.get_device(pif) == "eth0"
    network = client.api.PIF.get_network(pif)
    assert client.api.network.get_PIFs(network) == [pif]
    house.wiring.host.links.clear()
    client.api.PIF.scan(client.host)
    assert client.api.PIF.get_all() == []
    assert client.api.PIF_metrics.get_all() == []


def test_roles_are_asked(client: Client) -> None:
    (admin,) = client.api.role.get_by_name_label("pool-admin")
    (reader,) = client.api.role.get_by_name_label("read-only")
    names = client.api.role.get_permissions_name_label(admin)
    assert {"VM.start", "SR.create"} <= set(names)
    assert "SR.create" not in client.api.role.get_permissions_name_label(reader)
    (permission,) = client.api.role.get_by_name_label("SR.create")
    assert permission in client.api.role.get_permissions(admin)
    assert admin in client.api.role.get_by_permission(permission)
    assert reader not in client.api.role.get_by_permission_name_label("SR.create")
    assert client.api.role.get_by_permission_name_label("no such") == []


def test_notes_are_kept_and_removed(client: Client) -> None:
    secret = client.api.secret.create({"value": "hush", "other_config": {}})
    assert client.api.secret.get_value(secret) == "hush"
    client.api.secret.destroy(secret)
    user = client.api.user.create({"short_name": "ann", "fullname": "Ann", "other_config": {}})
    assert client.api.user.get_short_name(user) == "ann"
    client.api.user.destroy(user)
    vm = client.vm()
    note = client.api.message.create("NOTE", "3", "VM", client.uuid(vm), "a note")
    assert client.api.message.get_record(note)["body"] == "a note"
    assert client.api.message.get_all() == [note]
    client.api.message.destroy(note)
    assert client.api.message.get_all() == []


def test_a_repository_is_introduced_and_forgotten(client: Client, sr: str) -> None:
    uuid, disk = client.api.SR.get_uuid(sr), client.disk(sr)
    (pbd,) = client.api.SR.get_PBDs(sr)
    client.api.PBD.unplug(pbd)
    client.api.SR.forget(sr)
    assert refused(client.api.VDI.get_uuid, disk)[0] == "HANDLE_INVALID"
    again = client.api.SR.introduce(uuid, "again", "", "dummy", "user", False, {})
    record: dict[str, Any] = {"host": client.host, "SR": again, "device_config": {}, "other_config": {}}
    pbd = client.api.PBD.create(record)
    assert refused(client.api.SR.scan, again) == ["SR_NOT_ATTACHED", again]
    client.api.PBD.plug(pbd)
    assert [client.api.VDI.get_virtual_size(each) for each in client.api.SR.get_VDIs(again)] == [str(GIB)]
    client.api.SR.update(again)
    assert int(client.api.SR.get_virtual_allocation(again)) == GIB
    assert refused(client.api.PBD.destroy, pbd)[0] == "OPERATION_NOT_ALLOWED"
    client.api.PBD.unplug(pbd)
    client.api.PBD.destroy(pbd)
    client.api.SR.forget(again)
    assert "dummy" in client.api.SR.get_supported_types()


def test_a_disk_is_copied_into_another(client: Client, sr: str) -> None:
    first, second = client.disk(sr), client.disk(sr)
    medium = client.medium(sr)
    source = DiskSource(f"memory:{client.api.SR.get_uuid(sr)}/{client.api.VDI.get_uuid(first)}", Format.RAW, False)
    fake.write(source, 0, b"x" * fake.BLOCK)
    assert client.api.VDI.copy(first, NULL, NULL, second) == second
    assert medium.disks[client.api.VDI.get_uuid(second)].blocks == {0: b"x" * fake.BLOCK}
    assert medium.uses.uses == {}
    small = client.disk(sr, GIB // 2)
    assert refused(client.api.VDI.copy, first, NULL, NULL, small)[0] == "VDI_TOO_LARGE"
    assert medium.uses.uses == {}


def test_a_disk_is_forgotten_and_found_again(client: Client, sr: str) -> None:
    disk = client.disk(sr)
    uuid = client.api.VDI.get_uuid(disk)
    client.api.VDI.update(disk)
    client.api.VDI.forget(disk)
    assert client.api.VDI.get_all() == []
    client.api.SR.scan(sr)
    assert client.api.VDI.get_by_uuid(uuid) in client.api.SR.get_VDIs(sr)


def test_unplugging_by_force_what_is_not_plugged_is_refused(client: Client, house: House, sr: str, guest: str) -> None:
    vbd = client.api.VBD.create(vbd_record(guest, client.disk(sr), userdevice="1"))
    vif = client.api.VIF.create(vif_record(guest, client.network(), device="1"))
    assert refused(client.api.VBD.unplug_force, vbd) == ["DEVICE_ALREADY_DETACHED", vbd]
    assert refused(client.api.VIF.unplug_force, vif) == ["DEVICE_ALREADY_DETACHED", vif]
    client.api.VBD.plug(vbd)
    client.api.VIF.plug(vif)
    client.api.VBD.unplug_force(vbd)
    client.api.VIF.unplug_force(vif)
    assert set(house.guest(client.uuid(guest)).disks) == {0, 3}
    assert set(house.guest(client.uuid(guest)).nics) == {0}


def test_a_repository_in_use_is_not_unplugged(client: Client, sr: str, guest: str) -> None:
    disk = client.api.VBD.get_VDI(client.api.VM.get_VBDs(guest)[0])
    assert refused(client.api.PBD.unplug, client.api.SR.get_PBDs(sr)[0]) == ["VDI_IN_USE", disk, "unplug"]


def test_a_guest_that_does_not_obey_in_time(client: Client, house: House, guest: str) -> None:
    object.__setattr__(house.daemon.rooms.settings, "shutdown_timeout", 0.0)
    house.guest(client.uuid(guest)).obeys = False
    assert refused(client.api.VM.clean_shutdown, guest) == ["VM_SHUTDOWN_TIMEOUT", guest, "0"]
    assert refused(client.api.VM.clean_reboot, guest) == ["VM_SHUTDOWN_TIMEOUT", guest, "0"]
    assert client.api.VM.get_power_state(guest) == "Running"
    client.api.VM.shutdown(guest)
    assert client.api.VM.get_power_state(guest) == "Halted"


def test_a_reboot_that_ends_the_guest_is_done(
    client: Client, house: House, guest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(uuid: str, *, hard: bool) -> None:
        house.hypervisor.end(uuid, Reason.SHUTDOWN)

    monkeypatch.setattr(house.hypervisor, "reboot", end)
    for verb in ("clean_reboot", "hard_reboot"):
        getattr(client.api.VM, verb)(guest)
        assert client.api.VM.get_power_state(guest) == "Halted"
        client.api.VM.start(guest, False, False)


def test_a_guest_that_has_gone_is_not_shut_down_twice(
    client: Client, house: House, guest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = house.hypervisor.destroy

    def gone_already(uuid: str) -> None:
        house.hypervisor.end(uuid, Reason.SHUTDOWN)
        real(uuid)

    monkeypatch.setattr(house.hypervisor, "destroy", gone_already)
    client.api.VM.hard_shutdown(guest)
    assert client.api.VM.get_power_state(guest) == "Halted"


def test_memory_follows_its_limits(client: Client, house: House, guest: str) -> None:
    client.api.VM.set_memory_dynamic_range(guest, str(GIB // 8), str(GIB // 8))
    assert house.guest(client.uuid(guest)).memory == GIB // 8
    wrong = refused(client.api.VM.set_memory_static_range, guest, "0", str(GIB))
    assert wrong == ["VM_BAD_POWER_STATE", guest, "halted", "running"]
    client.api.VM.hard_shutdown(guest)
    client.api.VM.set_memory_limits(guest, "0", str(GIB), str(GIB // 2), str(GIB))
    record = client.api.VM.get_record(guest)
    assert [record[f"memory_{name}"] for name in ("static_min", "static_max", "dynamic_min", "dynamic_max")] == [
        "0",
        str(GIB),
        str(GIB // 2),
        str(GIB),
    ]


def test_a_vm_becomes_a_template_only_at_rest(client: Client, guest: str) -> None:
    wrong = refused(client.api.VM.set_is_a_template, guest, True)
    assert wrong == ["VM_BAD_POWER_STATE", guest, "halted", "running"]
    client.api.VM.hard_shutdown(guest)
    client.api.VM.set_is_a_template(guest, True)
    client.api.VM.set_is_a_template(guest, True)
    assert client.api.VM.get_is_a_template(guest)
    client.api.VM.set_is_a_template(guest, False)
    client.api.VM.start(guest, False, False)


def test_a_blocked_operation(client: Client, guest: str) -> None:
    client.api.VM.add_to_blocked_operations(guest, "hard_shutdown", "NOT_NOW")
    assert refused(client.api.VM.hard_shutdown, guest) == ["OPERATION_BLOCKED", guest, "NOT_NOW"]
    assert "hard_shutdown" not in client.api.VM.get_allowed_operations(guest)
    client.api.VM.remove_from_blocked_operations(guest, "hard_shutdown")
    client.api.VM.hard_shutdown(guest)


def test_consoles_are_opened_for_those_who_may(client: Client, house: House, guest: str) -> None:
    consoles, token = Consoles(house.daemon.dispatcher, house.daemon.rooms), client.session.handle
    kinds = {client.api.console.get_protocol(each): each for each in client.api.VM.get_consoles(guest)}
    uuid = client.api.console.get_uuid(kinds["rfb"])
    for ref, by_uuid in ((kinds["rfb"], ""), ("", uuid), (guest, ""), ("", client.uuid(guest))):
        with consoles.open(token, ref, by_uuid) as screen:
            assert screen.recv(12) == b"RFB 003.008\n"
    with consoles.open(token, kinds["vt100"], "") as serial:
        assert b"guest" in serial.recv(100)
    stranger = house.daemon.dispatcher.sessions.open("someone", superuser=False)
    for wrong, ref, code in (
        (stranger, guest, "RBAC_PERMISSION_DENIED"),
        ("no such", guest, "SESSION_INVALID"),
        (token, "OpaqueRef:none", "HANDLE_INVALID"),
    ):
        with pytest.raises(ApiError) as refusal:
            consoles.open(wrong, ref, "")
        assert refusal.value.code == code
    client.api.VM.hard_shutdown(guest)
    with pytest.raises(Unavailable, match="halted"):
        consoles.open(token, guest, "")


def test_health(client: Client, house: House) -> None:
    def health() -> Any:
        with urllib.request.urlopen(f"{house.url}/healthz", timeout=20) as reply:
            return json.load(reply)

    assert health()["status"] == "ok"
    assert health()["hypervisor"] == {"connected": True, "hanging_calls": 0}
    token = client.token()
    house.hypervisor.lose()
    client.events(["host_metrics"], token)
    assert health()["status"] == "degraded"


def test_who_may_use_the_command_line(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    logins = house.daemon.dispatcher._logins  # pyright: ignore[reportPrivateUsage]
    held: list[float] = []
    monkeypatch.setattr(logins, "_hold", held.append)
    near = Entrance(house.daemon.dispatcher, logins, Peer("unix", uid=0))
    session = near.login(None, None)
    assert session.send("pool.get_all")
    with pytest.raises(Failure, match="UUID_INVALID"):
        session.send("VM.get_by_uuid", "none")
    far = Entrance(house.daemon.dispatcher, logins, Peer("192.0.2.7"))
    assert far.login("root", house.password).send("pool.get_all")
    for name, password in ((None, None), ("root", "wrong"), ("root", None)):
        with pytest.raises(Failure, match="SESSION_AUTHENTICATION_FAILED"):
            far.login(name, password)
    assert len(held) == 2
