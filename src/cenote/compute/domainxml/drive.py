"""How QEMU gets a drive: its bus, its name and its place follow from its kind and index, for good."""

import stat
from pathlib import Path

from cenote.compute.domainxml.address import Address, drive, pci
from cenote.compute.domainxml.disk import Discard, Disk, DiskBus, DiskDevice, SourceType
from cenote.compute.domainxml.frame import letters
from cenote.compute.errors import Unsupported
from cenote.compute.spec import Cache, DiskKind, DiskSpec, Machine

MAX_DISKS = 16
ALIAS = "ua-disk-"
FIRST_SLOT = 0x08  # on a PC's one PCI bus: 0x02 is the screen, 0x03 to 0x07 are libvirt's to give away
FIRST_PORT = 5  # on a Q35: the root port of disk 0; those before are libvirt's to give away
DRIVES = {Machine.PC: (DiskBus.IDE, "hd", 4), Machine.Q35: (DiskBus.SATA, "sd", 6)}

DEVICES = {
    DiskKind.DISK: DiskDevice.DISK,
    DiskKind.CDROM: DiskDevice.CDROM,
    DiskKind.FLOPPY: DiskDevice.FLOPPY,
}


def place(machine: Machine, index: int) -> Address:
    """The PCI place of the disk ``index``. Raises `Unsupported` beyond the last."""
    if not 0 <= index < MAX_DISKS:
        raise Unsupported(f"disk {index}", f"a guest takes disks 0 to {MAX_DISKS - 1}")
    return pci(0, FIRST_SLOT + index) if machine is Machine.PC else pci(FIRST_PORT + index, 0)


def source_type(path: str | None) -> SourceType:
    """Whether ``path`` is a block device; what is not there counts as a file."""
    try:
        block = path is not None and stat.S_ISBLK(Path(path).stat().st_mode)
    except OSError:
        block = False
    return SourceType.BLOCK if block else SourceType.FILE


def image(spec: DiskSpec) -> Disk:
    """What all drives have in common: the image and how it is cached."""
    disk = Disk()
    disk.device = DEVICES[spec.kind]
    disk.driver, disk.format, disk.cache = "qemu", spec.format.value, spec.cache.value
    disk.discard = Discard.UNMAP if spec.discard and spec.kind is DiskKind.DISK else None
    disk.point(source_type(spec.source), spec.source)
    disk.read_only = spec.read_only or spec.kind is DiskKind.CDROM
    disk.shareable = spec.shareable
    if spec.shareable:
        disk.cache = Cache.NONE.value
    disk.serial = spec.serial
    disk.alias = f"{ALIAS}{spec.index}"
    return disk


def exchange(disk: Disk, source: str | None, format_: str | None) -> None:
    """Give a live drive another image, None for no image: what libvirt noted about the old one goes with it."""
    disk.has_source = disk.has_backing = False
    disk.point(source_type(source), source)
    disk.format = format_ or disk.format


def hard_disk(spec: DiskSpec, machine: Machine) -> Disk:
    """A disk on a PCI place of its own, which can be plugged and unplugged. Raises `Unsupported` without an image."""
    if spec.source is None:
        raise Unsupported(f"disk {spec.index}", "only a drive with removable media can be empty")
    disk = image(spec)
    disk.bus, disk.target = DiskBus.VIRTIO, f"vd{letters(spec.index)}"
    disk.addresses = [place(machine, spec.index)]
    return disk


def removable(specs: list[DiskSpec], machine: Machine) -> list[Disk]:
    """The drives with removable media. A cdrom keeps the place of its index while the bus has it, else the next free.

    Raises `Unsupported` when there are more than the bus takes.
    """
    bus, prefix, limit = DRIVES[machine]
    cdroms = [spec for spec in specs if spec.kind is DiskKind.CDROM]
    floppies = [spec for spec in specs if spec.kind is DiskKind.FLOPPY]
    wished = {spec.index for spec in cdroms if spec.index < limit}
    free = [unit for unit in range(limit) if unit not in wished]
    if len(cdroms) > limit or len(floppies) > 2:
        raise Unsupported("removable media", f"a guest takes {limit} CD and 2 floppy drives")
    disks: list[Disk] = []
    for spec in cdroms:
        unit = spec.index if spec.index in wished else free.pop(0)
        disk = image(spec)
        disk.bus, disk.target = bus, f"{prefix}{letters(unit)}"
        disk.addresses = [drive(unit // 2, unit % 2) if machine is Machine.PC else drive(0, unit)]
        disks.append(disk)
    for unit, spec in enumerate(floppies):
        disk = image(spec)
        disk.bus, disk.target = DiskBus.FDC, f"fd{letters(unit)}"
        disk.addresses = [drive(0, unit)]
        disks.append(disk)
    return disks
