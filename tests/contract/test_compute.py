"""One suite for every hypervisor."""

import socket
import tempfile
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from tests import bootsector
from tests.contract.compute_bench import LIMIT, MIB, Bench, Ear, FakeBench, QemuBench, awake, boot, guest, nic
from tests.libvirtd import Libvirtd, begin

from cenote.compute.contract import Hypervisor
from cenote.compute.errors import (
    BridgeMissing,
    DeviceExists,
    DeviceUnknown,
    DomainExists,
    DomainUnknown,
    FirmwareMissing,
    GuestAgentSilent,
    GuestRefused,
    HypervisorUnavailable,
    ImageMissing,
    Unsupported,
)
from cenote.compute.event import Device, DeviceKind, DomainEvent, EventKind, Reason
from cenote.compute.facts import Power
from cenote.compute.spec import BridgePort, DiskKind, DiskSpec, DomainSpec, Firmware, NicSpec

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def libvirtd() -> Generator[Libvirtd]:
    """A libvirtd of this module's own; its path must be short."""
    with tempfile.TemporaryDirectory(prefix="cnt-") as folder:
        daemon = begin(Path(folder, "d"))
        yield daemon
        daemon.close()


def qemu_bench(request: pytest.FixtureRequest, folder: Path) -> QemuBench:
    """QEMU's, which alone needs a libvirtd."""
    daemon = request.getfixturevalue("libvirtd")
    assert isinstance(daemon, Libvirtd)
    return QemuBench(folder, daemon)


@pytest.fixture(params=["fake", pytest.param("qemu", marks=pytest.mark.guest)])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Bench]:
    """Each implementation in turn."""
    made: Bench = FakeBench(tmp_path) if request.param == "fake" else qemu_bench(request, tmp_path)
    yield made
    made.close()


@pytest.fixture
def hypervisor(bench: Bench) -> Hypervisor:
    """The driver under test."""
    return bench.hypervisor


@pytest.fixture
def ear(hypervisor: Hypervisor) -> Ear:
    """Somebody who listens from the start."""
    return Ear(hypervisor)


@pytest.fixture
def spec(bench: Bench) -> DomainSpec:
    """A guest that is not started yet."""
    return guest(bench.folder)


def test_a_guest_starts_and_is_destroyed(hypervisor: Hypervisor, ear: Ear, spec: DomainSpec) -> None:
    made = hypervisor.create(spec)
    ear.wait(EventKind.STARTED, spec.uuid)
    assert made.power is Power.RUNNING
    assert made.domid > 0
    assert hypervisor.state(spec.uuid).domid == made.domid
    hypervisor.destroy(spec.uuid)
    assert ear.wait(EventKind.STOPPED, spec.uuid).reason is Reason.DESTROYED
    with pytest.raises(DomainUnknown):
        hypervisor.state(spec.uuid)


def test_the_state_says_what_the_guest_has(hypervisor: Hypervisor, spec: DomainSpec) -> None:
    made = hypervisor.create(spec)
    found = hypervisor.state(spec.uuid)
    assert found == made
    assert hypervisor.domains() == (found,)
    assert (found.vcpus, found.memory, found.memory_max, found.vnc, found.agent) == (1, 64 * MIB, 64 * MIB, True, False)
    assert {disk.index: (disk.kind, disk.source) for disk in found.disks} == {
        0: (DiskKind.DISK, spec.disks[0].source),
        3: (DiskKind.CDROM, None),
    }
    assert [(card.index, card.mac) for card in found.nics] == [(0, spec.nics[0].mac)]


def test_a_guest_can_start_paused(hypervisor: Hypervisor, ear: Ear, spec: DomainSpec) -> None:
    assert hypervisor.create(spec, paused=True).power is Power.PAUSED
    ear.wait(EventKind.STARTED, spec.uuid)
    assert hypervisor.state(spec.uuid).power is Power.PAUSED
    hypervisor.unpause(spec.uuid)
    ear.wait(EventKind.RESUMED, spec.uuid)
    assert hypervisor.state(spec.uuid).power is Power.RUNNING


