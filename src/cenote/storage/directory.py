"""A local directory that holds a repository: its mark, the lock of the process that uses it, its free space.

Inside the directory, ``.cenote/`` holds the driver's own files. The directory is 0711: a hypervisor's user can reach a
disk whose name it was told, and list nothing. Every directory above it must let that user through as well.
"""

import errno
import fcntl
import json
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from cenote.storage import holders as kept
from cenote.storage.errors import NoSpace, RepositoryBusy, RepositoryNotEmpty, RepositoryUnavailable, VolumeUnknown
from cenote.storage.files import Files

_FORMAT = 1  # of the mark and the names beside it; a greater one is from a later release and is left alone
_IGNORED = frozenset({"lost+found"})  # ext4 makes it in every new file system
_BOOT = Path("/proc/sys/kernel/random/boot_id")  # proc(5): changes at every start of the machine


class Directory:
    """The place of one repository. Not safe for threads by itself: the driver's lock guards it."""

    def __init__(self, uuid: str, path: Path, files: Files) -> None:
        self.uuid = uuid
        self.path = path
        self._own = path / ".cenote"
        self._mark = self._own / "repository.json"
        self._uses = self._own / "attached"
        self._files = files
        self._handle: int | None = None

    @property
    def attached(self) -> bool:
        """This object holds the lock."""
        return self._handle is not None

    def prepare(self) -> None:
        """Make the directory (its parent must exist) and mark it. ``RepositoryNotEmpty``, ``RepositoryUnavailable``."""
        with self.guarded():
            self.path.mkdir(mode=0o711, exist_ok=True)
            found = sorted(entry.name for entry in self.path.iterdir() if entry.name not in _IGNORED)
            if found:
                raise RepositoryNotEmpty(self.uuid, tuple(found[:10]))
            self.path.chmod(0o711)
            self._own.mkdir(mode=0o700)
            self._files.write(self._mark, json.dumps({"uuid": self.uuid, "format": _FORMAT}))
            self._files.settle(self._own)
            self._files.settle(self.path)

    def verify(self) -> None:
        """The mark is there and is this repository's: an unmounted directory never passes for an empty one."""
        try:
            mark = json.loads(self._mark.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise RepositoryUnavailable(self.uuid, f"{self.path} holds no repository") from error
        except (OSError, ValueError) as error:
            raise RepositoryUnavailable(self.uuid, f"{self._mark}: {error}") from error
        if mark.get("uuid") != self.uuid:
            raise RepositoryUnavailable(self.uuid, f"{self.path} belongs to repository {mark.get('uuid')}")
        if mark.get("format") != _FORMAT:
            raise RepositoryUnavailable(self.uuid, f"{self.path} has format {mark.get('format')}, this is {_FORMAT}")

    def lock(self) -> None:
        """Hold the directory for this process until :meth:`unlock` or the process's end. ``RepositoryBusy``."""
        path = self._own / "lock"
        with self.guarded():
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                os.close(handle)
                raise RepositoryBusy(self.uuid, str(path)) from error
            self._handle = handle

    def unlock(self) -> None:
        """Let go; not held is success."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def clear(self) -> None:
        """Remove the driver's own files; the empty directory stays, it may be a mount point."""
        with self.guarded():
            if self._uses.is_dir():
                shutil.rmtree(self._uses)
            for entry in sorted(self._own.iterdir(), key=lambda entry: entry == self._mark):
                entry.unlink()
            self._own.rmdir()

    def holders(self) -> kept.Holders:
        """Who uses what, in this run of the machine."""
        boot = _BOOT.read_text(encoding="ascii").strip()
        with self.guarded():
            here = self._uses / boot
            return kept.read(boot, (one.name for one in here.iterdir()) if here.is_dir() else ())

    def open_uses(self) -> None:
        """Begin to remember uses; those of the machine's earlier runs are over."""
        boot = _BOOT.read_text(encoding="ascii").strip()
        with self.guarded():
            (self._uses / boot).mkdir(mode=0o700, parents=True, exist_ok=True)
            for other in self._uses.iterdir():
                if other.name != boot:
                    shutil.rmtree(other)

    def take(self, volume: str, holder: str, *, write: bool) -> None:
        """Remember a use. ``VolumeInUse``."""
        uses = self.holders()
        uses.take(volume, holder, write=write)
        with self.guarded():
            self._files.touch(self._uses / uses.boot / kept.entry(volume, holder, write=write))

    def drop(self, volume: str, holder: str) -> None:
        """Forget a use; none there is success."""
        boot = self.holders().boot
        with self.guarded():
            for write in (True, False):
                self._files.remove(self._uses / boot / kept.entry(volume, holder, write=write))

    def room(self) -> tuple[int, int, int]:
        """Bytes of the file system: all, used, and free for us."""
        with self.guarded():
            now = os.statvfs(self.path)
        return now.f_blocks * now.f_frsize, (now.f_blocks - now.f_bfree) * now.f_frsize, now.f_bavail * now.f_frsize

    @contextmanager
    def guarded(self, volume: str | None = None) -> Generator[None]:
        """Turn ``OSError`` into ``NoSpace``, into ``VolumeUnknown`` for a ``volume`` that vanished, or into
        ``RepositoryUnavailable``."""
        try:
            yield
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise NoSpace(0, self._free()) from error
            if volume is not None and isinstance(error, FileNotFoundError) and self._mark.exists():
                raise VolumeUnknown(volume) from error
            raise RepositoryUnavailable(self.uuid, str(error)) from error

    def _free(self) -> int:
        now = os.statvfs(self.path)
        return now.f_bavail * now.f_frsize
