"""VM.pause, VM.unpause, the shutdowns and the reboots of a running VM."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress

from cenote.compute.errors import DomainUnknown
from cenote.model.classes.VDI import VDI
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.core import NULL, ApiError, Draft, Ref
from cenote.model.errors.vm import VmShutdownTimeout
from cenote.operations.compute import in_state, published, reached, watch
from cenote.operations.context import Context
from cenote.operations.observe import apply
from cenote.operations.registry import implements
from cenote.operations.vdi.create import discard
from cenote.operations.vm.start import started
from cenote.store.state import State

log = logging.getLogger(__name__)

ASK_AGAIN = 10.0
"""Seconds after which a guest that still runs is asked once more to shut down."""

HALTED, RUNNING, PAUSED = vm_power_state.HALTED, vm_power_state.RUNNING, vm_power_state.PAUSED


@implements(VM.pause)
def pause(context: Context, vm: Ref[VM]) -> None:
    """Stop the VM's processors."""
    with published(context, vm):
        context.rooms.hypervisor.pause(_uuid(context, vm))
    reached(context, vm, in_state(vm, PAUSED), "the pause")


@implements(VM.unpause)
def unpause(context: Context, vm: Ref[VM]) -> None:
    """Let the VM's processors run on."""
    with published(context, vm):
        context.rooms.hypervisor.unpause(_uuid(context, vm))
    reached(context, vm, in_state(vm, RUNNING), "the resumption")


@implements(VM.clean_shutdown)
def clean_shutdown(context: Context, vm: Ref[VM]) -> None:
    """Ask the guest to shut down and wait until it has; raises ``VM_SHUTDOWN_TIMEOUT`` when it does not.

    A guest that was still booting may not have heard: it is asked again, until its time is up.
    """
    timeout = context.rooms.settings.shutdown_timeout
    end = context.rooms.clock.monotonic() + timeout
    _ask(context, vm)
    while not watch(context, in_state(vm, HALTED), max(min(ASK_AGAIN, end - context.rooms.clock.monotonic()), 0.0)):
        if context.rooms.clock.monotonic() >= end:
            raise VmShutdownTimeout(vm, f"{timeout:g}")
        try:
            _ask(context, vm)
        except ApiError as error:
            log.info("the guest could not be asked again: %s", error, extra={"task": context.task, "object": vm})


def _ask(context: Context, vm: Ref[VM]) -> None:
    with published(context, vm):
        context.rooms.hypervisor.shutdown(_uuid(context, vm))


@implements(VM.hard_shutdown)
def hard_shutdown(context: Context, vm: Ref[VM]) -> None:
    """Cut the VM's power; of a suspended one, throw the suspended state away."""
    record = context.view.get(VM, vm)
    if record.power_state is vm_power_state.SUSPENDED:
        _throw_away(context, record)
        return
    with published(context, vm), suppress(DomainUnknown):  # it has ended by itself, which is seen in a moment
        context.rooms.hypervisor.destroy(record.uuid)
    reached(context, vm, in_state(vm, HALTED), "the end of the VM")


def _throw_away(context: Context, record: VM) -> None:
    def work(draft: Draft) -> None:
        draft.update(record.ref, VM.power_state.to(HALTED), VM.suspend_VDI.to(NULL))
        apply.unplugged(draft, draft.get(VM, record.ref))

    context.write(work)
    if record.suspend_VDI != NULL and context.view.find(VDI, record.suspend_VDI) is not None:
        discard(context, record.suspend_VDI)


@implements(VM.shutdown)
def shutdown(context: Context, vm: Ref[VM]) -> None:
    """Ask the guest to shut down; cut its power when it does not, or can't."""
    if context.view.get(VM, vm).power_state is not RUNNING:
        hard_shutdown(context, vm)
        return
    try:
        clean_shutdown(context, vm)
    except VmShutdownTimeout:
        hard_shutdown(context, vm)


@implements(VM.clean_reboot)
def clean_reboot(context: Context, vm: Ref[VM]) -> None:
    """Ask the guest to restart and wait until it has; raises ``VM_SHUTDOWN_TIMEOUT`` when it does not.

    A VM whose ``actions_after_reboot`` is to end has ended then.
    """
    timeout = context.rooms.settings.shutdown_timeout
    anew = _anew(context.view, vm)
    with published(context, vm):
        context.rooms.hypervisor.reboot(_uuid(context, vm), hard=False)
    if not watch(context, anew, timeout):
        raise VmShutdownTimeout(vm, f"{timeout:g}")


@implements(VM.hard_reboot)
def hard_reboot(context: Context, vm: Ref[VM]) -> None:
    """Reset the VM, as its reset button would."""
    anew, running = _anew(context.view, vm), in_state(vm, RUNNING, HALTED)
    with published(context, vm):
        context.rooms.hypervisor.reboot(_uuid(context, vm), hard=True)
        if context.view.get(VM, vm).power_state is PAUSED:
            context.rooms.hypervisor.unpause(_uuid(context, vm))
    reached(context, vm, lambda state: anew(state) and running(state), "the reset")


def _uuid(context: Context, vm: Ref[VM]) -> str:
    return context.view.get(VM, vm).uuid


def _anew(now: State, vm: Ref[VM]) -> Callable[[State], bool]:
    """Whether the VM's run began anew since ``now``, or has ended."""
    before, ended = started(now, vm), in_state(vm, HALTED)
    return lambda state: started(state, vm) != before or ended(state)