def test_pause_and_unpause_may_be_repeated(hypervisor: Hypervisor, ear: Ear, spec: DomainSpec) -> None:
    hypervisor.create(spec)
    hypervisor.pause(spec.uuid)
    hypervisor.pause(spec.uuid)
    assert ear.wait(EventKind.PAUSED, spec.uuid).reason is Reason.ASKED
    assert hypervisor.state(spec.uuid).power is Power.PAUSED
    hypervisor.unpause(spec.uuid)
    hypervisor.unpause(spec.uuid)
    assert hypervisor.state(spec.uuid).power is Power.RUNNING


def test_a_second_guest_of_the_same_uuid_is_refused(hypervisor: Hypervisor, spec: DomainSpec) -> None:
    first = hypervisor.create(spec)
    with pytest.raises(DomainExists) as refusal:
        hypervisor.create(spec)
    assert refusal.value.uuid == spec.uuid
    assert hypervisor.state(spec.uuid).domid == first.domid


def test_two_guests_may_have_one_name(bench: Bench) -> None:
    first, second = guest(bench.folder), guest(bench.folder)
    bench.hypervisor.create(first)
    bench.hypervisor.create(second)
    assert {state.uuid for state in bench.hypervisor.domains()} == {first.uuid, second.uuid}


@pytest.mark.parametrize("name", ["", "/", "..", "a\nb", "<&>", "\x00", "grüße", "名前", "x" * 300, "-", "a/b"])
def test_any_name_will_do(hypervisor: Hypervisor, spec: DomainSpec, name: str) -> None:
    hypervisor.create(replace(spec, name=name))
    assert hypervisor.state(spec.uuid).uuid == spec.uuid


def test_a_missing_image_is_told_and_leaves_nothing(hypervisor: Hypervisor, spec: DomainSpec) -> None:
    missing = f"{spec.disks[0].source}.missing"
    with pytest.raises(ImageMissing) as refusal:
        hypervisor.create(replace(spec, disks=(*spec.disks, DiskSpec(1, source=missing))))
    assert refusal.value.path == missing
    assert hypervisor.domains() == ()
    hypervisor.create(spec)


def test_a_missing_bridge_is_told_and_leaves_nothing(hypervisor: Hypervisor, spec: DomainSpec) -> None:
    card = NicSpec(0, "52:54:00:00:01:00", BridgePort("missing"))
    with pytest.raises(BridgeMissing) as refusal:
        hypervisor.create(replace(spec, nics=(card,)))
    assert refusal.value.bridge == "missing"
    assert hypervisor.domains() == ()


def test_a_missing_firmware_is_told(bench: Bench, spec: DomainSpec) -> None:
    with pytest.raises(FirmwareMissing):
        bench.without_firmware().create(replace(spec, firmware=Firmware.UEFI))


def test_a_disk_without_an_image_is_refused(hypervisor: Hypervisor, spec: DomainSpec) -> None:
    with pytest.raises(Unsupported):
        hypervisor.create(replace(spec, disks=(DiskSpec(0),)))


