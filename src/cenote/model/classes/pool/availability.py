"""High availability: guests restart elsewhere when their host fails."""

from __future__ import annotations

from collections.abc import Mapping

from cenote.model.classes.pool.operations import pool_allowed_operations
from cenote.model.core import Field, Object, Runs, editable, message, runtime, static
from cenote.model.refs import HostRef, SRRef, VMRef
from cenote.model.roles import Role


class Availability(Object):
    """High availability: guests restart elsewhere when their host fails."""

    ha_enabled: Field[bool] = runtime("whether high availability is on", default=False)
    ha_configuration: Field[Mapping[str, str]] = runtime("settings of high availability, such as `timeout`", default={})
    ha_statefiles: Field[tuple[str, ...]] = runtime(
        "disks that hold the state by which hosts keep up with one another", default=()
    )
    ha_host_failures_to_tolerate: Field[int] = runtime("for how many failing hosts room is kept free", default=0)
    ha_plan_exists_for: Field[int] = runtime("for how many failing hosts there is a plan now", default=0)
    ha_allow_overcommit: Field[bool] = editable(
        "whether more may be asked of the pool than there is a plan for", default=False
    )
    ha_overcommitted: Field[bool] = runtime(
        "whether there is no plan for as many failing hosts as are to be tolerated", default=False
    )

    @static(Role.POOL_OPERATOR, client_cert=True, runs=Runs.COORDINATOR, operation=pool_allowed_operations.HA_ENABLE)
    @staticmethod
    def enable_ha(heartbeat_srs: tuple[SRRef, ...], configuration: Mapping[str, str]) -> None:
        """Turn high availability on, with state kept in those repositories."""

    @static(Role.POOL_OPERATOR, client_cert=True, runs=Runs.COORDINATOR, operation=pool_allowed_operations.HA_DISABLE)
    @staticmethod
    def disable_ha() -> None:
        """Turn high availability off."""

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def ha_prevent_restarts_for(seconds: int) -> None:
        """Restart no guests for so many seconds."""

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def ha_failover_plan_exists(n: int) -> bool:
        """Whether there is a plan for so many failing hosts."""
        ...

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def ha_compute_max_host_failures_to_tolerate() -> int:
        """For how many failing hosts there could be a plan now."""
        ...

    @static(Role.READ_ONLY, runs=Runs.COORDINATOR)
    @staticmethod
    def ha_compute_hypothetical_max_host_failures_to_tolerate(configuration: Mapping[VMRef, str]) -> int:
        """The same, if guests had these restart priorities."""
        ...

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def ha_compute_vm_failover_plan(
        failed_hosts: tuple[HostRef, ...], failed_vms: tuple[VMRef, ...]
    ) -> Mapping[VMRef, Mapping[str, str]]:
        """Where guests would restart if those hosts failed."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def set_ha_host_failures_to_tolerate(self, value: int) -> None:
        """Say for how many failing hosts room is to be kept free."""
