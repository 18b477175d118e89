"""Type ``file``: thin disks as qcow2 files in one local directory.

A clone never copies: the disk's file becomes a hidden base, and the disk and its clone become empty layers on it. Each
change is made under ``*.part`` names and takes effect by one rename, so every interruption leaves all disks readable.

Files are 0600 and owned by whoever runs the daemon, in a directory of 0711. libvirt's DAC driver (with
``dynamic_ownership``, its default) gives them to the hypervisor's user when a guest starts. Bases and
snapshots are 0400.
"""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from cenote.base.undo import Undo
from cenote.storage import qcow2, qemuimg, tree
from cenote.storage.contract import (
    MAXIMUM_SIZE,
    Cancel,
    DiskSource,
    DriverFacts,
    Feature,
    Format,
    Kind,
    Progress,
    RepositoryFacts,
    RepositorySpec,
    VolumeFacts,
    unstoppable,
    unwatched,
)
from cenote.storage.directory import Directory
from cenote.storage.driver import Driver, checked_uuid, whole_sectors
from cenote.storage.errors import (
    ConfigInvalid,
    ImageBroken,
    ImageLocked,
    RepositoryNotEmpty,
    RepositoryUnavailable,
    SizeInvalid,
    VolumeExists,
    VolumeInUse,
    VolumeReadOnly,
)
from cenote.storage.files import Files
from cenote.storage.layers import Layers

ABOUT = DriverFacts(
    type="file",
    name="Local directory",
    description="Thin disks as qcow2 files in a directory of this host",
    features=frozenset(Feature),
    configuration={"location": "absolute path of the directory; its parent must exist"},
    formats=(Format.QCOW2,),
)


def location(spec: RepositorySpec) -> Path:
    """The directory that the ``location`` key names. ``ConfigInvalid``."""
    text = spec.device_config.get("location", "")
    path = Path(text)
    if not text or not path.is_absolute() or ".." in path.parts or "\0" in text:
        raise ConfigInvalid("location", f"{text!r} is not an absolute path without '..'")
    return path


