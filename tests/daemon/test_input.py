"""Bad input: the published error with its parameters, nothing changed, the others still served."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.daemon.house import (
    GIB,
    NULL,
    Client,
    House,
    network_record,
    refused,
    vbd_record,
    vdi_record,
    vif_record,
    vm_record,
)

from cenote.dispatch.answer import Failure, Peer

GONE = "OpaqueRef:11111111-2222-3333-4444-555555555555"
PEER = Peer("192.0.2.7")


class World:
    """What the tests of this module share; none of them changes it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.client = Client(house)
        self.api: Any = self.client.api
        self.sr = self.client.repository()
        self.network = self.client.network()
        self.vm = self.client.whole(self.sr, self.network)
        self.vbd, self.cd = self.api.VM.get_VBDs(self.vm)
        self.vdi = self.api.VBD.get_VDI(self.vbd)
        self.vif = self.api.VM.get_VIFs(self.vm)[0]
        self.template = self.client.vm("template", is_a_template=True)

    def ask(self, method: str, *params: Any) -> list[str]:
        """The error with which any method fails, past what the client's library can send."""
        answer = self.house.daemon.dispatcher.answer(method, [self.client.session.handle, *params], PEER)
        assert isinstance(answer, Failure), f"{method} was not refused: {answer}"
        return [answer.code, *answer.params]


@pytest.fixture(scope="module")
def world(shared: House) -> World:
    return World(shared)


@pytest.fixture(autouse=True)
def nothing_changes(world: World) -> Any:
    """Refusals leave no trace: no revision, no task, no guest."""
    before = world.house.daemon.rooms.store.state
    yield
    after = world.house.daemon.rooms.store.state
    for name, table in after.tables.items():
        old = before.tables.get(name)
        assert old is not None or not table, name
        assert {ref: record.values for ref, record in table.items()} == {
            ref: record.values for ref, record in (old or {}).items()
        }, name
    assert world.house.hypervisor.domains() == ()
    assert len(world.client.medium(world.sr).disks) == 1


@pytest.mark.parametrize("message", ["VM.get_record", "VM.start", "VM.create", "VM.set_name_label", "task.create"])
def test_counts(world: World, message: str) -> None:
    few = world.ask(message)
    assert (few[0], few[1], few[3]) == ("MESSAGE_PARAMETER_COUNT_MISMATCH", message, "0")
    many = world.ask(message, *[""] * 9)
    assert (many[0], many[1], many[3]) == ("MESSAGE_PARAMETER_COUNT_MISMATCH", message, "9")
    none = world.house.daemon.dispatcher.answer(message, [], PEER)
    assert none == Failure("MESSAGE_PARAMETER_COUNT_MISMATCH", [message, few[2], "-1"])


def test_unknown_names(world: World) -> None:
    for name in (
        "VM.no_such",
        "Nothing.get_all",
        "",
        "VM",
        "VM.",
        ".start",
        "vm.get_all",
        "Async.",
        "Async.Async.a.b",
    ):
        assert world.ask(name) == ["MESSAGE_METHOD_UNKNOWN", name]


@pytest.mark.parametrize(
    ("message", "cls"),
    [
        ("VM.get_record", "VM"),
        ("VM.get_name_label", "VM"),
        ("VM.pause", "VM"),
        ("VM.clean_shutdown", "VM"),
        ("VM.provision", "VM"),
        ("VM.destroy", "VM"),
        ("VM.get_allowed_VBD_devices", "VM"),
        ("VM.get_possible_hosts", "VM"),
        ("VBD.plug", "VBD"),
        ("VBD.unplug_force", "VBD"),
        ("VBD.eject", "VBD"),
        ("VBD.destroy", "VBD"),
        ("VDI.update", "VDI"),
        ("VDI.forget", "VDI"),
        ("VDI.destroy", "VDI"),
        ("VIF.plug", "VIF"),
        ("VIF.unplug_force", "VIF"),
        ("VIF.destroy", "VIF"),
        ("SR.scan", "SR"),
        ("SR.update", "SR"),
        ("SR.destroy", "SR"),
        ("SR.forget", "SR"),
        ("PBD.plug", "PBD"),
        ("PBD.unplug", "PBD"),
        ("PBD.destroy", "PBD"),
        ("network.destroy", "network"),
        ("host.enable", "host"),
        ("host.compute_free_memory", "host"),
        ("task.cancel", "task"),
        ("task.destroy", "task"),
        ("secret.destroy", "secret"),
        ("message.destroy", "message"),
        ("role.get_permissions", "role"),
    ],
)
def test_references_to_nothing_and_to_another_class(world: World, message: str, cls: str) -> None:
    other = world.api.pool.get_all()[0]
    for ref in (GONE, NULL, "", "rubbish", other):
        assert world.ask(message, ref) == ["HANDLE_INVALID", cls, ref or NULL]


