"""Errors about what can't be done to a disk: changed blocks, metadata, copies, kinds of disk."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import VDIRef


class VdiIncompatibleType(ApiError):
    """This can't be done to a disk of that kind."""

    vdi: VDIRef
    type: str


class VdiIsAPhysicalDevice(ApiError):
    """This can't be done to a physical device."""

    vdi: VDIRef


class VdiNotSparse(ApiError):
    """The disk is not one that leaves out unused blocks."""

    vdi: VDIRef


class VdiNoCbtMetadata(ApiError):
    """There are no notes of which of the disk's blocks changed."""

    vdi: VDIRef


class VdiOnBootModeIncompatibleWithOperation(ApiError):
    """This can't be done to a disk that starts anew with its guest."""
