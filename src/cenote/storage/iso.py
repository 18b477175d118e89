"""Type ``iso``: the ``*.iso`` files of a local directory, as read-only raw disks. Nothing in it is ever changed.

A volume's uuid is derived from the repository's and the file's name, so it is the same after every scan. A link that
leads out of the directory is passed over: whoever may put files there must not reach the host's others.
"""

import logging
import threading
from pathlib import Path
from uuid import UUID, uuid5

from cenote.storage.contract import (
    DiskSource,
    DriverFacts,
    Feature,
    Format,
    Kind,
    RepositoryFacts,
    RepositorySpec,
    VolumeFacts,
)
from cenote.storage.directory import Directory
from cenote.storage.driver import Driver
from cenote.storage.errors import RepositoryUnavailable, VolumeInUse, VolumeReadOnly, VolumeUnknown
from cenote.storage.file import location
from cenote.storage.files import Files
from cenote.storage.holders import Holders
from cenote.storage.qemuimg import raw

log = logging.getLogger(__name__)

_BLOCK = 512  # bytes in a unit of st_blocks (stat(2))

ABOUT = DriverFacts(
    type="iso",
    name="ISO library",
    description="CD and DVD images in a directory of this host",
    features=frozenset({Feature.VDI_ATTACH, Feature.VDI_DETACH}),
    configuration={"location": "absolute path of the directory; its parent must exist"},
    formats=(Format.RAW,),
)


class IsoRepository(Driver, about=ABOUT):
    """ISO files in a directory. Who uses them is not remembered over a restart: nothing here depends on it."""

    def __init__(self, spec: RepositorySpec) -> None:
        super().__init__(spec)
        self._path = location(spec)
        self._directory = Directory(spec.uuid, self._path, Files())
        self._lock = threading.RLock()
        self._attached = False
        self._uses = Holders(boot="")

    def create(self) -> None:
        """Make the directory, or take one as it is: files in it are its volumes."""
        with self._directory.guarded():
            self._path.mkdir(mode=0o755, exist_ok=True)

    def attach(self) -> None:
        """See that the directory can be read."""
        self._files()
        with self._lock:
            self._attached = True

    def detach(self) -> None:
        """Let go of it."""
        with self._lock:
            if self._uses.uses:
                volume = min(self._uses.uses)
                raise VolumeInUse(volume, self.holders(volume))
            self._attached = False

    def destroy(self) -> None:
        """Leave the files alone: they were not made here."""
        if self._attached:
            raise RepositoryUnavailable(self.spec.uuid, "it is attached; detach it first")

    def scan(self) -> tuple[VolumeFacts, ...]:
        """Every ISO file."""
        return tuple(self._facts(uuid, path) for uuid, path in sorted(self._usable().items()))

    def facts(self) -> RepositoryFacts:
        """The file system's sizes, and the sum of the files'."""
        promised = sum(volume.virtual_size for volume in self.scan())
        size, used, _ = self._directory.room()
        return RepositoryFacts(size, used, promised)

    def volume(self, uuid: str) -> VolumeFacts:
        """One ISO file."""
        return self._facts(uuid, self._file(uuid))

    def attach_volume(self, uuid: str, holder: str, *, read_only: bool = False) -> DiskSource:
        """The file, to read."""
        path = self._file(uuid)
        if not read_only:
            raise VolumeReadOnly(uuid)
        with self._lock:
            self._uses.take(uuid, holder, write=False)
        return raw(path)

    def detach_volume(self, uuid: str, holder: str) -> None:
        """Forget the use."""
        with self._lock:
            self._uses.drop(uuid, holder)

    def holders(self, uuid: str) -> tuple[str, ...]:
        """Who has it attached."""
        with self._lock:
            return self._uses.of(uuid)

    def _usable(self) -> dict[str, Path]:
        if not self._attached:
            raise RepositoryUnavailable(self.spec.uuid, "it is not attached")
        return self._files()

    def _files(self) -> dict[str, Path]:
        with self._directory.guarded():
            home = self._path.resolve(strict=True)
            found = [path for path in self._path.iterdir() if path.suffix.lower() == ".iso"]
            return {self._uuid(path.name): path for path in found if self._inside(path, home)}

    def _inside(self, path: Path, home: Path) -> bool:
        target = path.resolve()
        if not target.is_relative_to(home):
            log.warning("%s leads out of its directory; passed over", path)
            return False
        return target.is_file()

    def _file(self, uuid: str) -> Path:
        files = self._usable()
        if uuid not in files:
            raise VolumeUnknown(uuid)
        return files[uuid]

    def _uuid(self, name: str) -> str:
        return str(uuid5(UUID(self.spec.uuid), name))

    def _facts(self, uuid: str, path: Path) -> VolumeFacts:
        with self._directory.guarded(uuid):
            now = path.stat()
        return VolumeFacts(uuid, now.st_size, now.st_blocks * _BLOCK, Kind.ISO, read_only=True, name=path.name)