def test_second_references(world: World) -> None:
    api, vm = world.api, world.vm
    assert refused(api.VM.start_on, vm, GONE, False, False) == ["HANDLE_INVALID", "host", GONE]
    assert refused(api.VM.copy, vm, "x", GONE) == ["HANDLE_INVALID", "SR", GONE]
    assert refused(api.VM.set_affinity, vm, GONE) == ["HANDLE_INVALID", "host", GONE]
    assert refused(api.VM.set_affinity, vm, vm) == ["HANDLE_INVALID", "host", vm]
    assert refused(api.VM.assert_can_boot_here, vm, vm) == ["HANDLE_INVALID", "host", vm]
    assert refused(api.VBD.insert, world.cd, GONE) == ["HANDLE_INVALID", "VDI", GONE]
    assert refused(api.VIF.move, world.vif, GONE) == ["HANDLE_INVALID", "network", GONE]
    assert refused(api.VDI.copy, world.vdi, GONE) == ["HANDLE_INVALID", "SR", GONE]
    assert refused(api.VDI.copy, world.vdi, NULL, NULL, GONE) == ["HANDLE_INVALID", "VDI", GONE]
    assert refused(api.pool.set_default_SR, world.client.pool, vm) == ["HANDLE_INVALID", "SR", vm]
    create: tuple[Any, ...] = (GONE, {}, "0", "x", "", "dummy", "user", False, {})
    assert refused(api.SR.create, *create) == ["HANDLE_INVALID", "host", GONE]


def test_unknown_uuids_and_names(world: World) -> None:
    assert refused(world.api.VM.get_by_uuid, "no such uuid") == ["UUID_INVALID", "VM", "no such uuid"]
    host = world.api.host.get_uuid(world.client.host)
    assert refused(world.api.VM.get_by_uuid, host) == ["UUID_INVALID", "VM", host]
    assert world.api.VM.get_by_name_label("no such name") == []