VERBS: tuple[Callable[[Hypervisor], object], ...] = (
    lambda h: h.state(NOBODY),
    lambda h: h.destroy(NOBODY),
    lambda h: h.shutdown(NOBODY),
    lambda h: h.reboot(NOBODY, hard=True),
    lambda h: h.reboot(NOBODY, hard=False),
    lambda h: h.pause(NOBODY),
    lambda h: h.unpause(NOBODY),
    lambda h: h.save(NOBODY, Path("/nowhere/save")),
    lambda h: h.attach_disk(NOBODY, DiskSpec(1, source="/dev/null")),
    lambda h: h.detach_disk(NOBODY, 0),
    lambda h: h.insert(NOBODY, DiskSpec(3, DiskKind.CDROM, source="/dev/null")),
    lambda h: h.eject(NOBODY, 3),
    lambda h: h.plug_nic(NOBODY, nic()),
    lambda h: h.unplug_nic(NOBODY, 0),
    lambda h: h.set_link(NOBODY, 0, up=True),
    lambda h: h.set_vcpus(NOBODY, 1),
    lambda h: h.set_memory_target(NOBODY, 64 * MIB),
    lambda h: h.guest(NOBODY),
    lambda h: h.open_vnc(NOBODY),
    lambda h: h.open_serial(NOBODY),
)


@pytest.mark.parametrize("verb", VERBS)
def test_an_unknown_guest_is_told(hypervisor: Hypervisor, verb: Callable[[Hypervisor], object]) -> None:
    with pytest.raises(DomainUnknown) as refusal:
        verb(hypervisor)
    assert refusal.value.uuid == NOBODY


def test_a_guest_obeys_the_power_button(hypervisor: Hypervisor, ear: Ear, spec: DomainSpec) -> None:
    boot(hypervisor, spec)
    hypervisor.shutdown(spec.uuid)
    assert ear.wait(EventKind.STOPPED, spec.uuid).reason is Reason.SHUTDOWN
    assert hypervisor.domains() == ()


def test_a_hard_reboot_keeps_the_domain(hypervisor: Hypervisor, ear: Ear, spec: DomainSpec) -> None:
    boot(hypervisor, spec)
    before = hypervisor.state(spec.uuid)
    hypervisor.reboot(spec.uuid, hard=True)
    ear.wait(EventKind.REBOOTED, spec.uuid)
    awake(hypervisor, spec.uuid)
    assert hypervisor.state(spec.uuid).domid == before.domid


def test_a_guest_is_asked_to_reboot(hypervisor: Hypervisor, ear: Ear, spec: DomainSpec) -> None:
    boot(hypervisor, spec)
    hypervisor.reboot(spec.uuid, hard=False)
    ear.wait(EventKind.REBOOTED, spec.uuid)
    awake(hypervisor, spec.uuid)


def test_a_guest_is_saved_and_comes_back(hypervisor: Hypervisor, ear: Ear, bench: Bench, spec: DomainSpec) -> None:
    boot(hypervisor, spec)
    path = bench.folder / "memory"
    seen: list[float] = []
    hypervisor.save(spec.uuid, path, seen.append)
    assert ear.wait(EventKind.STOPPED, spec.uuid).reason is Reason.SAVED
    assert seen[-1] == 1.0
    assert hypervisor.domains() == ()
    ear.wait(EventKind.STARTED, spec.uuid)
    back = hypervisor.restore(path, spec)
    ear.wait(EventKind.STARTED, spec.uuid)
    assert back == hypervisor.state(spec.uuid)
    assert back.power is Power.RUNNING
    awake(hypervisor, spec.uuid)


def test_a_saved_guest_comes_back_paused_and_with_its_images_moved(bench: Bench, spec: DomainSpec) -> None:
    hypervisor = bench.hypervisor
    boot(hypervisor, spec)
    path, moved = bench.folder / "memory", bench.folder / "moved.img"
    hypervisor.save(spec.uuid, path)
    with pytest.raises(ImageMissing):
        hypervisor.restore(bench.folder / "nothing", spec)
    Path(spec.disks[0].source or "").rename(moved)
    elsewhere = replace(spec, disks=(replace(spec.disks[0], source=str(moved)), spec.disks[1]))
    with pytest.raises(ImageMissing):
        hypervisor.restore(path, spec)
    assert hypervisor.domains() == ()
    assert hypervisor.restore(path, elsewhere, paused=True).power is Power.PAUSED
    hypervisor.unpause(spec.uuid)
    awake(hypervisor, spec.uuid)


