"""The VM's setters: most only write a field; sizes are checked, and a running guest follows where it can."""

from __future__ import annotations

from cenote.model.classes.vm import VM, vm_operations, vm_power_state
from cenote.model.core import Draft, Ref
from cenote.model.errors.general import InvalidValue
from cenote.model.errors.vm import VmBadPowerState, VmIsTemplate
from cenote.operations.compute import published
from cenote.operations.context import Context
from cenote.operations.plain import adds_to, not_negative, removes_from, sets
from cenote.operations.registry import implements, on_set
from cenote.operations.vm.create import check_memory, check_vcpus
from cenote.rules import allowed

HALTED = vm_power_state.HALTED

sets(VM.set_platform, VM.platform)
adds_to(VM.add_to_platform, VM.platform)
removes_from(VM.remove_from_platform, VM.platform)
sets(VM.set_other_config, VM.other_config)
adds_to(VM.add_to_other_config, VM.other_config)
removes_from(VM.remove_from_other_config, VM.other_config)
sets(VM.set_blocked_operations, VM.blocked_operations)
adds_to(VM.add_to_blocked_operations, VM.blocked_operations)
removes_from(VM.remove_from_blocked_operations, VM.blocked_operations)
sets(VM.set_NVRAM, VM.NVRAM)
adds_to(VM.add_to_NVRAM, VM.NVRAM)
removes_from(VM.remove_from_NVRAM, VM.NVRAM)
sets(VM.set_HVM_boot_policy, VM.HVM_boot_policy)
sets(VM.set_domain_type, VM.domain_type)
sets(VM.set_actions_after_crash, VM.actions_after_crash)
sets(VM.set_has_vendor_device, VM.has_vendor_device)
sets(VM.set_order, VM.order, not_negative("order"))
sets(VM.set_start_delay, VM.start_delay, not_negative("start_delay"))
sets(VM.set_shutdown_delay, VM.shutdown_delay, not_negative("shutdown_delay"))


def check_shadow(value: float) -> None:
    """Refuse a shadow multiplier below one, which no guest can run with."""
    if value < 1:
        raise InvalidValue("HVM_shadow_multiplier", str(value))


sets(VM.set_HVM_shadow_multiplier, VM.HVM_shadow_multiplier, check_shadow)


def _halted(draft: Draft, vm: Ref[VM]) -> VM:
    record = draft.get(VM, vm)
    if record.power_state is not HALTED:
        raise VmBadPowerState(vm, "halted", record.power_state.value.lower())
    return record


@on_set(VM.is_a_template)
def set_is_a_template(context: Context, vm: Ref[VM], value: bool) -> None:
    """Turn a halted VM into a template, or a template into a VM."""

    def work(draft: Draft) -> None:
        refusal = allowed.refusal(draft, draft.get(VM, vm), vm_operations.MAKE_INTO_TEMPLATE) if value else None
        if refusal is not None and not isinstance(refusal, VmIsTemplate):
            raise refusal
        draft.update(vm, VM.is_a_template.to(value))

    context.write(work)


@implements(VM.set_VCPUs_max, quick=True)
def set_vcpus_max(context: Context, vm: Ref[VM], value: int) -> None:
    """Set how many virtual CPUs a halted VM may have."""

    def work(draft: Draft) -> None:
        check_vcpus(_halted(draft, vm).VCPUs_at_startup, value)
        draft.update(vm, VM.VCPUs_max.to(value))

    context.write(work)


@implements(VM.set_VCPUs_at_startup, quick=True)
def set_vcpus_at_startup(context: Context, vm: Ref[VM], value: int) -> None:
    """Set how many virtual CPUs a VM starts with."""

    def work(draft: Draft) -> None:
        check_vcpus(value, draft.get(VM, vm).VCPUs_max)
        draft.update(vm, VM.VCPUs_at_startup.to(value))

    context.write(work)


def set_limits(
    context: Context,
    vm: Ref[VM],
    *,
    static_min: int | None = None,
    static_max: int | None = None,
    dynamic_min: int | None = None,
    dynamic_max: int | None = None,
) -> None:
    """Set some memory limits (bytes); together they must stay in order. Static ones need a halted VM."""

    def work(draft: Draft) -> VM:
        static = static_min is not None or static_max is not None
        record = _halted(draft, vm) if static else draft.get(VM, vm)
        low, high = _or(static_min, record.memory_static_min), _or(static_max, record.memory_static_max)
        least, most = _or(dynamic_min, record.memory_dynamic_min), _or(dynamic_max, record.memory_dynamic_max)
        check_memory(low, least, most, high)
        draft.update(
            vm,
            VM.memory_static_min.to(low),
            VM.memory_static_max.to(high),
            VM.memory_dynamic_min.to(least),
            VM.memory_dynamic_max.to(most),
        )
        return draft.get(VM, vm)

    record = context.write(work)
    if record.power_state is vm_power_state.RUNNING:
        with published(context, vm):
            context.rooms.hypervisor.set_memory_target(record.uuid, record.memory_dynamic_max)


def _or(given: int | None, present: int) -> int:
    return present if given is None else given


@implements(VM.set_memory_limits)
def set_memory_limits(
    context: Context, vm: Ref[VM], static_min: int, static_max: int, dynamic_min: int, dynamic_max: int
) -> None:
    """Set all four limits of a halted VM."""
    set_limits(
        context,
        vm,
        static_min=static_min,
        static_max=static_max,
        dynamic_min=dynamic_min,
        dynamic_max=dynamic_max,
    )


@implements(VM.set_memory)
def set_memory(context: Context, vm: Ref[VM], value: int) -> None:
    """Give a halted VM that much memory: both dynamic limits and the static maximum."""
    set_limits(context, vm, static_max=value, dynamic_min=value, dynamic_max=value)


@implements(VM.set_memory_static_range)
def set_memory_static_range(context: Context, vm: Ref[VM], min: int, max: int) -> None:  # noqa: A002 - published names
    """Set both static limits of a halted VM."""
    set_limits(context, vm, static_min=min, static_max=max)


@implements(VM.set_memory_static_min)
def set_memory_static_min(context: Context, vm: Ref[VM], value: int) -> None:
    """Set the static minimum of a halted VM."""
    set_limits(context, vm, static_min=value)


@implements(VM.set_memory_static_max)
def set_memory_static_max(context: Context, vm: Ref[VM], value: int) -> None:
    """Set the static maximum of a halted VM."""
    set_limits(context, vm, static_max=value)


@implements(VM.set_memory_dynamic_range)
def set_memory_dynamic_range(context: Context, vm: Ref[VM], min: int, max: int) -> None:  # noqa: A002 - published names
    """Set both dynamic limits; a running guest is asked to follow."""
    set_limits(context, vm, dynamic_min=min, dynamic_max=max)


@implements(VM.set_memory_dynamic_min)
def set_memory_dynamic_min(context: Context, vm: Ref[VM], value: int) -> None:
    """Set the dynamic minimum."""
    set_limits(context, vm, dynamic_min=value)


@implements(VM.set_memory_dynamic_max)
def set_memory_dynamic_max(context: Context, vm: Ref[VM], value: int) -> None:
    """Set the dynamic maximum; a running guest is asked to follow."""
    set_limits(context, vm, dynamic_max=value)
