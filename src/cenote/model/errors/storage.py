"""Errors about storage repositories, their drives, and disks in use."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import HostRef, PBDRef, SMRef, SRRef, VBDRef, VDIRef


class SrBackendFailure(ApiError):
    """The driver of the repository failed."""

    status: str
    stdout: str
    stderr: str


class SrUnknownDriver(ApiError):
    """There is no driver for that type of repository."""

    driver: str


class SrOperationNotSupported(ApiError):
    """The repository's driver can't do this."""

    sr: SRRef


class UnimplementedInSmBackend(ApiError):
    """The repository's driver can't do this."""

    message: str


class SmPluginCommunicationFailure(ApiError):
    """The repository's driver can't be spoken to."""

    sm: SMRef


class SrFull(ApiError):
    """The repository has less room than was asked for (bytes)."""

    requested: int
    maximum: int


class SrNotEmpty(ApiError):
    """There are disks in the repository."""


class SrNotAttached(ApiError):
    """The repository is not attached: plug its PBD."""

    sr: SRRef


class SrAttached(ApiError):
    """The repository is attached: unplug its PBDs first."""

    sr: SRRef


class SrAttachFailed(ApiError):
    """The repository could not be attached."""

    sr: SRRef


class SrHasPbd(ApiError):
    """The repository has PBDs: unplug and destroy them first."""

    sr: SRRef


class SrHasNoPbds(ApiError):
    """No host knows how to reach the repository: create a PBD."""

    sr: SRRef


class SrHasMultiplePbds(ApiError):
    """Several hosts reach the repository, and only one may."""

    PBD: PBDRef


class SrUuidExists(ApiError):
    """There is a repository of that UUID already."""

    uuid: str


class SrDeviceInUse(ApiError):
    """The medium holds another repository that is in use."""


class SrIndestructible(ApiError):
    """The repository must not be destroyed."""

    sr: SRRef


class SrIsCacheSr(ApiError):
    """The repository caches shared disks for that host."""

    host: HostRef


class SrNotSharable(ApiError):
    """Only one host can reach the repository."""

    sr: SRRef
    host: HostRef


class SrNotShared(ApiError):
    """The repository is not one that every host reaches."""

    sr: SRRef


class SrDoesNotSupportMigration(ApiError):
    """Disks can't be moved to or from the repository while they are in use."""

    sr: SRRef
    capabilities: str


class SrRequiresUpgrade(ApiError):
    """The repository is of an old kind and must be upgraded."""

    SR: SRRef


class SrSourceSpaceInsufficient(ApiError):
    """The repository has no room for the snapshot by which the disk is moved."""

    sr: SRRef


class SrSuspendSpaceInsufficient(ApiError):
    """The repository has no room for the guest's memory."""

    sr: SRRef


class SrUnhealthy(ApiError):
    """The repository is not well; what would help is given."""

    sr: SRRef
    health: str
    fix: str


class SrVdiLockingFailed(ApiError):
    """A disk could not be locked: another host may hold the lock."""


class DefaultSrNotFound(ApiError):
    """The pool's repository for disks is not there."""

    sr: SRRef


class NoLocalStorage(ApiError):
    """The host has no repository of its own."""

    host: HostRef


class ClusteredSrDegraded(ApiError):
    """The repository's cluster has lost hosts."""

    sr: SRRef


class PbdExists(ApiError):
    """The host has a PBD for the repository already."""

    sr: SRRef
    host: HostRef
    pbd: PBDRef


class LocationNotUnique(ApiError):
    """The repository has a disk of that name already."""

    SR: SRRef
    location: str


class VbdIsEmpty(ApiError):
    """No medium is in the drive."""

    vbd: VBDRef


class VbdNotEmpty(ApiError):
    """A medium is in the drive: eject it first."""

    vbd: VBDRef


class VbdNotRemovableMedia(ApiError):
    """The drive's medium can't be removed."""

    vbd: VBDRef


class VbdNotUnpluggable(ApiError):
    """The drive may not be taken out while the guest runs."""

    vbd: VBDRef


class VbdTrayLocked(ApiError):
    """The guest has locked the drive's tray."""

    vbd: VBDRef


class VbdMissing(ApiError):
    """A drive that is needed is not there."""


class VbdCdsMustBeReadonly(ApiError):
    """A CD drive can't be written to."""


class DiskVbdMustBeReadwriteForHvm(ApiError):
    """Such a guest can't have a disk that it may not write to."""

    vbd: VBDRef


class IllegalVbdDevice(ApiError):
    """A drive can't be in that position."""

    vbd: VBDRef
    device: str


class VdiInUse(ApiError):
    """The disk is in use."""

    vdi: VDIRef
    operation: str


class VdiMissing(ApiError):
    """The disk was not found in its repository."""

    sr: SRRef
    vdi: VDIRef


class VdiNotAvailable(ApiError):
    """The disk can't be reached now."""

    vdi: VDIRef


class VdiReadonly(ApiError):
    """The disk can't be written to."""

    vdi: VDIRef


class VdiTooSmall(ApiError):
    """The disk is too small, or would be (bytes)."""

    vdi: VDIRef
    minimum_size: int


class VdiTooLarge(ApiError):
    """The disk would be too large (bytes)."""

    vdi: VDIRef
    maximum_size: int


class VdiLocationMissing(ApiError):
    """The repository has no disk of that name."""

    sr: SRRef
    location: str


class VdiIoError(ApiError):
    """Reading or writing the disk failed."""

    message: str
