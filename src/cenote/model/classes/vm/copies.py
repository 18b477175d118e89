"""Making virtual machines out of others, importing them, and recovering them."""

from __future__ import annotations

from collections.abc import Mapping

from cenote.model.classes.vm.operations import vm_operations
from cenote.model.core import Object, Runs, message, static
from cenote.model.errors.general import LicenceRestriction, OperationNotAllowed
from cenote.model.errors.storage import SrFull
from cenote.model.errors.vm import VmBadPowerState, VmIsPartOfAnAppliance, VmRequiresSr
from cenote.model.refs import SessionRef, SRRef, VMRef
from cenote.model.roles import Role


class Copies(Object):
    """Making virtual machines out of others, importing them, and recovering them."""

    @message(
        Role.VM_ADMIN,
        runs=Runs.COORDINATOR,
        operation=vm_operations.CLONE,
        errors=(VmBadPowerState, SrFull, OperationNotAllowed, LicenceRestriction),
        self_name="vm",
    )
    def clone(self, new_name: str) -> VMRef:
        """Make a copy whose disks share unchanged blocks; answers it."""
        ...

    @message(
        Role.VM_ADMIN,
        runs=Runs.COORDINATOR,
        operation=vm_operations.COPY,
        errors=(VmBadPowerState, SrFull, OperationNotAllowed, LicenceRestriction),
        self_name="vm",
    )
    def copy(self, new_name: str, sr: SRRef) -> VMRef:
        """Make a copy with full disks, in that repository or where the disks are; answers it."""
        ...

    @message(
        Role.VM_ADMIN,
        runs=Runs.COORDINATOR,
        operation=vm_operations.PROVISION,
        errors=(VmBadPowerState, SrFull, OperationNotAllowed, LicenceRestriction),
        self_name="vm",
    )
    def provision(self) -> None:
        """Make the disks that the template asks for, and fit its copy to be started."""

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def import_(url: str, sr: SRRef, full_restore: bool, force: bool) -> tuple[VMRef, ...]:
        """Fetch a virtual machine from a URL and add it; answers what was added."""
        ...

    @static(Role.VM_ADMIN, runs=Runs.COORDINATOR)
    @staticmethod
    def import_convert(type: str, username: str, password: str, sr: SRRef, remote_config: Mapping[str, str]) -> None:
        """Convert a virtual machine of another product and add it."""

    @message(Role.READ_ONLY, runs=Runs.COORDINATOR)
    def recover(self, session_to: SessionRef, force: bool) -> None:
        """Recover the virtual machine into the pool of another session."""

    @message(Role.READ_ONLY, runs=Runs.COORDINATOR)
    def get_SRs_required_for_recovery(self, session_to: SessionRef) -> tuple[SRRef, ...]:
        """The repositories of the other pool that recovering needs."""
        ...

    @message(Role.READ_ONLY, runs=Runs.COORDINATOR, errors=(VmIsPartOfAnAppliance, VmRequiresSr))
    def assert_can_be_recovered(self, session_to: SessionRef) -> None:
        """Fail with the reason why the virtual machine can't be recovered, if there is one."""
