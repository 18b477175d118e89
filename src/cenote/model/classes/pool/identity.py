"""What the pool is called, who coordinates it, and where things are kept by default."""

from __future__ import annotations

from collections.abc import Mapping

from cenote.model.classes.pool.operations import pool_allowed_operations
from cenote.model.core import Field, Object, Runs, editable, runtime, static
from cenote.model.errors.pool import JoiningHostCannotContainSharedSrs
from cenote.model.refs import HostRef, SRRef
from cenote.model.roles import Role


class Identity(Object):
    """What the pool is called, who coordinates it, and where things are kept by default."""

    uuid: Field[str] = runtime("identifies the pool for good")
    name_label: Field[str] = editable("the name for people to read; empty for a host on its own")
    name_description: Field[str] = editable("a note for people to read")
    master: Field[HostRef] = runtime("the coordinator")
    default_SR: Field[SRRef] = editable("the repository for disks when no other is named")
    suspend_image_SR: Field[SRRef] = editable("the repository for memory of suspended guests")
    crash_dump_SR: Field[SRRef] = editable("the repository for crash dumps")
    other_config: Field[Mapping[str, str]] = editable("free keys and values")

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, errors=(JoiningHostCannotContainSharedSrs,))
    @staticmethod
    def join(master_address: str, master_username: str, master_password: str) -> None:
        """Have the host that receives this join another pool; its own records are given up."""

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def join_force(master_address: str, master_username: str, master_password: str) -> None:
        """Join another pool even where hosts differ in ways that can be overlooked."""

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, operation=pool_allowed_operations.EJECT)
    @staticmethod
    def eject(host: HostRef) -> None:
        """Put a host out of the pool; its own disks are destroyed."""

    @static(Role.POOL_OPERATOR)
    @staticmethod
    def emergency_transition_to_master() -> None:
        """Have the host that receives this become coordinator, since the old one is gone."""

    @static(Role.POOL_OPERATOR)
    @staticmethod
    def emergency_reset_master(master_address: str) -> None:
        """Tell the host that receives this the address of its coordinator."""

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def recover_slaves() -> tuple[HostRef, ...]:
        """Tell hosts that have lost their coordinator that it is this one; answers those that were told."""
        ...

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, operation=pool_allowed_operations.DESIGNATE_NEW_MASTER)
    @staticmethod
    def designate_new_master(host: HostRef) -> None:
        """Have another host become coordinator."""

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def sync_database() -> None:
        """Bring every host's copy of the records up to date."""
