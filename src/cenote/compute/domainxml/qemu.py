"""A guest as QEMU gets it."""

from dataclasses import dataclass

from cenote.compute.domainxml import drive
from cenote.compute.domainxml.card import MAX_NICS, network_card
from cenote.compute.domainxml.devices import (
    Balloon,
    Channel,
    CharType,
    Console,
    Controller,
    Graphics,
    Input,
    Panic,
    Rng,
    Serial,
    Video,
)
from cenote.compute.domainxml.disk import Disk
from cenote.compute.domainxml.domain import CpuMode, Domain, DomainType, Timer
from cenote.compute.domainxml.frame import KIB, boot_ranks, framed
from cenote.compute.domainxml.interface import Switch
from cenote.compute.errors import Unsupported
from cenote.compute.firmware import Firmwares
from cenote.compute.spec import DiskKind, DomainSpec, Firmware, Machine, Virtualization

AGENT_CHANNEL = "org.qemu.guest_agent.0"


@dataclass(frozen=True, slots=True)
class QemuHost:
    """What of the host matters to a guest's XML."""

    kvm: bool
    firmwares: Firmwares


def qemu_domain(spec: DomainSpec, host: QemuHost) -> Domain:
    """The domain of ``spec``. Raises `Unsupported` and `FirmwareMissing` for what this host can't give."""
    if spec.virtualization is not Virtualization.HVM:
        raise Unsupported(spec.virtualization.value, "only Xen runs such guests")
    domain = framed(spec)
    domain.type = DomainType.KVM if host.kvm else DomainType.QEMU
    mainboard(domain, spec, host)
    processor(domain, spec, host)
    timers(domain, spec)
    disks, nics = boot_ranks(spec)
    machine = chipset(spec)
    domain.disks = drives(spec, machine, disks)
    domain.interfaces = [network_card(nic, machine, nics.get(nic.index)) for nic in spec.nics]
    domain.controllers = controllers(spec, machine)
    ports(domain, spec)
    screen(domain, spec)
    balloon = Balloon()
    balloon.model = "virtio" if spec.balloon else "none"
    domain.balloons = [balloon]
    if spec.rng:
        rng = Rng()
        rng.model, rng.backend, rng.source = "virtio", "random", "/dev/urandom"
        domain.rngs = [rng]
    panic = Panic()
    panic.model = "isa"
    domain.panics = [panic]
    return domain


def chipset(spec: DomainSpec) -> Machine:
    """The chipset: Secure Boot needs system management mode, which only the Q35 has."""
    return Machine.Q35 if spec.secure_boot else spec.platform.machine


def mainboard(domain: Domain, spec: DomainSpec, host: QemuHost) -> None:
    """The machine, its firmware and its features."""
    domain.os_type, domain.arch, domain.machine = "hvm", "x86_64", chipset(spec).value
    if spec.firmware is Firmware.UEFI:
        firmware = host.firmwares.pick(secure=spec.secure_boot)
        domain.loader, domain.loader_type, domain.loader_read_only = firmware.code, "pflash", True
        domain.loader_secure = True if spec.secure_boot else None
        domain.smm = Switch.ON if spec.secure_boot else None
        domain.nvram, domain.nvram_template = spec.nvram, firmware.variables
    domain.acpi, domain.apic, domain.pae = spec.platform.acpi, spec.platform.apic, spec.platform.pae


def processor(domain: Domain, spec: DomainSpec, host: QemuHost) -> None:
    """The host's processor with KVM, else all that emulation can do. Enlightenments exist with KVM only."""
    domain.cpu = CpuMode.PASSTHROUGH if host.kvm else CpuMode.MAXIMUM
    if not host.kvm:
        return
    domain.cpu_check, domain.cpu_migratable = "none", Switch.ON
    if spec.platform.hyperv:
        domain.hyperv_mode = "custom"
        domain.hyperv_relaxed = domain.hyperv_vapic = domain.hyperv_spinlocks = Switch.ON
        domain.hyperv_retries = 8191


def timers(domain: Domain, spec: DomainSpec) -> None:
    """Clocks that make up for lost ticks, as guests that count them need."""
    rtc, pit, hpet = Timer(), Timer(), Timer()
    rtc.name, rtc.policy = "rtc", "catchup"
    pit.name, pit.policy = "pit", "delay"
    hpet.name, hpet.present = "hpet", spec.platform.hpet
    domain.timers = [rtc, pit, hpet]


def drives(spec: DomainSpec, machine: Machine, boot: dict[int, int]) -> list[Disk]:
    """All drives, by index."""
    ordered = sorted(spec.disks, key=lambda disk: disk.index)
    disks = [drive.hard_disk(disk, machine) for disk in ordered if disk.kind is DiskKind.DISK]
    disks += drive.removable([disk for disk in ordered if disk.kind is not DiskKind.DISK], machine)
    for disk in disks:
        disk.boot = boot.get(int((disk.alias or "").removeprefix(drive.ALIAS)))
    return disks


def controllers(spec: DomainSpec, machine: Machine) -> list[Controller]:
    """No USB unless a pointer needs it (it costs boot time); on a Q35 a root port for each possible disk and card."""
    usb = Controller()
    usb.type, usb.model = "usb", "qemu-xhci" if spec.platform.tablet else "none"
    found = [usb]
    if machine is Machine.Q35:
        root = Controller()
        root.type, root.index, root.model = "pci", 0, "pcie-root"
        found.append(root)
        for index in range(1, drive.FIRST_PORT + drive.MAX_DISKS + MAX_NICS):
            port = Controller()
            port.type, port.index, port.model = "pci", index, "pcie-root-port"
            found.append(port)
    return found


def ports(domain: Domain, spec: DomainSpec) -> None:
    """The serial port and the agent's channel."""
    if spec.serial:
        serial, console = Serial(), Console()
        serial.type, serial.target, serial.port = CharType.PTY, "isa-serial", 0
        serial.log, serial.append = spec.serial_log, "on" if spec.serial_log else None
        console.type, console.target, console.port = CharType.PTY, "serial", 0
        domain.serials, domain.consoles = [serial], [console]
    if spec.agent:
        channel = Channel()
        channel.type, channel.target, channel.name = CharType.UNIX, "virtio", AGENT_CHANNEL
        domain.channels = [channel]


def screen(domain: Domain, spec: DomainSpec) -> None:
    """The screen, reachable only through the driver: no port listens. Without VNC there is no adapter either."""
    video = Video()
    video.model = "none"
    if spec.vnc:
        graphics = Graphics()
        graphics.type, graphics.listen = "vnc", "none"
        domain.graphics = [graphics]
        video.model, video.memory, video.heads = "vga", spec.platform.video_memory // KIB, 1
    if spec.platform.tablet:
        tablet = Input()
        tablet.type, tablet.bus = "tablet", "usb"
        domain.inputs = [tablet]
    domain.videos = [video]