@pytest.mark.parametrize(
    ("message", "value", "code"),
    [
        ("VM.set_is_a_template", "yes", "INVALID_VALUE"),
        ("VM.set_is_a_template", 1, "FIELD_TYPE_ERROR"),
        ("VM.set_name_label", 7, "FIELD_TYPE_ERROR"),
        ("VM.set_name_label", None, "FIELD_TYPE_ERROR"),
        ("VM.set_name_label", ["a"], "FIELD_TYPE_ERROR"),
        ("VM.set_name_label", {}, "FIELD_TYPE_ERROR"),
        ("VM.set_VCPUs_at_startup", "many", "INVALID_VALUE"),
        ("VM.set_VCPUs_at_startup", "1.5", "INVALID_VALUE"),
        ("VM.set_VCPUs_at_startup", True, "FIELD_TYPE_ERROR"),
        ("VM.set_VCPUs_at_startup", 2**63, "INVALID_VALUE"),
        ("VM.set_VCPUs_at_startup", "9" * 5000, "INVALID_VALUE"),
        ("VM.set_VCPUs_at_startup", "0", "INVALID_VALUE"),
        ("VM.set_VCPUs_at_startup", "-1", "INVALID_VALUE"),
        ("VM.set_VCPUs_max", "0", "INVALID_VALUE"),
        ("VM.set_other_config", "k=v", "INVALID_VALUE"),
        ("VM.set_other_config", {"k": 1}, "FIELD_TYPE_ERROR"),
        ("VM.set_other_config", ["k"], "FIELD_TYPE_ERROR"),
        ("VM.set_tags", "a", "INVALID_VALUE"),
        ("VM.set_tags", [1], "FIELD_TYPE_ERROR"),
        ("VM.set_actions_after_crash", "explode", "INVALID_VALUE"),
        ("VM.set_actions_after_crash", 3, "FIELD_TYPE_ERROR"),
        ("VM.set_HVM_shadow_multiplier", "nan", "INVALID_VALUE"),
        ("VM.set_HVM_shadow_multiplier", float("inf"), "INVALID_VALUE"),
        ("VM.set_HVM_shadow_multiplier", 10**400, "INVALID_VALUE"),
        ("VM.set_HVM_shadow_multiplier", 0.5, "INVALID_VALUE"),
        ("VM.set_affinity", 7, "FIELD_TYPE_ERROR"),
        ("VM.set_start_delay", "-1", "INVALID_VALUE"),
        ("VM.set_order", "-1", "INVALID_VALUE"),
        ("VM.set_memory_static_max", "-1", "MEMORY_CONSTRAINT_VIOLATION"),
        ("VM.set_memory_dynamic_max", str(GIB), "MEMORY_CONSTRAINT_VIOLATION"),
        ("VM.set_blocked_operations", {"no_such_operation": "X"}, "INVALID_VALUE"),
    ],
)
def test_wrong_values(world: World, message: str, value: object, code: str) -> None:
    assert world.ask(message, world.vm, value)[0] == code


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("memory_static_max", "-1", ["MEMORY_CONSTRAINT_VIOLATION"]),
        ("memory_static_min", str(GIB), ["MEMORY_CONSTRAINT_VIOLATION"]),
        ("memory_dynamic_max", str(GIB), ["MEMORY_CONSTRAINT_VIOLATION"]),
        ("memory_static_max", "lots", ["INVALID_VALUE", "VM.memory_static_max"]),
        ("memory_static_max", "1e9", ["INVALID_VALUE", "VM.memory_static_max"]),
        ("VCPUs_max", "0", ["INVALID_VALUE", "VCPUs_max", "0"]),
        ("VCPUs_at_startup", "2", ["INVALID_VALUE", "VCPUs_at_startup"]),
        ("is_a_template", "no", ["INVALID_VALUE", "VM.is_a_template"]),
        ("actions_after_crash", "explode", ["INVALID_VALUE", "VM.actions_after_crash"]),
        ("other_config", [], ["FIELD_TYPE_ERROR"]),
        ("affinity", GONE, ["HANDLE_INVALID", "host", GONE]),
        ("suspend_VDI", GONE, ["HANDLE_INVALID", "VDI", GONE]),
        ("appliance", GONE, ["HANDLE_INVALID", "VM_appliance", GONE]),
        ("HVM_shadow_multiplier", "inf", ["INVALID_VALUE", "VM.HVM_shadow_multiplier"]),
    ],
)
def test_wrong_records_of_vms(world: World, field: str, value: Any, error: list[str]) -> None:
    assert refused(world.api.VM.create, vm_record(**{field: value}))[: len(error)] == error


def test_records_that_are_none(world: World) -> None:
    wrongs: tuple[Any, ...] = ("", "{}", 7, [], None, True)
    for wrong in wrongs:
        assert world.ask("VM.create", wrong)[0] in {"FIELD_TYPE_ERROR", "INVALID_VALUE"}


@pytest.mark.parametrize("field", ["VM", "VDI"])
def test_a_reference_that_is_missing(world: World, field: str) -> None:
    record = vbd_record(world.vm, world.vdi)
    del record[field]
    assert refused(world.api.VBD.create, record) == ["INVALID_VALUE", f"VBD.{field}", "(missing)"]


