"""The records of a host: made on the first start, brought up to date on the next ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.records import NOW

from cenote.compute.fakeguest import FACTS
from cenote.model.classes.host import host
from cenote.model.classes.host_cpu import host_cpu
from cenote.model.classes.host_metrics import host_metrics
from cenote.model.classes.pool import pool
from cenote.model.classes.role import role
from cenote.model.classes.SM import SM
from cenote.model.classes.user import user
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.core import Draft, Ref
from cenote.model.roles import CLIENT_CERT, LADDER
from cenote.model.sealed import CATALOGUE
from cenote.operations.host import roles
from cenote.operations.host.bootstrap import HostFacts, ensure_host
from cenote.storage.registry import types
from cenote.store.memory import MemoryStore

HERE = HostFacts(replace(FACTS, cpu_count=2), "openvswitch", "it is there", "192.0.2.1")


ensure_roles = roles.ensure
"""More than a thousand records, which are made only where a test is about them."""


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> MemoryStore:
    def nothing(draft: Draft) -> None:
        """Makes no roles."""

    monkeypatch.setattr(roles, "ensure", nothing)
    return MemoryStore(CATALOGUE)


def begin(store: MemoryStore, facts: HostFacts = HERE) -> host:
    here = ensure_host(store, facts, NOW)
    return store.state.get(host, here)


def test_the_first_start(store: MemoryStore) -> None:
    here = begin(store)
    (whole,) = store.state.all(pool)
    assert (whole.master, here.enabled, here.address) == (here.ref, True, "192.0.2.1")
    assert (here.API_version_major, here.API_version_minor, here.API_version_vendor) == (2, 21, "XenSource")
    assert here.software_version["network_backend"] == "openvswitch"
    assert here.software_version["product_brand"] == "Cenote"
    metrics = store.state.get(host_metrics, here.metrics)
    assert (metrics.memory_total, metrics.live) == (FACTS.memory_total, False), "the observer says when it is"
    assert [each.short_name for each in store.state.all(user)] == ["root"]
    assert {each.type for each in store.state.all(SM)} == types().keys()


def test_the_control_domain(store: MemoryStore) -> None:
    here = begin(store)
    (control,) = store.state.all(VM)
    assert here.control_domain == control.ref
    assert (control.is_control_domain, control.domid, control.resident_on) == (True, 0, here.ref)
    assert (control.power_state, control.VCPUs_max) == (vm_power_state.RUNNING, 2)
    assert control.name_label == f"Control domain on host: {here.name_label}"


def test_another_start_finds_what_is_there(store: MemoryStore) -> None:
    begin(store)
    before = store.state
    begin(store)
    assert store.state is before


def test_what_people_set_stays_and_what_is_found_follows(store: MemoryStore) -> None:
    here = begin(store)
    store.transact(lambda draft: draft.update(here.ref, host.name_label.to("mine"), host.enabled.to(False)))
    again = begin(store, replace(HERE, address="192.0.2.2", network_backend="bridge"))
    assert (again.name_label, again.enabled) == ("mine", False)
    assert (again.address, again.software_version["network_backend"]) == ("192.0.2.2", "bridge")


def numbers(store: MemoryStore, here: Ref[host]) -> list[int]:
    return sorted(cpu.number for cpu in store.state.all(host_cpu) if cpu.host == here)


def test_processors_come_and_go(store: MemoryStore) -> None:
    here = begin(store).ref
    first = {each.ref for each in store.state.all(host_cpu)}
    assert numbers(store, here) == [0, 1]
    begin(store, replace(HERE, hypervisor=replace(FACTS, cpu_count=4)))
    assert numbers(store, here) == [0, 1, 2, 3]
    begin(store, replace(HERE, hypervisor=replace(FACTS, cpu_count=2)))
    assert {each.ref for each in store.state.all(host_cpu)} == first
    assert next(iter(store.state.all(VM))).VCPUs_max == 2


def test_what_the_hypervisor_can_run(store: MemoryStore) -> None:
    assert begin(store, replace(HERE, hypervisor=replace(FACTS, hvm=False, driver="qemu"))).capabilities == ()
    xen = begin(store, replace(HERE, hypervisor=replace(FACTS, hvm=True, driver="xen")))
    assert xen.capabilities == ("hvm-3.0-x86_32", "hvm-3.0-x86_64", "xen-3.0-x86_64")


def test_roles_are_those_of_the_model(store: MemoryStore) -> None:
    store.transact(ensure_roles)
    found = {each.name_label: each for each in store.state.all(role)}
    composed = {each.value for each in LADDER} | {CLIENT_CERT}
    assert found.keys() == composed | CATALOGUE.signatures.keys()
    assert {name for name, each in found.items() if not each.is_internal} == composed
    for name in composed:
        permissions = {store.state.get(role, ref).name_label for ref in found[name].subroles}
        assert permissions == {wire for wire, each in CATALOGUE.signatures.items() if name in each.roles}
    assert found["VM.start"].subroles == ()


def test_roles_of_another_version_go(store: MemoryStore) -> None:
    store.transact(ensure_roles)
    before = store.state
    old = store.transact(lambda draft: draft.create(role, role.name_label.to("VM.fly")))
    store.transact(ensure_roles)
    assert store.state.find(role, old) is None
    assert store.state.table(role) == before.table(role)


def test_a_start_makes_the_roles(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Draft] = []
    monkeypatch.setattr(roles, "ensure", made.append)
    begin(store)
    assert len(made) == 1
