"""What only QEMU under a real libvirtd can show."""

import os
import signal
import tempfile
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import libvirt
import pytest
from tests import bootsector
from tests.contract.compute_bench import LIMIT, MIB, Ear, QemuBench, awake, boot, guest, nic
from tests.libvirtd import Libvirtd, begin

from cenote.compute import firmware, saving
from cenote.compute.errors import CallTimedOut, ImageBusy, NoMemory, Unsupported
from cenote.compute.event import EventKind, Reason
from cenote.compute.probe import Choice, Driver, probe_guest
from cenote.compute.qemu import QemuHypervisor
from cenote.compute.spec import DiskKind, DiskSpec, DomainSpec, Firmware, Machine

pytestmark = pytest.mark.guest


@pytest.fixture(scope="module")
def libvirtd() -> Generator[Libvirtd]:
    """A libvirtd of this module's own; its path must be short."""
    with tempfile.TemporaryDirectory(prefix="cnt-") as folder:
        daemon = begin(Path(folder, "d"))
        yield daemon
        daemon.close()


@pytest.fixture
def bench(libvirtd: Libvirtd, tmp_path: Path) -> Generator[QemuBench]:
    """QEMU, and a folder for images."""
    made = QemuBench(tmp_path, libvirtd)
    yield made
    made.close()


@pytest.fixture
def spec(bench: QemuBench) -> DomainSpec:
    """A guest that is not started yet."""
    return guest(bench.folder)


