"""What only shows after long: memory that grows, files that stay open, guests that are left behind.

``CENOTE_SOAK`` multiplies the counts: at 1 it takes some minutes, at 100 a night.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from bench import calls

from cenote.client.session import Session
from cenote.lab.host import Host
from cenote.lab.pool import furnish, session
from cenote.model.classes.task import task
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.core import Ref
from cenote.setup.tinylinux import build

pytestmark = pytest.mark.soak

TIMES = float(os.environ.get("CENOTE_SOAK", "1"))
CALLS, WRITES, LIVES = int(1_000_000 * TIMES), int(20_000 * TIMES), int(30 * TIMES)
GROWTH = 16 * 1024
"""KiB that the daemon may grow by under any of these, once it is warm."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Generator[Host]:
    if os.geteuid() != 0:
        pytest.skip("a host in namespaces needs root")
    with Host(tmp_path_factory.mktemp("lab")) as host:
        host.start()
        yield host


@pytest.fixture(scope="module")
def opened(lab: Host) -> Generator[Session]:
    with session(lab) as found:
        yield found


@pytest.fixture(scope="module")
def vm(lab: Host, opened: Session) -> Ref[VM]:
    cache = Path(os.environ.get("CENOTE_TEST_CACHE") or Path(__file__).parents[2] / ".cache")
    return furnish(opened, lab, build(cache / "tinylinux", lambda what, done: None).image)


def resident(lab: Host) -> int:
    """KiB of memory that the daemon has."""
    status = Path(f"/proc/{lab.daemon_pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def files(lab: Host) -> int:
    """How many files the daemon has open."""
    return len(list(Path(f"/proc/{lab.daemon_pid}/fd").iterdir()))


def test_a_million_small_calls_leave_nothing_behind(lab: Host, opened: Session, vm: Ref[VM]) -> None:
    calls.per_second(lab.socket, opened.token, vm, 2.0)
    memory, open_files, answered = resident(lab), files(lab), 0.0
    while answered < CALLS:
        answered += calls.per_second(lab.socket, opened.token, vm, 5.0) * 5.0
    print(f"{answered:,.0f} calls; memory {memory} -> {resident(lab)} KiB")
    assert resident(lab) <= memory + GROWTH
    assert files(lab) <= open_files + 8


def test_many_writes_leave_the_store_small(lab: Host, opened: Session, vm: Ref[VM]) -> None:
    for n in range(1000):
        opened.set(VM.name_description, vm, f"warm {n}")
    memory = resident(lab)
    for n in range(WRITES):
        opened.set(VM.name_description, vm, f"write {n}")
    size = sum(path.stat().st_size for path in lab.state_dir.glob("cenote.db*"))
    print(f"{WRITES:,} writes; memory {memory} -> {resident(lab)} KiB, store {size // 1024} KiB")
    assert opened.get(VM.name_description, vm) == f"write {WRITES - 1}"
    assert size < 64 * 2**20
    assert resident(lab) <= memory + 2 * GROWTH  # the history of changes is kept up to its limit


def test_many_lives_of_a_guest_leave_no_guest_task_or_file(lab: Host, opened: Session, vm: Ref[VM]) -> None:
    opened.call(VM.start, vm, False, False)
    opened.call(VM.hard_shutdown, vm)
    memory, open_files = resident(lab), files(lab)
    for _ in range(LIVES):
        opened.call(VM.start, vm, False, False)
        opened.call(VM.hard_reboot, vm)
        opened.call(VM.pause, vm)
        opened.call(VM.unpause, vm)
        opened.call(VM.hard_shutdown, vm)
    print(f"{LIVES} lives; memory {memory} -> {resident(lab)} KiB, files {open_files} -> {files(lab)}")
    assert opened.get(VM.power_state, vm) is vm_power_state.HALTED
    assert opened.get(VM.current_operations, vm) == {}
    assert lab.run(["virsh", "list", "--all", "--name"]).stdout.strip() == ""
    assert opened.records(task) == []
    assert files(lab) <= open_files + 8
    assert resident(lab) <= memory + GROWTH
