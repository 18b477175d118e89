"""The class ``VBD``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from cenote.model.core import NULL, Field, Lifecycle, Object, Runs, editable, initial, message, runtime
from cenote.model.errors.general import DeviceAlreadyDetached, DeviceDetachRejected
from cenote.model.errors.storage import VbdIsEmpty, VbdNotEmpty, VbdNotRemovableMedia
from cenote.model.refs import VBDMetricsRef, VDIRef, VMRef
from cenote.model.roles import Role


class vbd_operations(Enum):
    """What can be done to a disk drive."""

    ATTACH = "attach"
    EJECT = "eject"
    INSERT = "insert"
    PLUG = "plug"
    UNPLUG = "unplug"
    UNPLUG_FORCE = "unplug_force"
    PAUSE = "pause"
    UNPAUSE = "unpause"


class vbd_type(Enum):
    """How a drive appears to the guest."""

    CD = "CD"
    """A CD drive, whose medium can be changed."""
    DISK = "Disk"
    """A disk."""
    FLOPPY = "Floppy"
    """A floppy drive."""


class vbd_mode(Enum):
    """Whether the guest may write to the disk."""

    RO = "RO"
    RW = "RW"


class VBD(Object):
    """A disk drive of a virtual machine: joins a VM to a VDI, or stands empty for a removable medium."""

    role = Role.VM_ADMIN
    creatable = True

    uuid: Field[str] = runtime("identifies the drive for good")
    allowed_operations: Field[tuple[vbd_operations, ...]] = runtime("what may be done to the drive now", default=())
    current_operations: Field[Mapping[str, vbd_operations]] = runtime(
        "what is being done to the drive, by the task that does it", default={}
    )
    VM: Field[VMRef] = initial("the virtual machine that has the drive")
    VDI: Field[VDIRef] = initial("the disk image in the drive; the null reference while it is empty")
    device: Field[str] = initial(
        "the name of the device as the guest sees it, such as `xvda`, once it is known", default=""
    )
    userdevice: Field[str] = editable("the drive's position: a number such as `0`, or a name such as `hda`")
    bootable: Field[bool] = editable("whether the guest may boot from the drive")
    mode: Field[vbd_mode] = initial("whether the guest may write to the disk")
    type: Field[vbd_type] = editable("how the drive appears to the guest")
    unpluggable: Field[bool] = editable("whether the drive may be taken out while the guest runs", default=True)
    storage_lock: Field[bool] = runtime("true while the storage keeps the disk locked for this drive")
    empty: Field[bool] = initial("true when no medium is in the drive")
    other_config: Field[Mapping[str, str]] = editable("free keys and values")
    currently_attached: Field[bool] = initial("whether the drive is plugged into a running guest now", default=False)
    status_code: Field[int] = runtime("the number of the error from the last attempt to attach; 0 after success")
    status_detail: Field[str] = runtime("the error's text from the last attempt to attach")
    runtime_properties: Field[Mapping[str, str]] = runtime("what the hypervisor tells about the device")
    qos_algorithm_type: Field[str] = editable("how the drive's throughput is limited; empty for not at all")
    qos_algorithm_params: Field[Mapping[str, str]] = editable("the settings of that algorithm")
    qos_supported_algorithms: Field[tuple[str, ...]] = runtime("the algorithms that may be chosen")
    metrics: Field[VBDMetricsRef] = runtime("no longer kept", default=NULL, lifecycle=Lifecycle.REMOVED)

    @message(
        Role.VM_OPERATOR,
        runs=Runs.RESIDENT,
        operation=vbd_operations.EJECT,
        errors=(VbdNotRemovableMedia, VbdIsEmpty),
        self_name="vbd",
    )
    def eject(self) -> None:
        """Take the medium out of a removable drive."""

    @message(
        Role.VM_OPERATOR,
        runs=Runs.RESIDENT,
        operation=vbd_operations.INSERT,
        errors=(VbdNotRemovableMedia, VbdNotEmpty),
        self_name="vbd",
    )
    def insert(self, vdi: VDIRef) -> None:
        """Put a disk image into an empty removable drive."""

    @message(Role.VM_ADMIN, runs=Runs.RESIDENT, operation=vbd_operations.PLUG)
    def plug(self) -> None:
        """Attach the disk to the running guest, or have it attached at the next start."""

    @message(
        Role.VM_ADMIN,
        runs=Runs.RESIDENT,
        operation=vbd_operations.UNPLUG,
        errors=(DeviceDetachRejected, DeviceAlreadyDetached),
    )
    def unplug(self) -> None:
        """Detach the disk from the running guest, which must let it go."""

    @message(Role.VM_ADMIN, runs=Runs.RESIDENT, operation=vbd_operations.UNPLUG_FORCE)
    def unplug_force(self) -> None:
        """Detach the disk from the running guest, even if the guest holds on to it."""

    @message(Role.VM_ADMIN, runs=Runs.RESIDENT)
    def assert_attachable(self) -> None:
        """Fail with the reason why the drive could not be attached now, if there is one."""

    @message(Role.VM_ADMIN, runs=Runs.RESIDENT)
    def set_mode(self, value: vbd_mode) -> None:
        """Say whether the guest may write; the drive must not be attached."""
