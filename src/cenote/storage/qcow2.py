"""Read the header of a qcow2 file: enough to scan a directory without running a program for each file.

The layout is QEMU's published one (docs/interop/qcow2.rst in its source): big-endian, magic ``QFI`` 0xfb.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAGIC = b"QFI\xfb"
_FIXED = struct.Struct(">4sIQIIQIIQQIIQ")  # the 72 bytes of version 2, which version 3 begins with too
_INCOMPATIBLE = struct.Struct(">Q")
_CORRUPT = 1 << 1
_EXTERNAL_DATA = 1 << 2
_LONGEST_NAME = 1023  # bytes of a backing file's name, by the format
_LARGEST_L1 = 32 * 2**20  # bytes; QEMU refuses larger tables


class NotQcow2(ValueError):
    """The bytes are not a qcow2 header that can be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a qcow2 file says about itself; ``virtual_size`` in bytes, the table's place and length in bytes too."""

    version: int
    virtual_size: int
    backing: str | None
    corrupt: bool
    external_data: bool
    table_offset: int
    table_length: int


def parse(start: bytes) -> Header:
    """The header from the first 64 KiB (at most) of a file. Raises :class:`NotQcow2`."""
    if len(start) < _FIXED.size or not start.startswith(MAGIC):
        raise NotQcow2("not a qcow2 file")
    _, version, name_at, name_length, _, size, crypt, entries, table_at, _, _, _, _ = _FIXED.unpack_from(start)
    if version not in {2, 3}:
        raise NotQcow2(f"qcow2 version {version} is unknown")
    if crypt:
        raise NotQcow2("encrypted")
    features = _INCOMPATIBLE.unpack_from(start, _FIXED.size)[0] if version == 3 and len(start) >= 80 else 0
    if name_at and (name_length > _LONGEST_NAME or name_at + name_length > len(start)):
        raise NotQcow2("the name of the backing file lies outside the header")
    if entries * 8 > _LARGEST_L1:
        raise NotQcow2("the cluster table is too large")
    backing = start[name_at : name_at + name_length].decode(errors="replace") if name_at else None
    return Header(
        version=version,
        virtual_size=size,
        backing=backing,
        corrupt=bool(features & _CORRUPT),
        external_data=bool(features & _EXTERNAL_DATA),
        table_offset=table_at,
        table_length=entries * 8,
    )


def read(path: Path) -> Header:
    """The header of the file. Raises :class:`NotQcow2` or ``OSError``."""
    with path.open("rb") as file:
        return parse(file.read(65536))


def unwritten(path: Path) -> bool:
    """Nothing was ever written to this layer: no entry of its cluster table is used. ``OSError``, :class:`NotQcow2`."""
    with path.open("rb") as file:
        header = parse(file.read(65536))
        return not any(_table(file, header))


def _table(file: BinaryIO, header: Header) -> bytes:
    file.seek(header.table_offset)
    return file.read(header.table_length)
