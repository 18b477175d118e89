"""Write a bootable disk into a plain file: no mount, no loop device, no privileges.

The disk has a classic partition table: a FAT partition (type EF, active) from which BIOS and UEFI both boot the same
kernel and archive, and an ext4 partition that keeps what the guest writes.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cenote.base.command import CommandError, run
from cenote.setup.tinylinux.errors import BuildError
from cenote.setup.tinylinux.tool import PROGRAMS, tool

SECTOR = 512
MIB = 1 << 20
CLUSTER = 8192  # bytes: large enough to be read fast, small enough that the partition is FAT16 and not FAT12
LINUX, EFI_SYSTEM = 0x83, 0xEF
ACTIVE = 0x80
SIGNATURE = 0x43454E4F  # the disk's number in its boot record: "CENO"
DATA_LABEL = "cenote-data"  # the guest looks for it (guest/sbin/disks)


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition: first byte and length in bytes, type as in the partition table."""

    start: int
    size: int
    kind: int
    active: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything lies on a disk of ``size`` bytes."""

    size: int
    boot: Partition
    data: Partition


def plan(content: int, data: int = 64 * MIB) -> Layout:
    """The layout for boot files of ``content`` bytes in all and ``data`` bytes for the guest to keep.

    All lies on whole MiB; the boot partition has an eighth to spare and never fewer than the 4085 clusters of FAT16.
    """
    boot = max(_whole(content + content // 8), _whole(4200 * CLUSTER))
    return Layout(
        size=MIB + boot + data,
        boot=Partition(MIB, boot, EFI_SYSTEM, active=True),
        data=Partition(MIB + boot, data, LINUX),
    )


def _whole(size: int) -> int:
    return -(-size // MIB) * MIB


def record(loader: bytes, layout: Layout, signature: int) -> bytes:
    """The master boot record: BIOS start code, disk signature and the two partitions.

    ``loader`` has at most 440 bytes. Cylinders and heads are not given (all ones): every BIOS since 1995 reads sectors.
    """
    if len(loader) > 440:
        raise ValueError(f"the start code has {len(loader)} bytes; there is room for 440")
    entries = b"".join(_entry(partition) for partition in (layout.boot, layout.data))
    return loader.ljust(440, b"\0") + struct.pack("<IH", signature, 0) + entries.ljust(64, b"\0") + b"\x55\xaa"


def _entry(partition: Partition) -> bytes:
    nowhere = b"\xfe\xff\xff"
    flag = ACTIVE if partition.active else 0
    place = struct.pack("<II", partition.start // SECTOR, partition.size // SECTOR)
    return bytes([flag]) + nowhere + bytes([partition.kind]) + nowhere + place


def write(image: Path, layout: Layout, files: Mapping[str, bytes], syslinux: Path, loader: bytes) -> None:
    """Make the raw disk ``image``: partitions, the boot ``files`` (path -> content), the BIOS loader, an empty ext4.

    ``syslinux`` is that program, ``loader`` its start code for the boot record. Raises :class:`BuildError`.
    """
    with image.open("wb") as out:
        out.write(record(loader, layout, SIGNATURE))
        out.truncate(layout.size)
    _write_boot(image, layout.boot, files)
    _run(syslinux, "-t", layout.boot.start, "--directory", "syslinux", "--install", image)
    options = f"offset={layout.data.start},root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0"
    size = f"{layout.data.size // 1024}k"
    _run(tool("mke2fs"), "-q", "-F", "-t", "ext4", "-m", 0, "-L", DATA_LABEL, "-E", options, image, size)


def _write_boot(image: Path, partition: Partition, files: Mapping[str, bytes]) -> None:
    where = ("-i", f"{image}@@{partition.start}")
    place = ("-H", partition.start // SECTOR, "-T", partition.size // SECTOR)
    shape = ("-c", CLUSTER // SECTOR, "-h", 64, "-s", 32)
    _run(tool("mformat"), *where, "-v", "CENOTE", *place, *shape, "::")
    folders = {str(parent) for path in files for parent in Path(path).parents} - {"."}
    _run(tool("mmd"), *where, *(f"::{folder}" for folder in sorted(folders)))
    for path, content in files.items():
        member = image.with_suffix(".member")
        member.write_bytes(content)
        _run(tool("mcopy"), *where, member, f"::{path}")
        member.unlink()


def compress(source: Path, target: Path) -> None:
    """Compress the archive with zstd: on virtio no slower than no compression, on emulated IDE much faster."""
    _run(tool("zstd"), "-q", "-19", "-f", source, "-o", target)


def pack(raw: Path, image: Path) -> None:
    """Store the raw disk as a compressed qcow2 file: it is unpacked at the host's speed, not at the guest's."""
    _run(tool("qemu-img"), "convert", "-f", "raw", "-O", "qcow2", "-c", raw, image)


def _run(program: Path, *words: str | Path | int) -> None:
    try:
        run([program, *(str(word) for word in words)], timeout=300)
    except CommandError as error:
        package = PROGRAMS.get(program.name, program.name)
        raise BuildError(str(error), f"see that the disk has room and that {package} is whole") from error
