"""The few changes that drivers make to files, as one object: a test hands in one that stops at any step."""

import os
from pathlib import Path

from cenote.storage import qemuimg

_READ_ONLY = 0o400
_OWNER_ONLY = 0o600


class Files:
    """Changes to files and directories. Each method is one step; it raises ``OSError`` or StorageError."""

    def layer(self, path: Path, size: int, backing: str | None = None) -> None:
        """A new empty qcow2 of ``size`` bytes, on top of ``backing`` beside it, safely on the disk."""
        qemuimg.create(path, size, backing)
        path.chmod(_OWNER_ONLY)
        with path.open("rb") as file:
            os.fsync(file.fileno())

    def hollow(self, path: Path, size: int) -> None:
        """A new file of ``size`` zero bytes that takes no space yet, safely on the disk."""
        with path.open("xb") as file:
            path.chmod(_OWNER_ONLY)
            file.truncate(size)
            os.fsync(file.fileno())

    def link(self, path: Path, other: Path) -> None:
        """A second name for the same file."""
        other.hardlink_to(path)

    def rename(self, path: Path, other: Path) -> None:
        """Rename, replacing what has the other name in one step."""
        path.replace(other)

    def remove(self, path: Path) -> None:
        """Remove a name; none there is success."""
        path.unlink(missing_ok=True)

    def seal(self, path: Path) -> None:
        """Take away the right to write, so that even a hypervisor's mistake can't reach it."""
        path.chmod(_READ_ONLY)

    def unseal(self, path: Path) -> None:
        """Give it back to its owner."""
        path.chmod(_OWNER_ONLY)

    def touch(self, path: Path) -> None:
        """An empty file of that name; there already is success."""
        path.touch(mode=_OWNER_ONLY)

    def write(self, path: Path, text: str) -> None:
        """Replace a small file's content, all or nothing; :meth:`settle` makes it last."""
        part = path.with_name(path.name + ".part")
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)

    def settle(self, directory: Path) -> None:
        """Names added and taken away so far survive a power failure."""
        handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
