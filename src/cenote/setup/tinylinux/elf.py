"""Read from an ELF file what it needs: a program's shared libraries, a kernel module's dependencies and aliases.

Only 64-bit little-endian files, which is what amd64 has. Format: System V ABI, chapters 4 and 5.
"""

import struct

DYNAMIC = 6  # SHT_DYNAMIC
NEEDED = 1  # DT_NEEDED


class NotElfError(Exception):
    """The file is not a 64-bit little-endian ELF file."""


def needed(data: bytes) -> tuple[str, ...]:
    """The sonames that a program or library asks the dynamic linker for; none for a static program."""
    for kind, offset, size, linked in _sections(data).values():
        if kind == DYNAMIC:
            return _needed_names(data, data[offset : offset + size], _by_index(data, linked))
    return ()


def module_information(data: bytes) -> dict[str, tuple[str, ...]]:
    """A kernel module's ``.modinfo`` section: key -> values, in order (``depends``, ``alias``, ``name`` ...)."""
    found: dict[str, list[str]] = {}
    section = _sections(data).get(".modinfo")
    if section is None:
        return {}
    _, offset, size, _ = section
    for item in data[offset : offset + size].split(b"\0"):
        key, separator, value = item.decode(errors="replace").partition("=")
        if separator:
            found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def _headers(data: bytes) -> list[tuple[int, ...]]:
    if data[:6] != b"\x7fELF\x02\x01":
        raise NotElfError("not a 64-bit little-endian ELF file")
    (table,) = struct.unpack_from("<Q", data, 0x28)
    each, count, names = struct.unpack_from("<HHH", data, 0x3A)
    headers = [struct.unpack_from("<IIQQQQIIQQ", data, table + each * number) for number in range(count)]
    return [*headers, (names,)]


def _sections(data: bytes) -> dict[str, tuple[int, int, int, int]]:
    """Section name -> type, offset, size, linked section."""
    *headers, (names,) = _headers(data)
    base = headers[names][4]
    return {_text(data, base + header[0]): (header[1], header[4], header[5], header[6]) for header in headers}


def _by_index(data: bytes, index: int) -> int:
    return _headers(data)[index][4]


def _needed_names(data: bytes, dynamic: bytes, strings: int) -> tuple[str, ...]:
    pairs = struct.iter_unpack("<QQ", dynamic[: len(dynamic) // 16 * 16])
    return tuple(_text(data, strings + value) for tag, value in pairs if tag == NEEDED)


def _text(data: bytes, start: int) -> str:
    return data[start : data.index(b"\0", start)].decode()
