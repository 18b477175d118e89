"""Errors about graphics processors, USB devices, TPMs and PVS."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import (
    GPUGroupRef,
    HostRef,
    PGPURef,
    PUSBRef,
    PVSCacheStorageRef,
    PVSProxyRef,
    PVSServerRef,
    PVSSiteRef,
    USBGroupRef,
    VDIRef,
    VGPURef,
    VGPUTypeRef,
    VMRef,
    VUSBRef,
)


class BootDevicePassthroughDisallowed(ApiError):
    """The host itself boots from the device."""

    device: str


class GpuGroupContainsNoPgpus(ApiError):
    """The group has no graphics processor."""

    gpu_group: GPUGroupRef


class GpuGroupContainsPgpu(ApiError):
    """Graphics processors are in the group."""

    pgpus: tuple[PGPURef, ...]


class GpuGroupContainsVgpu(ApiError):
    """Virtual graphics processors use the group."""

    vgpus: tuple[VGPURef, ...]


class PgpuInsufficientCapacityForVgpu(ApiError):
    """The graphics processor has no room for another of that type."""

    pgpu: PGPURef
    vgpu_type: VGPUTypeRef


class PgpuInUseByVm(ApiError):
    """Guests use the graphics processor."""

    VMs: tuple[VMRef, ...]


class PgpuNotCompatibleWithGpuGroup(ApiError):
    """The group is for graphics processors of another type."""

    type: str
    group_types: tuple[str, ...]


class NvidiaSriovMisconfigured(ApiError):
    """The graphics processor's virtual functions are not set up."""

    host: HostRef
    device_name: str


class NvidiaToolsError(ApiError):
    """The maker's program for graphics processors failed."""

    host: HostRef


class VgpuDestinationIncompatible(ApiError):
    """The host that the guest is moved to can't take its virtual graphics processor."""

    reason: str
    vgpu: VGPURef
    host: HostRef


class VgpuGuestDriverLimit(ApiError):
    """The guest's driver can't have its virtual graphics processor moved."""

    reason: str
    vm: VMRef
    host: HostRef


class VgpuSuspensionNotSupported(ApiError):
    """A guest with that virtual graphics processor can't be suspended."""

    reason: str
    vgpu: VGPURef
    host: HostRef


class VgpuTypeNotCompatible(ApiError):
    """The virtual graphics processor can't be together with the guest's others."""

    type: VGPUTypeRef


class VgpuTypeNotCompatibleWithRunningType(ApiError):
    """The graphics processor already serves ones of another type."""

    pgpu: PGPURef
    type: VGPUTypeRef
    running_type: VGPUTypeRef


class VgpuTypeNotEnabled(ApiError):
    """That type is not turned on for the graphics processor."""

    type: VGPUTypeRef
    enabled_types: tuple[VGPUTypeRef, ...]


class VgpuTypeNotSupported(ApiError):
    """The graphics processor can't do that type."""

    type: VGPUTypeRef
    supported_types: tuple[VGPUTypeRef, ...]


class VgpuTypeNoLongerSupported(ApiError):
    """That type is no longer to be had."""

    type: VGPUTypeRef


class PusbVdiConflict(ApiError):
    """The USB device is a disk already, and can't be handed through too."""

    PUSB: PUSBRef
    VDI: VDIRef


class UsbAlreadyAttached(ApiError):
    """The USB device is handed through to a guest already."""

    PUSB: PUSBRef
    VM: VMRef


class UsbGroupConflict(ApiError):
    """The virtual machine has a device of that group already."""

    USB_group: USBGroupRef


class UsbGroupContainsNoPusbs(ApiError):
    """The group has no USB device."""

    usb_group: USBGroupRef


class UsbGroupContainsPusb(ApiError):
    """USB devices are in the group."""

    pusbs: tuple[PUSBRef, ...]


class UsbGroupContainsVusb(ApiError):
    """Virtual machines have devices of the group."""

    vusbs: tuple[VUSBRef, ...]


class TooManyVusbs(ApiError):
    """The virtual machine has as many USB devices as there can be."""

    number: int


class VtpmMaxAmountReached(ApiError):
    """The virtual machine has as many TPMs as there can be."""

    amount: int


class PvsCacheStorageAlreadyPresent(ApiError):
    """The host has a cache for the site already."""

    site: PVSSiteRef
    host: HostRef


class PvsCacheStorageIsInUse(ApiError):
    """A running proxy uses the cache."""

    PVS_cache_storage: PVSCacheStorageRef


class PvsProxyAlreadyPresent(ApiError):
    """The interface has a proxy already."""

    proxies: tuple[PVSProxyRef, ...]


class PvsProxyPresentOnHigherVifDevice(ApiError):
    """A later interface of the virtual machine has a proxy."""

    device: str


class PvsServerAddressInUse(ApiError):
    """A server with that address is known already."""

    address: str


class PvsSiteContainsRunningProxies(ApiError):
    """Proxies of the site run."""

    proxies: tuple[PVSProxyRef, ...]


class PvsSiteContainsServers(ApiError):
    """The site has servers."""

    servers: tuple[PVSServerRef, ...]


class PvsVifMustBeFirstDevice(ApiError):
    """A proxy must be on the virtual machine's first interface."""
