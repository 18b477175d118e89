"""What a virtual machine is called and what it is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from cenote.model.classes.vm.operations import vm_operations
from cenote.model.core import Field, Object, editable, initial, message, runtime
from cenote.model.roles import Role


class vm_power_state(Enum):
    """How a guest stands."""

    HALTED = "Halted"
    """Off."""
    PAUSED = "Paused"
    """In memory, its processors stopped."""
    RUNNING = "Running"
    """On."""
    SUSPENDED = "Suspended"
    """Off, its memory on a disk."""


class Identity(Object):
    """What a virtual machine is called and what it is."""

    uuid: Field[str] = runtime("identifies the virtual machine for good")
    allowed_operations: Field[tuple[vm_operations, ...]] = runtime(
        "what may be done to the virtual machine now", default=()
    )
    current_operations: Field[Mapping[str, vm_operations]] = runtime(
        "what is being done to the virtual machine, by the task that does it", default={}
    )
    name_label: Field[str] = editable("the name for people to read", default="")
    name_description: Field[str] = editable("a note for people to read", default="")
    power_state: Field[vm_power_state] = initial(
        "how the guest stands, as last observed", default=vm_power_state.HALTED
    )
    user_version: Field[int] = editable("a number that its makers give a template")
    is_a_template: Field[bool] = editable("whether it is a template: it can't be started, only cloned")
    is_default_template: Field[bool] = runtime(
        "whether it is one of the templates that came with the product", default=False
    )

    @message(Role.POOL_ADMIN)
    def update_allowed_operations(self) -> None:
        """Work out anew what may be done to the virtual machine."""

    @message(Role.READ_ONLY)
    def assert_operation_valid(self, op: vm_operations) -> None:
        """Fail with the reason why the operation can't begin now, if there is one."""
