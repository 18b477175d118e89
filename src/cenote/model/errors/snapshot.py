"""Errors about snapshots, checkpoints and going back to them."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import VMRef


class VmCheckpointResumeFailed(ApiError):
    """The guest could not run on after its checkpoint."""

    vm: VMRef


class VmCheckpointSuspendFailed(ApiError):
    """The guest could not be suspended for its checkpoint."""

    vm: VMRef


class VmRevertFailed(ApiError):
    """The virtual machine could not go back to the snapshot."""

    vm: VMRef
    snapshot: VMRef


class VmSnapshotWithQuiesceFailed(ApiError):
    """The guest could not come to rest for its snapshot."""

    vm: VMRef


class VmSnapshotWithQuiesceNotSupported(ApiError):
    """The guest can't come to rest for a snapshot."""

    vm: VMRef
    error: str


class VmSnapshotWithQuiescePluginDeosNotRespond(ApiError):
    """The guest's part of such a snapshot does not answer."""

    vm: VMRef


class VmSnapshotWithQuiesceTimeout(ApiError):
    """The guest did not come to rest in time."""

    vm: VMRef
