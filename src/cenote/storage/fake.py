"""Type ``dummy``: disks in memory, under the same contract as the real ones; for tests and for daemons without disks.

A :class:`Medium` is what a real disk would be: it survives the repository object, as a disk survives the daemon.
"""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from cenote.storage.contract import (
    MAXIMUM_DEPTH,
    SECTOR,
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
from cenote.storage.driver import Driver, checked_uuid, whole_sectors
from cenote.storage.errors import (
    Cancelled,
    ChainTooDeep,
    ImageBroken,
    NoSpace,
    RepositoryBusy,
    RepositoryNotEmpty,
    RepositoryUnavailable,
    SizeInvalid,
    VolumeExists,
    VolumeInUse,
    VolumeReadOnly,
)
from cenote.storage.holders import Holders
from cenote.storage.tree import WRITABLE, Node, Tree

BLOCK = 4096  # bytes of the grain in which content is kept

ABOUT = DriverFacts(
    type="dummy",
    name="Memory",
    description="Disks that exist in the daemon's memory alone",
    features=frozenset(Feature),
    configuration={},
    formats=(Format.RAW,),
)


@dataclass
class Disk:
    """One disk: all its blocks that aren't zero, and which of them it wrote since it stands on its base."""

    kind: Kind
    size: int
    blocks: dict[int, bytes] = field(default_factory=dict[int, bytes])
    own: set[int] = field(default_factory=set[int])
    base: str | None = None


@dataclass
class Medium:
    """Where a repository's disks are; ``capacity`` in bytes."""

    capacity: int = 2**40
    owner: str | None = None
    held: bool = False
    disks: dict[str, Disk] = field(default_factory=dict[str, Disk])
    uses: Holders = field(default_factory=lambda: Holders(""))

    def free(self) -> int:
        """Bytes that are left."""
        return self.capacity - sum(len(disk.own) * BLOCK for disk in self.disks.values())


MEDIA: dict[str, Medium] = {}
"""Every medium of this process by its repository's uuid, so that disks are copied from one to another."""


class FakeRepository(Driver, about=ABOUT):
    """Disks in memory."""

    def __init__(self, spec: RepositorySpec, medium: Medium | None = None) -> None:
        super().__init__(spec)
        self.medium = MEDIA.setdefault(spec.uuid, medium or Medium())
        self._lock = threading.RLock()
        self._attached = False
        self._working: set[str] = set()

    def create(self) -> None:
        """Mark the medium."""
        if self.medium.owner is not None:
            raise RepositoryNotEmpty(self.spec.uuid, (self.medium.owner,))
        self.medium.owner = self.spec.uuid

    def attach(self) -> None:
        """Hold the medium."""
        self._marked()
        if self._attached:
            return
        if self.medium.held:
            raise RepositoryBusy(self.spec.uuid, "memory")
        self.medium.held = self._attached = True

    def detach(self) -> None:
        """Let go of the medium."""
        busy = sorted(self._working | set(self.medium.uses.uses))
        if busy and self._attached:
            raise VolumeInUse(busy[0], self.holders(busy[0]))
        self.medium.held, self._attached = self.medium.held and not self._attached, False

    def destroy(self) -> None:
        """Take the mark away."""
        self._marked()
        if self._attached:
            raise RepositoryUnavailable(self.spec.uuid, "it is attached; detach it first")
        if self.medium.disks:
            raise RepositoryNotEmpty(self.spec.uuid, tuple(sorted(self.medium.disks)[:10]))
        self.medium.owner = None

    def scan(self) -> tuple[VolumeFacts, ...]:
        """Every disk, bases too."""
        with self._usable() as now:
            return tuple(now.facts(uuid) for uuid in now.nodes)

    def facts(self) -> RepositoryFacts:
        """Sizes."""
        with self._usable():
            promised = sum(disk.size for disk in self.medium.disks.values() if disk.kind is not Kind.BASE)
            return RepositoryFacts(self.medium.capacity, self.medium.capacity - self.medium.free(), promised)

    def volume(self, uuid: str) -> VolumeFacts:
        """One disk."""
        with self._usable() as now:
            return now.facts(checked_uuid(uuid))

    def create_volume(self, uuid: str, size: int, *, kind: Kind = Kind.DISK) -> VolumeFacts:
        """A new empty disk or state."""
        rounded = whole_sectors(size)
        if kind not in WRITABLE:
            self._refuse(f"creation of a volume of kind {kind}")
        with self._usable() as now:
            self._absent(now, uuid)
            if kind is Kind.STATE and rounded > self.medium.free():
                raise NoSpace(rounded, self.medium.free())
            self.medium.disks[uuid] = Disk(kind, rounded)
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
        with self._usable() as now:
            self._absent(now, uuid)
        present, blocks = content(source)
        wanted = whole_sectors(present if size is None else size, minimum=present)
        with self._working_on(uuid):
            self._copied(uuid, Disk(Kind.DISK, wanted, blocks, set(blocks)), progress, cancel)
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
        """A new disk from a raw image."""
        return self.copy_volume(uuid, source, size=size, progress=progress, cancel=cancel)

    def fill_volume(
        self, uuid: str, source: DiskSource, *, progress: Progress = unwatched, cancel: Cancel = unstoppable
    ) -> VolumeFacts:
        """Replace a disk's content."""
        present, blocks = content(source)
        with self._usable() as now:
            disk = self._writable(now, uuid)
        if present > disk.size:
            raise SizeInvalid(present, 1, disk.size)
        with self._working_on(uuid):
            self._copied(uuid, Disk(Kind.DISK, disk.size, blocks, set(blocks)), progress, cancel)
        return self.volume(uuid)

    def clone_volume(self, uuid: str, clone: str) -> VolumeFacts:
        """A second disk on the same base."""
        return self._branch(uuid, clone, Kind.DISK)

    def snapshot_volume(self, uuid: str, snapshot: str) -> VolumeFacts:
        """A read-only one."""
        return self._branch(uuid, snapshot, Kind.SNAPSHOT)

    def coalesce_volume(
        self, uuid: str, *, progress: Progress = unwatched, cancel: Cancel = unstoppable
    ) -> VolumeFacts:
        """Stand on the first shared base."""
        with self._usable() as now:
            self._unused(now, uuid, readers=True)
            disk, layers = self.medium.disks[uuid], tuple(now.under(uuid))
            kept = next((base for base in layers if len(now.children(base.uuid)) > 1), None)
            folded = layers[: layers.index(kept)] if kept else layers
            own = disk.own.union(*(self.medium.disks[base.uuid].own for base in folded))
        with self._working_on(uuid):
            whole = Disk(disk.kind, disk.size, disk.blocks, own, kept.uuid if kept else None)
            self._copied(uuid, whole, progress, cancel)
        return self.volume(uuid)

    def resize_volume(self, uuid: str, size: int) -> VolumeFacts:
        """Grow the disk."""
        with self._usable() as now:
            disk = self._writable(now, uuid)
            disk.size = whole_sectors(size, minimum=disk.size)
        return self.volume(uuid)

    def attach_volume(self, uuid: str, holder: str, *, read_only: bool = False) -> DiskSource:
        """A name that only :func:`write`, :func:`read` and copies understand."""
        with self._usable() as now:
            node = now[checked_uuid(uuid)]
            self._idle(uuid)
            if node.kind not in WRITABLE and not read_only:
                raise VolumeReadOnly(uuid)
            self.medium.uses.take(uuid, holder, write=not read_only)
        return DiskSource(f"memory:{self.spec.uuid}/{uuid}", Format.RAW, read_only)

    def detach_volume(self, uuid: str, holder: str) -> None:
        """Forget the use."""
        with self._lock:
            self.medium.uses.drop(uuid, holder)

    def holders(self, uuid: str) -> tuple[str, ...]:
        """Who has it attached."""
        with self._lock:
            return self.medium.uses.of(uuid)

    def destroy_volume(self, uuid: str) -> None:
        """Remove the disk and the bases that nobody stands on then."""
        with self._usable() as now:
            self._idle_leaf(now, uuid, readers=True)
            del self.medium.disks[uuid]
            self._prune()

    def _branch(self, uuid: str, new: str, kind: Kind) -> VolumeFacts:
        with self._usable() as now:
            self._unused(now, uuid, readers=False)
            self._absent(now, new)
            disk = self.medium.disks[uuid]
            if disk.base is None or disk.own:
                self._lower(now, uuid, disk)
            self.medium.disks[new] = Disk(kind, disk.size, dict(disk.blocks), base=disk.base)
        return self.volume(new)

    def _lower(self, now: Tree, uuid: str, disk: Disk) -> None:
        depth = sum(1 for _ in now.under(uuid))
        if depth >= MAXIMUM_DEPTH:
            raise ChainTooDeep(uuid, depth, MAXIMUM_DEPTH)
        base = str(uuid4())
        self.medium.disks[base] = Disk(Kind.BASE, disk.size, dict(disk.blocks), disk.own, disk.base)
        disk.own, disk.base = set(), base

    def _copied(self, uuid: str, disk: Disk, progress: Progress, cancel: Cancel) -> None:
        needed, free = len(disk.own) * BLOCK, self.medium.free()
        if needed > free:
            raise NoSpace(needed, free)
        for done in (0.0, 0.5, 1.0):
            if cancel():
                raise Cancelled
            progress(done)
        with self._lock:
            self.medium.disks[uuid] = disk
            self._prune()

    def _prune(self) -> None:
        while unused := self._tree().unused():
            for node in unused:
                del self.medium.disks[node.uuid]

    def _tree(self) -> Tree:
        return Tree(
            Node(uuid, disk.kind, disk.size, len(disk.own) * BLOCK, disk.base)
            for uuid, disk in self.medium.disks.items()
        )

    def _marked(self) -> None:
        if self.medium.owner != self.spec.uuid:
            raise RepositoryUnavailable(self.spec.uuid, "the medium holds no repository")

    @contextmanager
    def _usable(self) -> Generator[Tree]:
        with self._lock:
            if not self._attached:
                raise RepositoryUnavailable(self.spec.uuid, "it is not attached")
            yield self._tree()

    @contextmanager
    def _working_on(self, uuid: str) -> Generator[None]:
        with self._lock:
            self._idle(uuid)
            self._working.add(uuid)
        try:
            yield
        finally:
            with self._lock:
                self._working.discard(uuid)

    def _idle(self, uuid: str) -> None:
        if uuid in self._working:
            raise VolumeInUse(uuid, ("an operation in progress",))

    def _absent(self, now: Tree, uuid: str) -> None:
        self._idle(uuid)
        if checked_uuid(uuid) in now:
            raise VolumeExists(uuid)

    def _writable(self, now: Tree, uuid: str) -> Disk:
        node = now[checked_uuid(uuid)]
        self._refuse_state(node.kind)
        if node.kind is not Kind.DISK:
            raise VolumeReadOnly(uuid)
        self._unused(now, uuid, readers=True)
        return self.medium.disks[uuid]

    def _unused(self, now: Tree, uuid: str, *, readers: bool) -> None:
        self._refuse_state(now[checked_uuid(uuid)].kind)
        self._idle_leaf(now, uuid, readers=readers)

    def _idle_leaf(self, now: Tree, uuid: str, *, readers: bool) -> None:
        if now[checked_uuid(uuid)].kind is Kind.BASE:
            raise VolumeReadOnly(uuid)
        self._idle(uuid)
        self.medium.uses.refuse(uuid, readers=readers)


def content(source: DiskSource) -> tuple[int, dict[int, bytes]]:
    """Size (bytes) and blocks of a disk in memory, or of a raw image in a file. ``ImageBroken``."""
    if source.path.startswith("memory:"):
        disk = _disk(source)
        return disk.size, dict(disk.blocks)
    if source.format is not Format.RAW:
        raise ImageBroken(source.path, "disks in memory are filled from raw images only")
    try:
        data = Path(source.path).read_bytes()
    except OSError as error:
        raise ImageBroken(source.path, str(error)) from error
    cut = {at // BLOCK: data[at : at + BLOCK].ljust(BLOCK, b"\0") for at in range(0, len(data), BLOCK)}
    return len(data), {number: block for number, block in cut.items() if any(block)}


def write(source: DiskSource, offset: int, data: bytes) -> None:
    """What a guest does: write whole blocks at a multiple of :data:`BLOCK` bytes."""
    if source.read_only:
        raise VolumeReadOnly(source.path.rpartition("/")[2])
    disk = _disk(source)
    for at in range(0, len(data), BLOCK):
        disk.blocks[(offset + at) // BLOCK] = data[at : at + BLOCK].ljust(BLOCK, b"\0")
        disk.own.add((offset + at) // BLOCK)


def replace(source: DiskSource, data: bytes) -> None:
    """What a hypervisor does to a state: put ``data`` in place of all that is there."""
    if source.read_only:
        raise VolumeReadOnly(source.path.rpartition("/")[2])
    disk = _disk(source)
    disk.size, disk.blocks, disk.own = -(-len(data) // SECTOR) * SECTOR, {}, set()
    write(source, 0, data)


def read(source: DiskSource, offset: int, length: int) -> bytes:
    """What a guest does: read whole blocks at a multiple of :data:`BLOCK` bytes."""
    blocks = _disk(source).blocks
    return b"".join(blocks.get((offset + at) // BLOCK, bytes(BLOCK)) for at in range(0, length, BLOCK))[:length]


def _disk(source: DiskSource) -> Disk:
    repository, _, uuid = source.path.removeprefix("memory:").partition("/")
    disk = MEDIA[repository].disks.get(uuid) if repository in MEDIA else None
    if disk is None:
        raise ImageBroken(source.path, "no such disk in memory")
    return disk
