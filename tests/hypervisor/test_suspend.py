"""A real guest's memory on a disk and back: nothing of the guest is lost, and nothing is left over, however it ends."""

from __future__ import annotations

import base64
import json
import os
import signal
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from cenote.client.failure import Failure
from cenote.client.session import Session
from cenote.lab.host import Host
from cenote.lab.pool import furnish, session
from cenote.model.classes.host import host
from cenote.model.classes.SR import SR
from cenote.model.classes.task import task, task_status_type
from cenote.model.classes.VDI import VDI, vdi_type
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.classes.VM_guest_metrics import VM_guest_metrics
from cenote.model.core import NULL, Ref
from cenote.setup.tinylinux import TinyLinux, build

pytestmark = pytest.mark.guest

HALTED, RUNNING, PAUSED, SUSPENDED = (
    vm_power_state.HALTED,
    vm_power_state.RUNNING,
    vm_power_state.PAUSED,
    vm_power_state.SUSPENDED,
)
DEADLINE = 120.0
"""Seconds: far more than anything here takes, since a shared machine may be very slow."""
MIB = 2**20


@pytest.fixture(scope="session")
def tiny_linux() -> TinyLinux:
    cache = Path(os.environ.get("CENOTE_TEST_CACHE") or Path(__file__).parents[2] / ".cache")
    return build(cache / "tinylinux", lambda what, fraction: print(f"{fraction:4.0%} {what}"))


@pytest.fixture(scope="module")
def lab(tiny_linux: TinyLinux, tmp_path_factory: pytest.TempPathFactory) -> Generator[Host]:
    """A host with its toolstack, and a VM of the tiny Linux whose memory goes to the one repository."""
    if os.geteuid() != 0:
        pytest.skip("a host in namespaces needs root")
    with Host(tmp_path_factory.mktemp("lab")) as made:
        made.start("--verbose")
        with session(made) as opened:
            vm = furnish(opened, made, tiny_linux.image)
            opened.set(VM.suspend_SR, vm, next(each.ref for each in opened.records(SR) if each.type == "file"))
        yield made


class Guest:
    """The VM, seen from all sides: its record, its domain, its inside, and the repository."""

    def __init__(self, lab: Host, opened: Session) -> None:
        self.lab = lab
        self.session = opened
        (self.vm,) = opened.by_name(VM, "measured")
        self.uuid = opened.get(VM.uuid, self.vm)

    @property
    def record(self) -> VM:
        return self.session.record(VM, self.vm)

    def power(self) -> vm_power_state:
        return self.session.get(VM.power_state, self.vm)

    def domains(self) -> list[str]:
        return self.lab.run(["virsh", "list", "--all", "--uuid"]).stdout.split()

    def until(self, ready: Callable[[VM], bool]) -> VM:
        """Wait on events until the record is so."""
        end = time.monotonic() + DEADLINE
        for _ in self.session.changes(["vm", "vm_guest_metrics"], DEADLINE):
            record = self.record
            if ready(record):
                return record
            assert time.monotonic() < end, f"never so: {record}"
        raise AssertionError

    def start(self) -> None:
        """Start it and wait for its agent."""
        self.session.call(VM.start, self.vm, False, False)
        self.awake()

    def awake(self) -> None:
        self.until(lambda record: record.guest_metrics != NULL and self._live(record.guest_metrics))

    def _live(self, metrics: Ref[VM_guest_metrics]) -> bool:
        return self.session.get(VM_guest_metrics.live, metrics)

    def agent(self, command: str, **arguments: Any) -> Any:
        text = json.dumps({"execute": command, "arguments": arguments})
        return json.loads(self.lab.run(["virsh", "qemu-agent-command", self.uuid, text]).stdout)["return"]

    def run(self, command: str) -> str:
        """What a shell command inside prints."""
        pid = self.agent("guest-exec", path="/bin/sh", arg=["-c", command], **{"capture-output": True})["pid"]
        while not (status := self.agent("guest-exec-status", pid=pid))["exited"]:
            pass
        return base64.b64decode(status.get("out-data", "")).decode().strip()

    def same(self) -> str:
        """What no two boots have in common: the kernel's number for it, and a file, which here is in memory."""
        return self.run("cat /proc/sys/kernel/random/boot_id /run/mark")

    def mark(self) -> str:
        """Leave the file, and answer what the guest is known by from now on."""
        self.run("date > /run/mark; echo $$ >> /run/mark")
        return self.same()

    def images(self) -> list[VDI]:
        return [each for each in self.session.records(VDI) if each.type is vdi_type.SUSPEND]

    def files(self) -> list[Path]:
        """States in the repository, and notes of their use."""
        place = self.lab.home / "sr"
        return [*place.glob("*.state*"), *place.glob(".cenote/attached/*/*state*")]

    def repository(self, place: Path, size: str) -> Ref[SR]:
        """One more repository, on a file system of its own that is so large."""
        place.mkdir()
        self.lab.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place])
        here = next(iter(self.session.records(host))).ref
        config = {"location": str(place)}
        return self.session.call(SR.create, here, config, 0, place.name, "", "file", "user", False, {})

    def stop_qemu(self, place: Path) -> None:
        """Stop the guest's program itself while it writes its memory to there: it goes on with nothing."""
        pid = self.qemu()
        inside = Path(f"/proc/{pid}/root{place}")  # the host has mounts of its own
        until(lambda: any(path.stat().st_blocks * 512 > 4 * MIB for path in inside.glob("*.state")))
        os.kill(pid, signal.SIGSTOP)
        assert self.domains() == [self.uuid], "the moment was missed"

    def go_on(self) -> None:
        """Let it go on, where it still exists."""
        for pid in filter(None, [self.qemu()]):
            os.kill(pid, signal.SIGCONT)

    def qemu(self) -> int:
        """The guest's program as this machine counts processes, 0 when there is none."""
        found = [each.parent for each in Path("/proc").glob("[0-9]*/cmdline") if self._is_qemu(each)]
        return int(found[0].name) if found else 0

    def _is_qemu(self, command: Path) -> bool:
        try:
            words = command.read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            return False
        return b"qemu" in words[0] and self.uuid.encode() in words

    def tidy(self) -> bool:
        """Nothing is left of any suspension."""
        return self.record.suspend_VDI == NULL and not self.images() and not self.files()


