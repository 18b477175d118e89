"""How much memory a virtual machine has. Sizes are in bytes."""

from __future__ import annotations

from cenote.model.classes.vm.operations import vm_operations
from cenote.model.core import Field, Lifecycle, Object, Runs, initial, message, runtime
from cenote.model.errors.availability import HaOperationWouldBreakFailoverPlan
from cenote.model.roles import Role


class Memory(Object):
    """How much memory a virtual machine has. Sizes are in bytes."""

    memory_overhead: Field[int] = runtime("memory that the guest costs its host beyond its own (bytes)", default=0)
    memory_target: Field[int] = initial(
        "the size that the guest is asked to keep to (bytes)", default=0, lifecycle=Lifecycle.DEPRECATED
    )
    memory_static_max: Field[int] = initial("the most that the guest can ever have, fixed while it runs (bytes)")
    memory_dynamic_max: Field[int] = initial("the size below which the guest is kept (bytes)")
    memory_dynamic_min: Field[int] = initial("the size above which the guest is kept (bytes)")
    memory_static_min: Field[int] = initial("the least with which the guest can work at all (bytes)")

    @message(Role.READ_ONLY, self_name="vm")
    def compute_memory_overhead(self) -> int:
        """How much memory the guest would cost its host beyond its own (bytes)."""
        ...

    @message(Role.VM_POWER_ADMIN, runs=Runs.RESIDENT, operation=vm_operations.CHANGING_DYNAMIC_RANGE)
    def set_memory_dynamic_max(self, value: int) -> None:
        """Set the size below which the guest is kept (bytes)."""

    @message(Role.VM_POWER_ADMIN, runs=Runs.RESIDENT, operation=vm_operations.CHANGING_DYNAMIC_RANGE)
    def set_memory_dynamic_min(self, value: int) -> None:
        """Set the size above which the guest is kept (bytes)."""

    @message(Role.VM_POWER_ADMIN, runs=Runs.RESIDENT, operation=vm_operations.CHANGING_DYNAMIC_RANGE)
    def set_memory_dynamic_range(self, min: int, max: int) -> None:
        """Set both sizes between which the guest is kept (bytes)."""

    @message(
        Role.VM_POWER_ADMIN,
        runs=Runs.COORDINATOR,
        operation=vm_operations.CHANGING_STATIC_RANGE,
        errors=(HaOperationWouldBreakFailoverPlan,),
    )
    def set_memory_static_max(self, value: int) -> None:
        """Set the most that the guest can have (bytes); it must be halted."""

    @message(Role.VM_POWER_ADMIN, runs=Runs.COORDINATOR, operation=vm_operations.CHANGING_STATIC_RANGE)
    def set_memory_static_min(self, value: int) -> None:
        """Set the least with which the guest can work (bytes); it must be halted."""

    @message(Role.VM_POWER_ADMIN, runs=Runs.COORDINATOR, operation=vm_operations.CHANGING_STATIC_RANGE)
    def set_memory_static_range(self, min: int, max: int) -> None:
        """Set the least and the most that the guest can have (bytes); it must be halted."""

    @message(Role.VM_POWER_ADMIN, runs=Runs.COORDINATOR, operation=vm_operations.CHANGING_MEMORY_LIMITS)
    def set_memory_limits(self, static_min: int, static_max: int, dynamic_min: int, dynamic_max: int) -> None:
        """Set all four sizes at once (bytes)."""

    @message(Role.VM_POWER_ADMIN, runs=Runs.COORDINATOR, operation=vm_operations.CHANGING_MEMORY_LIMITS)
    def set_memory(self, value: int) -> None:
        """Give the virtual machine exactly that much memory (bytes): all sizes but the least become it."""

    @message(
        Role.VM_POWER_ADMIN,
        runs=Runs.RESIDENT,
        operation=vm_operations.CHANGING_DYNAMIC_RANGE,
        lifecycle=Lifecycle.DEPRECATED,
    )
    def set_memory_target_live(self, target: int) -> None:
        """Ask the running guest to keep to a size (bytes)."""

    @message(
        Role.READ_ONLY, runs=Runs.RESIDENT, operation=vm_operations.AWAITING_MEMORY_LIVE, lifecycle=Lifecycle.DEPRECATED
    )
    def wait_memory_target_live(self) -> None:
        """Wait until the running guest has the size that it is asked to keep to."""

    @message(Role.READ_ONLY, runs=Runs.RESIDENT, lifecycle=Lifecycle.DEPRECATED)
    def get_cooperative(self) -> bool:
        """Whether the guest keeps to the sizes that it is asked for."""
        ...

    @message(Role.VM_POWER_ADMIN, runs=Runs.COORDINATOR, operation=vm_operations.CHANGING_SHADOW_MEMORY)
    def set_HVM_shadow_multiplier(self, value: float) -> None:
        """Set the factor for memory that shadows the guest's page tables; it must be halted."""

    @message(Role.VM_POWER_ADMIN, runs=Runs.RESIDENT, operation=vm_operations.CHANGING_SHADOW_MEMORY_LIVE)
    def set_shadow_multiplier_live(self, multiplier: float) -> None:
        """Set the factor for memory that shadows the running guest's page tables."""

    @message(Role.READ_ONLY, runs=Runs.COORDINATOR)
    def maximise_memory(self, total: int, approximate: bool) -> int:
        """The most memory that the guest can have for its total cost to be at most ``total`` bytes."""
        ...
