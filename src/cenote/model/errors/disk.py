"""Errors about what can't be done to a disk: changed blocks, metadata, copies, kinds of disk."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import PoolRef, VDIRef, VIFRef


class VdiIncompatibleType(ApiError):
    """This can't be done to a disk of that kind."""

    vdi: VDIRef
    type: str


class VdiIsAPhysicalDevice(ApiError):
    """This can't be done to a physical device."""

    vdi: VDIRef


class VdiIsEncrypted(ApiError):
    """This can't be done to an encrypted disk."""

    vdi: VDIRef


class VdiIsNotIso(ApiError):
    """The disk is not the image of a CD."""

    vdi: VDIRef
    type: str


class VdiIsSharable(ApiError):
    """This can't be done to a disk that several guests may write to at once."""

    vdi: VDIRef


class VdiNotManaged(ApiError):
    """The repository keeps the disk only as the base of others."""

    vdi: VDIRef


class VdiNotSparse(ApiError):
    """The disk is not one that leaves out unused blocks."""

    vdi: VDIRef


class VdiNoCbtMetadata(ApiError):
    """There are no notes of which of the disk's blocks changed."""

    vdi: VDIRef


class VdiCbtEnabled(ApiError):
    """It is noted which of the disk's blocks change: turn that off first."""

    vdi: VDIRef


class VdiOnBootModeIncompatibleWithOperation(ApiError):
    """This can't be done to a disk that starts anew with its guest."""


class VdiContainsMetadataOfThisPool(ApiError):
    """The disk holds this pool's own database, which must not be opened here."""

    vdi: VDIRef
    pool: PoolRef


class VdiContentIdMissing(ApiError):
    """What is imported names a disk that is not the one in the repository."""


class VdiCopyFailed(ApiError):
    """The disk could not be copied."""


class VdiHasRrds(ApiError):
    """The disk holds recorded measurements, which must be taken out first."""

    vdi: VDIRef


class VdiNeedsVmForMigrate(ApiError):
    """Only a disk that a virtual machine has can be moved while it is in use."""

    vdi: VDIRef


class VdiNotInMap(ApiError):
    """The map does not say to which repository the disk goes."""

    vdi: VDIRef


class VifNotInMap(ApiError):
    """The map does not say to which network the interface goes."""

    vif: VIFRef


class MirrorFailed(ApiError):
    """The disk could not be kept the same in both places while it was moved."""

    vdi: VDIRef


class TooManyStorageMigrates(ApiError):
    """So many disks are moved at once that no other can be."""

    number: int
