"""A live domain's XML as a state."""

import libvirt

from cenote.compute.domainxml.card import ALIAS as NIC_ALIAS
from cenote.compute.domainxml.devices import ChannelState
from cenote.compute.domainxml.disk import Disk
from cenote.compute.domainxml.domain import Domain
from cenote.compute.domainxml.drive import ALIAS as DISK_ALIAS
from cenote.compute.domainxml.drive import DEVICES
from cenote.compute.domainxml.frame import KIB
from cenote.compute.domainxml.interface import Interface
from cenote.compute.facts import DiskState, DomainState, NicState, Power
from cenote.compute.spec import DomainSpec

KINDS = {device: kind for kind, device in DEVICES.items()}
POWERS = {
    libvirt.VIR_DOMAIN_RUNNING: Power.RUNNING,
    libvirt.VIR_DOMAIN_BLOCKED: Power.RUNNING,
    libvirt.VIR_DOMAIN_PAUSED: Power.PAUSED,
    libvirt.VIR_DOMAIN_PMSUSPENDED: Power.PAUSED,
    libvirt.VIR_DOMAIN_SHUTDOWN: Power.SHUTTING_DOWN,
    libvirt.VIR_DOMAIN_CRASHED: Power.CRASHED,
}


def domain_state(domain: Domain, power: Power) -> DomainState:
    """The state that the live document ``domain`` shows."""
    vcpus, memory = domain.vcpus or 0, domain.memory or 0
    return DomainState(
        uuid=domain.uuid or "",
        name=domain.name or "",
        domid=-1 if domain.id is None else domain.id,
        power=power,
        vcpus=domain.vcpus_now or vcpus,
        memory=(domain.memory_now or memory) * KIB,
        memory_max=memory * KIB,
        vnc=bool(domain.graphics),
        agent=any(channel.state is ChannelState.CONNECTED for channel in domain.channels),
        disks=tuple(disk_state(disk) for disk in domain.disks if index_of(disk.alias, DISK_ALIAS) is not None),
        nics=tuple(nic_state(card) for card in domain.interfaces if index_of(card.alias, NIC_ALIAS) is not None),
    )


def fresh_state(spec: DomainSpec, name: str, domid: int, *, paused: bool) -> DomainState:
    """The state of a guest that was started just now, known without asking."""
    return DomainState(
        uuid=spec.uuid,
        name=name,
        domid=domid,
        power=Power.PAUSED if paused else Power.RUNNING,
        vcpus=spec.vcpus,
        memory=spec.memory_static_max,
        memory_max=spec.memory_static_max,
        vnc=spec.vnc,
        agent=False,
        disks=tuple(DiskState(disk.index, disk.kind, disk.source) for disk in spec.disks),
        nics=tuple(NicState(nic.index, nic.mac.lower(), None) for nic in spec.nics),
    )


def index_of(alias: str | None, prefix: str) -> int | None:
    """The index in an alias of Cenote's, None for the others."""
    number = (alias or "").removeprefix(prefix)
    return int(number) if number != alias and number.isdecimal() else None


def disk_state(disk: Disk) -> DiskState:
    """A drive as it is."""
    return DiskState(index_of(disk.alias, DISK_ALIAS) or 0, KINDS[disk.device or next(iter(KINDS))], disk.source)


def nic_state(card: Interface) -> NicState:
    """A network card as it is."""
    return NicState(index_of(card.alias, NIC_ALIAS) or 0, card.mac or "", card.tap)


def find_disk(domain: Domain, index: int) -> Disk | None:
    """The drive ``index``, None when there is none."""
    return next((disk for disk in domain.disks if disk.alias == f"{DISK_ALIAS}{index}"), None)


def find_nic(domain: Domain, index: int) -> Interface | None:
    """The network card ``index``, None when there is none."""
    return next((card for card in domain.interfaces if card.alias == f"{NIC_ALIAS}{index}"), None)
