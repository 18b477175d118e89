"""What can go wrong with disks. Every error is a :class:`StorageError` with typed fields; its text is one sentence."""

from dataclasses import dataclass
from typing import ClassVar, cast


class StorageError(Exception):
    """Something about a repository, a volume or an image; the fields of the subclass say what."""

    text: ClassVar[str] = "storage failed"

    def __str__(self) -> str:
        said: dict[str, object] = vars(self)
        return self.text.format(**{name: _listed(value) for name, value in said.items()})


def _listed(value: object) -> object:
    return ", ".join(map(str, cast("tuple[object, ...]", value))) if isinstance(value, tuple) else value


@dataclass(eq=False)
class UnknownType(StorageError):
    """No driver is registered for this repository type."""

    type: str
    known: tuple[str, ...]
    text: ClassVar[str] = "no storage driver is named {type!r}; there are: {known}"


@dataclass(eq=False)
class ConfigInvalid(StorageError):
    """A key of the device_config is missing or has a value that can't be used."""

    key: str
    why: str
    text: ClassVar[str] = "device_config {key!r}: {why}"


@dataclass(eq=False)
class RepositoryUnavailable(StorageError):
    """The repository can't be used now: its directory is gone or unreadable or another's, or it isn't attached."""

    repository: str
    why: str
    text: ClassVar[str] = "repository {repository} is not available: {why}"


@dataclass(eq=False)
class RepositoryBusy(StorageError):
    """Another process of this machine holds the repository."""

    repository: str
    path: str
    text: ClassVar[str] = "repository {repository} is in use by another process, which holds {path}"


@dataclass(eq=False)
class RepositoryNotEmpty(StorageError):
    """To create: the place holds files already. To destroy: there are volumes."""

    repository: str
    found: tuple[str, ...]
    text: ClassVar[str] = "repository {repository} is not empty: {found}"


@dataclass(eq=False)
class VolumeUnknown(StorageError):
    """There is no such volume."""

    uuid: str
    text: ClassVar[str] = "there is no volume {uuid}"


@dataclass(eq=False)
class VolumeExists(StorageError):
    """There is a volume of that uuid already."""

    uuid: str
    text: ClassVar[str] = "there is a volume {uuid} already"


@dataclass(eq=False)
class VolumeInUse(StorageError):
    """The volume is attached or being worked on; ``holders`` is empty when only a lock on its file says so."""

    uuid: str
    holders: tuple[str, ...] = ()
    text: ClassVar[str] = "volume {uuid} is in use by ({holders})"


@dataclass(eq=False)
class VolumeReadOnly(StorageError):
    """The volume can't be written: an ISO, a snapshot, or a base node that others stand on."""

    uuid: str
    text: ClassVar[str] = "volume {uuid} is read-only"


@dataclass(eq=False)
class NoSpace(StorageError):
    """The repository is full. ``needed`` (0 when the system didn't say) and ``free`` are bytes."""

    needed: int
    free: int
    text: ClassVar[str] = "no space left: {needed} bytes wanted, {free} free"


@dataclass(eq=False)
class SizeInvalid(StorageError):
    """A size out of bounds; all in bytes. Volumes only grow, so the minimum of a resize is the present size."""

    size: int
    minimum: int
    maximum: int
    text: ClassVar[str] = "a size of {size} bytes is not between {minimum} and {maximum}"


@dataclass(eq=False)
class ImageBroken(StorageError):
    """A file isn't what it should be, or may not be trusted (it names other files)."""

    path: str
    why: str
    text: ClassVar[str] = "image {path} can't be used: {why}"


@dataclass(eq=False)
class ImageLocked(StorageError):
    """A program, such as a guest's QEMU, has the image open for writing."""

    path: str
    text: ClassVar[str] = "image {path} is open for writing in another program"


@dataclass(eq=False)
class ChainTooDeep(StorageError):
    """The volume stands on as many layers as are allowed; a full copy or coalescing starts afresh."""

    uuid: str
    depth: int
    limit: int
    text: ClassVar[str] = "volume {uuid} stands on {depth} layers, the limit is {limit}"


@dataclass(eq=False)
class Cancelled(StorageError):
    """The caller's ``cancel`` said so; nothing is left of the work."""

    text: ClassVar[str] = "cancelled"


@dataclass(eq=False)
class Unsupported(StorageError):
    """Repositories of this type can't do that, ever."""

    type: str
    operation: str
    text: ClassVar[str] = "a repository of type {type} has no {operation}"


@dataclass(eq=False)
class ToolMissing(StorageError):
    """A program that the driver runs isn't installed."""

    tool: str
    package: str
    text: ClassVar[str] = "{tool} is not installed; Debian has it in {package}"


@dataclass(eq=False)
class ToolFailed(StorageError):
    """A program failed in a way that has no error of its own."""

    tool: str
    why: str
    text: ClassVar[str] = "{tool}: {why}"
