"""VM.pause, VM.unpause, the shutdowns and the reboots of a running VM."""

from __future__ import annotations

from cenote.model.classes.VDI import VDI
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.classes.VM_metrics import VM_metrics
from cenote.model.core import NULL, Draft, Ref
from cenote.model.errors.vm import VmShutdownTimeout
from cenote.operations.compute import in_state, observed, published, watch
from cenote.operations.context import Context
from cenote.operations.registry import implements
from cenote.operations.vdi.create import discard
from cenote.store.state import State

HALTED, RUNNING, PAUSED = vm_power_state.HALTED, vm_power_state.RUNNING, vm_power_state.PAUSED


@implements(VM.pause)
def pause(context: Context, vm: Ref[VM]) -> None:
    """Stop the VM's processors."""
    with published(context, vm):
        context.rooms.hypervisor.pause(_uuid(context, vm))
    observed(context, in_state(vm, PAUSED), "the pause")


@implements(VM.unpause)
def unpause(context: Context, vm: Ref[VM]) -> None:
    """Let the VM's processors run on."""
    with published(context, vm):
        context.rooms.hypervisor.unpause(_uuid(context, vm))
    observed(context, in_state(vm, RUNNING), "the resumption")


@implements(VM.clean_shutdown)
def clean_shutdown(context: Context, vm: Ref[VM]) -> None:
    """Ask the guest to shut down and wait until it has; raises ``VM_SHUTDOWN_TIMEOUT`` when it does not."""
    timeout = context.rooms.settings.shutdown_timeout
    with published(context, vm):
        context.rooms.hypervisor.shutdown(_uuid(context, vm))
    if not watch(context, in_state(vm, HALTED), timeout):
        raise VmShutdownTimeout(vm, f"{timeout:g}")


@implements(VM.hard_shutdown)
def hard_shutdown(context: Context, vm: Ref[VM]) -> None:
    """Cut the VM's power; of a suspended one, throw the suspended state away."""
    record = context.view.get(VM, vm)
    if record.power_state is vm_power_state.SUSPENDED:
        _throw_away(context, record)
        return
    with published(context, vm):
        context.rooms.hypervisor.destroy(record.uuid)
    observed(context, in_state(vm, HALTED), "the end of the VM")


def _throw_away(context: Context, record: VM) -> None:
    def work(draft: Draft) -> None:
        draft.update(record.ref, VM.power_state.to(HALTED), VM.suspend_VDI.to(NULL))

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
    """Ask the guest to restart and wait until it has; raises ``VM_SHUTDOWN_TIMEOUT`` when it does not."""
    timeout = context.rooms.settings.shutdown_timeout
    started = _started(context.view, vm)
    with published(context, vm):
        context.rooms.hypervisor.reboot(_uuid(context, vm), hard=False)
    if not watch(context, lambda state: _started(state, vm) != started, timeout):
        raise VmShutdownTimeout(vm, f"{timeout:g}")


@implements(VM.hard_reboot)
def hard_reboot(context: Context, vm: Ref[VM]) -> None:
    """Reset the VM, as its reset button would."""
    started = _started(context.view, vm)
    with published(context, vm):
        context.rooms.hypervisor.reboot(_uuid(context, vm), hard=True)
        if context.view.get(VM, vm).power_state is PAUSED:
            context.rooms.hypervisor.unpause(_uuid(context, vm))
    observed(context, lambda state: _started(state, vm) != started and in_state(vm, RUNNING)(state), "the reset")


def _uuid(context: Context, vm: Ref[VM]) -> str:
    return context.view.get(VM, vm).uuid


def _started(state: State, vm: Ref[VM]) -> object:
    """When the VM's present run began; the observer moves it with each start and each reset."""
    record = state.find(VM, vm)
    metrics = None if record is None else state.find(VM_metrics, record.metrics)
    return None if metrics is None else metrics.start_time
