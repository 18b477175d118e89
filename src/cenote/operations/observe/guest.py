"""From what a guest's agent says to the guest's metrics."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cenote.compute.facts import GuestFacts
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM
from cenote.model.classes.VM_guest_metrics import VM_guest_metrics, tristate_type
from cenote.model.core import NULL, Assignment, Draft


def tell(draft: Draft, vm: VM, facts: GuestFacts, now: datetime) -> None:
    """Write what the agent said; nothing changes when it said the same before."""
    said = _assignments(draft, vm, facts)
    if vm.guest_metrics == NULL:
        made = draft.create(VM_guest_metrics, *said, VM_guest_metrics.last_updated.to(now))
        draft.update(vm.ref, VM.guest_metrics.to(made))
        return
    before = draft.get(VM_guest_metrics, vm.guest_metrics)
    if any(before.values[each.field.name] != each.value for each in said):
        draft.update(vm.guest_metrics, *said, VM_guest_metrics.last_updated.to(now))


def silent(draft: Draft, vm: VM) -> None:
    """The agent is gone: what it said stays, marked as not live."""
    if vm.guest_metrics != NULL:
        draft.update(vm.guest_metrics, VM_guest_metrics.live.to(False))


def _assignments(draft: Draft, vm: VM, facts: GuestFacts) -> list[Assignment[Any]]:
    version = {"major": "1", "minor": "0", "micro": "0", "build": facts.agent_version}
    return [
        VM_guest_metrics.os_version.to(_os_version(facts)),
        VM_guest_metrics.netbios_name.to({"host_name": facts.hostname} if facts.hostname else {}),
        VM_guest_metrics.networks.to(networks(draft, vm, facts)),
        VM_guest_metrics.PV_drivers_version.to(version),
        VM_guest_metrics.PV_drivers_detected.to(True),
        VM_guest_metrics.PV_drivers_up_to_date.to(True),
        VM_guest_metrics.live.to(True),
        VM_guest_metrics.can_use_hotplug_vbd.to(tristate_type.YES),
        VM_guest_metrics.can_use_hotplug_vif.to(tristate_type.YES),
        VM_guest_metrics.other.to({"feature-qemu-guest-agent": "1", "platform-feature-multiprocessor-suspend": "1"}),
    ]


def _os_version(facts: GuestFacts) -> dict[str, str]:
    major, _, minor = facts.os_version.partition(".")
    named = facts.os_version and facts.os_version in facts.os_name
    said = {
        "name": facts.os_name if named else " ".join(filter(None, (facts.os_name, facts.os_version))),
        "distro": facts.os_id,
        "uname": facts.kernel,
        "major": major,
        "minor": minor,
    }
    return {key: value for key, value in said.items() if value}


def networks(draft: Draft, vm: VM, facts: GuestFacts) -> dict[str, str]:
    """Addresses by XenServer's keys: ``0/ip`` for the first IPv4 of VIF 0, ``0/ipv4/1``, ``0/ipv6/0`` for all."""
    device_of = {vif.MAC: vif.device for ref in vm.VIFs if (vif := draft.find(VIF, ref))}
    found: dict[str, str] = {}
    for interface in facts.interfaces:
        device = device_of.get(interface.mac)
        if device is None:
            continue
        if interface.ipv4:
            found[f"{device}/ip"] = interface.ipv4[0]
        found.update({f"{device}/ipv4/{at}": address for at, address in enumerate(interface.ipv4)})
        found.update({f"{device}/ipv6/{at}": address for at, address in enumerate(interface.ipv6)})
    return found
