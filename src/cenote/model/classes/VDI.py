"""The class ``VDI``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from cenote.model.core import NULL, Field, Lifecycle, Object, Runs, editable, initial, inverse, message, runtime, static
from cenote.model.errors.disk import (
    VdiIncompatibleType,
    VdiIsAPhysicalDevice,
    VdiNoCbtMetadata,
    VdiNotSparse,
    VdiOnBootModeIncompatibleWithOperation,
)
from cenote.model.errors.general import OperationNotAllowed
from cenote.model.errors.storage import (
    SrHasNoPbds,
    SrNotAttached,
    SrOperationNotSupported,
    UnimplementedInSmBackend,
    VdiInUse,
    VdiMissing,
    VdiReadonly,
    VdiTooSmall,
)
from cenote.model.refs import CrashdumpRef, PoolRef, SessionRef, SRRef, VBDRef, VDIRef
from cenote.model.roles import Role
from cenote.model.shapes import EPOCH

if TYPE_CHECKING:
    from cenote.model.classes.vdi_nbd_server_info import vdi_nbd_server_info


class vdi_operations(Enum):
    """What can be done to a disk."""

    CLONE = "clone"
    COPY = "copy"
    RESIZE = "resize"
    RESIZE_ONLINE = "resize_online"
    SNAPSHOT = "snapshot"
    MIRROR = "mirror"
    DESTROY = "destroy"
    FORGET = "forget"
    UPDATE = "update"
    FORCE_UNLOCK = "force_unlock"
    GENERATE_CONFIG = "generate_config"
    ENABLE_CBT = "enable_cbt"
    DISABLE_CBT = "disable_cbt"
    DATA_DESTROY = "data_destroy"
    LIST_CHANGED_BLOCKS = "list_changed_blocks"
    SET_ON_BOOT = "set_on_boot"
    BLOCKED = "blocked"
    REVERT_TO = "revert_to"
    REVERT_FROM = "revert_from"


class vdi_type(Enum):
    """What a disk is for."""

    SYSTEM = "system"
    """The disk of a guest's operating system."""
    USER = "user"
    """Any other disk of a guest."""
    EPHEMERAL = "ephemeral"
    """May be dropped and made anew."""
    SUSPEND = "suspend"
    """Memory of a suspended guest."""
    CRASHDUMP = "crashdump"
    """A crash dump of a guest."""
    HA_STATEFILE = "ha_statefile"
    """By which hosts keep up with one another."""
    METADATA = "metadata"
    """The pool's database, for disaster recovery."""
    REDO_LOG = "redo_log"
    """Changes of records, written at once."""
    RRD = "rrd"
    """Recorded measurements."""
    PVS_CACHE = "pvs_cache"
    """A cache of disks that are streamed to guests."""
    CBT_METADATA = "cbt_metadata"
    """Notes of changed blocks, without content."""


class on_boot(Enum):
    """What becomes of a disk's content when its guest starts."""

    RESET = "reset"
    """Goes back to what it was."""
    PERSIST = "persist"
    """Stays."""


OnBoot: TypeAlias = on_boot
"""The same, under a name that the field on_boot does not hide."""