def test_a_disk_is_plugged_and_unplugged(hypervisor: Hypervisor, ear: Ear, bench: Bench, spec: DomainSpec) -> None:
    boot(hypervisor, spec)
    disk, device = DiskSpec(1, source=str(bootsector.make(bench.folder / "more.img"))), Device(DeviceKind.DISK, 1)
    hypervisor.attach_disk(spec.uuid, disk)
    assert ear.wait(EventKind.DEVICE_ADDED, spec.uuid).device == device
    assert 1 in {found.index for found in hypervisor.state(spec.uuid).disks}
    with pytest.raises(DeviceExists):
        hypervisor.attach_disk(spec.uuid, disk)
    hypervisor.detach_disk(spec.uuid, 1)
    assert ear.wait(EventKind.DEVICE_REMOVED, spec.uuid).device == device
    assert 1 not in {found.index for found in hypervisor.state(spec.uuid).disks}
    with pytest.raises(DeviceUnknown):
        hypervisor.detach_disk(spec.uuid, 1)
    hypervisor.attach_disk(spec.uuid, disk)


def test_plugging_a_missing_image_changes_nothing(hypervisor: Hypervisor, spec: DomainSpec) -> None:
    hypervisor.create(spec)
    before = hypervisor.state(spec.uuid)
    with pytest.raises(ImageMissing):
        hypervisor.attach_disk(spec.uuid, DiskSpec(1, source="/nowhere/at-all"))
    with pytest.raises(Unsupported):
        hypervisor.attach_disk(spec.uuid, DiskSpec(2, DiskKind.CDROM))
    assert hypervisor.state(spec.uuid) == before


def test_a_guest_that_keeps_its_device_is_told(hypervisor: Hypervisor, bench: Bench, spec: DomainSpec) -> None:
    boot(hypervisor, spec)
    hypervisor.attach_disk(spec.uuid, DiskSpec(1, source=str(bootsector.make(bench.folder / "more.img"))))
    hypervisor.pause(spec.uuid)
    with pytest.raises(GuestRefused):
        hypervisor.detach_disk(spec.uuid, 1)


def test_media_are_changed(hypervisor: Hypervisor, bench: Bench, spec: DomainSpec) -> None:
    boot(hypervisor, spec)
    first, second = (str(bootsector.make(bench.folder / name)) for name in ("one.iso", "two.iso"))

    def medium() -> str | None:
        return next(disk.source for disk in hypervisor.state(spec.uuid).disks if disk.index == 3)

    for source in (first, second):
        hypervisor.insert(spec.uuid, DiskSpec(3, DiskKind.CDROM, source))
        assert medium() == source
    hypervisor.eject(spec.uuid, 3)
    hypervisor.eject(spec.uuid, 3)
    assert medium() is None
    with pytest.raises(ImageMissing):
        hypervisor.insert(spec.uuid, DiskSpec(3, DiskKind.CDROM, "/nowhere/at-all"))
    for index in (0, 9):
        with pytest.raises(DeviceUnknown):
            hypervisor.insert(spec.uuid, DiskSpec(index, DiskKind.CDROM, first))
        with pytest.raises(DeviceUnknown):
            hypervisor.eject(spec.uuid, index)


def test_a_network_card_is_plugged_and_unplugged(hypervisor: Hypervisor, ear: Ear, spec: DomainSpec) -> None:
    boot(hypervisor, spec)
    card, device = nic(1), Device(DeviceKind.NIC, 1)
    hypervisor.plug_nic(spec.uuid, card)
    assert ear.wait(EventKind.DEVICE_ADDED, spec.uuid).device == device
    assert {found.mac for found in hypervisor.state(spec.uuid).nics} == {card.mac, spec.nics[0].mac}
    with pytest.raises(DeviceExists):
        hypervisor.plug_nic(spec.uuid, card)
    with pytest.raises(BridgeMissing):
        hypervisor.plug_nic(spec.uuid, NicSpec(2, "52:54:00:00:01:01", BridgePort("missing")))
    hypervisor.unplug_nic(spec.uuid, 1)
    assert ear.wait(EventKind.DEVICE_REMOVED, spec.uuid).device == device
    with pytest.raises(DeviceUnknown):
        hypervisor.unplug_nic(spec.uuid, 1)


