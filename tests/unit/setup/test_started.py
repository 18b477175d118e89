"""The list of what we started: nothing else is ever stopped."""

from pathlib import Path

import pytest

from cenote.setup.failure import Failure
from cenote.setup.fake import FakeMachine
from cenote.setup.machine import Process
from cenote.setup.started import Ledger, Started

OURS = Process(41, 7)


def test_it_is_remembered_in_the_order_of_starting(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "run" / "started.json")
    assert ledger.entries() == []
    ledger.add(Started("libvirtd", OURS))
    ledger.add(Started("cenoted", unit="cenoted.service", version="1"))
    ledger.add(Started("libvirtd", Process(42, 8)))
    assert [each.name for each in Ledger(ledger.path).entries()] == ["cenoted", "libvirtd"]
    ledger.remove("cenoted")
    assert ledger.entries() == [Started("libvirtd", Process(42, 8))]


def test_a_number_that_another_process_has_now_is_not_ours(tmp_path: Path) -> None:
    ledger, machine = Ledger(tmp_path / "started.json"), FakeMachine()
    ledger.add(Started("libvirtd", OURS))
    machine.processes = {OURS}
    assert ledger.running(machine, "libvirtd") == Started("libvirtd", OURS)
    machine.processes = {Process(OURS.pid, OURS.born + 1)}
    assert ledger.running(machine, "libvirtd") is None


def test_a_broken_list_is_a_failure_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "started.json"
    path.write_text("[{")
    with pytest.raises(Failure) as caught:
        Ledger(path).entries()
    assert caught.value.advice == (f"remove {path}",)
