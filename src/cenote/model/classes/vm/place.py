"""Where a virtual machine runs, may run, and is moved to."""

from __future__ import annotations

from collections.abc import Mapping

from cenote.model.classes.vm.operations import vm_operations
from cenote.model.core import NULL, Field, Object, Runs, editable, initial, message, runtime
from cenote.model.errors.general import (
    InvalidValue,
    LicenceRestriction,
    OperationNotAllowed,
    OtherOperationInProgress,
    ValueNotSupported,
)
from cenote.model.errors.host import HostDisabled, HostNotEnoughFreeMemory, HostNotEnoughPcpus, HostNotLive
from cenote.model.errors.network import HostCannotAttachNetwork, NetworkSriovInsufficientCapacity
from cenote.model.errors.vm import (
    MemoryConstraintViolation,
    VmBadPowerState,
    VmHostIncompatibleVersion,
    VmHostIncompatibleVirtualHardwarePlatformVersion,
    VmHvmRequired,
    VmIncompatibleWithThisHost,
    VmIsTemplate,
    VmRequiresGpu,
    VmRequiresIommu,
    VmRequiresNetwork,
    VmRequiresSr,
    VmRequiresVgpu,
)
from cenote.model.refs import GPUGroupRef, HostRef, NetworkRef, SRRef, VDIRef, VGPURef, VIFRef, VMRef
from cenote.model.roles import Role


class Place(Object):
    """Where a virtual machine runs, may run, and is moved to."""

    suspend_VDI: Field[VDIRef] = initial("the disk that holds the suspended guest's memory", default=NULL)
    resident_on: Field[HostRef] = runtime("the host on which the guest runs, or whose storage holds it while suspended")
    scheduled_to_be_resident_on: Field[HostRef] = runtime(
        "the host on which the guest is about to start or to arrive", default=NULL
    )
    affinity: Field[HostRef] = editable(
        "the host on which the guest had best run; the null reference leaves it open", role=Role.VM_POWER_ADMIN
    )

    @message(
        Role.VM_POWER_ADMIN,
        client_cert=True,
        runs=Runs.RESIDENT,
        operation=vm_operations.POOL_MIGRATE,
        errors=(VmBadPowerState, OtherOperationInProgress, VmIsTemplate, OperationNotAllowed),
        self_name="vm",
    )
    def pool_migrate(self, host: HostRef, options: Mapping[str, str]) -> None:
        """Move the running guest to another host of the pool."""

    @message(
        Role.VM_POWER_ADMIN,
        runs=Runs.RESIDENT,
        operation=vm_operations.MIGRATE_SEND,
        errors=(VmBadPowerState, LicenceRestriction),
        self_name="vm",
    )
    def migrate_send(
        self,
        dest: Mapping[str, str],
        live: bool,
        vdi_map: Mapping[VDIRef, SRRef],
        vif_map: Mapping[VIFRef, NetworkRef],
        options: Mapping[str, str],
        vgpu_map: Mapping[VGPURef, GPUGroupRef] = {},
        vdi_format_map: Mapping[VDIRef, str] = {},
    ) -> VMRef:
        """Move the guest with its disks to a host that host.migrate_receive has made ready."""
        ...

    @message(Role.VM_POWER_ADMIN, runs=Runs.RESIDENT, errors=(LicenceRestriction,), self_name="vm")
    def assert_can_migrate(
        self,
        dest: Mapping[str, str],
        live: bool,
        vdi_map: Mapping[VDIRef, SRRef],
        vif_map: Mapping[VIFRef, NetworkRef],
        options: Mapping[str, str],
        vgpu_map: Mapping[VGPURef, GPUGroupRef] = {},
    ) -> None:
        """Fail with the reason why migrate_send would, if there is one."""

    @message(Role.READ_ONLY, runs=Runs.COORDINATOR, self_name="vm")
    def get_possible_hosts(self) -> tuple[HostRef, ...]:
        """The hosts on which the virtual machine could start now."""
        ...

    @message(
        Role.READ_ONLY,
        runs=Runs.COORDINATOR,
        errors=(
            HostNotEnoughFreeMemory,
            HostNotEnoughPcpus,
            NetworkSriovInsufficientCapacity,
            HostNotLive,
            HostDisabled,
            HostCannotAttachNetwork,
            VmHvmRequired,
            VmRequiresGpu,
            VmRequiresIommu,
            VmRequiresNetwork,
            VmRequiresSr,
            VmRequiresVgpu,
            VmHostIncompatibleVersion,
            VmHostIncompatibleVirtualHardwarePlatformVersion,
            InvalidValue,
            MemoryConstraintViolation,
            OperationNotAllowed,
            ValueNotSupported,
            VmIncompatibleWithThisHost,
        ),
    )
    def assert_can_boot_here(self, host: HostRef) -> None:
        """Fail with the reason why the virtual machine can't start on that host, if there is one."""

    @message(Role.READ_ONLY, runs=Runs.COORDINATOR)
    def assert_agile(self) -> None:
        """Fail with the reason why the virtual machine could not run on every host, if there is one."""

    @message(Role.READ_ONLY, runs=Runs.COORDINATOR, self_name="vm")
    def retrieve_wlb_recommendations(self) -> Mapping[HostRef, tuple[str, ...]]:
        """What the workload balancer thinks of each host for the virtual machine."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def set_suspend_VDI(self, value: VDIRef) -> None:
        """Say which disk holds the suspended guest's memory."""