def test_a_cable_is_pulled_and_plugged(hypervisor: Hypervisor, spec: DomainSpec) -> None:
    hypervisor.create(spec)
    for up in (False, False, True):
        hypervisor.set_link(spec.uuid, 0, up=up)
    with pytest.raises(DeviceUnknown):
        hypervisor.set_link(spec.uuid, 1, up=True)


def test_processors_are_added_up_to_the_maximum(hypervisor: Hypervisor, spec: DomainSpec) -> None:
    hypervisor.create(spec)
    hypervisor.set_vcpus(spec.uuid, 2)
    assert hypervisor.state(spec.uuid).vcpus == 2
    with pytest.raises(Unsupported):
        hypervisor.set_vcpus(spec.uuid, 3)
    assert hypervisor.state(spec.uuid).vcpus == 2


def test_the_balloon_takes_a_target(hypervisor: Hypervisor, spec: DomainSpec) -> None:
    hypervisor.create(spec)
    hypervisor.set_memory_target(spec.uuid, 32 * MIB + 1)
    assert hypervisor.state(spec.uuid).memory_max == 64 * MIB


def test_a_silent_agent_is_told(hypervisor: Hypervisor, spec: DomainSpec) -> None:
    hypervisor.create(spec)
    with pytest.raises(GuestAgentSilent):
        hypervisor.guest(spec.uuid)


def test_the_screen_has_room_for_several(hypervisor: Hypervisor, spec: DomainSpec) -> None:
    hypervisor.create(spec)
    screens = [hypervisor.open_vnc(spec.uuid) for _ in range(2)]
    for screen in screens:
        screen.settimeout(LIMIT)
        assert screen.recv(12, socket.MSG_WAITALL) == b"RFB 003.008\n"
    for screen in screens:
        screen.close()


def test_a_guest_without_a_screen_or_a_port_says_so(hypervisor: Hypervisor, spec: DomainSpec) -> None:
    hypervisor.create(replace(spec, vnc=False, serial=False))
    assert not hypervisor.state(spec.uuid).vnc
    with pytest.raises(Unsupported):
        hypervisor.open_vnc(spec.uuid)
    with pytest.raises(Unsupported):
        hypervisor.open_serial(spec.uuid)


def hear(console: socket.socket, wanted: bytes) -> bytes:
    """Read until ``wanted`` has come."""
    console.settimeout(LIMIT)
    heard = b""
    while wanted not in heard:
        more = console.recv(4096)
        assert more, f"the end, after {heard!r}"
        heard += more
    return heard


def test_several_look_at_one_serial_port(hypervisor: Hypervisor, spec: DomainSpec) -> None:
    hypervisor.create(spec)
    first = hypervisor.open_serial(spec.uuid)
    hear(first.socket, bootsector.BANNER)
    second = hypervisor.open_serial(spec.uuid)
    hear(second.socket, bootsector.BANNER)
    first.write(b"one")
    hear(second.socket, b"one")
    first.close()
    first.close()
    second.write(b"two")
    hear(second.socket, b"two")
    second.close()
    third = hypervisor.open_serial(spec.uuid)
    third.write(b"three")
    hear(third.socket, b"three")
    third.close()


def test_a_serial_port_ends_with_its_guest(hypervisor: Hypervisor, spec: DomainSpec) -> None:
    boot(hypervisor, spec)
    console = hypervisor.open_serial(spec.uuid)
    console.socket.settimeout(LIMIT)
    hypervisor.destroy(spec.uuid)
    while console.read(4096):
        pass
    console.close()


