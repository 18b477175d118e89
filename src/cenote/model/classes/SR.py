"""The class ``SR``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING

from cenote.model.core import NULL, Field, Lifecycle, Object, Runs, editable, initial, inverse, message, runtime, static
from cenote.model.errors.storage import SrHasPbd, SrUnknownDriver
from cenote.model.refs import BlobRef, DRTaskRef, HostRef, PBDRef, SRRef, VDIRef
from cenote.model.roles import Role

if TYPE_CHECKING:
    from cenote.model.classes.data_source import data_source
    from cenote.model.classes.probe_result import probe_result


class storage_operations(Enum):
    """What can be done to a repository."""

    SCAN = "scan"
    DESTROY = "destroy"
    FORGET = "forget"
    PLUG = "plug"
    UNPLUG = "unplug"
    UPDATE = "update"
    VDI_CREATE = "vdi_create"
    VDI_INTRODUCE = "vdi_introduce"
    VDI_DESTROY = "vdi_destroy"
    VDI_RESIZE = "vdi_resize"
    VDI_CLONE = "vdi_clone"
    VDI_SNAPSHOT = "vdi_snapshot"
    VDI_MIRROR = "vdi_mirror"
    VDI_ENABLE_CBT = "vdi_enable_cbt"
    VDI_DISABLE_CBT = "vdi_disable_cbt"
    VDI_DATA_DESTROY = "vdi_data_destroy"
    VDI_LIST_CHANGED_BLOCKS = "vdi_list_changed_blocks"
    VDI_SET_ON_BOOT = "vdi_set_on_boot"
    VDI_BLOCKED = "vdi_blocked"
    VDI_COPY = "vdi_copy"
    VDI_FORCE_UNLOCK = "vdi_force_unlock"
    VDI_FORGET = "vdi_forget"
    VDI_GENERATE_CONFIG = "vdi_generate_config"
    VDI_RESIZE_ONLINE = "vdi_resize_online"
    VDI_UPDATE = "vdi_update"
    VDI_REVERT = "vdi_revert"
    PBD_CREATE = "pbd_create"
    PBD_DESTROY = "pbd_destroy"


class SR(Object):
    """A storage repository: where disk images are kept."""

    uuid: Field[str] = runtime("identifies the repository for good")
    name_label: Field[str] = initial("the name for people to read", default="")
    name_description: Field[str] = initial("a note for people to read", default="")
    allowed_operations: Field[tuple[storage_operations, ...]] = runtime(
        "what may be done to the repository now", default=()
    )
    current_operations: Field[Mapping[str, storage_operations]] = runtime(
        "what is being done to the repository, by the task that does it", default={}
    )
    VDIs: Field[tuple[VDIRef, ...]] = inverse("VDI.SR", "disks that the repository keeps")
    PBDs: Field[tuple[PBDRef, ...]] = inverse("PBD.SR", "how each host reaches the repository")
    virtual_allocation: Field[int] = runtime("the sizes of all disks together, as guests see them (bytes)")
    physical_utilisation: Field[int] = runtime("the room that is taken (bytes)")
    physical_size: Field[int] = initial("the room that there is (bytes)")
    type: Field[str] = initial("the driver that keeps the disks, such as `lvm` or `nfs`")
    content_type: Field[str] = initial("what the repository is for: `user` for disks, `iso` for images of media")
    shared: Field[bool] = runtime("whether every host of the pool reaches the same disks")
    other_config: Field[Mapping[str, str]] = editable("free keys and values")
    tags: Field[tuple[str, ...]] = editable("labels that people gave the repository", default=(), role=Role.VM_OPERATOR)
    sm_config: Field[Mapping[str, str]] = editable("keys and values for the repository's driver", default={})
    blobs: Field[Mapping[str, BlobRef]] = runtime("binary data kept with the repository, by name", default={})
    local_cache_enabled: Field[bool] = runtime("whether hosts cache disks of other repositories here", default=False)
    introduced_by: Field[DRTaskRef] = runtime(
        "the disaster recovery task that introduced the repository, if one did", default=NULL
    )
    clustered: Field[bool] = runtime("whether the repository needs its hosts to form a cluster", default=False)
    is_tools_sr: Field[bool] = runtime("true for the repository that holds the guest tools", default=False)

    @static(Role.POOL_OPERATOR, runs=Runs.NAMED, errors=(SrUnknownDriver,))
    @staticmethod
    def create(
        host: HostRef,
        device_config: Mapping[str, str],
        physical_size: int,
        name_label: str,
        name_description: str,
        type: str,
        content_type: str,
        shared: bool,
        sm_config: Mapping[str, str] = {},
    ) -> SRRef:
        """Make a repository on a medium, and attach it: to one host, or if shared to every one."""
        ...

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def introduce(
        uuid: str,
        name_label: str,
        name_description: str,
        type: str,
        content_type: str,
        shared: bool,
        sm_config: Mapping[str, str] = {},
    ) -> SRRef:
        """Add the record of a repository that exists already; PBDs must follow."""
        ...

    @static(Role.POOL_OPERATOR, runs=Runs.NAMED, lifecycle=Lifecycle.DEPRECATED)
    @staticmethod
    def make(
        host: HostRef,
        device_config: Mapping[str, str],
        physical_size: int,
        name_label: str,
        name_description: str,
        type: str,
        content_type: str,
        sm_config: Mapping[str, str] = {},
    ) -> str:
        """Prepare a medium without attaching it; SR.create does this and more."""
        ...

    @message(
        Role.POOL_OPERATOR, runs=Runs.ATTACHED, operation=storage_operations.DESTROY, errors=(SrHasPbd,), self_name="sr"
    )
    def destroy(self) -> None:
        """Destroy the repository and every disk in it; its last PBD must be unplugged."""

    @message(
        Role.POOL_OPERATOR,
        runs=Runs.COORDINATOR,
        operation=storage_operations.FORGET,
        errors=(SrHasPbd,),
        self_name="sr",
    )
    def forget(self) -> None:
        """Remove the records of the repository and its disks, and leave the medium as it is."""

    @message(Role.POOL_OPERATOR, runs=Runs.ATTACHED, operation=storage_operations.UPDATE, self_name="sr")
    def update(self) -> None:
        """Read the repository's size and use from its driver again."""

    @static(Role.READ_ONLY, runs=Runs.COORDINATOR)
    @staticmethod
    def get_supported_types() -> tuple[str, ...]:
        """The types of repository that can be created here."""
        ...

    @message(Role.VM_POWER_ADMIN, runs=Runs.ATTACHED, operation=storage_operations.SCAN, self_name="sr")
    def scan(self) -> None:
        """Compare the records of disks with what is there, and add, change and remove accordingly."""

    @static(Role.POOL_OPERATOR, runs=Runs.NAMED)
    @staticmethod
    def probe(host: HostRef, device_config: Mapping[str, str], type: str, sm_config: Mapping[str, str] = {}) -> str:
        """What a medium holds, in the driver's own XML; helps to fill in the device configuration."""
        ...

    @static(Role.POOL_OPERATOR, runs=Runs.NAMED)
    @staticmethod
    def probe_ext(
        host: HostRef, device_config: Mapping[str, str], type: str, sm_config: Mapping[str, str] = {}
    ) -> tuple[probe_result, ...]:
        """What a medium holds: repositories to introduce, and settings to choose from."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, self_name="sr")
    def set_shared(self, value: bool) -> None:
        """Say whether every host of the pool reaches the same disks."""

    @message(Role.POOL_OPERATOR, runs=Runs.ATTACHED, self_name="sr")
    def set_name_label(self, value: str) -> None:
        """Give the repository another name."""

    @message(Role.POOL_OPERATOR, runs=Runs.ATTACHED, self_name="sr")
    def set_name_description(self, value: str) -> None:
        """Give the repository another note."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, self_name="sr")
    def create_new_blob(self, name: str, mime_type: str, public: bool = False) -> BlobRef:
        """Make room for binary data that is kept with the repository."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def set_physical_size(self, value: int) -> None:
        """Say how much room there is (bytes)."""

    @message(Role.POOL_OPERATOR, runs=Runs.ATTACHED, self_name="sr")
    def assert_can_host_ha_statefile(self) -> None:
        """Fail with the reason why high availability can't keep its state file here, if there is one."""

    @message(Role.POOL_OPERATOR, runs=Runs.ATTACHED, self_name="sr")
    def assert_supports_database_replication(self) -> None:
        """Fail with the reason why the pool's database can't be replicated here, if there is one."""

    @message(Role.POOL_OPERATOR, runs=Runs.ATTACHED, self_name="sr")
    def enable_database_replication(self) -> None:
        """Begin to keep a copy of the pool's database here, for disaster recovery."""

    @message(Role.POOL_OPERATOR, runs=Runs.ATTACHED, self_name="sr")
    def disable_database_replication(self) -> None:
        """Stop keeping a copy of the pool's database here."""

    @message(Role.READ_ONLY, runs=Runs.ATTACHED, self_name="sr")
    def get_data_sources(self) -> tuple[data_source, ...]:
        """What is and what could be measured about the repository."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.ATTACHED, self_name="sr")
    def record_data_source(self, data_source: str) -> None:
        """Begin to record a measurement."""

    @message(Role.READ_ONLY, runs=Runs.ATTACHED, self_name="sr")
    def query_data_source(self, data_source: str) -> float:
        """The newest value of a measurement."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.ATTACHED, self_name="sr")
    def forget_data_source_archives(self, data_source: str) -> None:
        """Drop what was recorded of a measurement."""
