"""What belongs to a host: guests, cards, connections to storage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cenote.model.classes.host.identity import host_allowed_operations
from cenote.model.core import NULL, Field, Lifecycle, Object, Runs, editable, inverse, message, runtime
from cenote.model.refs import (
    HostCpuRef,
    HostCrashdumpRef,
    HostPatchRef,
    NetworkRef,
    PBDRef,
    PIFRef,
    PoolUpdateRef,
    SRRef,
    VMRef,
)
from cenote.model.roles import Role

if TYPE_CHECKING:
    from cenote.model.classes.data_source import data_source


class Members(Object):
    """What belongs to a host: guests, cards, connections to storage."""

    resident_VMs: Field[tuple[VMRef, ...]] = inverse(
        "VM.resident_on", "guests that run on the host, and its control domain"
    )
    logging: Field[Mapping[str, str]] = editable("where logs go: `syslog_destination` names another machine")
    PIFs: Field[tuple[PIFRef, ...]] = inverse("PIF.host", "network interfaces of the host")
    suspend_image_sr: Field[SRRef] = editable("where memory of suspended guests is kept")
    crash_dump_sr: Field[SRRef] = editable("where crash dumps of guests are kept")
    crashdumps: Field[tuple[HostCrashdumpRef, ...]] = inverse("host_crashdump.host", "crash dumps of the host")
    patches: Field[tuple[HostPatchRef, ...]] = inverse(
        "host_patch.host", "patches of the old kind that were applied", lifecycle=Lifecycle.DEPRECATED
    )
    updates: Field[tuple[PoolUpdateRef, ...]] = runtime("updates of the old kind that were applied")
    PBDs: Field[tuple[PBDRef, ...]] = inverse("PBD.host", "how the host reaches storage repositories")
    host_CPUs: Field[tuple[HostCpuRef, ...]] = inverse("host_cpu.host", "logical processors of the host")
    cpu_info: Field[Mapping[str, str]] = runtime(
        "the processors: `cpu_count`, `socket_count`, `vendor`, `features` and more", default={}
    )

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, self_name="host")
    def syslog_reconfigure(self) -> None:
        """Have logs go where ``logging`` says."""

    @message(Role.READ_ONLY, runs=Runs.RESIDENT, lifecycle=Lifecycle.DEPRECATED)
    def get_uncooperative_resident_VMs(self) -> tuple[VMRef, ...]:
        """Guests that don't keep to the sizes that they are asked for."""
        ...

    @message(Role.READ_ONLY, runs=Runs.COORDINATOR)
    def get_vms_which_prevent_evacuation(self) -> Mapping[VMRef, tuple[str, ...]]:
        """Guests that can't leave the host, each with the error that says why."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, self_name="host")
    def assert_can_evacuate(self) -> None:
        """Fail with the reason why guests can't leave the host, if there is one."""

    @message(
        Role.POOL_OPERATOR,
        client_cert=True,
        runs=Runs.COORDINATOR,
        operation=host_allowed_operations.EVACUATE,
        self_name="host",
    )
    def evacuate(self, network: NetworkRef = NULL, evacuate_batch_size: int = 0) -> None:
        """Move all guests to other hosts, over that network, so many at a time."""

    @message(Role.READ_ONLY, runs=Runs.COORDINATOR)
    def retrieve_wlb_evacuate_recommendations(self) -> Mapping[VMRef, tuple[str, ...]]:
        """Where the workload balancer would move each guest."""
        ...

    @message(Role.VM_POWER_ADMIN, runs=Runs.RESIDENT, self_name="host")
    def migrate_receive(self, network: NetworkRef, options: Mapping[str, str]) -> Mapping[str, str]:
        """Make ready to receive a guest from another pool; answers what VM.migrate_send takes."""
        ...

    @message(Role.READ_ONLY, runs=Runs.RESIDENT, self_name="host")
    def get_data_sources(self) -> tuple[data_source, ...]:
        """What is and what could be measured about the host."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, self_name="host")
    def record_data_source(self, data_source: str) -> None:
        """Begin to record a measurement."""

    @message(Role.READ_ONLY, runs=Runs.RESIDENT, self_name="host")
    def query_data_source(self, data_source: str) -> float:
        """The newest value of a measurement."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, self_name="host")
    def forget_data_source_archives(self, data_source: str) -> None:
        """Drop what was recorded of a measurement."""

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, self_name="host")
    def backup_rrds(self, delay: float) -> None:
        """Send recorded measurements to the coordinator, after so many seconds."""
