"""The TCP ports on which a process listens, from what the kernel tells about its sockets (proc(5), net/tcp)."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LISTENING = "0A"  # TCP_LISTEN in the kernel's tcp_states.h


@dataclass(frozen=True, slots=True)
class Listener:
    """An address on which somebody listens."""

    address: str
    port: int


def listeners(pid: int) -> list[Listener]:
    """Where the process listens, by port. Empty where its sockets can't be seen."""
    folder = Path(f"/proc/{pid}")
    try:
        owned = set(_open_files(folder / "fd"))
        lines = [*_lines(folder / "net/tcp"), *_lines(folder / "net/tcp6")]
    except (FileNotFoundError, PermissionError):
        return []
    found = {listener for inode, listener in map(parse, lines) if listener and f"socket:[{inode}]" in owned}
    return sorted(found, key=lambda each: each.port)


def parse(line: str) -> tuple[str, Listener | None]:
    """A line of net/tcp or net/tcp6: the socket's inode, and where it listens if it does."""
    fields = line.split()
    if fields[3] != _LISTENING:
        return fields[9], None
    address, _, port = fields[1].partition(":")
    return fields[9], Listener(_address(address), int(port, 16))


def _address(text: str) -> str:
    """The kernel prints an address as words of 32 bits in the machine's own order."""
    words = [int(text[at : at + 8], 16) for at in range(0, len(text), 8)]
    packed = struct.pack(f"={len(words)}I", *words)
    return socket.inet_ntop(socket.AF_INET if len(words) == 1 else socket.AF_INET6, packed)


def _open_files(folder: Path) -> Iterator[str]:
    for each in folder.iterdir():
        try:
            yield str(each.readlink())
        except FileNotFoundError:
            continue  # closed meanwhile


def _lines(path: Path) -> Iterator[str]:
    yield from path.read_text(encoding="ascii").splitlines()[1:]
