"""Starting services: by systemd where it runs, else by us, and only those that are silent."""

from pathlib import Path

import pytest

from cenote.setup import reaper, service
from cenote.setup.failure import Failure
from cenote.setup.fake import FakeMachine
from cenote.setup.place import Place, find
from cenote.setup.service import LIBVIRTD, OVSDB, VIRTLOGD, Services
from cenote.setup.started import Ledger


@pytest.fixture
def place(tmp_path: Path) -> Place:
    folders = {f"CENOTE_{name}_DIR": str(tmp_path / name.lower()) for name in ("STATE", "RUN", "CACHE")}
    return find({"CENOTE_CONFIG": str(tmp_path / "none.toml"), **folders}, tmp_path)


def quiet(what: str, fraction: float | None = None) -> None:
    """Nobody looks."""


def switching(self: Services) -> bool:
    """Stands for a running ovs-vswitchd."""
    return True


def test_what_runs_is_left_alone(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = FakeMachine()
    machine.sockets = {VIRTLOGD.socket, LIBVIRTD.socket, OVSDB.socket}
    monkeypatch.setattr(Services, "_switching", switching)
    assert service.step(machine, place).there() == "libvirtd and Open vSwitch are running"
    assert machine.ran == []


def test_without_systemd_the_silent_ones_are_started_and_remembered(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = FakeMachine()
    machine.sockets = {OVSDB.socket}
    machine.opens = {"virtlogd": VIRTLOGD.socket, "libvirtd": LIBVIRTD.socket}
    monkeypatch.setattr(Services, "_switching", switching)
    step = service.step(machine, place)
    assert step.there() is None
    assert step.do(quiet) == "virtlogd and libvirtd started by this script"
    assert [each.name for each in Ledger(place.started).entries()] == ["virtlogd", "libvirtd"]
    assert step.there() is not None


def test_with_systemd_the_units_are_enabled(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = FakeMachine(systemd=True)
    machine.sockets = {OVSDB.socket}
    machine.programs = {"systemctl": lambda words: (0, "")}
    monkeypatch.setattr(Services, "_switching", switching)
    assert service.step(machine, place).do(quiet) == "libvirtd started by systemd"
    assert machine.ran == [["systemctl", "enable", "--now", "libvirtd.service"]]
    assert Ledger(place.started).entries()[0].unit == "libvirtd.service"


def test_a_service_that_ends_at_once_is_a_failure(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = FakeMachine()
    machine.sockets = {OVSDB.socket, VIRTLOGD.socket}
    machine.programs = {"libvirtd": lambda words: (1, "")}
    monkeypatch.setattr(Services, "_switching", switching)
    with pytest.raises(Failure, match="libvirtd ended as soon as it was started"):
        service.step(machine, place).do(quiet)


def test_without_root_the_own_libvirtd_must_answer(place: Place) -> None:
    machine = FakeMachine(root=False)
    machine.programs = {"virsh": lambda words: (1, "error: failed to connect to the hypervisor")}
    with pytest.raises(Failure) as caught:
        service.step(machine, place).do(quiet)
    assert "failed to connect" in caught.value.why
    machine.programs = {"virsh": lambda words: (0, "Using library: libvirt 9.0.0")}
    assert "your own libvirtd answers" in service.step(machine, place).do(quiet)
    assert machine.ran[-1] == ["virsh", "-c", "qemu:///session", "version"]


def test_where_init_collects_no_orphans_libvirtd_gets_a_parent_that_does(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = FakeMachine()
    machine.collecting = False
    machine.sockets = {OVSDB.socket, VIRTLOGD.socket}
    machine.opens = {"libvirtd": LIBVIRTD.socket}
    monkeypatch.setattr(Services, "_switching", switching)
    service.step(machine, place).do(quiet)
    assert machine.ran[0][-2:] == [reaper.__file__, "/usr/bin/libvirtd"]
