"""VM.create and VM.destroy: the record, and what belongs to it alone."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from cenote.model.classes.console import console
from cenote.model.classes.VBD import VBD
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.classes.VM_guest_metrics import VM_guest_metrics
from cenote.model.classes.VM_metrics import VM_metrics
from cenote.model.core import NULL, Draft, Ref
from cenote.model.errors.general import InvalidValue
from cenote.model.errors.vm import MemoryConstraintViolation
from cenote.operations.context import Context
from cenote.operations.records import assignments
from cenote.operations.registry import creates, destroys
from cenote.operations.vm import nvram


@creates(VM)
def create(context: Context, values: Mapping[str, Any]) -> Ref[VM]:
    """Create the record of a halted VM; its devices are created on their own."""
    check(values)
    return context.write(lambda draft: add(draft, {**values, "power_state": vm_power_state.HALTED}))


def add(draft: Draft, values: Mapping[str, Any]) -> Ref[VM]:
    """Add a halted VM with metrics of its own to a draft; a seed for its MAC addresses is made where it has none."""
    other_config = {"mac_seed": str(uuid.uuid4()), **values["other_config"]}
    metrics = draft.create(VM_metrics, VM_metrics.memory_actual.to(0), VM_metrics.VCPUs_number.to(0))
    return draft.create(
        VM,
        *assignments(VM, {**values, "other_config": other_config, "memory_target": 0}),
        VM.metrics.to(metrics),
        VM.domid.to(-1),
    )


def check(values: Mapping[str, Any]) -> None:
    """Refuse sizes that no guest can have."""
    check_memory(*(values[f"memory_{name}"] for name in ("static_min", "dynamic_min", "dynamic_max", "static_max")))
    check_vcpus(values["VCPUs_at_startup"], values["VCPUs_max"])


def check_memory(static_min: int, dynamic_min: int, dynamic_max: int, static_max: int) -> None:
    """Memory limits are in order: 0 <= static min <= dynamic min <= dynamic max <= static max (bytes)."""
    if not 0 <= static_min <= dynamic_min <= dynamic_max <= static_max:
        raise MemoryConstraintViolation(
            "Memory limits must satisfy: static_min <= dynamic_min <= dynamic_max <= static_max"
        )


def check_vcpus(at_startup: int, most: int) -> None:
    """At least one virtual CPU, and no more at start than there may be."""
    if most < 1:
        raise InvalidValue("VCPUs_max", str(most))
    if not 1 <= at_startup <= most:
        raise InvalidValue("VCPUs_at_startup", f"{at_startup} (from 1 to {most})")


@destroys(VM)
def destroy(context: Context, vm: Ref[VM]) -> None:
    """Destroy a halted VM and its devices; the disks stay."""
    record = context.view.get(VM, vm)
    context.write(lambda draft: remove(draft, vm))
    nvram.forget(context.rooms.settings, record.uuid)


def remove(draft: Draft, vm: Ref[VM]) -> None:
    """Take a VM and all that belongs to it alone out of a draft."""
    record = draft.get(VM, vm)
    for vbd in record.VBDs:
        draft.delete(VBD, vbd)
    for vif in record.VIFs:
        draft.delete(VIF, vif)
    for each in record.consoles:
        draft.delete(console, each)
    if record.metrics != NULL:
        draft.delete(VM_metrics, record.metrics)
    if record.guest_metrics != NULL:
        draft.delete(VM_guest_metrics, record.guest_metrics)
    draft.delete(VM, vm)
