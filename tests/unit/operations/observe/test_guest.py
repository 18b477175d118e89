"""From what a guest's agent says to the guest's metrics."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.records import World

from cenote.compute.facts import GuestFacts, GuestInterface
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM
from cenote.model.classes.VM_guest_metrics import VM_guest_metrics, tristate_type
from cenote.model.core import NULL, Ref
from cenote.operations.observe import guest

ETH0 = GuestInterface("eth0", "02:00:00:00:00:0a", ("192.0.2.7", "192.0.2.8"), ("2001:db8::7",))
FACTS = GuestFacts(
    os_id="debian",
    os_name="Debian GNU/Linux 12 (bookworm)",
    os_version="12",
    kernel="6.1.0",
    hostname="guest",
    interfaces=(GuestInterface("lo", "00:00:00:00:00:00", ("127.0.0.1",)), ETH0),
    agent_version="7.2.0",
)


class Scene:
    """A VM with an interface."""

    def __init__(self) -> None:
        self.world = World()
        self.vm = self.world.add_vm()
        self.world.add_vif(self.vm)

    def tell(self, facts: GuestFacts) -> VM_guest_metrics:
        now = self.world.clock.now()
        self.world.store.transact(lambda draft: guest.tell(draft, draft.get(VM, self.vm), facts, now))
        return self.world.get(VM_guest_metrics, self.world.get(VM, self.vm).guest_metrics)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_what_is_told(scene: Scene) -> None:
    found = scene.tell(FACTS)
    assert found.os_version == {
        "name": "Debian GNU/Linux 12 (bookworm)",
        "distro": "debian",
        "uname": "6.1.0",
        "major": "12",
    }
    assert found.netbios_name == {"host_name": "guest"}
    assert found.networks == {
        "0/ip": "192.0.2.7",
        "0/ipv4/0": "192.0.2.7",
        "0/ipv4/1": "192.0.2.8",
        "0/ipv6/0": "2001:db8::7",
    }
    assert found.PV_drivers_version == {"major": "1", "minor": "0", "micro": "0", "build": "7.2.0"}
    assert (found.live, found.PV_drivers_detected, found.PV_drivers_up_to_date) == (True, True, True)
    assert {found.can_use_hotplug_vbd, found.can_use_hotplug_vif} == {tristate_type.YES}
    assert "feature-qemu-guest-agent" in found.other
    assert found.last_updated == scene.world.clock.now()


@pytest.mark.parametrize(
    ("name", "version", "told"),
    [
        ("Tiny Linux", "1.4.2", {"name": "Tiny Linux 1.4.2", "major": "1", "minor": "4.2"}),
        ("Debian 12", "12", {"name": "Debian 12", "major": "12"}),
        ("Rolling", "", {"name": "Rolling"}),
        ("", "", dict[str, str]()),
    ],
)
def test_names_and_versions_of_systems(scene: Scene, name: str, version: str, told: dict[str, str]) -> None:
    assert scene.tell(GuestFacts(os_name=name, os_version=version)).os_version == told


def test_an_agent_that_knows_nothing(scene: Scene) -> None:
    found = scene.tell(GuestFacts())
    assert (found.os_version, found.netbios_name, found.networks, found.live) == ({}, {}, {}, True)


def test_the_same_again_changes_nothing(scene: Scene) -> None:
    scene.tell(FACTS)
    before = scene.world.view
    scene.world.clock.advance(30)
    scene.tell(replace(FACTS, time=123.0))
    assert scene.world.view is before


def test_what_is_new_is_dated(scene: Scene) -> None:
    first = scene.tell(FACTS)
    scene.world.clock.advance(30)
    second = scene.tell(replace(FACTS, hostname="other"))
    assert second.ref == first.ref
    assert second.netbios_name == {"host_name": "other"}
    assert second.last_updated == scene.world.clock.now() > first.last_updated


def test_addresses_are_told_by_the_number_of_the_interface(scene: Scene) -> None:
    scene.world.add_vif(scene.vm, VIF.device.to("3"), VIF.MAC.to("02:00:00:00:00:0b"))
    second = GuestInterface("eth1", "02:00:00:00:00:0b", (), ("2001:db8::9",))
    unknown = GuestInterface("tun0", "02:00:00:00:00:ff", ("198.51.100.1",))
    found = scene.tell(replace(FACTS, interfaces=(second, unknown, ETH0))).networks
    assert found["3/ipv6/0"] == "2001:db8::9"
    assert "3/ip" not in found
    assert "198.51.100.1" not in found.values()
    assert found["0/ip"] == "192.0.2.7"


def test_an_agent_that_falls_silent_leaves_its_words(scene: Scene) -> None:
    def silent() -> None:
        scene.world.store.transact(lambda draft: guest.silent(draft, draft.get(VM, scene.vm)))

    silent()
    ref: Ref[VM_guest_metrics] = scene.world.get(VM, scene.vm).guest_metrics
    assert ref == NULL
    before = scene.tell(FACTS)
    silent()
    after = scene.world.get(VM_guest_metrics, before.ref)
    assert (after.live, after.networks) == (False, before.networks)
    assert scene.tell(FACTS).live
