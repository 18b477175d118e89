"""Errors about a guest as it runs: its domain, its drivers, its devices."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import VBDRef, VMRef


class VmFailedShutdownAcknowledgment(ApiError):
    """The guest did not take notice of the request to shut down."""

    vm: VMRef


class VmFailedSuspendAcknowledgment(ApiError):
    """The guest did not take notice of the request to suspend."""

    vm: VMRef


class VmMemoryTargetWaitTimeout(ApiError):
    """The guest did not get to the size that it was asked to keep to."""


class BallooningDisabled(ApiError):
    """The size of guests' memory does not change while they run."""


class BallooningTimeoutBeforeMigration(ApiError):
    """The guest did not shrink in time to be moved."""

    vm: VMRef


class BootloaderFailed(ApiError):
    """The program that finds the guest's kernel failed."""

    vm: VMRef
    msg: str


class UnknownBootloader(ApiError):
    """There is no such program to find the guest's kernel."""

    vm: VMRef
    bootloader: str


class FailedToStartEmulator(ApiError):
    """The program that plays the guest's hardware did not start."""

    vm: VMRef
    name: str
    msg: str


class DomainBuilderError(ApiError):
    """The guest's domain could not be built."""

    function: str
    code_: str
    message: str


class DomainExists(ApiError):
    """There is a domain for the guest already."""

    vm: VMRef
    domid: int


class VmOldPvDrivers(ApiError):
    """The guest's drivers are too old for this."""

    vm: VMRef
    major: int
    minor: int


class VmPvDriversInUse(ApiError):
    """The guest uses its drivers for this platform."""

    vm: VMRef


class VmLacksFeature(ApiError):
    """The guest does not say that it can do this."""

    vm: VMRef


class VmCallPluginRateLimit(ApiError):
    """The guest's plugin was called too often: wait."""

    VM: VMRef
    interval: str
    wait: str


class VmDuplicateVbdDevice(ApiError):
    """Two drives of the virtual machine have the same position."""

    vm: VMRef
    vbd: VBDRef
    device: str


class VmNoEmptyCdVbd(ApiError):
    """The virtual machine has no empty CD drive."""

    vm: VMRef


class VmPciBusFull(ApiError):
    """The guest's PCI bus has no room for another device."""

    VM: VMRef


class VmHasPciAttached(ApiError):
    """A PCI device is handed through to the guest, with which this can't be done."""

    vm: VMRef


class VmHasSriovVif(ApiError):
    """The guest uses a card's virtual function, with which this can't be done."""

    vm: VMRef


class VmHasVgpu(ApiError):
    """The guest has a virtual graphics processor, with which this can't be done."""

    vm: VMRef


class VmHasVusbs(ApiError):
    """A USB device is handed through to the guest, with which this can't be done."""

    VM: VMRef


class VmAttachedToMoreThanOneVdiWithTimeoffsetMarkedAsResetOnBoot(ApiError):
    """Two disks that start anew would each set the guest's clock."""

    vm: VMRef


class Sysprep(ApiError):
    """The guest could not be made ready to be cloned."""

    vm: VMRef
    message: str


class CannotRestartDeviceModel(ApiError):
    """The guest's device model can't be replaced while it runs."""

    ref: str


class NotSystemDomain(ApiError):
    """The guest is not one that serves the pool."""

    vm: VMRef
