"""Snapshots of a virtual machine, and what it descends from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cenote.model.classes.vm.operations import vm_operations
from cenote.model.core import NULL, Field, Lifecycle, Object, Runs, editable, initial, inverse, message, runtime
from cenote.model.errors.general import OperationNotAllowed
from cenote.model.errors.snapshot import (
    VmCheckpointResumeFailed,
    VmCheckpointSuspendFailed,
    VmRevertFailed,
    VmSnapshotWithQuiesceFailed,
    VmSnapshotWithQuiesceNotSupported,
    VmSnapshotWithQuiescePluginDeosNotRespond,
    VmSnapshotWithQuiesceTimeout,
)
from cenote.model.errors.storage import SrFull
from cenote.model.errors.vm import VmBadPowerState
from cenote.model.refs import BlobRef, VDIRef, VMRef
from cenote.model.roles import Role
from cenote.model.shapes import EPOCH


class Snapshots(Object):
    """Snapshots of a virtual machine, and what it descends from."""

    is_a_snapshot: Field[bool] = runtime("whether it is a snapshot of another virtual machine", default=False)
    snapshot_of: Field[VMRef] = runtime("the virtual machine of which this is a snapshot", default=NULL)
    snapshots: Field[tuple[VMRef, ...]] = inverse("VM.snapshot_of", "snapshots of this virtual machine")
    snapshot_time: Field[datetime] = runtime("when the snapshot was taken", default=EPOCH)
    transportable_snapshot_id: Field[str] = runtime(
        "the identifier of a snapshot that the guest itself helped to take", default=""
    )
    blobs: Field[Mapping[str, BlobRef]] = runtime("binary data kept with the virtual machine, by name", default={})
    tags: Field[tuple[str, ...]] = editable(
        "labels that people gave the virtual machine", default=(), role=Role.VM_OPERATOR
    )
    blocked_operations: Field[Mapping[vm_operations, str]] = initial(
        "operations that someone has forbidden, with the error code to answer", default={}
    )
    snapshot_info: Field[Mapping[str, str]] = runtime(
        "how the snapshot was taken: `power-state-at-snapshot`, `disk-snapshot-type`", default={}
    )
    snapshot_metadata: Field[str] = runtime(
        "the virtual machine's record as it was when the snapshot was taken", default=""
    )
    parent: Field[VMRef] = runtime("the snapshot or virtual machine that this one descends from", default=NULL)
    children: Field[tuple[VMRef, ...]] = inverse("VM.parent", "what descends from this one")

    @message(
        Role.VM_POWER_ADMIN,
        runs=Runs.RESIDENT,
        operation=vm_operations.SNAPSHOT,
        errors=(VmBadPowerState, SrFull, OperationNotAllowed),
        self_name="vm",
    )
    def snapshot(self, new_name: str, ignore_vdis: tuple[VDIRef, ...] = ()) -> VMRef:
        """Keep the virtual machine's disks and settings as they are now; answers the snapshot."""
        ...

    @message(
        Role.VM_POWER_ADMIN,
        runs=Runs.RESIDENT,
        operation=vm_operations.SNAPSHOT_WITH_QUIESCE,
        errors=(
            VmBadPowerState,
            SrFull,
            OperationNotAllowed,
            VmSnapshotWithQuiesceFailed,
            VmSnapshotWithQuiesceTimeout,
            VmSnapshotWithQuiescePluginDeosNotRespond,
            VmSnapshotWithQuiesceNotSupported,
        ),
        lifecycle=Lifecycle.REMOVED,
        self_name="vm",
    )
    def snapshot_with_quiesce(self, new_name: str) -> VMRef:
        """Take a snapshot for which the guest comes to rest; this is no longer possible."""
        ...

    @message(
        Role.VM_POWER_ADMIN,
        runs=Runs.RESIDENT,
        operation=vm_operations.CHECKPOINT,
        errors=(VmBadPowerState, SrFull, OperationNotAllowed, VmCheckpointSuspendFailed, VmCheckpointResumeFailed),
        self_name="vm",
    )
    def checkpoint(self, new_name: str) -> VMRef:
        """Keep the virtual machine's disks, settings and memory as they are now; answers the snapshot."""
        ...

    @message(
        Role.VM_POWER_ADMIN,
        runs=Runs.COORDINATOR,
        operation=vm_operations.REVERT,
        errors=(VmBadPowerState, OperationNotAllowed, SrFull, VmRevertFailed),
        self_name="snapshot",
    )
    def revert(self) -> None:
        """Give the virtual machine of which this is a snapshot the snapshot's disks and settings."""

    @message(Role.VM_POWER_ADMIN, runs=Runs.COORDINATOR, self_name="vm")
    def create_new_blob(self, name: str, mime_type: str, public: bool = False) -> BlobRef:
        """Make room for binary data that is kept with the virtual machine."""
        ...

    @message(Role.VM_ADMIN, runs=Runs.COORDINATOR)
    def set_blocked_operations(self, value: Mapping[vm_operations, str]) -> None:
        """Say which operations are forbidden, and with which error code each is answered."""

    @message(Role.VM_ADMIN, runs=Runs.COORDINATOR)
    def add_to_blocked_operations(self, key: vm_operations, value: str) -> None:
        """Forbid an operation; it is then answered with that error code."""

    @message(Role.VM_ADMIN, runs=Runs.COORDINATOR)
    def remove_from_blocked_operations(self, key: vm_operations) -> None:
        """Allow an operation again."""
