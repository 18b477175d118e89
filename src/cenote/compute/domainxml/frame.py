"""The parts of a domain that are the same under every hypervisor: identity, memory, processors, clock, endings."""

import re
import unicodedata

from cenote.compute.domainxml.domain import Domain, OnExit
from cenote.compute.errors import Unsupported
from cenote.compute.spec import DiskKind, DomainSpec, ExitAction

KIB = 1024
BOOT_LETTERS = {"a": DiskKind.FLOPPY, "c": DiskKind.DISK, "d": DiskKind.CDROM}
CAP_PERIOD = 100_000  # microseconds; libvirt's default

ENDINGS = {
    ExitAction.DESTROY: OnExit.DESTROY,
    ExitAction.RESTART: OnExit.RESTART,
    ExitAction.PRESERVE: OnExit.PRESERVE,
}


def domain_name(spec: DomainSpec) -> str:
    """libvirt's name of the guest: readable, unique on the host, and safe as a file name."""
    plain = unicodedata.normalize("NFKD", spec.name).encode("ascii", "ignore").decode()
    label = re.sub(r"[^A-Za-z0-9._+-]+", "-", plain).strip("-.")[:40]
    return f"{label or 'vm'}-{spec.uuid[:8]}"


def framed(spec: DomainSpec) -> Domain:
    """A domain without devices."""
    domain = Domain()
    domain.name = domain_name(spec)
    domain.uuid = spec.uuid
    domain.title = " ".join(spec.name.split()) or None
    domain.owner = spec.uuid
    domain.memory_unit = domain.memory_now_unit = "KiB"
    domain.memory = spec.memory_static_max // KIB
    domain.memory_now = min(spec.memory_target, spec.memory_static_max) // KIB
    processors(domain, spec)
    domain.clock, domain.clock_basis = "variable", "utc"
    domain.clock_adjustment = spec.platform.time_offset
    domain.on_poweroff = OnExit.DESTROY
    domain.on_reboot = ENDINGS[spec.on_reboot]
    domain.on_crash = ENDINGS[spec.on_crash]
    if spec.direct_boot is not None:
        domain.kernel = spec.direct_boot.kernel
        domain.ramdisk = spec.direct_boot.ramdisk
        domain.arguments = spec.direct_boot.arguments or None
    return domain


def processors(domain: Domain, spec: DomainSpec) -> None:
    """How many processors, in how many sockets, and their share of the host's.

    The published weight is 256 for an ordinary guest and libvirt's shares are 1024: four to one.
    """
    cores = spec.platform.cores_per_socket or 1
    if spec.vcpus_max % cores:
        raise Unsupported("cores-per-socket", f"{spec.vcpus_max} processors do not divide into sockets of {cores}")
    domain.vcpu_placement = "static"
    domain.vcpus = spec.vcpus_max
    domain.vcpus_now = spec.vcpus if spec.vcpus < spec.vcpus_max else None
    domain.sockets, domain.cores, domain.threads = spec.vcpus_max // cores, cores, 1
    if spec.cpu_weight is not None:
        domain.shares = spec.cpu_weight * 4
    if spec.cpu_cap:
        domain.period, domain.quota = CAP_PERIOD, spec.cpu_cap * CAP_PERIOD // 100


def letters(index: int) -> str:
    """The letters of a disk's name: 0 is a, 25 is z, 26 is aa."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def boot_ranks(spec: DomainSpec) -> tuple[dict[int, int], dict[int, int]]:
    """Which place in the boot order each disk and each network card has, by index; 1 is first."""
    if spec.direct_boot is not None:
        return {}, {}
    disks: dict[int, int] = {}
    nics: dict[int, int] = {}
    for letter in dict.fromkeys(spec.boot_order.lower()):
        for disk in sorted(spec.disks, key=lambda disk: disk.index):
            if BOOT_LETTERS.get(letter) is disk.kind:
                disks[disk.index] = len(disks) + len(nics) + 1
        for nic in sorted(spec.nics, key=lambda nic: nic.index):
            if letter == "n":
                nics[nic.index] = len(disks) + len(nics) + 1
    return disks, nics
