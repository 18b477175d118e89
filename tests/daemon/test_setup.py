"""The first steps of `script/up` and its way down, taken against a whole daemon."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.daemon.house import Client, House

from cenote.compute.errors import HypervisorError
from cenote.compute.facts import GuestFacts, GuestInterface
from cenote.model.classes.pool import pool
from cenote.model.classes.SR import SR
from cenote.model.classes.VDI import VDI
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM
from cenote.setup import hello, storage, summary, template, tinylinux
from cenote.setup.api import Api
from cenote.setup.down import Down
from cenote.setup.failure import Failure
from cenote.setup.fake import FakeMachine
from cenote.setup.machine import Process
from cenote.setup.place import Place
from cenote.setup.screen import Look, Report, Screen
from cenote.setup.started import Ledger, Started
from cenote.setup.step import Step


def found(monkeypatch: pytest.MonkeyPatch, image: tinylinux.TinyLinux) -> None:
    """Let this image be the one in the cache."""

    def find(cache: Path) -> tinylinux.TinyLinux:
        return image

    monkeypatch.setattr(tinylinux, "find", find)


@pytest.fixture
def image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tinylinux.TinyLinux:
    """An empty disk in place of a built image."""
    path = tmp_path / "image.qcow2"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", str(path), "16M"], check=True)
    made = tinylinux.TinyLinux(path, tmp_path / "key", "first", "6.1")
    found(monkeypatch, made)
    return made


@pytest.fixture
def api(house: House, tmp_path: Path) -> Generator[Api]:
    """The client that the steps use."""
    with closing(Api(Place(tmp_path, house.config, tmp_path / "cenote.toml", tmp_path / "cache"))) as opened:
        yield opened


def quiet(what: str, fraction: float | None = None) -> None:
    """Nobody looks."""


def taken(step: Step) -> str:
    """What a step says that has work to do, and finds it there afterwards."""
    assert step.there() is None
    said = step.do(quiet)
    assert step.there() is not None
    return said


def test_storage_is_made_once_and_is_the_default(api: Api) -> None:
    assert taken(storage.step(api)) == f"Local storage, {storage.directory(api)}"
    storage.step(api).do(quiet)
    found = api.session.records(SR)
    assert [each.name_label for each in found] == ["Local storage"]
    assert [api.pool.default_SR, api.pool.suspend_image_SR] == [found[0].ref, found[0].ref]


def test_the_default_that_somebody_chose_stays(api: Api, client: Client) -> None:
    other = client.repository()
    taken(storage.step(api))
    assert api.session.get(pool.default_SR, api.pool.ref) == other


def test_storage_that_is_unplugged_is_no_surprise(api: Api, client: Client) -> None:
    taken(storage.step(api))
    client.api.PBD.unplug(client.api.PBD.get_all()[0])
    with pytest.raises(Failure) as caught:
        storage.step(api).there()
    assert caught.value.advice[0].startswith("try: xe pbd-plug uuid=")


def test_templates_are_made_once(api: Api, image: tinylinux.TinyLinux) -> None:
    storage.step(api).do(quiet)
    assert taken(template.step(api)) == "Cenote tiny Linux; Other install media"
    template.step(api).do(quiet)
    found = sorted(vm.name_label for vm in api.session.records(VM) if vm.is_a_template)
    assert found == ["Cenote tiny Linux", "Other install media"]
    disks = api.session.records(VDI)
    assert [(each.name_label, each.virtual_size) for each in disks] == [("Cenote tiny Linux", 16 << 20)]


def test_a_template_that_was_left_unfinished_is_replaced(api: Api, image: tinylinux.TinyLinux) -> None:
    storage.step(api).do(quiet)
    template.step(api).do(quiet)
    tiny = template.find(api, template.TINY)
    assert tiny is not None
    half = {key: value for key, value in tiny.other_config.items() if key != template.SELF}
    api.session.set(VM.other_config, tiny.ref, half)
    taken(template.step(api))
    again = template.find(api, template.TINY)
    assert again is not None
    assert again.ref != tiny.ref
    assert len(again.VBDs) == 1
    assert len([vm for vm in api.session.records(VM) if vm.is_a_template]) == 2


def test_a_newer_image_replaces_the_template_and_leaves_its_clones(
    api: Api, image: tinylinux.TinyLinux, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in (storage.step(api), template.step(api)):
        step.do(quiet)
    tiny = template.find(api, template.TINY)
    assert tiny is not None
    mine = api.session.call(VM.clone, tiny.ref, "mine")
    found(monkeypatch, replace(image, fingerprint="second"))
    taken(template.step(api))
    again = template.find(api, template.TINY)
    assert again is not None
    assert again.other_config[template.IMAGE] == "second"
    assert len(api.session.record(VM, mine).VBDs) == 1
    assert len(api.session.records(VDI)) == 2


@pytest.fixture
def ready(api: Api, image: tinylinux.TinyLinux) -> Api:
    """A pool with storage and templates."""
    for step in (storage.step(api), template.step(api)):
        step.do(quiet)
    return api


def booting(house: House, api: Api) -> Report:
    """A report that lets the guest's agent tell its address once the step waits for it."""

    def report(what: str, fraction: float | None = None) -> None:
        if what.startswith("booting"):
            vm = hello.find(api)
            assert vm is not None
            mac = api.session.get(VIF.MAC, vm.VIFs[0])
            facts = GuestFacts(interfaces=(GuestInterface("eth0", mac, ("192.0.2.7",), ()),))
            house.hypervisor.agent_up(vm.uuid, facts)

    return report