Change = tuple[dict[str, Any], list[str]]


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"VM": GONE}, ["HANDLE_INVALID", "VM", GONE]),
        ({"VDI": GONE}, ["HANDLE_INVALID", "VDI", GONE]),
        ({"VDI": NULL}, ["VBD_IS_EMPTY", NULL]),
        ({"empty": True}, ["VBD_IS_EMPTY", NULL]),
        ({"userdevice": "0"}, ["DEVICE_ALREADY_EXISTS", "0"]),
        ({"userdevice": "00"}, ["DEVICE_ALREADY_EXISTS", "00"]),
        ({"userdevice": "xvda"}, ["DEVICE_ALREADY_EXISTS", "xvda"]),
        ({"userdevice": "256"}, ["INVALID_DEVICE", "256"]),
        ({"userdevice": "-1"}, ["INVALID_DEVICE", "-1"]),
        ({"userdevice": "\u0661"}, ["INVALID_DEVICE", "\u0661"]),
        ({"userdevice": "\u00b2"}, ["INVALID_DEVICE", "\u00b2"]),
        ({"userdevice": "9" * 5000}, ["INVALID_DEVICE"]),
        ({"userdevice": "first"}, ["INVALID_DEVICE", "first"]),
        ({"type": "CD"}, ["VBD_CDS_MUST_BE_READONLY"]),
        ({"type": "Tape"}, ["INVALID_VALUE", "VBD.type"]),
        ({"mode": "WO"}, ["INVALID_VALUE", "VBD.mode"]),
    ],
)
def test_wrong_drives(world: World, values: dict[str, Any], error: list[str]) -> None:
    record = vbd_record(world.vm, world.vdi, userdevice="5")
    assert refused(world.api.VBD.create, {**record, **values})[: len(error)] == error


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"VM": GONE}, ["HANDLE_INVALID", "VM", GONE]),
        ({"network": GONE}, ["HANDLE_INVALID", "network", GONE]),
        ({"network": NULL}, ["HANDLE_INVALID", "network", NULL]),
        ({"device": "0"}, ["DEVICE_ALREADY_EXISTS", "0"]),
        ({"device": "8"}, ["INVALID_DEVICE", "8"]),
        ({"device": ""}, ["INVALID_DEVICE", ""]),
        ({"device": "eth0"}, ["INVALID_DEVICE", "eth0"]),
        ({"MAC": "nonsense"}, ["MAC_INVALID", "nonsense"]),
        ({"MAC": "02:00:00:00:00"}, ["MAC_INVALID", "02:00:00:00:00"]),
        ({"MAC": "03:00:00:00:00:01"}, ["MAC_INVALID", "03:00:00:00:00:01"]),
        ({"MTU": "-5"}, ["INVALID_VALUE", "MTU"]),
        ({"MTU": "9999999"}, ["INVALID_VALUE", "MTU"]),
        ({"locking_mode": "open"}, ["INVALID_VALUE", "VIF.locking_mode"]),
    ],
)
def test_wrong_network_cards(world: World, values: dict[str, Any], error: list[str]) -> None:
    record = vif_record(world.vm, world.network, device="1")
    assert refused(world.api.VIF.create, {**record, **values})[: len(error)] == error


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"SR": GONE}, ["HANDLE_INVALID", "SR", GONE]),
        ({"SR": NULL}, ["HANDLE_INVALID", "SR", NULL]),
        ({"virtual_size": "-1"}, ["INVALID_VALUE", "virtual_size"]),
        ({"virtual_size": "0"}, ["INVALID_VALUE", "virtual_size"]),
        ({"virtual_size": str(2**60)}, ["INVALID_VALUE", "virtual_size"]),
        ({"virtual_size": "big"}, ["INVALID_VALUE", "VDI.virtual_size"]),
        ({"type": "magic"}, ["INVALID_VALUE", "VDI.type"]),
    ],
)
def test_wrong_disks(world: World, values: dict[str, Any], error: list[str]) -> None:
    assert refused(world.api.VDI.create, {**vdi_record(world.sr), **values})[: len(error)] == error


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"MTU": "0"}, ["INVALID_VALUE", "MTU"]),
        ({"MTU": "-1"}, ["INVALID_VALUE", "MTU"]),
        ({"MTU": "wide"}, ["INVALID_VALUE", "network.MTU"]),
        ({"other_config": "x"}, ["INVALID_VALUE", "network.other_config"]),
    ],
)
def test_wrong_networks(world: World, values: dict[str, Any], error: list[str]) -> None:
    assert refused(world.api.network.create, network_record(**values))[: len(error)] == error


def test_a_bridge_that_is_taken(world: World) -> None:
    bridge = world.api.network.get_bridge(world.network)
    assert refused(world.api.network.create, network_record(bridge=bridge)) == ["BRIDGE_NAME_EXISTS", bridge]


