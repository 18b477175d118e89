"""From a VM's records to the guest that the hypervisor shall run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from tests.unit.records import GIB, MIB, URL, World

from cenote.compute.spec import (
    BridgePort,
    DiskFormat,
    DiskKind,
    DiskSpec,
    DomainSpec,
    ExitAction,
    Firmware,
    Machine,
    NicModel,
    NicSpec,
    Platform,
    UserNetwork,
    Virtualization,
)
from cenote.model.classes.VBD import VBD, vbd_mode, vbd_type
from cenote.model.classes.VDI import VDI
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM, domain_type, on_crash_behaviour, on_normal_exit
from cenote.model.core import Assignment
from cenote.network.contract import Attachment
from cenote.operations.context import Settings
from cenote.operations.vm import spec
from cenote.storage.contract import DiskSource, Format

SETTINGS = Settings(Path("/state"), URL)
BARE = spec.Devices((), ())


@pytest.fixture
def world() -> World:
    return World()


def domain(world: World, *assignments: Assignment[Any], devices: spec.Devices = BARE) -> DomainSpec:
    return spec.domain(world.get(VM, world.add_vm(*assignments)), devices, SETTINGS)


def test_sizes_and_names(world: World) -> None:
    vm = world.get(VM, world.add_vm(VM.memory_dynamic_max.to(GIB // 2), VM.VCPUs_max.to(4)))
    found = spec.domain(vm, BARE, SETTINGS)
    assert (found.uuid, found.name) == (vm.uuid, "a guest")
    assert (found.memory_static_max, found.memory_target) == (GIB, GIB // 2)
    assert (found.vcpus_max, found.vcpus) == (4, 1)
    assert found.direct_boot is None


def test_a_vm_without_a_name_has_its_uuid(world: World) -> None:
    vm = world.get(VM, world.add_vm(VM.name_label.to("")))
    assert spec.domain(vm, BARE, SETTINGS).name == vm.uuid


def test_bios(world: World) -> None:
    found = domain(world)
    assert (found.firmware, found.secure_boot, found.nvram, found.boot_order) == (Firmware.BIOS, False, None, "cd")
    assert not domain(world, VM.platform.to({"secureboot": "true"})).secure_boot


def test_uefi(world: World) -> None:
    vm = world.get(VM, world.add_vm(VM.HVM_boot_params.to({"firmware": "uefi", "order": "ndc"})))
    found = spec.domain(vm, BARE, SETTINGS)
    assert (found.firmware, found.boot_order) == (Firmware.UEFI, "ndc")
    assert found.nvram == f"/state/nvram/{vm.uuid}.fd"
    assert not found.secure_boot
    params = VM.HVM_boot_params.to({"firmware": "uefi"})
    assert domain(world, params, VM.platform.to({"secureboot": "true"})).secure_boot
    assert not domain(world, params, VM.platform.to({"secureboot": "auto"})).secure_boot


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (domain_type.HVM, Virtualization.HVM),
        (domain_type.PV, Virtualization.PV),
        (domain_type.PVH, Virtualization.PVH),
        (domain_type.PV_IN_PVH, Virtualization.PVH),
        (domain_type.UNSPECIFIED, Virtualization.HVM),
    ],
)
def test_virtualization(world: World, kind: domain_type, found: Virtualization) -> None:
    assert domain(world, VM.domain_type.to(kind)).virtualization is found


def test_a_vm_that_says_nothing_else_is_told_by_how_it_boots(world: World) -> None:
    unspecified, kernel = VM.domain_type.to(domain_type.UNSPECIFIED), VM.PV_kernel.to("/vmlinuz")
    assert domain(world, unspecified, kernel).virtualization is Virtualization.PV
    assert domain(world, unspecified, VM.PV_bootloader.to("pygrub")).virtualization is Virtualization.PV
    policy = VM.HVM_boot_policy.to("BIOS order")
    assert domain(world, unspecified, kernel, policy).virtualization is Virtualization.HVM


@pytest.mark.parametrize(
    ("params", "weight", "cap"),
    [
        ({}, None, None),
        ({"weight": "512", "cap": "150"}, 512, 150),
        ({"weight": "1", "cap": "0"}, 1, None),
        ({"weight": "65535"}, 65535, None),
        ({"weight": "0"}, None, None),
        ({"weight": "65536"}, None, None),
        ({"weight": "-5", "cap": "-5"}, None, None),
        ({"weight": "much", "cap": ""}, None, None),
        ({"cap": "200"}, None, 200),
        ({"cap": "201"}, None, None),
    ],
)
def test_scheduling(world: World, params: Mapping[str, str], weight: int | None, cap: int | None) -> None:
    found = domain(world, VM.VCPUs_params.to(params), VM.VCPUs_max.to(2))
    assert (found.cpu_weight, found.cpu_cap) == (weight, cap)


@pytest.mark.parametrize(
    ("crash", "action"),
    [
        (on_crash_behaviour.DESTROY, ExitAction.DESTROY),
        (on_crash_behaviour.COREDUMP_AND_DESTROY, ExitAction.DESTROY),
        (on_crash_behaviour.RESTART, ExitAction.RESTART),
        (on_crash_behaviour.COREDUMP_AND_RESTART, ExitAction.RESTART),
        (on_crash_behaviour.RENAME_RESTART, ExitAction.RESTART),
        (on_crash_behaviour.PRESERVE, ExitAction.PRESERVE),
    ],
)
def test_what_follows_a_crash(world: World, crash: on_crash_behaviour, action: ExitAction) -> None:
    assert domain(world, VM.actions_after_crash.to(crash)).on_crash is action


def test_what_follows_a_reboot(world: World) -> None:
    assert domain(world, VM.actions_after_reboot.to(on_normal_exit.RESTART)).on_reboot is ExitAction.RESTART
    assert domain(world, VM.actions_after_reboot.to(on_normal_exit.DESTROY)).on_reboot is ExitAction.DESTROY


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, Platform()),
        ({"machine": "q35"}, Platform(machine=Machine.Q35)),
        ({"machine": "pc-i440fx"}, Platform()),
        ({"acpi": "0"}, Platform(acpi=False)),
        ({"acpi": "1", "apic": "true", "pae": "yes"}, Platform()),
        ({"apic": "false", "pae": "no"}, Platform(apic=False, pae=False)),
        ({"viridian": "true"}, Platform(hyperv=True)),
        ({"hpet": "true"}, Platform(hpet=True)),
        ({"usb_tablet": "true"}, Platform(tablet=True)),
        ({"timeoffset": "-3600"}, Platform(time_offset=-3600)),
        ({"timeoffset": "soon"}, Platform()),
        ({"cores-per-socket": "2"}, Platform(cores_per_socket=2)),
        ({"cores-per-socket": "0"}, Platform()),
        ({"cores-per-socket": "5000"}, Platform()),
        ({"videoram": "16"}, Platform(video_memory=16 * MIB)),
        ({"videoram": "0"}, Platform()),
        ({"videoram": "-8"}, Platform()),
        ({"videoram": "999999"}, Platform()),
        ({"nx": "true", "something": "else"}, Platform()),
    ],
)
def test_the_mainboard(given: Mapping[str, str], expected: Platform) -> None:
    assert spec.platform(given) == expected


def test_every_switch_of_the_mainboard_can_be_turned() -> None:
    keys = ("acpi", "apic", "pae", "viridian", "hpet", "usb_tablet")
    on, off = (spec.platform(dict.fromkeys(keys, value)) for value in ("true", "false"))
    switches = [each.name for each in fields(Platform) if isinstance(getattr(on, each.name), bool)]
    assert len(switches) == len(keys)
    assert all(getattr(on, name) and not getattr(off, name) for name in switches)


def test_a_disk(world: World) -> None:
    vdi = world.get(VDI, world.add_vdi(VDI.sharable.to(True)))
    vbd = world.get(VBD, world.add_vbd(world.add_vm(), vdi.ref, VBD.userdevice.to("5")))
    found = spec.disk(vbd, vdi, DiskSource("/images/x", Format.QCOW2, read_only=False))
    assert found == DiskSpec(5, DiskKind.DISK, "/images/x", DiskFormat.QCOW2, serial=vdi.uuid, shareable=True)
    read_only = world.get(VBD, world.add_vbd(world.add_vm(), vdi.ref, VBD.mode.to(vbd_mode.RO)))
    assert spec.disk(read_only, vdi, DiskSource("/images/x", Format.RAW, read_only=True)).read_only


def test_an_empty_drive(world: World) -> None:
    cd = world.get(VBD, world.add_cd(world.add_vm()))
    assert spec.disk(cd, None, None) == DiskSpec(3, DiskKind.CDROM, read_only=True)


@pytest.mark.parametrize("kind", list(vbd_type))
def test_every_kind_of_drive(world: World, kind: vbd_type) -> None:
    vbd = world.get(VBD, world.add_vbd(world.add_vm(), world.add_vdi(), VBD.type.to(kind)))
    assert spec.disk(vbd, None, None).kind.name.startswith(kind.value.upper())


@pytest.mark.parametrize("image", list(Format))
def test_every_format_of_storage_is_one_of_compute(world: World, image: Format) -> None:
    vbd = world.get(VBD, world.add_vbd(world.add_vm()))
    assert spec.disk(vbd, None, DiskSource("/x", image, read_only=False)).format.value == image.value


def card(world: World, attachment: Attachment, **other_config: str) -> NicSpec:
    vif = world.add_vif(world.add_vm(), VIF.device.to("2"), VIF.other_config.to(other_config))
    return spec.nic(world.get(VIF, vif), attachment)


def test_a_card_on_a_bridge(world: World) -> None:
    found = card(world, Attachment("cenbr0", False, "vif", True, 1500))
    assert found == NicSpec(2, "02:00:00:00:00:0a", BridgePort("cenbr0"), mtu=1500)


def test_a_card_on_open_vswitch(world: World) -> None:
    found = card(world, Attachment("cenbr0", True, "vif", False, 0))
    port = BridgePort("cenbr0", openvswitch=True, interface_id="vif", host_offload=False)
    assert (found.attachment, found.mtu) == (port, None)


def test_a_card_behind_user_mode_networking(world: World) -> None:
    assert card(world, Attachment(None, False, "vif", True, 1500)).attachment == UserNetwork()


@pytest.mark.parametrize(
    ("model", "found"),
    [("e1000", NicModel.E1000), ("rtl8139", NicModel.RTL8139), ("virtio", NicModel.VIRTIO), ("x", NicModel.VIRTIO)],
)
def test_models_of_cards(world: World, model: str, found: NicModel) -> None:
    assert card(world, Attachment("cenbr0", False, "vif", True, 0), model=model).model is found


def test_devices_are_taken_over(world: World) -> None:
    devices = spec.Devices((DiskSpec(0),), (NicSpec(0, "02:00:00:00:00:0a", UserNetwork()),))
    found = domain(world, devices=devices)
    assert (found.disks, found.nics) == (devices.disks, devices.nics)
