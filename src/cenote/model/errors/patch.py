"""Errors about patches and updates of the old kinds."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import HostRef, PoolPatchRef, PoolUpdateRef


class CannotFetchPatch(ApiError):
    """The patch could not be fetched from the coordinator."""

    uuid: str


class CannotFindPatch(ApiError):
    """The patch's file is not there."""


class InvalidPatch(ApiError):
    """The file is not a patch."""


class InvalidPatchWithLog(ApiError):
    """The file is not a patch; the log says more."""

    log: str


class PatchAlreadyApplied(ApiError):
    """The patch was applied to the host already."""

    patch: PoolPatchRef


class PatchAlreadyExists(ApiError):
    """The patch was uploaded already."""

    uuid: str


class PatchApplyFailed(ApiError):
    """The patch could not be applied."""

    output: str


class PatchApplyFailedBackupFilesExist(ApiError):
    """Files are in the way that an earlier patch has left."""

    output: str


class PatchIsApplied(ApiError):
    """The patch was applied, and so can't be removed."""


class PatchPrecheckFailedIsoMounted(ApiError):
    """CDs must be ejected before the patch is applied."""

    patch: PoolPatchRef


class PatchPrecheckFailedOutOfSpace(ApiError):
    """The host has not enough room for the patch (bytes)."""

    patch: PoolPatchRef
    found_space: str
    required_required: str


class PatchPrecheckFailedPrerequisiteMissing(ApiError):
    """Other patches must be applied first."""

    patch: PoolPatchRef
    prerequisite_patch_uuid_list: str


class PatchPrecheckFailedUnknownError(ApiError):
    """The patch can't be applied; what it says is given."""

    patch: PoolPatchRef
    info: str


class PatchPrecheckFailedVmRunning(ApiError):
    """Guests must be shut down before the patch is applied."""

    patch: PoolPatchRef


class PatchPrecheckFailedWrongServerBuild(ApiError):
    """The patch is for another build."""

    patch: PoolPatchRef
    found_build: str
    required_build: str


class PatchPrecheckFailedWrongServerVersion(ApiError):
    """The patch is for another version."""

    patch: PoolPatchRef
    found_version: str
    required_version: str


class CannotFindUpdate(ApiError):
    """The update's file is not there."""


class InvalidUpdate(ApiError):
    """The file is not an update."""

    info: str


class UpdateAlreadyApplied(ApiError):
    """The update was applied to the host already."""

    update: PoolUpdateRef


class UpdateAlreadyAppliedInPool(ApiError):
    """The update was applied to every host already."""

    update: PoolUpdateRef


class UpdateAlreadyExists(ApiError):
    """The update was introduced already."""

    uuid: str


class UpdateApplyFailed(ApiError):
    """The update could not be applied."""

    output: str


class UpdateIsApplied(ApiError):
    """The update was applied, and so can't be removed."""


class UpdatePoolApplyFailed(ApiError):
    """The update could not be applied to some hosts."""

    hosts: tuple[HostRef, ...]


class UpdatePrecheckFailedConflictPresent(ApiError):
    """An update was applied with which this one can't be."""

    update: PoolUpdateRef
    conflict_update: str


class UpdatePrecheckFailedGpgkeyNotImported(ApiError):
    """The host does not know the key that signed the update."""

    update: PoolUpdateRef


class UpdatePrecheckFailedOutOfSpace(ApiError):
    """The host has not enough room for the update (bytes)."""

    update: PoolUpdateRef
    available_space: str
    required_space_: str


class UpdatePrecheckFailedPrerequisiteMissing(ApiError):
    """Another update must be applied first."""

    update: PoolUpdateRef
    prerequisite_update: str


class UpdatePrecheckFailedUnknownError(ApiError):
    """The update can't be applied; what it says is given."""

    update: PoolUpdateRef
    info: str


class UpdatePrecheckFailedWrongServerVersion(ApiError):
    """The update is for another version."""

    update: PoolUpdateRef
    installed_version: str
    required_version_: str