def monitor(libvirtd: Libvirtd, spec: DomainSpec) -> int:
    """The process of a guest's QEMU, seen from outside its namespace."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_text()
        except OSError:
            continue
        if spec.uuid in command and "qemu-system" in command:
            return int(folder.name)
    raise AssertionError(f"no QEMU of {spec.uuid} under {libvirtd.uri}")


def test_a_trial_guest_runs_by_emulation() -> None:
    assert probe_guest("tcg") == ""


def test_a_trial_guest_that_can_not_run_says_why() -> None:
    assert "not found" in probe_guest("tcg", emulator="qemu-system-nothing")
    assert "exit status" in probe_guest("nothing")


@pytest.mark.parametrize("secure", [False, True])
def test_a_guest_starts_by_uefi_and_keeps_its_variables(bench: QemuBench, spec: DomainSpec, *, secure: bool) -> None:
    found = firmware.find()
    assert found.plain
    assert found.secure
    variables = bench.folder / "variables.fd"
    uefi = replace(spec, firmware=Firmware.UEFI, secure_boot=secure, nvram=str(variables), memory_static_max=256 * MIB)
    bench.hypervisor.create(uefi)
    assert variables.stat().st_size == Path(found.pick(secure=secure).variables).stat().st_size
    bench.hypervisor.destroy(spec.uuid)
    assert variables.exists()


def test_a_q35_takes_every_disk_and_card(bench: QemuBench, spec: DomainSpec) -> None:
    full = replace(
        spec,
        platform=replace(spec.platform, machine=Machine.Q35, tablet=True),
        disks=tuple(DiskSpec(n, source=str(bootsector.make(bench.folder / f"{n}.img"))) for n in range(15)),
        nics=tuple(nic(n) for n in range(6)),
    )
    boot(bench.hypervisor, full)
    bench.hypervisor.attach_disk(spec.uuid, DiskSpec(15, source=str(bootsector.make(bench.folder / "last.img"))))
    bench.hypervisor.plug_nic(spec.uuid, nic(6))
    state = bench.hypervisor.state(spec.uuid)
    assert (len(state.disks), len(state.nics)) == (16, 7)


def test_a_pc_takes_every_disk_and_card(bench: QemuBench, spec: DomainSpec) -> None:
    full = replace(
        spec,
        platform=replace(spec.platform, tablet=True),
        disks=tuple(DiskSpec(n, source=str(bootsector.make(bench.folder / f"{n}.img"))) for n in range(16)),
        nics=tuple(nic(n) for n in range(7)),
    )
    boot(bench.hypervisor, full)
    assert len(bench.hypervisor.state(spec.uuid).disks) == 16
    with pytest.raises(Unsupported):
        bench.hypervisor.attach_disk(spec.uuid, DiskSpec(16, source=str(bench.folder / "0.img")))


def test_a_disk_in_use_is_told(bench: QemuBench, spec: DomainSpec) -> None:
    bench.hypervisor.create(spec)
    other = guest(bench.folder)
    with pytest.raises(ImageBusy) as refusal:
        bench.hypervisor.create(replace(other, disks=spec.disks))
    assert refusal.value.path == spec.disks[0].source


def test_more_memory_than_there_is_is_told(bench: QemuBench, spec: DomainSpec) -> None:
    with pytest.raises(NoMemory):
        bench.hypervisor.create(replace(spec, memory_static_max=1 << 46, memory_target=1 << 46))
    assert bench.hypervisor.domains() == ()


def test_a_killed_qemu_is_told(bench: QemuBench, libvirtd: Libvirtd, spec: DomainSpec) -> None:
    ear = Ear(bench.hypervisor)
    boot(bench.hypervisor, spec)
    os.kill(monitor(libvirtd, spec), signal.SIGKILL)
    assert ear.wait(EventKind.STOPPED, spec.uuid).reason in {Reason.FAILED, Reason.CRASHED}
    assert bench.hypervisor.domains() == ()


def test_a_guest_that_restarts_itself_is_told(bench: QemuBench, spec: DomainSpec) -> None:
    ear = Ear(bench.hypervisor)
    boot(bench.hypervisor, spec)
    console = bench.hypervisor.open_serial(spec.uuid)
    console.write(b"!")
    ear.wait(EventKind.REBOOTED, spec.uuid)
    console.close()
    awake(bench.hypervisor, spec.uuid)


def test_a_save_tells_how_far_it_is(bench: QemuBench, spec: DomainSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "STEP", 0.005)
    boot(bench.hypervisor, spec)
    seen: list[float] = []
    bench.hypervisor.save(spec.uuid, bench.folder / "memory", seen.append)
    assert len(seen) > 1
    assert all(0.0 <= share <= 1.0 for share in seen)
    assert seen[-1] == 1.0


def test_serial_output_is_kept_in_a_file(bench: QemuBench, spec: DomainSpec) -> None:
    log = bench.folder / "serial.log"
    boot(bench.hypervisor, replace(spec, serial_log=str(log)))
    assert bootsector.BANNER in log.read_bytes()


def test_strangers_domains_do_not_exist_here(bench: QemuBench, libvirtd: Libvirtd, spec: DomainSpec) -> None:
    connection = libvirt.open(libvirtd.uri)
    memory = "<memory unit='MiB'>16</memory>"
    stranger = f"<domain type='qemu'><name>stranger</name>{memory}<os><type>hvm</type></os></domain>"
    domain = connection.createXML(stranger, 0)
    bench.hypervisor.create(spec)
    assert [state.uuid for state in bench.hypervisor.domains()] == [spec.uuid]
    domain.destroy()
    connection.close()


def test_a_domain_is_transient_and_not_started_by_itself(
    bench: QemuBench, libvirtd: Libvirtd, spec: DomainSpec
) -> None:
    bench.hypervisor.create(spec)
    connection = libvirt.open(libvirtd.uri)
    assert connection.lookupByUUIDString(spec.uuid).isPersistent() == 0
    connection.close()


def test_a_closed_driver_leaves_no_connection(bench: QemuBench, spec: DomainSpec) -> None:
    boot(bench.hypervisor, spec)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        other = bench.reopen()
        assert other.domains()
        other.open_serial(spec.uuid).close()
        other.open_vnc(spec.uuid).close()
        other.close()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 2


def test_a_libvirtd_that_hangs_is_set_aside(bench: QemuBench, libvirtd: Libvirtd, spec: DomainSpec) -> None:
    bench.hypervisor.create(spec)
    hasty = QemuHypervisor(Choice(Driver.QEMU, libvirtd.uri, "in a hurry"), deadline=0.2)
    ear = Ear(hasty)
    assert hasty.domains()
    libvirtd.freeze()
    with pytest.raises(CallTimedOut) as refusal:
        hasty.state(spec.uuid)
    assert refusal.value.started
    assert hasty.degraded() == 1
    assert ear.wait(EventKind.DEGRADED).value == 1
    libvirtd.thaw()
    assert ear.wait(EventKind.DEGRADED).value == 0
    assert hasty.state(spec.uuid).uuid == spec.uuid
    hasty.close()


def test_a_guest_that_hangs_does_not_starve_the_others(bench: QemuBench, libvirtd: Libvirtd, spec: DomainSpec) -> None:
    healthy = guest(bench.folder)
    bench.hypervisor.create(spec)
    bench.hypervisor.create(healthy)
    hasty = QemuHypervisor(Choice(Driver.QEMU, libvirtd.uri, "in a hurry"), deadline=10.0)
    ear = Ear(hasty)
    qemu = monitor(libvirtd, spec)
    os.kill(qemu, signal.SIGSTOP)
    with ThreadPoolExecutor(10) as crew:
        hanging = [crew.submit(hasty.set_link, spec.uuid, 0, up=False) for _ in range(10)]
        for call in hanging:
            assert isinstance(call.exception(LIMIT), CallTimedOut)
    assert hasty.degraded() == 10
    hasty.pause(healthy.uuid)
    hasty.unpause(healthy.uuid)
    os.kill(qemu, signal.SIGCONT)
    while hasty.degraded():
        ear.wait(EventKind.DEGRADED)
    hasty.set_link(spec.uuid, 0, up=True)
    hasty.close()


def test_a_floppy_drive_takes_a_floppy(bench: QemuBench, spec: DomainSpec) -> None:
    floppy = bench.folder / "floppy.img"
    floppy.write_bytes(bytes(1440 * 1024))
    bench.hypervisor.create(replace(spec, disks=(*spec.disks, DiskSpec(4, DiskKind.FLOPPY))))
    bench.hypervisor.insert(spec.uuid, DiskSpec(4, DiskKind.FLOPPY, str(floppy)))
    assert str(floppy) in {disk.source for disk in bench.hypervisor.state(spec.uuid).disks}
    bench.hypervisor.eject(spec.uuid, 4)
