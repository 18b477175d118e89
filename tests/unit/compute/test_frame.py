"""The parts of a domain that every hypervisor shares, and the places of drives and cards."""

from dataclasses import replace

import pytest

from cenote.compute.domainxml import card, drive
from cenote.compute.domainxml.disk import Disk
from cenote.compute.domainxml.frame import boot_ranks, domain_name, framed, letters
from cenote.compute.domainxml.qemu import QemuHost, qemu_domain
from cenote.compute.domainxml.xen import xen_domain
from cenote.compute.errors import FirmwareMissing, Unsupported
from cenote.compute.firmware import Firmwares
from cenote.compute.spec import (
    BridgePort,
    DirectBoot,
    DiskKind,
    DiskSpec,
    DomainSpec,
    Firmware,
    Machine,
    NicSpec,
    Platform,
    UserNetwork,
    Virtualization,
)

UUID = "8d6a31a4-6d3f-4c0e-9a57-0d3c7c3f5a11"
PLAIN = DomainSpec(UUID, "plain", 1 << 26, 1 << 26, 4, 4)
BARE = QemuHost(False, Firmwares(None, None, ("/nowhere",)))


def test_letters_go_on_after_z() -> None:
    assert [letters(index) for index in (0, 1, 25, 26, 27, 701, 702)] == ["a", "b", "z", "aa", "ab", "zz", "aaa"]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("web server", "web-server-8d6a31a4"),
        ("Größe", "Groe-8d6a31a4"),
        ("../../etc", "etc-8d6a31a4"),
        ("", "vm-8d6a31a4"),
        ("名前", "vm-8d6a31a4"),
        ("x" * 100, "x" * 40 + "-8d6a31a4"),
    ],
)
def test_a_domains_name_is_safe_and_its_own(name: str, wanted: str) -> None:
    assert domain_name(replace(PLAIN, name=name)) == wanted


def test_the_target_never_exceeds_the_maximum() -> None:
    domain = framed(replace(PLAIN, memory_target=1 << 30))
    assert domain.memory == domain.memory_now == 1 << 16


def test_cores_must_divide_the_processors() -> None:
    with pytest.raises(Unsupported):
        framed(replace(PLAIN, platform=Platform(cores_per_socket=3)))
    domain = framed(replace(PLAIN, platform=Platform(cores_per_socket=2)))
    assert (domain.sockets, domain.cores, domain.threads) == (2, 2, 1)


def test_weight_and_cap_are_given_only_when_asked_for() -> None:
    domain = framed(PLAIN)
    assert (domain.shares, domain.quota) == (None, None)
    domain = framed(replace(PLAIN, cpu_weight=256, cpu_cap=50))
    assert (domain.shares, domain.period, domain.quota) == (1024, 100_000, 50_000)


BOOTABLE = replace(
    PLAIN,
    disks=(
        DiskSpec(1, source="/b"),
        DiskSpec(0, source="/a"),
        DiskSpec(3, DiskKind.CDROM),
        DiskSpec(4, DiskKind.FLOPPY),
    ),
    nics=(NicSpec(1, "52:54:00:00:00:01", UserNetwork()), NicSpec(0, "52:54:00:00:00:02", UserNetwork())),
)


@pytest.mark.parametrize(
    ("order", "disks", "nics"),
    [
        ("c", {0: 1, 1: 2}, {}),
        ("dc", {3: 1, 0: 2, 1: 3}, {}),
        ("ncd", {0: 3, 1: 4, 3: 5}, {0: 1, 1: 2}),
        ("CC", {0: 1, 1: 2}, {}),
        ("a", {4: 1}, {}),
        ("", {}, {}),
        ("xyz", {}, {}),
    ],
)
def test_the_boot_order(order: str, disks: dict[int, int], nics: dict[int, int]) -> None:
    assert boot_ranks(replace(BOOTABLE, boot_order=order)) == (disks, nics)


def test_a_kernel_that_is_loaded_directly_needs_no_boot_order() -> None:
    assert boot_ranks(replace(BOOTABLE, direct_boot=DirectBoot("/k"))) == ({}, {})


@pytest.mark.parametrize("machine", Machine)
def test_no_two_devices_share_a_place(machine: Machine) -> None:
    places = [drive.place(machine, index) for index in range(drive.MAX_DISKS)]
    places += [card.place(machine, index) for index in range(card.MAX_NICS)]
    assert len({(place.bus, place.slot) for place in places}) == drive.MAX_DISKS + card.MAX_NICS
    assert all(int(place.slot or "", 16) < 32 for place in places)


@pytest.mark.parametrize("index", [-1, 16, 255])
def test_a_disk_beyond_the_last_place_is_refused(index: int) -> None:
    with pytest.raises(Unsupported):
        drive.place(Machine.PC, index)


@pytest.mark.parametrize("index", [-1, 7])
def test_a_card_beyond_the_last_place_is_refused(index: int) -> None:
    with pytest.raises(Unsupported):
        card.place(Machine.PC, index)


def test_cdroms_keep_their_index_where_the_bus_has_it() -> None:
    specs = [DiskSpec(index, DiskKind.CDROM) for index in (1, 3, 9)]
    assert [disk.target for disk in drive.removable(specs, Machine.PC)] == ["hdb", "hdd", "hda"]
    assert [disk.target for disk in drive.removable(specs, Machine.Q35)] == ["sdb", "sdd", "sda"]


def test_more_drives_than_the_bus_takes_are_refused() -> None:
    with pytest.raises(Unsupported):
        drive.removable([DiskSpec(index, DiskKind.CDROM) for index in range(5)], Machine.PC)
    with pytest.raises(Unsupported):
        drive.removable([DiskSpec(index, DiskKind.FLOPPY) for index in range(3)], Machine.PC)


def test_a_vlan_needs_open_vswitch() -> None:
    with pytest.raises(Unsupported):
        card.attached(BridgePort("br0", vlan=3))


def test_qemu_refuses_what_it_has_not() -> None:
    with pytest.raises(Unsupported):
        qemu_domain(replace(PLAIN, virtualization=Virtualization.PV), BARE)
    with pytest.raises(FirmwareMissing) as refusal:
        qemu_domain(replace(PLAIN, firmware=Firmware.UEFI), BARE)
    assert refusal.value.looked_at == ("/nowhere",)


def test_xen_refuses_what_it_has_not() -> None:
    for refused in (
        replace(PLAIN, firmware=Firmware.UEFI),
        replace(PLAIN, virtualization=Virtualization.PV),
        replace(PLAIN, nics=(NicSpec(0, "52:54:00:00:00:01", UserNetwork()),)),
    ):
        with pytest.raises(Unsupported):
            xen_domain(refused)


def test_a_medium_is_exchanged_with_all_that_belonged_to_it() -> None:
    text = (
        "<disk type='file' device='cdrom'><driver name='qemu' type='raw'/>"
        "<source file='/old.iso' index='4'><secret/></source><backingStore/><target dev='hdd'/></disk>"
    )
    disk = Disk.parse(text)
    drive.exchange(disk, "/new.iso", "qcow2")
    assert (disk.source, disk.format, disk.has_backing) == ("/new.iso", "qcow2", False)
    assert "secret" not in disk.xml()
    drive.exchange(disk, None, None)
    assert (disk.source, disk.format, disk.has_source) == (None, "qcow2", False)
