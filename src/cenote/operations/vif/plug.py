"""VIF.plug, VIF.unplug and VIF.move."""

from __future__ import annotations

from cenote.base.undo import Undo
from cenote.model.classes.network import network as Network
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM
from cenote.model.core import Ref
from cenote.operations.compute import published, reached, uncertain
from cenote.operations.context import Context
from cenote.operations.registry import implements
from cenote.operations.vm import resources


@implements(VIF.plug)
def plug(context: Context, vif: Ref[VIF]) -> None:
    """Plug a network interface into its running VM."""
    record = context.view.get(VIF, vif)
    vm = context.view.get(VM, record.VM)
    with Undo() as undo:
        card = resources.attach_nic(context, record, undo)
        with published(context, vm.ref, device=vif), uncertain(undo):
            context.rooms.hypervisor.plug_nic(vm.uuid, card)
        undo.keep()
    reached(context, vm.ref, lambda state: state.get(VIF, vif).currently_attached, "the plugging")


@implements(VIF.unplug)
def unplug(context: Context, vif: Ref[VIF]) -> None:
    """Unplug a network interface from its running VM, which must let it go."""
    record = context.view.get(VIF, vif)
    vm = context.view.get(VM, record.VM)
    with published(context, vm.ref, device=vif):
        context.rooms.hypervisor.unplug_nic(vm.uuid, int(record.device))
    reached(context, vm.ref, lambda state: not state.get(VIF, vif).currently_attached, "the unplugging")
    resources.release_nic(context.rooms, record)


@implements(VIF.unplug_force)
def unplug_force(context: Context, vif: Ref[VIF]) -> None:
    """As unplug; an interface that is not plugged is success."""
    if context.view.get(VIF, vif).currently_attached:
        unplug(context, vif)


@implements(VIF.move)
def move(context: Context, vif: Ref[VIF], network: Ref[Network]) -> None:
    """Join the interface to another network; a plugged one is unplugged from the old and plugged into the new."""
    context.view.get(Network, network)
    plugged = context.view.get(VIF, vif).currently_attached
    if plugged:
        unplug(context, vif)
    context.write(lambda draft: draft.update(vif, VIF.network.to(network)))
    if plugged:
        plug(context, vif)
