"""At start: the records of this host be there and be true; on the very first one, those of the pool too."""

from __future__ import annotations

import socket
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cenote import __version__
from cenote.compute.facts import HypervisorFacts
from cenote.model.classes.host import host
from cenote.model.classes.host_cpu import host_cpu
from cenote.model.classes.host_metrics import host_metrics
from cenote.model.classes.pool import pool
from cenote.model.classes.user import user
from cenote.model.classes.vm import VM, domain_type, vm_power_state
from cenote.model.core import NULL, Draft, Ref
from cenote.operations.host import roles, types
from cenote.operations.vm.create import add as add_vm
from cenote.store.contract import Store

API_MAJOR, API_MINOR, API_VENDOR = 2, 21, "XenSource"
"""The version of the published API that is served: that of XenServer 8.4's toolstack generation."""
CONTROL_DOMAIN_MEMORY = 512 * 2**20
"""Bytes that the control domain is said to have: what the toolstack and its services use at most."""


@dataclass(frozen=True, slots=True)
class HostFacts:
    """What the daemon knows of its host before there are records."""

    hypervisor: HypervisorFacts
    network_backend: str
    network_reason: str
    address: str
    """The management address; ``127.0.0.1`` where there is none but loopback."""


def ensure_host(store: Store, facts: HostFacts, now: datetime) -> Ref[host]:
    """Make the records of this host, or bring them up to date; answers the host."""

    def work(draft: Draft) -> Ref[host]:
        here = next(iter(draft.all(host)), None)
        ref = _add_host(draft, now) if here is None else here.ref
        if next(iter(draft.all(pool)), None) is None:
            _add_pool(draft, ref)
        _describe(draft, ref, facts, now)
        _cpus(draft, ref, facts.hypervisor)
        _control_domain(draft, ref, facts.hypervisor)
        roles.ensure(draft)
        types.ensure(draft)
        return ref

    return store.transact(work)


def _add_host(draft: Draft, now: datetime) -> Ref[host]:
    metrics = draft.create(host_metrics, host_metrics.live.to(False), host_metrics.last_updated.to(now))
    name = socket.gethostname()
    return draft.create(
        host,
        host.name_label.to(name),
        host.name_description.to("Default install"),
        host.hostname.to(name),
        host.metrics.to(metrics),
        host.enabled.to(True),
        host.API_version_major.to(API_MAJOR),
        host.API_version_minor.to(API_MINOR),
        host.API_version_vendor.to(API_VENDOR),
        host.sched_policy.to("host"),
        host.ssl_legacy.to(False),
    )


def _add_pool(draft: Draft, master: Ref[host]) -> None:
    draft.create(pool, pool.master.to(master))
    draft.create(user, user.short_name.to("root"), user.fullname.to("superuser"))


def _describe(draft: Draft, ref: Ref[host], facts: HostFacts, now: datetime) -> None:
    found = facts.hypervisor
    draft.update(
        ref,
        host.API_version_major.to(API_MAJOR),
        host.API_version_minor.to(API_MINOR),
        host.address.to(facts.address),
        host.software_version.to(_software(facts)),
        host.capabilities.to(_capabilities(found)),
        host.cpu_info.to(_cpu_info(found)),
        host.cpu_configuration.to({"nr_cpus": str(found.cpu_count)}),
    )
    draft.update(
        draft.get(host, ref).metrics,
        host_metrics.memory_total.to(found.memory_total),
        host_metrics.memory_free.to(found.memory_free),
        host_metrics.last_updated.to(now),
    )


def _software(facts: HostFacts) -> dict[str, str]:
    """What clients look at to know what they speak to, and what a person looks at to know what runs guests here."""
    found = facts.hypervisor
    return {
        "product_brand": "Cenote",
        "product_version": __version__,
        "product_version_text": f"Cenote {__version__}",
        "platform_name": "Cenote",
        "platform_version": __version__,
        "build_number": __version__,
        "hostname": socket.gethostname(),
        "xapi": f"{API_MAJOR}.{API_MINOR}",
        "network_backend": facts.network_backend,
        "network_backend_reason": facts.network_reason,
        "hypervisor": found.driver,
        "hypervisor_version": found.hypervisor_version,
        "hypervisor_reason": found.description,
        "libvirt": found.libvirt_version,
    }


def _capabilities(found: HypervisorFacts) -> tuple[str, ...]:
    kinds = ["hvm-3.0-x86_32", "hvm-3.0-x86_64"] if found.hvm else []
    return (*kinds, *(["xen-3.0-x86_64"] if found.driver == "xen" else []))


def _cpu_info(found: HypervisorFacts) -> dict[str, str]:
    return {
        "cpu_count": str(found.cpu_count),
        "socket_count": str(found.cpu_sockets),
        "threads_per_core": str(found.cpu_threads),
        "nr_nodes": "1",
        "vendor": found.cpu_vendor,
        "speed": f"{found.cpu_mhz:.3f}",
        "modelname": found.cpu_model,
        "family": str(found.cpu_family),
        "model": str(found.cpu_model_number),
        "stepping": str(found.cpu_stepping),
        "flags": " ".join(found.cpu_flags),
    }


def _cpus(draft: Draft, ref: Ref[host], found: HypervisorFacts) -> None:
    known = [cpu for cpu in draft.all(host_cpu) if cpu.host == ref]
    for extra in sorted(known, key=lambda cpu: cpu.number)[found.cpu_count :]:
        draft.delete(host_cpu, extra.ref)
    have = {cpu.number: cpu.ref for cpu in known}
    for number in range(found.cpu_count):
        cpu = have.get(number) or draft.create(host_cpu, host_cpu.host.to(ref), host_cpu.number.to(number))
        draft.update(
            cpu,
            host_cpu.vendor.to(found.cpu_vendor),
            host_cpu.modelname.to(found.cpu_model),
            host_cpu.speed.to(int(found.cpu_mhz)),
            host_cpu.family.to(found.cpu_family),
            host_cpu.model.to(found.cpu_model_number),
            host_cpu.stepping.to(str(found.cpu_stepping)),
            host_cpu.flags.to(" ".join(found.cpu_flags)),
        )


def _control_domain(draft: Draft, ref: Ref[host], found: HypervisorFacts) -> None:
    """The record that every client filters on; under KVM and QEMU the host itself stands for it."""
    control = draft.get(host, ref).control_domain
    if control == NULL:
        control = add_vm(draft, _control_values(draft, ref, found))
        draft.update(ref, host.control_domain.to(control))
    draft.update(
        control,
        VM.is_control_domain.to(True),
        VM.power_state.to(vm_power_state.RUNNING),
        VM.domid.to(0),
        VM.resident_on.to(ref),
        VM.VCPUs_max.to(found.cpu_count),
        VM.VCPUs_at_startup.to(found.cpu_count),
    )


def _control_values(draft: Draft, ref: Ref[host], found: HypervisorFacts) -> Mapping[str, Any]:
    memory = CONTROL_DOMAIN_MEMORY
    limits = {f"memory_{name}": memory for name in ("static_min", "static_max", "dynamic_min", "dynamic_max")}
    return {
        "uuid": str(uuid.uuid4()),
        "name_label": f"Control domain on host: {draft.get(host, ref).name_label}",
        "name_description": "Stands for the host itself, which manages devices and guests",
        "affinity": ref,
        "other_config": {},
        "domain_type": domain_type.PV,
        "VCPUs_max": found.cpu_count,
        "VCPUs_at_startup": found.cpu_count,
        **limits,
    }
