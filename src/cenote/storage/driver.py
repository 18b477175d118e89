"""What every driver starts from: registration by subclassing, checked uuids and sizes, and honest refusals."""

from abc import ABC, abstractmethod
from typing import ClassVar, NoReturn

from cenote.storage import tree
from cenote.storage.contract import (
    MAXIMUM_SIZE,
    SECTOR,
    Cancel,
    DiskSource,
    DriverFacts,
    Kind,
    Progress,
    RepositoryFacts,
    RepositorySpec,
    VolumeFacts,
    unstoppable,
    unwatched,
)
from cenote.storage.errors import ConfigInvalid, SizeInvalid, Unsupported, VolumeUnknown


class Driver(ABC):
    """A repository of some type. A subclass that passes ``about`` is the driver of that type.

    The verbs that not every type has are refused here with ``Unsupported``; a type that has one overrides it.
    """

    registered: ClassVar[dict[str, type["Driver"]]] = {}
    about: ClassVar[DriverFacts]

    def __init_subclass__(cls, /, about: DriverFacts | None = None) -> None:
        super().__init_subclass__()
        if about is None:
            return
        if about.type in Driver.registered:
            raise TypeError(f"two storage drivers are named {about.type!r}")
        cls.about = about
        Driver.registered[about.type] = cls

    def __init__(self, spec: RepositorySpec) -> None:
        if not tree.UUID.fullmatch(spec.uuid):
            raise ConfigInvalid("uuid", f"{spec.uuid!r} is not a uuid")
        self._spec = spec

    @property
    def spec(self) -> RepositorySpec:
        """What it was made from."""
        return self._spec

    @abstractmethod
    def create(self) -> None: ...
    @abstractmethod
    def attach(self) -> None: ...
    @abstractmethod
    def detach(self) -> None: ...
    @abstractmethod
    def destroy(self) -> None: ...
    @abstractmethod
    def scan(self) -> tuple[VolumeFacts, ...]: ...
    @abstractmethod
    def facts(self) -> RepositoryFacts: ...
    @abstractmethod
    def volume(self, uuid: str) -> VolumeFacts: ...
    @abstractmethod
    def attach_volume(self, uuid: str, holder: str, *, read_only: bool = False) -> DiskSource: ...
    @abstractmethod
    def detach_volume(self, uuid: str, holder: str) -> None: ...
    @abstractmethod
    def holders(self, uuid: str) -> tuple[str, ...]: ...

    def create_volume(self, uuid: str, size: int, *, kind: Kind = Kind.DISK) -> VolumeFacts:
        """``Unsupported``."""
        self._refuse("create")

    def copy_volume(
        self,
        uuid: str,
        source: DiskSource,
        *,
        size: int | None = None,
        progress: Progress = unwatched,
        cancel: Cancel = unstoppable,
    ) -> VolumeFacts:
        """``Unsupported``."""
        self._refuse("copy")

    def adopt_volume(
        self,
        uuid: str,
        source: DiskSource,
        *,
        size: int | None = None,
        progress: Progress = unwatched,
        cancel: Cancel = unstoppable,
    ) -> VolumeFacts:
        """``Unsupported``."""
        self._refuse("import")

    def fill_volume(
        self, uuid: str, source: DiskSource, *, progress: Progress = unwatched, cancel: Cancel = unstoppable
    ) -> VolumeFacts:
        """``Unsupported``."""
        self._refuse("import")

    def clone_volume(self, uuid: str, clone: str) -> VolumeFacts:
        """``Unsupported``."""
        self._refuse("clone")

    def snapshot_volume(self, uuid: str, snapshot: str) -> VolumeFacts:
        """``Unsupported``."""
        self._refuse("snapshot")

    def coalesce_volume(
        self, uuid: str, *, progress: Progress = unwatched, cancel: Cancel = unstoppable
    ) -> VolumeFacts:
        """``Unsupported``."""
        self._refuse("coalesce")

    def resize_volume(self, uuid: str, size: int) -> VolumeFacts:
        """``Unsupported``."""
        self._refuse("resize")

    def destroy_volume(self, uuid: str) -> None:
        """``Unsupported``."""
        self._refuse("destroy")

    def _refuse_state(self, kind: Kind) -> None:
        """What is done to disks is not done to a guest's saved memory. ``Unsupported``."""
        if kind is Kind.STATE:
            self._refuse("such operation on a guest's saved memory")

    def _refuse(self, operation: str) -> NoReturn:
        raise Unsupported(self.about.type, operation)


def checked_uuid(uuid: str) -> str:
    """The uuid itself when it is one; no other text ever becomes part of a path. ``VolumeUnknown``."""
    if not tree.UUID.fullmatch(uuid):
        raise VolumeUnknown(uuid)
    return uuid


def whole_sectors(size: int, minimum: int = 1) -> int:
    """``size`` rounded up to the sector (bytes). ``SizeInvalid`` below ``minimum`` or above the limit."""
    if not minimum <= size <= MAXIMUM_SIZE:
        raise SizeInvalid(size, minimum, MAXIMUM_SIZE)
    return -(-size // SECTOR) * SECTOR
