"""How many virtual processors a virtual machine has, and how they are scheduled."""

from __future__ import annotations

from collections.abc import Mapping

from cenote.model.classes.vm.operations import vm_operations
from cenote.model.core import Field, Object, Runs, editable, initial, message
from cenote.model.errors.general import LicenceRestriction, OperationNotAllowed
from cenote.model.roles import Role


class Processors(Object):
    """How many virtual processors a virtual machine has, and how they are scheduled."""

    VCPUs_params: Field[Mapping[str, str]] = editable("settings for the scheduler: `weight`, `cap`, `mask`")
    VCPUs_max: Field[int] = initial("the most virtual processors that the guest can have, fixed while it runs")
    VCPUs_at_startup: Field[int] = initial("how many virtual processors the guest starts with")

    @message(Role.VM_ADMIN, runs=Runs.COORDINATOR, operation=vm_operations.CHANGING_VCPUS)
    def set_VCPUs_max(self, value: int) -> None:
        """Set the most virtual processors that the guest can have; it must be halted."""

    @message(Role.VM_ADMIN, runs=Runs.COORDINATOR, operation=vm_operations.CHANGING_VCPUS)
    def set_VCPUs_at_startup(self, value: int) -> None:
        """Set how many virtual processors the guest starts with."""

    @message(
        Role.VM_ADMIN,
        runs=Runs.RESIDENT,
        operation=vm_operations.CHANGING_VCPUS_LIVE,
        errors=(OperationNotAllowed, LicenceRestriction),
    )
    def set_VCPUs_number_live(self, nvcpu: int) -> None:
        """Give the running guest another number of virtual processors, up to VCPUs_max."""

    @message(Role.VM_ADMIN, runs=Runs.RESIDENT, operation=vm_operations.CHANGING_VCPUS_LIVE)
    def add_to_VCPUs_params_live(self, key: str, value: str) -> None:
        """Change a scheduler's setting while the guest runs."""
