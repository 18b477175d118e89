"""Errors about a virtual machine: its power state, its start, its memory and processors."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import (
    GPUGroupRef,
    HostRef,
    NetworkRef,
    SRRef,
    USBGroupRef,
    VDIRef,
    VGPUTypeRef,
    VMApplianceRef,
    VMRef,
)


class VmBadPowerState(ApiError):
    """The virtual machine is not in a power state in which this is possible."""

    vm: VMRef
    expected: str
    actual: str


class VmIsTemplate(ApiError):
    """It is a template: make a copy and work with that."""

    vm: VMRef


class VmIsSnapshot(ApiError):
    """It is a snapshot, with which this can't be done."""

    vm: VMRef
    operation: str


class VmIsProtected(ApiError):
    """The guest is protected by high availability."""

    vm: VMRef


class VmIsImmobile(ApiError):
    """The guest can't be moved to another host now."""

    VM: VMRef


class VmIsUsingNestedVirt(ApiError):
    """The guest runs a hypervisor itself, with which this can't be done."""

    VM: VMRef


class VmCannotDeleteDefaultTemplate(ApiError):
    """The templates that came with the product can't be deleted."""

    vm: VMRef


class VmNotResidentHere(ApiError):
    """The guest does not run on that host."""

    vm: VMRef
    host: HostRef


class VmCrashed(ApiError):
    """The guest crashed while this was being done."""

    vm: VMRef


class VmHalted(ApiError):
    """The guest powered itself off while this was being done."""

    vm: VMRef


class VmRebooted(ApiError):
    """The guest rebooted while this was being done."""

    vm: VMRef


class VmShutdownTimeout(ApiError):
    """The guest did not shut down in time (seconds): try hard_shutdown."""

    vm: VMRef
    timeout: str


class VmSuspendTimeout(ApiError):
    """The guest was not suspended in time (seconds)."""

    vm: VMRef
    timeout: str


class VmNonSuspendable(ApiError):
    """The guest can't be suspended, for the reason that is given."""

    vm: VMRef
    reason: str


class VmNoSuspendSr(ApiError):
    """There is no repository for the suspended guest's memory: set VM.suspend_SR or pool.suspend_image_SR."""

    vm: VMRef


class VmNoCrashdumpSr(ApiError):
    """There is no repository for crash dumps."""

    vm: VMRef


class VmHasNoSuspendVdi(ApiError):
    """No disk holds the suspended guest's memory."""

    vm: VMRef


class SuspendImageNotAccessible(ApiError):
    """The disk with the suspended guest's memory can't be reached from this host."""

    vdi: VDIRef


class SuspendVdiReplacementIsNotIdentical(ApiError):
    """The other disk does not hold the same memory; each is given as its UUID and checksum."""

    old: str
    new: str


class VmNoVcpus(ApiError):
    """The virtual machine has no virtual processor."""

    vm: VMRef


class VmTooManyVcpus(ApiError):
    """The virtual machine has more virtual processors than can be."""

    vm: VMRef


class VcpuMaxNotCoresPerSocketMultiple(ApiError):
    """The most virtual processors must be a multiple of the cores in each socket."""

    vcpu_max: int
    cores_per_socket: int


class VmMemorySizeTooLow(ApiError):
    """The virtual machine has too little memory to start."""

    vm: VMRef


class MemoryConstraintViolation(ApiError):
    """The sizes of memory are not in order, or can't be had."""

    constraint: str


class MemoryConstraintViolationOrder(ApiError):
    """The sizes of memory must satisfy static_min <= dynamic_min <= dynamic_max <= static_max."""


class MemoryConstraintViolationMaxpin(ApiError):
    """All of the guest's memory must be its own, so its dynamic sizes must equal static_max."""

    reason: str


class DuplicateVm(ApiError):
    """A virtual machine with that UUID is there already."""

    vm: VMRef


class DuplicateMacSeed(ApiError):
    """Another virtual machine has the same seed, so hardware addresses would not differ."""

    seed: str


class VmUnsafeBoot(ApiError):
    """Starting the guest now could harm its disks: it may run elsewhere."""

    vm: VMRef


class VmHvmRequired(ApiError):
    """The guest needs hardware virtualization, which the host lacks."""

    vm: VMRef


class VmIncompatibleWithThisHost(ApiError):
    """The guest can't run on that host, for the reason that is given."""

    vm: VMRef
    host: HostRef
    reason: str


class VmHostIncompatibleVersion(ApiError):
    """The host's software is too old for the guest."""

    host: HostRef
    vm: VMRef


class VmHostIncompatibleVersionMigrate(ApiError):
    """The host's software is too old to take the guest over."""

    host: HostRef
    vm: VMRef


class VmHostIncompatibleVirtualHardwarePlatformVersion(ApiError):
    """The host does not offer the virtual hardware that the guest needs."""

    host: HostRef
    host_versions: tuple[str, ...]
    vm: VMRef
    vm_version: int


class VmRequiresSr(ApiError):
    """The host can't reach a repository that holds a disk of the virtual machine."""

    vm: VMRef
    sr: SRRef


class VmRequiresNetwork(ApiError):
    """The host does not have a network of the virtual machine."""

    vm: VMRef
    network: NetworkRef


class VmRequiresVdi(ApiError):
    """A disk that the virtual machine needs can't be had."""

    vm: VMRef
    vdi: VDIRef


class VmRequiresGpu(ApiError):
    """The host has no free graphics processor of the group that the virtual machine needs."""

    vm: VMRef
    GPU_group: GPUGroupRef


class VmRequiresVgpu(ApiError):
    """The host has no room for the virtual graphics processor that the virtual machine needs."""

    vm: VMRef
    GPU_group: GPUGroupRef
    vGPU_type: VGPUTypeRef


class VmRequiresIommu(ApiError):
    """The host has no IOMMU in use, without which no device can be handed through."""

    host: HostRef


class VmRequiresVusb(ApiError):
    """The host does not have the USB device that the virtual machine needs."""

    vm: VMRef
    USB_group: USBGroupRef


class VmMissingPvDrivers(ApiError):
    """The guest has no drivers for this platform, or they have not reported yet."""

    vm: VMRef


class VmIsPartOfAnAppliance(ApiError):
    """The virtual machine is part of an appliance: work with that."""

    vm: VMRef
    appliance: VMApplianceRef


class VmBiosStringsAlreadySet(ApiError):
    """What the guest's firmware reports was set already, and can be set once."""


class ProvisionOnlyAllowedOnTemplate(ApiError):
    """Only what was cloned from a template can be provisioned."""


class ProvisionFailedOutOfSpace(ApiError):
    """There was not enough room for the disks that the template asks for."""


class CannotResetControlDomain(ApiError):
    """A control domain can't be recorded as halted."""

    vm: VMRef