def test_repositories_of_no_type(world: World) -> None:
    host = world.client.host
    assert refused(world.api.SR.create, host, {}, "0", "x", "", "tape", "user", False, {})[:2] == [
        "SR_UNKNOWN_DRIVER",
        "tape",
    ]
    wrong = refused(world.api.SR.create, host, {"location": "relative"}, "0", "x", "", "file", "user", False, {})
    assert wrong[:2] == ["INVALID_VALUE", "device_config:location"]
    wrong = refused(world.api.SR.create, host, {}, "0", "x", "", "file", "user", False, {})
    assert wrong[:2] == ["INVALID_VALUE", "device_config:location"]
    known = world.api.SR.get_uuid(world.sr)
    assert refused(world.api.SR.introduce, known, "x", "", "dummy", "user", False, {}) == ["SR_UUID_EXISTS", known]
    pbd: dict[str, Any] = {"host": host, "SR": world.sr, "device_config": {}, "other_config": {}}
    assert refused(world.api.PBD.create, pbd)[:3] == ["PBD_EXISTS", world.sr, host]


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        ("pause", "running"),
        ("unpause", "paused"),
        ("suspend", "running"),
        ("clean_shutdown", "running"),
        ("clean_reboot", "running"),
        ("hard_reboot", "running, paused"),
        ("hard_shutdown", "running, paused, suspended"),
    ],
)
def test_power_states(world: World, verb: str, expected: str) -> None:
    assert refused(getattr(world.api.VM, verb), world.vm) == ["VM_BAD_POWER_STATE", world.vm, expected, "halted"]


def test_templates_do_not_run(world: World) -> None:
    assert refused(world.api.VM.start, world.template, False, False) == ["VM_IS_TEMPLATE", world.template]
    assert refused(world.api.VM.suspend, world.template) == ["VM_IS_TEMPLATE", world.template]


def test_devices_of_a_halted_vm_are_not_plugged(world: World) -> None:
    assert refused(world.api.VBD.plug, world.vbd) == ["VM_BAD_POWER_STATE", world.vm, "running", "halted"]
    assert refused(world.api.VIF.plug, world.vif) == ["VM_BAD_POWER_STATE", world.vm, "running", "halted"]
    assert refused(world.api.VBD.eject, world.vbd) == ["VBD_NOT_REMOVABLE_MEDIA", world.vbd]
    assert refused(world.api.VBD.eject, world.cd) == ["VBD_IS_EMPTY", world.cd]


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "field",
        'field "no_such_field" = "x"',
        'field "uuid" = ',
        '(field "uuid" = "x"',
        'field "uuid" = "x")',
        'field "uuid" = "x',
        'field "uuid" == "x"',
        "true and",
        "maybe",
        "not " * 200 + "true",
        "(" * 200 + "true" + ")" * 200,
    ],
)
def test_expressions_that_can_not_be_read(world: World, expression: str) -> None:
    assert refused(world.api.VM.get_all_records_where, expression)[0] == "INVALID_VALUE"


def test_a_long_expression(world: World) -> None:
    uuid = world.api.VM.get_uuid(world.vm)
    other = 'field "uuid" = "x" or '
    found = world.api.VM.get_all_records_where(other * 20_000 + f'field "uuid" = "{uuid}"')
    assert list(found) == [world.vm]


def test_extra_fields_are_left_out(world: World) -> None:
    answer: Callable[..., Any] = world.house.daemon.dispatcher.answer
    extra = vm_record("extra", no_such_field={"deep": [1, 2]}, metrics=GONE, uuid="mine", domid="7")
    made = str(answer("VM.create", [world.client.session.handle, extra], PEER).value)
    record = world.api.VM.get_record(made)
    assert (record["domid"], record["metrics"] != GONE, record["uuid"] != "mine") == ("-1", True, True)
    assert "no_such_field" not in record
    world.api.VM.destroy(made)


@pytest.mark.parametrize("params", [[], [7], [[]], [{}], [None], ["no.such"], ["VM.start", "more"]])
def test_questions_about_messages(world: World, params: list[Any]) -> None:
    for question in ("system.methodHelp", "system.methodSignature"):
        answer = world.house.daemon.dispatcher.answer(question, params, PEER)
        assert isinstance(answer, Failure) == (params[:1] != ["VM.start"])
    assert world.house.daemon.dispatcher.answer("system.no_such", params, PEER) == Failure(
        "MESSAGE_METHOD_UNKNOWN", ["system.no_such"]
    )


def test_strange_text_goes_through(world: World) -> None:
    name = "a <b> & \"c\" 'd' \u4e2d\n\t]]>"
    before = world.api.VM.get_name_label(world.vm)
    world.api.VM.set_name_label(world.vm, name)
    assert world.api.VM.get_name_label(world.vm) == name
    assert world.api.VM.get_by_name_label(name) == [world.vm]
    world.api.VM.set_name_label(world.vm, before)
