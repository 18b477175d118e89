"""What a host is called, and whether it may run guests."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from cenote.model.core import Field, Object, Runs, editable, message, runtime, static
from cenote.model.roles import Role


class host_allowed_operations(Enum):
    """What can be done to a host."""

    PROVISION = "provision"
    EVACUATE = "evacuate"
    SHUTDOWN = "shutdown"
    REBOOT = "reboot"
    POWER_ON = "power_on"
    VM_START = "vm_start"
    VM_RESUME = "vm_resume"
    VM_MIGRATE = "vm_migrate"
    APPLY_UPDATES = "apply_updates"
    ENABLE = "enable"


class Identity(Object):
    """What a host is called, and whether it may run guests."""

    uuid: Field[str] = runtime("identifies the host for good")
    name_label: Field[str] = editable("the name for people to read", default="")
    name_description: Field[str] = editable("a note for people to read", default="")
    memory_overhead: Field[int] = runtime("memory that the host needs for itself (bytes)", default=0)
    allowed_operations: Field[tuple[host_allowed_operations, ...]] = runtime(
        "what may be done to the host now", default=()
    )
    current_operations: Field[Mapping[str, host_allowed_operations]] = runtime(
        "what is being done to the host, by the task that does it", default={}
    )
    API_version_major: Field[int] = runtime("the major version of the API that the host speaks")
    API_version_minor: Field[int] = runtime("the minor version of the API that the host speaks")
    API_version_vendor: Field[str] = runtime("who made the host's software")
    API_version_vendor_implementation: Field[Mapping[str, str]] = runtime("more about the version, by name")
    enabled: Field[bool] = runtime("whether guests may be started on the host")

    @message(Role.POOL_OPERATOR, client_cert=True, runs=Runs.RESIDENT, self_name="host")
    def disable(self, auto_enable: bool = True) -> None:
        """Let no more guests start on the host; ``auto_enable`` lets a reboot undo this."""

    @message(
        Role.POOL_OPERATOR,
        client_cert=True,
        runs=Runs.RESIDENT,
        operation=host_allowed_operations.ENABLE,
        self_name="host",
    )
    def enable(self) -> None:
        """Let guests start on the host again."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def destroy(self) -> None:
        """Remove the record of a host that is gone for good."""

    @static(Role.READ_ONLY)
    @staticmethod
    def list_methods() -> tuple[str, ...]:
        """The names of all messages."""
        ...

    @message(Role.READ_ONLY, runs=Runs.RESIDENT, self_name="host")
    def compute_memory_overhead(self) -> int:
        """Memory that the host needs for itself (bytes)."""
        ...

    @message(Role.READ_ONLY, runs=Runs.RESIDENT, self_name="host")
    def compute_free_memory(self) -> int:
        """Memory that guests could still have (bytes)."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, self_name="host")
    def declare_dead(self) -> None:
        """Declare that the host is surely off; its guests may then start elsewhere."""
