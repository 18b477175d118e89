"""What is: plain frozen values that a driver reports."""

from dataclasses import dataclass
from enum import Enum

from cenote.compute.spec import DiskKind


class Power(Enum):
    """The power state of a domain that exists."""

    RUNNING = "running"
    PAUSED = "paused"
    SHUTTING_DOWN = "shutting down"
    SHUT_OFF = "shut off"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class DiskState:
    """One drive of a running guest: the path of its image, None when it is empty."""

    index: int
    kind: DiskKind
    source: str | None


@dataclass(frozen=True, slots=True)
class NicState:
    """One network card of a running guest; ``tap`` is the host's interface, None when it has none."""

    index: int
    mac: str
    tap: str | None


@dataclass(frozen=True, slots=True)
class DomainState:
    """A domain as the hypervisor sees it now.

    ``memory`` (bytes) is what the guest has, ``domid`` its running number.
    """

    uuid: str
    name: str
    domid: int
    power: Power
    vcpus: int
    memory: int
    memory_max: int
    vnc: bool
    agent: bool
    disks: tuple[DiskState, ...] = ()
    nics: tuple[NicState, ...] = ()


@dataclass(frozen=True, slots=True)
class GuestInterface:
    """A network interface inside the guest. ``mac`` is lower case; addresses carry no prefix length."""

    name: str
    mac: str
    ipv4: tuple[str, ...] = ()
    ipv6: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GuestFacts:
    """What the guest's agent says.

    Where it said nothing texts are empty and ``time`` (seconds since the epoch) is None.
    """

    os_id: str = ""
    os_name: str = ""
    os_version: str = ""
    kernel: str = ""
    hostname: str = ""
    interfaces: tuple[GuestInterface, ...] = ()
    agent_version: str = ""
    time: float | None = None


@dataclass(frozen=True, slots=True)
class HypervisorFacts:
    """The host as its hypervisor sees it. ``memory_total`` and ``memory_free`` are bytes, ``cpu_mhz`` a frequency.

    ``driver`` is "kvm", "qemu" (emulation) or "xen"; ``description`` says in one line what runs guests here and why.
    """

    driver: str
    uri: str
    description: str
    libvirt_version: str
    hypervisor_version: str
    cpu_count: int
    cpu_sockets: int
    cpu_cores: int
    cpu_threads: int
    cpu_vendor: str
    cpu_model: str
    cpu_family: int
    cpu_model_number: int
    cpu_stepping: int
    cpu_mhz: float
    cpu_flags: tuple[str, ...]
    memory_total: int
    memory_free: int
    uefi: bool
    secure_boot: bool
    hvm: bool
    max_disks: int
    max_nics: int
