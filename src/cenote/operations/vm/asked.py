"""What can be asked of a VM without changing it."""

from __future__ import annotations

from cenote.model.classes.host import host as Host
from cenote.model.classes.VBD import VBD
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM, vm_operations
from cenote.model.core import Ref
from cenote.operations.context import Context
from cenote.operations.registry import implements
from cenote.operations.vbd.create import MOST as MOST_VBDS
from cenote.operations.vif.create import MOST as MOST_VIFS
from cenote.rules import allowed, placement


@implements(VM.assert_operation_valid, quick=True)
def assert_operation_valid(context: Context, vm: Ref[VM], op: vm_operations) -> None:
    """Raise what the operation would be refused with now."""
    refusal = allowed.refusal(context.view, context.view.get(VM, vm), op)
    if refusal is not None:
        raise refusal


@implements(VM.update_allowed_operations, quick=True)
def update_allowed_operations(context: Context, vm: Ref[VM]) -> None:
    """Work out the allowed operations once more; they are kept true anyway, so this only tells listeners."""
    context.write(lambda draft: draft.touch(VM, vm))


@implements(VM.get_allowed_VBD_devices, quick=True)
def get_allowed_vbd_devices(context: Context, vm: Ref[VM]) -> tuple[str, ...]:
    """The device numbers that are free for a VBD."""
    taken = {context.view.get(VBD, ref).userdevice for ref in context.view.get(VM, vm).VBDs}
    return tuple(str(n) for n in range(min(MOST_VBDS, 15) + 1) if str(n) not in taken)


@implements(VM.get_allowed_VIF_devices, quick=True)
def get_allowed_vif_devices(context: Context, vm: Ref[VM]) -> tuple[str, ...]:
    """The device numbers that are free for a VIF."""
    taken = {context.view.get(VIF, ref).device for ref in context.view.get(VM, vm).VIFs}
    return tuple(str(n) for n in range(MOST_VIFS + 1) if str(n) not in taken)


@implements(VM.get_possible_hosts, quick=True)
def get_possible_hosts(context: Context, vm: Ref[VM]) -> tuple[Ref[Host], ...]:
    """The hosts on which the VM could start now."""
    view = context.view
    record = view.get(VM, vm)
    return tuple(each.ref for each in view.all(Host) if placement.refusal(view, record, each) is None)


@implements(VM.assert_can_boot_here, quick=True)
def assert_can_boot_here(context: Context, vm: Ref[VM], host: Ref[Host]) -> None:
    """Raise why the VM can't start on that host now."""
    view = context.view
    refusal = placement.refusal(view, view.get(VM, vm), _host(context, host))
    if refusal is not None:
        raise refusal


def _host(context: Context, ref: Ref[Host]) -> Host:
    return context.view.get(Host, ref)


@implements(VM.compute_memory_overhead, quick=True)
def compute_memory_overhead(context: Context, vm: Ref[VM]) -> int:
    """Bytes of host memory that the VM costs beyond its own."""
    context.view.get(VM, vm)
    return placement.OVERHEAD


@implements(VM.get_cooperative, quick=True)
def get_cooperative(context: Context, vm: Ref[VM]) -> bool:
    """Whether the guest gives memory back when asked; published as always true since XenServer 5.6."""
    context.view.get(VM, vm)
    return True
