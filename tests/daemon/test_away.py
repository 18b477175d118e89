"""The hypervisor goes and comes back; the disk of the records is full and has room again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.daemon.house import NULL, WAIT, Client, House, refused, vdi_record

from cenote.compute import errors
from cenote.compute.event import Reason
from cenote.model.classes.host_metrics import host_metrics
from cenote.model.classes.session import session as Session
from cenote.model.classes.task import task as Task
from cenote.store.contract import StoreFullError
from cenote.store.sqlite import SqliteStore
from cenote.store.state import State


@pytest.fixture
def guest(client: Client, sr: str, network: str) -> str:
    """A running VM."""
    return client.running(sr, network)


def settled(house: House, ready: Callable[[State], bool]) -> None:
    """Wait until the records are so."""
    assert house.daemon.rooms.store.wait(lambda state: ready(state) or None, WAIT)


def live(house: House, wanted: bool) -> None:
    """Wait until the host is said to be live, or not."""
    settled(house, lambda state: all(each.live is wanted for each in state.all(host_metrics)))


def test_the_hypervisor_goes_and_comes_back(client: Client, house: House, guest: str, sr: str, network: str) -> None:
    other, uuid = client.whole(sr, network, "other"), client.uuid(guest)
    house.hypervisor.lose()
    live(house, False)
    assert refused(client.api.VM.pause, guest) == ["HOST_OFFLINE", client.host]
    assert refused(client.api.VM.hard_shutdown, guest) == ["HOST_OFFLINE", client.host]
    assert refused(client.api.VM.suspend, guest) == ["HOST_OFFLINE", client.host]
    assert refused(client.api.VM.start, other, False, False) == ["HOST_NOT_LIVE"]
    for vm in (guest, other):
        assert client.api.VM.get_current_operations(vm) == {}
    assert client.api.VM.get_power_state(guest) == "Running"
    assert client.api.VM.get_scheduled_to_be_resident_on(other) == NULL
    assert client.api.VDI.get_all_records()
    client.api.VM.set_name_label(other, "renamed")
    house.hypervisor.regain()
    live(house, True)
    client.api.VM.pause(guest)
    client.api.VM.start(other, False, False)
    assert house.power(uuid) == "paused"


def test_what_happened_meanwhile_is_found(client: Client, house: House, guest: str, sr: str, network: str) -> None:
    other = client.running(sr, network, "other")
    house.hypervisor.lose()
    live(house, False)
    hypervisor = house.hypervisor
    hypervisor._guests.pop(client.uuid(guest)).end()  # pyright: ignore[reportPrivateUsage]
    hypervisor.regain()
    live(house, True)
    house.await_record(guest, power_state="Halted")
    assert client.api.VM.get_power_state(other) == "Running"
    assert len(client.medium(sr).uses.uses) == 1
    client.api.VM.start(guest, False, False)


def test_the_hypervisor_is_away_when_the_daemon_opens(client: Client, house: House, guest: str, sr: str) -> None:
    uuid = client.uuid(guest)
    house.close()
    away = house.hypervisor.reopened()
    away.fail("domains", errors.HypervisorUnavailable("fake:///", "away"))
    house.after_close(away)
    client = Client(house)
    assert client.api.VM.get_power_state(guest) == "Running"
    assert client.medium(sr).uses.uses != {}
    house.hypervisor.end(uuid, Reason.SHUTDOWN)
    house.await_record(guest, power_state="Halted")


def test_an_event_that_can_not_be_read_is_read_again(
    client: Client, house: House, guest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cenote.operations.observe.observer.RETRY", 0.01)
    house.hypervisor.fail("state", errors.CallTimedOut("state", 30, started=True))
    house.hypervisor.end(client.uuid(guest), Reason.SHUTDOWN)
    house.await_record(guest, power_state="Halted")


@contextmanager
def full(house: House) -> Generator[None]:
    """The disk of the records has no room."""
    store = house.daemon.rooms.store
    assert isinstance(store, SqliteStore)
    store.limit_pages(store.page_count())
    try:
        yield
    finally:
        store.limit_pages(2**30)


def fill(client: Client, house: House) -> list[str]:
    """Create VMs until the store has no room left; answers those that it has."""
    made: list[str] = []

    def create_for_ever() -> None:
        while True:
            made.append(client.vm("x" * 4000))

    assert refused(create_for_ever) == ["OUT_OF_SPACE", str(house.config.state_dir)]
    return made


def test_a_full_disk_refuses_writes_and_loses_nothing(client: Client, house: House, sr: str, network: str) -> None:
    vm = client.whole(sr, network)
    with full(house):
        written = fill(client, house)
        before = house.daemon.rooms.store.state.tables
        assert refused(client.api.VM.start, vm, False, False)[0] == "OUT_OF_SPACE"
        assert refused(client.api.VM.destroy, vm)[0] == "OUT_OF_SPACE"
        assert refused(client.api.VDI.create, vdi_record(sr))[0] == "OUT_OF_SPACE"
        after = house.daemon.rooms.store.state.tables
        for name in ("VBD", "VDI", "VIF", "VM_metrics", "SR"):
            assert after[name] == before[name], name
        assert set(written) <= set(client.api.VM.get_all())
        assert client.api.VM.get_record(vm)["power_state"] == "Halted"
        assert len(client.medium(sr).disks) == 1
        assert house.power(client.uuid(vm)) == "gone"
    client.api.VM.start(vm, False, False)
    assert client.api.VM.get_power_state(vm) == "Running"
    house.reopen()
    assert Client(house).api.VM.get_power_state(vm) == "Running"


class Refusing:
    """A store that has no room while it is told so."""

    def __init__(self, house: House, patch: pytest.MonkeyPatch) -> None:
        store = house.daemon.rooms.store
        assert isinstance(store, SqliteStore)
        self.full = False
        self.refused = threading.Event()
        """Set once it had no room for something."""
        persist = store._persist  # pyright: ignore[reportPrivateUsage]

        def persist_or_not(*params: Any) -> None:
            if self.full:
                self.refused.set()
                raise StoreFullError("there")
            persist(*params)

        patch.setattr(store, "_persist", persist_or_not)


def test_a_disk_that_fills_up_in_the_middle_of_a_start(
    client: Client, house: House, sr: str, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cenote.operations.observe.observer.RETRY", 0.01)
    monkeypatch.setattr("cenote.dispatch.tasks.RETRY", 0.01)
    object.__setattr__(house.daemon.rooms.settings, "observe_timeout", 0.05)
    vm, room = client.whole(sr, network), Refusing(house, monkeypatch)
    real = house.hypervisor.create

    def create(*params: Any, **named: Any) -> Any:
        room.full = True
        return real(*params, **named)

    monkeypatch.setattr(house.hypervisor, "create", create)
    assert refused(client.api.VM.start, vm, False, False)[0] == "INTERNAL_ERROR"
    assert client.api.VM.get_power_state(vm) == "Halted"
    assert client.api.VM.get_current_operations(vm) != {}
    room.full = False
    house.await_record(vm, power_state="Running", current_operations={})
    settled(house, lambda state: not list(state.all(Task)))
    assert client.api.VM.get_scheduled_to_be_resident_on(vm) == NULL
    client.api.VM.clean_shutdown(vm)
    assert client.medium(sr).uses.uses == {}


def test_a_guest_that_ends_while_the_disk_is_full(
    client: Client, house: House, guest: str, sr: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cenote.operations.observe.observer.RETRY", 0.01)
    room = Refusing(house, monkeypatch)
    room.full = True
    house.hypervisor.end(client.uuid(guest), Reason.SHUTDOWN)
    assert room.refused.wait(WAIT)
    assert client.api.VM.get_power_state(guest) == "Running"
    room.full = False
    house.await_record(guest, power_state="Halted")
    assert client.medium(sr).uses.uses == {}


def test_progress_that_can_not_be_noted_does_not_stop_the_work(
    client: Client, house: House, sr: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cenote.dispatch.tasks.REPORT_EVERY", 0.0)
    disk, room = client.disk(sr), Refusing(house, monkeypatch)
    driver = client.driver(sr)
    copied = driver._copied  # pyright: ignore[reportPrivateUsage]

    def copy(*params: Any) -> None:
        room.full = True
        copied(*params)
        room.full = False

    monkeypatch.setattr(driver, "_copied", copy)
    new = client.api.VDI.copy(disk, sr)
    assert room.refused.is_set()
    assert client.api.VDI.get_SR(new) == sr


def test_a_session_is_good_while_its_use_can_not_be_noted(
    client: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = next(iter(house.daemon.dispatcher.sessions._live.values()))  # pyright: ignore[reportPrivateUsage]
    known.noted = known.noted.replace(year=2000)
    old = Session.last_active.to(known.noted)
    house.daemon.rooms.store.transact(lambda draft: draft.update(known.caller.session, old))
    room = Refusing(house, monkeypatch)
    room.full = True
    assert client.api.pool.get_all()
    assert room.refused.is_set()