def test_the_first_guest_runs_and_tells_its_address(house: House, ready: Api) -> None:
    step = hello.step(ready)
    assert step.there() is None
    assert step.do(booting(house, ready)) == "running at 192.0.2.7"
    assert step.there() == "running at 192.0.2.7"
    vm = hello.find(ready)
    assert vm is not None
    assert (vm.name_label, vm.is_a_template) == ("hello", False)
    assert template.MARKS.isdisjoint(vm.other_config)


def test_a_guest_that_was_stopped_is_started_again(house: House, ready: Api) -> None:
    step = hello.step(ready)
    step.do(booting(house, ready))
    vm = hello.find(ready)
    assert vm is not None
    ready.session.call(VM.hard_shutdown, vm.ref)
    assert step.there() is None
    step.do(booting(house, ready))
    again = hello.find(ready)
    assert again is not None
    assert again.ref == vm.ref


def test_a_clone_that_was_left_unfinished_is_taken_up(house: House, ready: Api) -> None:
    tiny = template.find(ready, template.TINY)
    assert tiny is not None
    left = ready.session.call(VM.clone, tiny.ref, "hello")
    hello.step(ready).do(booting(house, ready))
    vm = hello.find(ready)
    assert vm is not None
    assert vm.ref == left


def test_a_guest_that_tells_nothing_is_running_all_the_same(ready: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hello, "PATIENCE", 0.0)
    assert hello.step(ready).do(quiet).startswith("running, but has told no address")


def test_a_refusal_of_the_api_is_told_with_the_log(house: House, ready: Api) -> None:
    house.hypervisor.fail("create", HypervisorError("no room"))
    with pytest.raises(Failure) as caught:
        hello.step(ready).do(quiet)
    assert "no room" in caught.value.why
    assert caught.value.advice == (f"read {ready.place.daemon_log}",)


@contextmanager
def going_down(api: Api, *, force: bool = False) -> Generator[Down]:
    """The way down of a set-up that has started the daemon."""
    Ledger(api.place.started).add(Started("cenoted", Process(1, 1)))
    down = Down(FakeMachine(), api.place, force=force)
    with closing(down.api):
        yield down


def test_the_way_down_shuts_guests_down(house: House, ready: Api) -> None:
    hello.step(ready).do(booting(house, ready))
    with going_down(ready) as down:
        assert down.no_guests() is None
        assert down.guests(quiet) == "1 shut down"
        assert down.no_guests() == "none is running"


def test_a_guest_that_stays_up_stops_the_way_down_unless_forced(
    house: House, ready: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cenote.setup.down.PATIENCE", 0.0)
    hello.step(ready).do(booting(house, ready))
    vm = hello.find(ready)
    assert vm is not None
    house.guest(vm.uuid).obeys = False
    with going_down(ready) as down, pytest.raises(Failure, match="hello"):
        down.guests(quiet)
    assert house.power(vm.uuid) == "running"
    with going_down(ready, force=True) as down:
        assert down.guests(quiet) == "1 shut down, 1 of them powered off"
    assert house.power(vm.uuid) == "gone"


def test_guests_go_on_where_this_script_started_nothing(ready: Api) -> None:
    assert Down(FakeMachine(), ready.place, force=False).no_guests() == "not asked: this script started nothing"


def test_the_end_says_where_everything_is(house: House, ready: Api) -> None:
    hello.step(ready).do(booting(house, ready))
    out = io.StringIO()
    summary.show(Screen(out, Look(live=False, unicode=True, colour=False)), FakeMachine(), ready)
    text = out.getvalue()
    xe = f"CENOTE_SOCKET={ready.place.config.socket} {ready.place.venv}/bin/xe"
    assert f"{xe} vm-list\n" in text
    assert f"{xe} console vm=hello" in text
    assert f"password in {ready.place.config.password_file}" in text
    assert f"ssh -i {ready.place.checkout}/key root@192.0.2.7" in text
    assert "script/up --down" in text