def until(moment: Callable[[], bool]) -> None:
    """Wait for what nothing tells: where libvirt is in its work, how long a file has become."""
    end = time.monotonic() + DEADLINE
    while not moment():
        assert time.monotonic() < end, "the moment never came"
        time.sleep(0.002)


@pytest.fixture
def guest(lab: Host) -> Iterator[Guest]:
    """The VM, running; its power is cut afterwards."""
    with session(lab) as opened:
        made = Guest(lab, opened)
        made.start()
        yield made
    with session(lab) as opened:
        if Guest(lab, opened).power() is not HALTED:
            opened.call(VM.hard_shutdown, made.vm)
        assert Guest(lab, opened).tidy()


def test_a_guest_is_suspended_and_goes_on_where_it_was(guest: Guest) -> None:
    known, up = guest.mark(), float(guest.run("cut -d' ' -f1 /proc/uptime"))
    guest.session.call(VM.suspend, guest.vm)
    record = guest.record
    assert (record.power_state, record.domid, record.resident_on) == (SUSPENDED, -1, NULL)
    assert guest.domains() == []
    (image,) = guest.images()
    assert (image.ref, image.type) == (record.suspend_VDI, vdi_type.SUSPEND)
    (file,) = guest.files()
    assert file.name == f"{image.uuid}.state"
    assert 16 * MIB < file.stat().st_size < 320 * MIB

    guest.session.call(SR.scan, image.SR)
    (image,) = guest.images()
    assert image.virtual_size == -(-file.stat().st_size // 512) * 512
    assert not image.missing

    guest.session.call(VM.resume, guest.vm, False, False)
    assert guest.power() is RUNNING
    assert guest.tidy()
    guest.awake()
    assert guest.same() == known
    assert float(guest.run("cut -d' ' -f1 /proc/uptime")) >= up


def test_a_guest_can_be_resumed_and_stand_still(guest: Guest) -> None:
    known = guest.mark()
    guest.session.call(VM.suspend, guest.vm)
    guest.session.call(VM.resume, guest.vm, True, False)
    assert guest.power() is PAUSED
    assert guest.tidy()
    guest.session.call(VM.unpause, guest.vm)
    guest.awake()
    assert guest.same() == known


def test_cutting_the_power_of_a_suspended_guest_throws_its_memory_away(guest: Guest) -> None:
    known = guest.mark()
    guest.session.call(VM.suspend, guest.vm)
    guest.session.call(VM.hard_shutdown, guest.vm)
    assert guest.power() is HALTED
    assert guest.tidy()
    guest.start()
    assert guest.run("cat /proc/sys/kernel/random/boot_id") != known.split()[0]


def test_without_room_the_guest_runs_on_and_nothing_is_left(guest: Guest) -> None:
    known, place = guest.mark(), guest.lab.home / "small"
    usual, small = guest.record.suspend_SR, guest.repository(place, "64m")
    guest.session.set(VM.suspend_SR, guest.vm, small)
    with pytest.raises(Failure) as caught:
        guest.session.call(VM.suspend, guest.vm)
    assert caught.value.code == "SR_FULL"
    assert guest.power() is RUNNING
    assert guest.tidy()
    assert guest.lab.run(["ls", place]).stdout == ""
    assert guest.same() == known
    guest.session.set(VM.suspend_SR, guest.vm, usual)
    guest.session.call(VM.suspend, guest.vm)
    guest.session.call(VM.resume, guest.vm, False, False)
    guest.awake()
    assert guest.same() == known


@pytest.fixture
def slow(guest: Guest) -> Generator[Guest]:
    """The VM, with so much memory to save that a test can be quicker, and a QEMU that it may stop."""
    guest.run("head -c 64m /dev/urandom > /run/ballast")
    guest.mark()
    yield guest
    guest.go_on()


def test_a_medium_that_fills_up_meanwhile_leaves_the_guest_running(slow: Guest) -> None:
    known, place = slow.same(), slow.lab.home / "full"
    usual, full = slow.record.suspend_SR, slow.repository(place, "400m")
    slow.session.set(VM.suspend_SR, slow.vm, full)
    work = slow.session.start(VM.suspend, slow.vm)
    slow.stop_qemu(place)
    slow.lab.run(["mount", "-o", "remount,size=16m", "tmpfs", place])
    slow.go_on()
    slow.until(lambda record: record.power_state is RUNNING and not record.current_operations)
    assert slow.session.get(task.status, work) is task_status_type.FAILURE
    assert slow.session.get(task.error_info, work)[0] == "OUT_OF_SPACE"
    assert slow.tidy()
    assert slow.lab.run(["ls", place]).stdout == ""
    assert slow.same() == known
    slow.session.set(VM.suspend_SR, slow.vm, usual)


def test_a_suspension_is_seen_to_its_end_by_the_next_daemon(slow: Guest) -> None:
    known = slow.same()
    slow.session.start(VM.suspend, slow.vm)
    slow.stop_qemu(slow.lab.home / "sr")
    slow.lab.stop(signal.SIGKILL)
    slow.lab.start("--verbose")
    with session(slow.lab) as opened:
        after = Guest(slow.lab, opened)
        assert (after.power(), len(after.images())) == (PAUSED, 1)
        slow.go_on()
        record = after.until(lambda vm: vm.power_state is not PAUSED)
        assert (record.power_state, after.domains()) == (SUSPENDED, [])
        assert [path.suffix for path in after.files()] == [".state"]
        opened.call(VM.resume, after.vm, False, False)
        assert after.tidy()
        after.awake()
        assert after.same() == known


def written(guest: Guest) -> bool:
    return any(path.stat().st_blocks * 512 > 4 * MIB for path in (guest.lab.home / "sr").glob("*.state"))


MOMENTS: dict[str, Callable[[Guest], bool]] = {
    "its disk is made": lambda guest: guest.session.get(VM.suspend_VDI, guest.vm) != NULL,
    "it stands still": lambda guest: guest.power() is not RUNNING,
    "its memory is half written": written,
    "it is gone": lambda guest: not guest.domains(),
}


def kill(guest: Guest, moment: Callable[[Guest], bool]) -> None:
    """End the daemon as nothing else does, at that moment, and start it again."""
    until(lambda: moment(guest))
    guest.lab.stop(signal.SIGKILL)
    guest.lab.start("--verbose")


@pytest.mark.soak  # when the kill falls depends on the machine's speed
@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS.keys())
def test_a_daemon_that_dies_during_a_suspension_leaves_the_truth(guest: Guest, moment: Callable[[Guest], bool]) -> None:
    known = guest.mark()
    guest.session.start(VM.suspend, guest.vm)
    kill(guest, moment)
    with session(guest.lab) as opened:
        after = Guest(guest.lab, opened)
        record = after.until(lambda vm: vm.power_state is SUSPENDED or vm.power_state is RUNNING)
        if record.power_state is SUSPENDED:
            assert after.domains() == []
            assert [image.ref for image in after.images()] == [record.suspend_VDI]
            assert [path.suffix for path in after.files()] == [".state"]
            opened.call(VM.resume, after.vm, False, False)
        assert after.power() is RUNNING
        assert after.tidy()
        after.awake()
        assert after.same() == known


BACK: dict[str, Callable[[Guest], bool]] = {
    "its domain is made": lambda guest: bool(guest.domains()),
    "it is there": lambda guest: guest.power() is not SUSPENDED,
}


@pytest.mark.soak  # when the kill falls depends on the machine's speed
@pytest.mark.parametrize("moment", BACK.values(), ids=BACK.keys())
def test_a_daemon_that_dies_during_a_resumption_leaves_the_truth(guest: Guest, moment: Callable[[Guest], bool]) -> None:
    known = guest.mark()
    guest.session.call(VM.suspend, guest.vm)
    guest.session.start(VM.resume, guest.vm, False, False)
    kill(guest, moment)
    with session(guest.lab) as opened:
        after = Guest(guest.lab, opened)
        assert after.record.scheduled_to_be_resident_on == NULL
        if after.power() is SUSPENDED:
            opened.call(VM.resume, after.vm, False, False)
        if after.power() is PAUSED:
            opened.call(VM.unpause, after.vm)
        after.awake()
        assert after.power() is RUNNING
        assert after.tidy()
        assert after.same() == known
