"""What a repository driver promises; ``tests/contract/test_storage.py`` holds every driver to it.

- Drivers know no records: plain specs in, plain facts out. They raise only :mod:`cenote.storage.errors`.
- Sizes are bytes. uuids are canonical lower-case text; anything else is refused before it reaches a path.
- Calls block. Each repository object is safe to use from many threads: it serialises changes by a lock of its own, and
  holds that lock only for constant-time steps, never while data is copied. A volume that is being filled or copied to
  counts as in use.
- Constant time: create, clone, snapshot, resize, attach, detach. Full copies report progress from 0.0 to 1.0 and ask
  ``cancel`` at least every half second; a cancelled one raises ``Cancelled``.
- All or nothing: a verb that raises has left no volume, no file and no changed content behind. A crash (of the program
  or the machine) in the middle of a verb leaves every volume that was there readable with the same content; the
  remains are removed by the next ``attach``.
- A volume that is attached for writing is never read or changed by another verb: ``VolumeInUse``.
- A volume of kind ``state`` holds a guest's saved memory: plain bytes that one writer may replace as a whole, by more
  or fewer than it was made for. It stands alone: fill, clone, snapshot, coalesce and resize are ``Unsupported``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

SECTOR = 512
"""Volumes are a whole number of sectors (bytes)."""

MAXIMUM_SIZE = 16 * 2**40
"""16 TiB: what a file of ext4 with 4 KiB blocks can hold (bytes)."""

MAXIMUM_DEPTH = 30
"""Layers under a volume; XenServer's limit for VHD chains too."""

Progress = Callable[[float], None]
"""Told how much is done, from 0.0 to 1.0, never backwards."""

Cancel = Callable[[], bool]
"""Asked whether to stop; called often, so it must be quick."""


def unwatched(_: float) -> None:
    """The progress that nobody watches."""


def unstoppable() -> bool:
    """The cancel of work that nobody can stop."""
    return False


class Format(StrEnum):
    """How bytes are laid out in an image file."""

    RAW = "raw"
    QCOW2 = "qcow2"


class Kind(StrEnum):
    """What a volume is for."""

    DISK = "disk"
    SNAPSHOT = "snapshot"
    BASE = "base"
    """A hidden node that disks and snapshots stand on; made and removed by the driver alone."""
    ISO = "iso"
    STATE = "state"
    """A guest's saved memory: no disk, and always raw."""


class Feature(StrEnum):
    """What a type can do, by the names that ``SM.features`` publishes."""

    VDI_CREATE = "VDI_CREATE"
    VDI_DELETE = "VDI_DELETE"
    VDI_ATTACH = "VDI_ATTACH"
    VDI_DETACH = "VDI_DETACH"
    VDI_CLONE = "VDI_CLONE"
    VDI_SNAPSHOT = "VDI_SNAPSHOT"
    VDI_RESIZE = "VDI_RESIZE"


@dataclass(frozen=True, slots=True)
class DriverFacts:
    """What ``SM`` publishes about a type; ``configuration`` maps each device_config key to what it means."""

    type: str
    name: str
    description: str
    features: frozenset[Feature]
    configuration: Mapping[str, str]
    formats: tuple[Format, ...]


@dataclass(frozen=True, slots=True)
class RepositorySpec:
    """Which repository; ``device_config`` says where it is, in the keys of its type."""

    uuid: str
    device_config: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class RepositoryFacts:
    """Bytes of the medium, bytes used on it by anything, and the sum of the sizes promised to volumes (bases aside)."""

    physical_size: int
    physical_utilisation: int
    virtual_allocation: int


@dataclass(frozen=True, slots=True)
class VolumeFacts:
    """One volume; sizes in bytes. ``depth`` counts the layers under it, ``parent`` is the nearest of them.

    ``virtual_size`` of a ``state`` follows what was written to it, rounded up to the sector.

    ``name`` is a label that the medium itself suggests (an ISO's file name), else empty. ``fault`` says why the volume
    can't be used, None when it can; a faulty volume's sizes may be 0.
    """

    uuid: str
    virtual_size: int
    physical_utilisation: int
    kind: Kind = Kind.DISK
    parent: str | None = None
    depth: int = 0
    read_only: bool = False
    name: str = ""
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class DiskSource:
    """What a hypervisor opens: an absolute path (or a URI that QEMU understands), and how."""

    path: str
    format: Format
    read_only: bool