def test_events_reach_everybody_who_wants_them(hypervisor: Hypervisor, bench: Bench, ear: Ear) -> None:
    gone = Ear(hypervisor)
    gone.leave()
    gone.leave()
    last = Ear(hypervisor)
    spec = guest(bench.folder)
    hypervisor.create(spec)
    ear.wait(EventKind.STARTED, spec.uuid)
    last.wait(EventKind.STARTED, spec.uuid)
    assert gone.events == []


def test_a_listener_that_fails_harms_nobody(
    hypervisor: Hypervisor, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(event: DomainEvent) -> None:
        raise ValueError(event)

    hypervisor.subscribe(broken)
    last = Ear(hypervisor)
    spec = guest(bench.folder)
    hypervisor.create(spec)
    last.wait(EventKind.STARTED, spec.uuid)
    assert "a listener failed" in caplog.text


def test_many_start_at_once(hypervisor: Hypervisor, bench: Bench) -> None:
    specs = [guest(bench.folder) for _ in range(8)]
    with ThreadPoolExecutor(8) as crew:
        made = list(crew.map(hypervisor.create, specs))
    assert len({state.domid for state in made}) == 8
    assert {state.uuid for state in hypervisor.domains()} == {spec.uuid for spec in specs}


def test_guests_outlive_the_driver(hypervisor: Hypervisor, bench: Bench, spec: DomainSpec) -> None:
    made = hypervisor.create(spec)
    hypervisor.close()
    hypervisor.close()
    with pytest.raises(HypervisorUnavailable):
        hypervisor.domains()
    again = bench.reopen()
    assert again.domains() == (made,)
    ear = Ear(again)
    again.destroy(spec.uuid)
    assert ear.wait(EventKind.STOPPED, spec.uuid).reason is Reason.DESTROYED


def test_a_lost_hypervisor_is_told_and_found_again(
    hypervisor: Hypervisor, bench: Bench, ear: Ear, spec: DomainSpec
) -> None:
    boot(hypervisor, spec)
    before = hypervisor.state(spec.uuid)
    console = hypervisor.open_serial(spec.uuid)
    bench.lose()
    ear.wait(EventKind.DISCONNECTED)
    with pytest.raises(HypervisorUnavailable):
        hypervisor.state(spec.uuid)
    with pytest.raises(HypervisorUnavailable):
        hypervisor.create(guest(bench.folder))
    bench.regain()
    ear.wait(EventKind.RECONNECTED)
    console.close()
    assert hypervisor.state(spec.uuid) == before
    awake(hypervisor, spec.uuid)
    hypervisor.shutdown(spec.uuid)
    assert ear.wait(EventKind.STOPPED, spec.uuid).reason is Reason.SHUTDOWN


def test_calls_in_flight_end_when_the_hypervisor_goes(hypervisor: Hypervisor, bench: Bench, ear: Ear) -> None:
    ended: list[bool] = []
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            try:
                hypervisor.domains()
            except HypervisorUnavailable:
                ended.append(True)
                return

    crew = [threading.Thread(target=work) for _ in range(4)]
    for worker in crew:
        worker.start()
    bench.lose()
    ear.wait(EventKind.DISCONNECTED)
    for worker in crew:
        worker.join(LIMIT)
    stop.set()
    bench.regain()
    ear.wait(EventKind.RECONNECTED)
    assert ended == [True] * 4
    assert hypervisor.domains() == ()


def test_the_host_is_described(hypervisor: Hypervisor) -> None:
    facts = hypervisor.facts()
    assert facts.cpu_count >= 1
    assert facts.cpu_sockets * facts.cpu_cores * facts.cpu_threads >= 1
    assert facts.memory_total > facts.memory_free > 0
    assert facts.description
    assert facts.libvirt_version.count(".") == 2
    assert hypervisor.degraded() == 0
