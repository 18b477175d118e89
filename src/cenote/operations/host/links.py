"""The PIF records: one for each physical interface of this host, and a network for each, as XenServer has it."""

from __future__ import annotations

from datetime import datetime

from cenote.model.classes.network import network
from cenote.model.classes.PIF import PIF, ip_configuration_mode
from cenote.model.classes.PIF_metrics import PIF_metrics
from cenote.model.core import NULL, Draft, Ref
from cenote.network.contract import LinkFacts
from cenote.operations.context import Rooms
from cenote.operations.network.create import add as add_network


def scan(rooms: Rooms) -> None:
    """Add interfaces that are new, remove those that are gone, and take over what the host says of each."""
    found = {facts.device: facts for facts in rooms.wiring.links()}
    now = rooms.clock.now()

    def work(draft: Draft) -> None:
        known = {pif.device: pif for pif in draft.all(PIF) if pif.host == rooms.host and pif.physical}
        for gone in known.keys() - found.keys():
            draft.delete(PIF_metrics, known[gone].metrics)
            draft.delete(PIF, known[gone].ref)
        for device, facts in found.items():
            pif = known[device].ref if device in known else _add(draft, rooms, facts)
            _describe(draft, pif, facts, now)

    rooms.store.transact(work)


def _add(draft: Draft, rooms: Rooms, facts: LinkFacts) -> Ref[PIF]:
    label = f"Pool-wide network associated with {facts.device}"
    joined = next((each.ref for each in draft.all(network) if each.name_label == label), None)
    if joined is None:
        joined = add_network(draft, {"name_label": label, "MTU": facts.mtu, "managed": True})
    metrics = draft.create(PIF_metrics)
    return draft.create(
        PIF,
        PIF.device.to(facts.device),
        PIF.network.to(joined),
        PIF.host.to(rooms.host),
        PIF.MAC.to(facts.mac),
        PIF.VLAN.to(-1),
        PIF.physical.to(True),
        PIF.metrics.to(metrics),
        PIF.bond_slave_of.to(NULL),
    )


def _describe(draft: Draft, pif: Ref[PIF], facts: LinkFacts, now: datetime) -> None:
    ipv4 = next((each for each in facts.addresses if each.version == 4), None)
    mode = ip_configuration_mode.NONE
    if ipv4 is not None:
        mode = ip_configuration_mode.DHCP if facts.dynamic else ip_configuration_mode.STATIC
    draft.update(
        pif,
        PIF.MAC.to(facts.mac),
        PIF.MTU.to(facts.mtu),
        PIF.currently_attached.to(facts.up),
        PIF.ip_configuration_mode.to(mode),
        PIF.IP.to("" if ipv4 is None else str(ipv4.ip)),
        PIF.netmask.to("" if ipv4 is None else str(ipv4.netmask)),
        PIF.gateway.to(facts.gateway),
        PIF.management.to(bool(facts.gateway)),
        PIF.DNS.to(",".join(facts.dns)),
        PIF.IPv6.to(tuple(str(each) for each in facts.addresses if each.version == 6)),
        PIF.ipv6_gateway.to(facts.gateway6),
    )
    draft.update(
        draft.get(PIF, pif).metrics,
        PIF_metrics.carrier.to(facts.carrier),
        PIF_metrics.speed.to(facts.speed),
        PIF_metrics.duplex.to(facts.full_duplex),
        PIF_metrics.vendor_id.to(facts.vendor_id),
        PIF_metrics.vendor_name.to(facts.vendor_name),
        PIF_metrics.device_id.to(facts.device_id),
        PIF_metrics.device_name.to(facts.device_name),
        PIF_metrics.pci_bus_path.to(facts.pci_bus_path),
        PIF_metrics.last_updated.to(now),
    )