class Repository(Protocol):
    """One repository. Made by :func:`cenote.storage.registry.repository`, which touches nothing yet."""

    @property
    def spec(self) -> RepositorySpec:
        """What it was made from."""
        ...

    def create(self) -> None:
        """Prepare the medium; leaves it detached.

        Not idempotent: ``RepositoryNotEmpty`` when something is there already, a repository of this uuid too.
        ``ConfigInvalid``, ``RepositoryUnavailable``.
        """
        ...

    def attach(self) -> None:
        """Make it usable here and remove what a crash left. Idempotent.

        ``RepositoryUnavailable`` (not there, or another repository's), ``RepositoryBusy`` (another process has it).
        """
        ...

    def detach(self) -> None:
        """Let go of it. Idempotent. ``VolumeInUse`` while a volume is attached or worked on."""
        ...

    def destroy(self) -> None:
        """Take the medium back to empty; must be detached. ``RepositoryNotEmpty`` while there are volumes."""
        ...

    def scan(self) -> tuple[VolumeFacts, ...]:
        """Every volume, bases too, in the order of their uuids. ``RepositoryUnavailable``."""
        ...

    def facts(self) -> RepositoryFacts:
        """Sizes now. ``RepositoryUnavailable``."""
        ...

    def volume(self, uuid: str) -> VolumeFacts:
        """One volume. ``VolumeUnknown``."""
        ...

    def create_volume(self, uuid: str, size: int, *, kind: Kind = Kind.DISK) -> VolumeFacts:
        """A new empty disk, or ``state``, of ``size`` bytes, rounded up to the sector. Atomic.

        It takes its space as it is written. A ``state`` is written at once and whole, so it is refused where the medium
        has less room than ``size`` now. ``SizeInvalid``, ``VolumeExists``, ``NoSpace``, ``Unsupported`` (other kinds).
        """
        ...

    def copy_volume(
        self,
        uuid: str,
        source: DiskSource,
        *,
        size: int | None = None,
        progress: Progress = unwatched,
        cancel: Cancel = unstoppable,
    ) -> VolumeFacts:
        """A new disk with the content of ``source``, which ``attach_volume`` of this or another repository gave.

        Full copy, standing on nothing. ``size`` (bytes) may exceed the source's; the rest reads as zeroes. Atomic.
        ``VolumeExists``, ``NoSpace``, ``SizeInvalid``, ``ImageBroken``, ``Cancelled``.
        """
        ...

    def adopt_volume(
        self,
        uuid: str,
        source: DiskSource,
        *,
        size: int | None = None,
        progress: Progress = unwatched,
        cancel: Cancel = unstoppable,
    ) -> VolumeFacts:
        """As ``copy_volume`` from an image that somebody supplied: one that names other files is ``ImageBroken``."""
        ...

    def fill_volume(
        self, uuid: str, source: DiskSource, *, progress: Progress = unwatched, cancel: Cancel = unstoppable
    ) -> VolumeFacts:
        """Replace a disk's content by a supplied image's (checked as in ``adopt_volume``); its size stays. Atomic.

        ``SizeInvalid`` when the image is larger than the disk; ``VolumeInUse`` while attached.
        """
        ...

    def clone_volume(self, uuid: str, clone: str) -> VolumeFacts:
        """A new disk ``clone`` with the content of ``uuid``; both can be written and never see each other's writes.

        Constant time: both stand on a hidden base afterwards (a base is reused when ``uuid`` was not written since).
        Atomic. ``VolumeExists``, ``VolumeInUse`` (attached for writing), ``ChainTooDeep``, ``NoSpace``.
        """
        ...

    def snapshot_volume(self, uuid: str, snapshot: str) -> VolumeFacts:
        """As ``clone_volume``, but the new volume is read-only and of kind ``snapshot``."""
        ...

    def coalesce_volume(
        self, uuid: str, *, progress: Progress = unwatched, cancel: Cancel = unstoppable
    ) -> VolumeFacts:
        """Fold the bases that only this volume stands on into it. Atomic; nothing to fold is success.

        ``VolumeInUse`` while attached, ``NoSpace``, ``Cancelled``.
        """
        ...

    def resize_volume(self, uuid: str, size: int) -> VolumeFacts:
        """Grow to ``size`` bytes, rounded up to the sector; the present size is success. Atomic.

        ``SizeInvalid`` to shrink, ``VolumeInUse`` while attached, ``VolumeReadOnly``.
        """
        ...

    def attach_volume(self, uuid: str, holder: str, *, read_only: bool = False) -> DiskSource:
        """Let ``holder`` (any name, such as a VBD's uuid) use the volume. Idempotent for a holder, which may not change
        its mode; survives the driver's restart (not in an ISO library, whose volumes nothing can harm), and ends with
        ``detach_volume`` or the machine's restart.

        Many readers or one writer: ``VolumeInUse``. ``VolumeReadOnly``, ``ImageBroken``.
        """
        ...

    def detach_volume(self, uuid: str, holder: str) -> None:
        """End that use. Idempotent, also for a volume or a holder that isn't there."""
        ...

    def holders(self, uuid: str) -> tuple[str, ...]:
        """Who has it attached, sorted; empty also for an unknown volume."""
        ...

    def destroy_volume(self, uuid: str) -> None:
        """Remove it, and the bases that nobody stands on then. Atomic.

        ``VolumeUnknown``, ``VolumeInUse`` while attached, ``VolumeReadOnly`` for a base.
        """
        ...
