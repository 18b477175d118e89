"""The redo log, networks of the whole pool, and what the licence allows."""

from __future__ import annotations

from collections.abc import Mapping

from cenote.model.classes.pool.operations import pool_allowed_operations
from cenote.model.core import NULL, Field, Lifecycle, Object, Runs, inverse, message, runtime, static
from cenote.model.errors.availability import HaIsEnabled
from cenote.model.errors.interface import (
    CannotPlugBondSlave,
    PifHasNoNetworkConfiguration,
    PifHasNoV6NetworkConfiguration,
    PifIncompatiblePrimaryAddressType,
    PifNotPresent,
)
from cenote.model.errors.network import VlanTagInvalid
from cenote.model.refs import NetworkRef, PIFRef, SRRef, VDIRef
from cenote.model.roles import Role


class Recovery(Object):
    """The redo log, networks of the whole pool, and what the licence allows."""

    redo_log_enabled: Field[bool] = runtime(
        "whether changes of records are also written to a shared disk at once", default=False
    )
    redo_log_vdi: Field[VDIRef] = runtime("the disk to which changes of records are written", default=NULL)
    vswitch_controller: Field[str] = runtime(
        "the address of the switches' controller; see SDN_controller", default="", lifecycle=Lifecycle.DEPRECATED
    )
    restrictions: Field[Mapping[str, str]] = runtime("features that the licence takes away, by name", default={})
    metadata_VDIs: Field[tuple[VDIRef, ...]] = inverse("VDI.metadata_of_pool", "disks that hold the pool's database")
    ha_cluster_stack: Field[str] = runtime("the cluster stack that high availability uses", default="")
    allowed_operations: Field[tuple[pool_allowed_operations, ...]] = runtime(
        "what may be done to the pool now", default=()
    )
    current_operations: Field[Mapping[str, pool_allowed_operations]] = runtime(
        "what is being done to the pool, by the task that does it", default={}
    )

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def enable_redo_log(sr: SRRef) -> None:
        """Write changes of records to a disk in that repository at once."""

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def disable_redo_log() -> None:
        """Stop writing changes of records to a shared disk."""

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.DEPRECATED)
    @staticmethod
    def set_vswitch_controller(address: str) -> None:
        """Set the address of the switches' controller; see SDN_controller.introduce."""

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, errors=(VlanTagInvalid,))
    @staticmethod
    def create_VLAN(device: str, network: NetworkRef, VLAN: int) -> tuple[PIFRef, ...]:
        """Put a VLAN on the card of that name on every host; answers the new interfaces."""
        ...

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, errors=(VlanTagInvalid,))
    @staticmethod
    def create_VLAN_from_PIF(pif: PIFRef, network: NetworkRef, VLAN: int) -> tuple[PIFRef, ...]:
        """Put a VLAN on the cards that are joined to the same network as that one; answers the new interfaces."""
        ...

    @static(
        Role.POOL_OPERATOR,
        runs=Runs.COORDINATOR,
        errors=(
            HaIsEnabled,
            PifNotPresent,
            CannotPlugBondSlave,
            PifIncompatiblePrimaryAddressType,
            PifHasNoNetworkConfiguration,
            PifHasNoV6NetworkConfiguration,
        ),
    )
    @staticmethod
    def management_reconfigure(network: NetworkRef) -> None:
        """Have every host managed through that network."""

    @message(Role.READ_ONLY, runs=Runs.COORDINATOR)
    def get_license_state(self) -> Mapping[str, str]:
        """The edition of the whole pool, and until when it holds."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def apply_edition(self, edition: str) -> None:
        """Change every host to another edition."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def enable_local_storage_caching(self) -> None:
        """Cache shared disks on every host's own storage."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def disable_local_storage_caching(self) -> None:
        """Stop caching shared disks on every host."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def test_archive_target(self, config: Mapping[str, str]) -> str:
        """Try out where archives are to be kept; answers what was found."""
        ...
