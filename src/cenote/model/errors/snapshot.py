"""Errors about snapshots, checkpoints, going back to them, and the schedules that take them."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import VMPPRef, VMRef, VMSSRef


class VmSnapshotFailed(ApiError):
    """The snapshot could not be taken."""

    vm: VMRef


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


class RevertOnlyAllowedOnSnapshot(ApiError):
    """It is no snapshot that one could go back to."""


class VmHasCheckpoint(ApiError):
    """The virtual machine has a checkpoint, with which it can't be moved so."""

    vm: VMRef


class VmHasTooManySnapshots(ApiError):
    """The virtual machine has more than one snapshot, with which it can't be moved so."""

    vm: VMRef


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


class XenVssReqErrorAddingVolumeToSnapsetFailed(ApiError):
    """The guest could not add all of its volumes to the set for its snapshot."""

    vm: VMRef
    error_code: str


class XenVssReqErrorCreatingSnapshot(ApiError):
    """The guest could not make its snapshot."""

    vm: VMRef
    error_code: str


class XenVssReqErrorCreatingSnapshotXmlString(ApiError):
    """The guest could not describe its snapshot."""

    vm: VMRef
    error_code: str


class XenVssReqErrorInitFailed(ApiError):
    """The guest's shadow copy service did not start."""

    vm: VMRef
    error_code: str


class XenVssReqErrorNoVolumesSupported(ApiError):
    """None of the guest's volumes can be in such a snapshot."""

    vm: VMRef
    error_code: str


class XenVssReqErrorPreparingWriters(ApiError):
    """Programs in the guest did not make ready for its snapshot."""

    vm: VMRef
    error_code: str


class XenVssReqErrorProvNotLoaded(ApiError):
    """The guest's shadow copy service lacks the part for this platform."""

    vm: VMRef
    error_code: str


class XenVssReqErrorStartSnapshotSetFailed(ApiError):
    """The guest could not begin the set for its snapshot."""

    vm: VMRef
    error_code: str


class VmAssignedToSnapshotSchedule(ApiError):
    """The virtual machine has a schedule for its snapshots already."""

    vm: VMRef
    vmss: VMSSRef


class VmssHasVm(ApiError):
    """Virtual machines follow the schedule."""


class VmAssignedToProtectionPolicy(ApiError):
    """The virtual machine has a protection policy already."""

    vm: VMRef
    vmpp: VMPPRef


class VmppHasVm(ApiError):
    """Virtual machines follow the policy."""


class VmppArchiveMoreFrequentThanBackup(ApiError):
    """Archives can't be more frequent than the backups that they are made of."""
