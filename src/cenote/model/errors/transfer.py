"""Errors about importing virtual machines, and moving them between pools."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import VMRef


class ImportError_(ApiError, code="IMPORT_ERROR"):
    """What came can't be imported."""

    msg: str


class ImportErrorAttachedDisksNotFound(ApiError):
    """Disks of the virtual machine are not in this pool."""


class ImportErrorCannotHandleChunked(ApiError):
    """The data came in chunks, from which this can't be read."""


class ImportErrorFailedToFindObject(ApiError):
    """What came refers to an object that neither came nor is here."""

    id: str


class ImportErrorPrematureEof(ApiError):
    """The data ended too early."""


class ImportErrorSomeChecksumsFailed(ApiError):
    """Some of the data was damaged on its way."""


class ImportErrorUnexpectedFile(ApiError):
    """The data holds another file than was to follow."""

    filename_expected: str
    filename_found: str


class ImportIncompatibleVersion(ApiError):
    """What came was exported by a version that can't be read here."""


class VmToImportIsNotNewerVersion(ApiError):
    """The virtual machine that is here is as new as the one that came, or newer."""

    vm: VMRef
    existing_version: str
    version_to_import: str


class VmMigrateFailed(ApiError):
    """The guest could not be moved."""

    vm: VMRef
    source: str
    destination: str
    msg: str


class VmMigrateContactRemoteServiceFailed(ApiError):
    """The host that the guest was to be moved to does not answer."""


class CannotDestroyDisasterRecoveryTask(ApiError):
    """Repositories that the disaster recovery introduced could not be forgotten."""

    reason: str