class VDI(Object):
    """A virtual disk image: what a repository keeps, and what drives give to guests."""

    role = Role.VM_ADMIN
    creatable = True

    uuid: Field[str] = runtime("identifies the disk for good")
    name_label: Field[str] = initial("the name for people to read", default="")
    name_description: Field[str] = initial("a note for people to read", default="")
    allowed_operations: Field[tuple[vdi_operations, ...]] = runtime("what may be done to the disk now", default=())
    current_operations: Field[Mapping[str, vdi_operations]] = runtime(
        "what is being done to the disk, by the task that does it", default={}
    )
    SR: Field[SRRef] = initial("the repository that keeps the disk")
    VBDs: Field[tuple[VBDRef, ...]] = inverse("VBD.VDI", "drives that the disk is in")
    crash_dumps: Field[tuple[CrashdumpRef, ...]] = inverse("crashdump.VDI", "crash dumps that the disk holds")
    virtual_size: Field[int] = initial("the size that guests see (bytes)")
    physical_utilisation: Field[int] = runtime("the room that the disk takes in its repository now (bytes)")
    type: Field[vdi_type] = initial("what the disk is for")
    sharable: Field[bool] = initial("whether several guests may have the disk open for writing at once")
    read_only: Field[bool] = initial("whether nobody may write to the disk")
    other_config: Field[Mapping[str, str]] = editable("free keys and values")
    storage_lock: Field[bool] = runtime("true while the storage keeps the disk locked")
    location: Field[str] = runtime("the disk's name within its repository", default="")
    managed: Field[bool] = runtime("false for a disk that the repository keeps only as the base of others")
    missing: Field[bool] = runtime("true when a scan of the repository did not find the disk")
    parent: Field[VDIRef] = runtime("no longer kept", lifecycle=Lifecycle.DEPRECATED)
    xenstore_data: Field[Mapping[str, str]] = editable(
        "keys and values that the guest finds below the disk's device in its store", default={}
    )
    sm_config: Field[Mapping[str, str]] = editable("keys and values for the repository's driver", default={})
    is_a_snapshot: Field[bool] = runtime("whether the disk is a snapshot of another", default=False)
    snapshot_of: Field[VDIRef] = runtime("the disk of which this is a snapshot", default=NULL)
    snapshots: Field[tuple[VDIRef, ...]] = inverse("VDI.snapshot_of", "snapshots of this disk")
    snapshot_time: Field[datetime] = runtime("when the snapshot was taken", default=EPOCH)
    tags: Field[tuple[str, ...]] = editable("labels that people gave the disk", default=(), role=Role.VM_OPERATOR)
    allow_caching: Field[bool] = runtime("whether reads may be cached on the host's own storage", default=False)
    on_boot: Field[OnBoot] = runtime(
        "whether the disk starts anew from its base with each start of the guest", default=OnBoot.PERSIST
    )
    metadata_of_pool: Field[PoolRef] = runtime(
        "the pool whose database the disk holds, for a metadata disk", default=NULL
    )
    metadata_latest: Field[bool] = runtime("true when the disk holds that pool's newest database", default=False)
    is_tools_iso: Field[bool] = runtime("true for the image with the guest tools", default=False)
    cbt_enabled: Field[bool] = runtime("whether it is noted which blocks change", default=False)

    @message(Role.VM_ADMIN, runs=Runs.ATTACHED, operation=vdi_operations.SNAPSHOT, self_name="vdi")
    def snapshot(self, driver_params: Mapping[str, str] = {}) -> VDIRef:
        """Keep the disk as it is now in a read-only copy that shares unchanged blocks."""
        ...

    @message(Role.VM_ADMIN, runs=Runs.ATTACHED, operation=vdi_operations.CLONE, self_name="vdi")
    def clone(self, driver_params: Mapping[str, str] = {}) -> VDIRef:
        """Make a writable copy that shares unchanged blocks."""
        ...

    @message(Role.VM_ADMIN, runs=Runs.ATTACHED, operation=vdi_operations.RESIZE, self_name="vdi")
    def resize(self, size: int) -> None:
        """Give the disk another size (bytes); no guest may have it open."""

    @message(Role.VM_ADMIN, runs=Runs.ATTACHED, operation=vdi_operations.RESIZE_ONLINE, self_name="vdi")
    def resize_online(self, size: int) -> None:
        """Give the disk a larger size (bytes) while a guest has it open."""

    @static(Role.VM_ADMIN, runs=Runs.ATTACHED, errors=(SrOperationNotSupported,))
    @staticmethod
    def introduce(
        uuid: str,
        name_label: str,
        name_description: str,
        SR: SRRef,
        type: vdi_type,
        sharable: bool,
        read_only: bool,
        other_config: Mapping[str, str],
        location: str,
        xenstore_data: Mapping[str, str] = {},
        sm_config: Mapping[str, str] = {},
        managed: bool = True,
        virtual_size: int = 0,
        physical_utilisation: int = 0,
        metadata_of_pool: PoolRef = NULL,
        is_a_snapshot: bool = False,
        snapshot_time: datetime = EPOCH,
        snapshot_of: VDIRef = NULL,
    ) -> VDIRef:
        """Add the record of a disk that exists in a repository already."""
        ...

    @message(
        Role.VM_ADMIN,
        runs=Runs.ATTACHED,
        operation=vdi_operations.UPDATE,
        errors=(SrOperationNotSupported,),
        self_name="vdi",
    )
    def update(self) -> None:
        """Read the disk's size and use from its repository again."""

    @message(
        Role.VM_ADMIN,
        runs=Runs.ATTACHED,
        operation=vdi_operations.COPY,
        errors=(VdiReadonly, VdiTooSmall, VdiNotSparse),
        self_name="vdi",
    )
    def copy(self, sr: SRRef = NULL, base_vdi: VDIRef = NULL, into_vdi: VDIRef = NULL) -> VDIRef:
        """Copy the disk in full into a repository or over another disk, or only what differs from a base."""
        ...

    @message(Role.VM_ADMIN, runs=Runs.COORDINATOR, operation=vdi_operations.FORGET, self_name="vdi")
    def forget(self) -> None:
        """Remove the record and leave the disk where it is."""

    @message(Role.VM_ADMIN, runs=Runs.ATTACHED)
    def set_sharable(self, value: bool) -> None:
        """Say whether several guests may have the disk open for writing at once."""

    @message(Role.VM_ADMIN, runs=Runs.ATTACHED)
    def set_read_only(self, value: bool) -> None:
        """Say whether nobody may write to the disk."""

    @message(Role.VM_ADMIN, runs=Runs.ATTACHED)
    def set_name_label(self, value: str) -> None:
        """Give the disk another name."""

    @message(Role.VM_ADMIN, runs=Runs.ATTACHED)
    def set_name_description(self, value: str) -> None:
        """Give the disk another note."""

    @message(Role.VM_ADMIN, runs=Runs.ATTACHED, operation=vdi_operations.SET_ON_BOOT)
    def set_on_boot(self, value: OnBoot) -> None:
        """Say whether the disk starts anew from its base with each start of the guest."""

    @message(Role.VM_ADMIN, runs=Runs.ATTACHED)
    def set_allow_caching(self, value: bool) -> None:
        """Say whether reads may be cached on the host's own storage."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def open_database(self) -> SessionRef:
        """Open a session over the pool database that the disk holds, to read its records."""
        ...

    @message(Role.READ_ONLY, runs=Runs.COORDINATOR)
    def read_database_pool_uuid(self) -> str:
        """The UUID of the pool whose database the disk holds."""
        ...

    @message(Role.VM_POWER_ADMIN, runs=Runs.ATTACHED, operation=vdi_operations.MIRROR, self_name="vdi")
    def pool_migrate(self, sr: SRRef, options: Mapping[str, str]) -> VDIRef:
        """Move the disk to another repository while guests go on using it; answers the new disk."""
        ...

    @message(
        Role.VM_ADMIN,
        runs=Runs.ATTACHED,
        operation=vdi_operations.ENABLE_CBT,
        errors=(
            SrOperationNotSupported,
            VdiMissing,
            SrNotAttached,
            SrHasNoPbds,
            OperationNotAllowed,
            VdiIncompatibleType,
            VdiOnBootModeIncompatibleWithOperation,
        ),
    )
    def enable_cbt(self) -> None:
        """Begin to note which blocks change."""

    @message(
        Role.VM_ADMIN,
        runs=Runs.ATTACHED,
        operation=vdi_operations.DISABLE_CBT,
        errors=(
            SrOperationNotSupported,
            VdiMissing,
            SrNotAttached,
            SrHasNoPbds,
            OperationNotAllowed,
            VdiIncompatibleType,
            VdiOnBootModeIncompatibleWithOperation,
        ),
    )
    def disable_cbt(self) -> None:
        """Stop noting which blocks change, and drop the notes."""

    @message(
        Role.VM_ADMIN,
        runs=Runs.ATTACHED,
        operation=vdi_operations.DATA_DESTROY,
        errors=(
            SrOperationNotSupported,
            VdiMissing,
            SrNotAttached,
            SrHasNoPbds,
            OperationNotAllowed,
            VdiIncompatibleType,
            VdiNoCbtMetadata,
            VdiInUse,
            VdiIsAPhysicalDevice,
        ),
    )
    def data_destroy(self) -> None:
        """Drop a snapshot's content and keep its notes of changed blocks."""

    @message(
        Role.VM_OPERATOR,
        runs=Runs.ATTACHED,
        operation=vdi_operations.LIST_CHANGED_BLOCKS,
        errors=(SrOperationNotSupported, VdiMissing, SrNotAttached, SrHasNoPbds, VdiInUse),
        self_name="vdi_from",
    )
    def list_changed_blocks(self, vdi_to: VDIRef) -> str:
        """The blocks that differ between two disks: a bitmap in base64, a bit for each 64 KiB."""
        ...

    @message(Role.VM_ADMIN, runs=Runs.ATTACHED, errors=(VdiIncompatibleType,))
    def get_nbd_info(self) -> tuple[vdi_nbd_server_info, ...]:
        """Where and how the disk's content can be read over the network (NBD)."""
        ...

    @message(
        Role.VM_POWER_ADMIN,
        runs=Runs.ATTACHED,
        operation=vdi_operations.REVERT_FROM,
        errors=(UnimplementedInSmBackend,),
        lifecycle=Lifecycle.PROTOTYPED,
        self_name="snapshot",
    )
    def revert(self) -> None:
        """Give the disk of which this is a snapshot the snapshot's content."""
