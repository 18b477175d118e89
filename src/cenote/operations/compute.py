"""Where operations meet compute: the driver's errors in the published words, and waiting for what was observed."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any

from cenote.base.undo import Undo
from cenote.compute import errors
from cenote.model.classes.host import host
from cenote.model.classes.VBD import VBD
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.core import ApiError, Ref
from cenote.model.errors.general import (
    DeviceAlreadyAttached,
    DeviceAlreadyDetached,
    DeviceDetachRejected,
    InternalError,
    OperationNotAllowed,
    OutOfSpace,
    TaskCancelled,
)
from cenote.model.errors.host import HostNotEnoughFreeMemory, HostOffline
from cenote.model.errors.network import BridgeNotAvailable
from cenote.model.errors.storage import VdiInUse, VdiNotAvailable
from cenote.model.errors.vm import DuplicateVm, VmBadPowerState, VmIncompatibleWithThisHost, VmMissingPvDrivers
from cenote.operations.context import Context
from cenote.rules.placement import free_memory
from cenote.rules.vm import LIVE
from cenote.store.state import State


@contextmanager
def published(
    context: Context, vm: Ref[VM], *, device: Ref[Any] | None = None, images: Mapping[str, Ref[Any]] | None = None
) -> Generator[None]:
    """Translate what a driver raises inside the block into the published error about that VM.

    ``device`` is the VBD or VIF that the block is about, ``images`` the VDI behind each path.
    """
    try:
        yield
    except errors.HypervisorError as error:
        raise _translate(error, context, vm, device, images or {}) from error


def _translate(
    error: errors.HypervisorError,
    context: Context,
    vm: Ref[VM],
    device: Ref[Any] | None,
    images: Mapping[str, Ref[Any]],
) -> ApiError:
    here = context.rooms.host
    match error:
        case errors.HypervisorUnavailable():
            return HostOffline(here)
        case errors.DomainExists():
            return DuplicateVm(vm)
        case errors.DomainUnknown():
            return VmBadPowerState(vm, "running", "halted")
        case errors.DomainNotRunning():
            return VmBadPowerState(vm, "running", context.view.get(VM, vm).power_state.value.lower())
        case errors.ImageMissing(path=path):
            return VdiNotAvailable(images[path]) if path in images else InternalError(str(error))
        case errors.ImageBusy(path=path):
            return VdiInUse(images[path], "attach") if path in images else InternalError(str(error))
        case errors.NoSpace(path=path):
            return OutOfSpace(path)
        case errors.NoMemory(wanted=wanted):
            return HostNotEnoughFreeMemory(wanted, max(free_memory(context.view, context.view.get(host, here)), 0))
        case errors.BridgeMissing(bridge=bridge):
            return BridgeNotAvailable(bridge)
        case errors.FirmwareMissing():
            return VmIncompatibleWithThisHost(vm, here, str(error))
        case errors.GuestAgentSilent():
            return VmMissingPvDrivers(vm)
        case _:
            return _about_device(error, context, device)


def _about_device(error: errors.HypervisorError, context: Context, device: Ref[Any] | None) -> ApiError:
    match error:
        case errors.DeviceExists() if device is not None:
            return DeviceAlreadyAttached(device)
        case errors.DeviceUnknown() if device is not None:
            return DeviceAlreadyDetached(device)
        case errors.GuestRefused() if device is not None:
            kind = "VBD" if context.view.find(VBD, device) else "VIF"
            return DeviceDetachRejected(kind, device, str(error))
        case errors.Unsupported() | errors.DomainBusy():
            return OperationNotAllowed(str(error))
        case _:
            return InternalError(str(error))


@contextmanager
def uncertain(undo: Undo) -> Generator[None]:
    """Around one call to the hypervisor: when its outcome is open, nothing is taken back that it may be using yet."""
    try:
        yield
    except errors.CallTimedOut as error:
        if error.started:
            undo.keep()
        raise


def observed(context: Context, ready: Callable[[State], bool], what: str) -> None:
    """Wait until the records show what the observer saw; raises ``INTERNAL_ERROR`` when nothing was seen in time.

    What is waited for has been done: it is too late to cancel it.
    """
    if context.store.wait(lambda state: ready(state) or None, context.rooms.settings.observe_timeout) is None:
        raise InternalError(f"{what} was not observed in time; the VM's record says what is known")


def reached(context: Context, vm: Ref[VM], ready: Callable[[State], bool], what: str) -> None:
    """As :func:`observed`, of a VM that runs; raises ``VM_BAD_POWER_STATE`` when it has ended instead."""
    alive = in_state(vm, *LIVE)

    def look(state: State) -> bool | None:
        return True if ready(state) else None if alive(state) else False

    found = context.store.wait(look, context.rooms.settings.observe_timeout)
    if found is None:
        raise InternalError(f"{what} was not observed in time; the VM's record says what is known")
    if not found:
        raise VmBadPowerState(vm, "running", "halted")


def watch(context: Context, ready: Callable[[State], bool], timeout: float) -> bool:
    """Wait until ``ready`` holds; false when ``timeout`` (seconds) passes. Raises ``TASK_CANCELLED``.

    Cancelling changes the task's record, and so wakes this up.
    """

    def look(state: State) -> bool | None:
        if context.progress.cancelled:
            raise TaskCancelled(str(context.task))
        return ready(state) or None

    return context.store.wait(look, timeout) is not None


def in_state(vm: Ref[VM], *wanted: vm_power_state) -> Callable[[State], bool]:
    """Whether the VM is in one of those power states; a VM that is gone is in none."""

    def ready(state: State) -> bool:
        record = state.find(VM, vm)
        return record is not None and record.power_state in wanted

    return ready