class FileRepository(Driver, about=ABOUT):
    """qcow2 files in a directory."""

    def __init__(self, spec: RepositorySpec, files: Files | None = None) -> None:
        super().__init__(spec)
        files = files or Files()
        self._directory = Directory(spec.uuid, location(spec), files)
        self._layers = Layers(self._directory, files)
        self._lock = threading.RLock()
        self._working: set[str] = set()

    def create(self) -> None:
        """Make the directory, or take an empty one."""
        with self._lock:
            self._directory.prepare()

    def attach(self) -> None:
        """Lock the directory and remove what a crash left in it."""
        with self._lock:
            self._directory.verify()
            if self._directory.attached:
                return
            self._directory.lock()
            try:
                self._directory.open_uses()
                self._layers.recover()
            except BaseException:
                self._directory.unlock()
                raise

    def detach(self) -> None:
        """Unlock the directory."""
        with self._lock:
            if not self._directory.attached:
                return
            busy = sorted(self._working | set(self._directory.holders().uses))
            if busy:
                raise VolumeInUse(busy[0], self.holders(busy[0]))
            self._directory.unlock()

    def destroy(self) -> None:
        """Remove the mark; the empty directory stays."""
        with self._lock:
            if self._directory.attached:
                raise RepositoryUnavailable(self.spec.uuid, "it is attached; detach it first")
            self._directory.verify()
            self._directory.lock()
            try:
                nodes = self._layers.tree().nodes
                if nodes:
                    raise RepositoryNotEmpty(self.spec.uuid, tuple(sorted(nodes)[:10]))
                self._directory.clear()
            finally:
                self._directory.unlock()

    def scan(self) -> tuple[VolumeFacts, ...]:
        """Every volume, bases too."""
        with self._usable() as now:
            return tuple(now.facts(uuid) for uuid in now.nodes)

    def facts(self) -> RepositoryFacts:
        """The file system's sizes, and the sum of what volumes were promised."""
        with self._usable() as now:
            size, used, _ = self._directory.room()
            promised = sum(node.virtual_size for node in now.nodes.values() if node.kind is not Kind.BASE)
        return RepositoryFacts(size, used, promised)

    def volume(self, uuid: str) -> VolumeFacts:
        """One volume."""
        with self._usable() as now:
            return now.facts(checked_uuid(uuid))

    def create_volume(self, uuid: str, size: int, *, kind: Kind = Kind.DISK) -> VolumeFacts:
        """A new empty disk or state."""
        rounded = whole_sectors(size)
        fill = {Kind.DISK: self._layers.empty, Kind.STATE: self._layers.hollow}.get(kind)
        if fill is None:
            self._refuse(f"creation of a volume of kind {kind}")
        with self._usable() as now, Undo() as undo:
            self._absent(now, uuid)
            part = self._layers.part(uuid, undo)
            fill(part, rounded)
            self._layers.appear(part, uuid, kind, undo)
            undo.keep()
        return self.volume(uuid)

    def copy_volume(
        self,
        uuid: str,
        source: DiskSource,
        *,
        size: int | None = None,
        progress: Progress = unwatched,
        cancel: Cancel = unstoppable,
    ) -> VolumeFacts:
        """A new disk by a full copy."""
        present = qemuimg.info(source).virtual_size
        wanted = whole_sectors(present if size is None else size, minimum=present)
        with self._work(uuid, new=True), Undo() as undo:
            part = self._layers.part(uuid, undo)
            self._layers.copied(source, part, wanted, progress, cancel)
            with self._usable():
                self._layers.appear(part, uuid, Kind.DISK, undo)
            undo.keep()
        return self.volume(uuid)

    def adopt_volume(
        self,
        uuid: str,
        source: DiskSource,
        *,
        size: int | None = None,
        progress: Progress = unwatched,
        cancel: Cancel = unstoppable,
    ) -> VolumeFacts:
        """A new disk from an image that somebody supplied."""
        trusted(source)
        return self.copy_volume(uuid, source, size=size, progress=progress, cancel=cancel)

    def fill_volume(
        self, uuid: str, source: DiskSource, *, progress: Progress = unwatched, cancel: Cancel = unstoppable
    ) -> VolumeFacts:
        """Replace a disk's content."""
        trusted(source)
        present = qemuimg.info(source).virtual_size
        with self._usable() as now:
            self._writable(now, uuid)

        def write(node: tree.Node, part: Path) -> None:
            if present > node.virtual_size:
                raise SizeInvalid(present, 1, node.virtual_size)
            self._layers.copied(source, part, node.virtual_size, progress, cancel)

        return self._rewritten(uuid, write)

    def clone_volume(self, uuid: str, clone: str) -> VolumeFacts:
        """A second disk on the same base."""
        return self._branch(uuid, clone, Kind.DISK)

    def snapshot_volume(self, uuid: str, snapshot: str) -> VolumeFacts:
        """A read-only second layer on the same base."""
        return self._branch(uuid, snapshot, Kind.SNAPSHOT)

    def coalesce_volume(
        self, uuid: str, *, progress: Progress = unwatched, cancel: Cancel = unstoppable
    ) -> VolumeFacts:
        """Copy what lies above the first shared base into one layer."""
        with self._usable() as now:
            node = now[checked_uuid(uuid)]
            self._unused(now, node, readers=True)
            kept = next((base for base in now.under(uuid) if len(now.children(base.uuid)) > 1), None)
        if node.base == (kept.uuid if kept else None):
            return self.volume(uuid)

        def write(node: tree.Node, part: Path) -> None:
            if kept is not None:
                self._layers.folded(node, part, kept, progress, cancel)
            else:
                source = self._layers.source(node, read_only=True)
                self._layers.copied(source, part, node.virtual_size, progress, cancel)

        return self._rewritten(uuid, write)

    def resize_volume(self, uuid: str, size: int) -> VolumeFacts:
        """Grow the disk."""
        with self._usable() as now:
            node = self._writable(now, uuid)
            if whole_sectors(size, minimum=node.virtual_size) > node.virtual_size:
                qemuimg.resize(self._layers.path(node), whole_sectors(size))
        return self.volume(uuid)

    def attach_volume(self, uuid: str, holder: str, *, read_only: bool = False) -> DiskSource:
        """The path of the disk's own layer; QEMU finds the bases by itself."""
        with self._usable() as now:
            node = now[checked_uuid(uuid)]
            self._idle(uuid)
            self._sound(now, node)
            if node.kind not in tree.WRITABLE and not read_only:
                raise VolumeReadOnly(uuid)
            self._directory.take(uuid, holder, write=not read_only)
            return self._layers.source(node, read_only=read_only)

    def detach_volume(self, uuid: str, holder: str) -> None:
        """Forget the use."""
        with self._lock:
            self._directory.drop(uuid, holder)

    def holders(self, uuid: str) -> tuple[str, ...]:
        """Who has it attached."""
        with self._lock:
            return self._directory.holders().of(uuid)

    def destroy_volume(self, uuid: str) -> None:
        """Remove the disk's layer and every base that nobody stands on then."""
        with self._usable() as now:
            node = now[checked_uuid(uuid)]
            if node.kind is Kind.BASE:
                raise VolumeReadOnly(uuid)
            self._idle(uuid)
            self._directory.holders().refuse(uuid, readers=True)
            self._layers.remove(node)

    def _branch(self, uuid: str, new: str, kind: Kind) -> VolumeFacts:
        with self._usable() as now:
            node = now[checked_uuid(uuid)]
            self._absent(now, new)
            self._unused(now, node, readers=False)
            self._layers.branch(now, node, new, kind)
        return self.volume(new)

    def _rewritten(self, uuid: str, write: Callable[[tree.Node, Path], None]) -> VolumeFacts:
        """Replace a volume's layer by what ``write`` makes, while nobody uses it."""
        with self._work(uuid), Undo() as undo:
            with self._usable() as now:
                node = now[checked_uuid(uuid)]
            part = self._layers.part(uuid, undo)
            write(node, part)
            with self._usable():
                self._layers.publish(part, node.uuid, node.kind)
                undo.keep()
                self._layers.prune()
        return self.volume(uuid)

    @contextmanager
    def _usable(self) -> Generator[tree.Tree]:
        """The tree, under the lock, of a repository that is attached and still there."""
        with self._lock:
            if not self._directory.attached:
                raise RepositoryUnavailable(self.spec.uuid, "it is not attached")
            self._directory.verify()
            yield self._layers.tree()

    @contextmanager
    def _work(self, uuid: str, *, new: bool = False) -> Generator[None]:
        """The volume counts as in use while work on it goes on outside the lock."""
        with self._usable() as now:
            if new:
                self._absent(now, uuid)
            else:
                self._unused(now, now[checked_uuid(uuid)], readers=True)
            self._working.add(uuid)
        try:
            yield
        finally:
            with self._lock:
                self._working.discard(uuid)

    def _idle(self, uuid: str) -> None:
        if uuid in self._working:
            raise VolumeInUse(uuid, ("an operation in progress",))

    def _absent(self, now: tree.Tree, uuid: str) -> None:
        self._idle(uuid)
        if checked_uuid(uuid) in now:
            raise VolumeExists(uuid)

    def _writable(self, now: tree.Tree, uuid: str) -> tree.Node:
        """The disk, when it may be changed. ``VolumeReadOnly``, ``VolumeInUse``, ``ImageBroken``, ``Unsupported``."""
        node = now[checked_uuid(uuid)]
        self._refuse_state(node.kind)
        if node.kind is not Kind.DISK:
            raise VolumeReadOnly(uuid)
        self._unused(now, node, readers=True)
        return node

    def _unused(self, now: tree.Tree, node: tree.Node, *, readers: bool) -> None:
        """Nobody writes to it (or even reads it), by our own notes and by QEMU's lock on the file. ``Unsupported``."""
        self._refuse_state(node.kind)
        if node.kind is Kind.BASE:
            raise VolumeReadOnly(node.uuid)
        self._idle(node.uuid)
        self._directory.holders().refuse(node.uuid, readers=readers)
        self._sound(now, node)
        try:
            qemuimg.probe(self._layers.path(node))
        except ImageLocked as error:
            raise VolumeInUse(node.uuid) from error

    def _sound(self, now: tree.Tree, node: tree.Node) -> None:
        fault = now.fault(node.uuid)
        if fault is not None:
            raise ImageBroken(str(self._layers.path(node)), fault)


def trusted(source: DiskSource) -> None:
    """``ImageBroken`` for a supplied image that names other files, or is no image: nobody reads the host's files so."""
    path = Path(source.path)
    if not path.is_absolute() or not path.is_file():  # QEMU takes a name with a colon for a protocol
        raise ImageBroken(source.path, "no file of that absolute path")
    if source.format is not Format.QCOW2:
        return
    try:
        header = qcow2.read(Path(source.path))
    except (OSError, qcow2.NotQcow2) as error:
        raise ImageBroken(source.path, str(error)) from error
    if header.backing is not None or header.external_data:
        raise ImageBroken(source.path, "it names another file to read from")
    if not 0 < header.virtual_size <= MAXIMUM_SIZE:
        raise SizeInvalid(header.virtual_size, 1, MAXIMUM_SIZE)
    qemuimg.check(source)
