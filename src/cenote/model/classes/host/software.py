"""What runs on a host, and how."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from cenote.model.core import Field, Lifecycle, Object, Runs, editable, initial, message, runtime, static
from cenote.model.roles import Role


class host_sched_gran(Enum):
    """What the hypervisor schedules together."""

    CORE = "core"
    CPU = "cpu"
    SOCKET = "socket"


class host_numa_affinity_policy(Enum):
    """How guests are spread over memory nodes."""

    ANY = "any"
    """As it comes."""
    BEST_EFFORT = "best_effort"
    """Each on as few as it fits in."""
    DEFAULT_POLICY = "default_policy"
    """As the product sees fit."""


class Software(Object):
    """What runs on a host, and how."""

    software_version: Field[Mapping[str, str]] = initial("names and versions of the host's software")
    other_config: Field[Mapping[str, str]] = editable("free keys and values")
    capabilities: Field[tuple[str, ...]] = initial("kinds of guests that the hypervisor can run")
    cpu_configuration: Field[Mapping[str, str]] = runtime("how processors are numbered and grouped")
    sched_policy: Field[str] = runtime("the hypervisor's scheduler")
    supported_bootloaders: Field[tuple[str, ...]] = runtime("programs that find the kernel of paravirtual guests")

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, self_name="host")
    def dmesg(self) -> str:
        """What the hypervisor has logged."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, self_name="host")
    def dmesg_clear(self) -> str:
        """What the hypervisor has logged; it is dropped."""
        ...

    @message(Role.READ_ONLY, runs=Runs.RESIDENT, self_name="host")
    def get_log(self) -> str:
        """What the toolstack has logged."""
        ...

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, self_name="host")
    def send_debug_keys(self, keys: str) -> None:
        """Press debug keys of the hypervisor."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, self_name="host")
    def bugreport_upload(self, url: str, options: Mapping[str, str]) -> None:
        """Gather what is needed to look into a problem, and send it to a URL."""

    @message(Role.READ_ONLY, runs=Runs.RESIDENT, self_name="host")
    def get_system_status_capabilities(self) -> str:
        """What a report of the host's state can contain, in XML."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, self_name="host")
    def restart_agent(self) -> None:
        """Restart the host's toolstack; guests run on."""

    @static(Role.POOL_OPERATOR, runs=Runs.RESIDENT)
    @staticmethod
    def shutdown_agent() -> None:
        """Stop the toolstack of the host that receives this; guests run on."""

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, self_name="host")
    def call_plugin(self, plugin: str, fn: str, args: Mapping[str, str]) -> str:
        """Run one of the host's plugins; answers what it says."""
        ...

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, self_name="host")
    def has_extension(self, name: str) -> bool:
        """Whether the host has an extension of that name."""
        ...

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, self_name="host")
    def call_extension(self, call: str) -> str:
        """Call an extension of the host; answers what it says."""
        ...

    @message(Role.OPEN, runs=Runs.RESIDENT)
    def get_sched_gran(self) -> host_sched_gran:
        """What the hypervisor schedules together."""
        ...

    @message(Role.OPEN, runs=Runs.RESIDENT)
    def set_sched_gran(self, value: host_sched_gran) -> None:
        """Say what the hypervisor schedules together, from the next boot on."""

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, lifecycle=Lifecycle.PROTOTYPED)
    def set_numa_affinity_policy(self, value: host_numa_affinity_policy) -> None:
        """Say how guests are spread over memory nodes."""

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, lifecycle=Lifecycle.PROTOTYPED)
    def rescan_drivers(self) -> None:
        """Look anew for drivers of the host's hardware."""

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR, self_name="host")
    def sync_data(self) -> None:
        """Bring data that the host shares with the pool up to date."""
