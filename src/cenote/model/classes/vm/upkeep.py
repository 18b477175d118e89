"""What a virtual machine still needs after updates, and its Secure Boot."""

from __future__ import annotations

from enum import Enum

from cenote.model.classes.guidance import update_guidances
from cenote.model.core import Field, Lifecycle, Object, Runs, message, runtime
from cenote.model.errors.general import OperationNotAllowed
from cenote.model.refs import VMGroupRef
from cenote.model.roles import Role


class vm_secureboot_certificates_state(Enum):
    """Whether a guest's Secure Boot certificates are the newest."""

    OK = "ok"
    """They are."""
    UPDATE_AVAILABLE = "update_available"
    """There are newer ones."""
    UPDATE_ON_BOOT = "update_on_boot"
    """It gets newer ones at its next boot."""


class vm_uefi_mode(Enum):
    """The mode of a guest's UEFI firmware."""

    SETUP = "setup"
    USER = "user"


class vm_secureboot_readiness(Enum):
    """Whether a guest can boot with Secure Boot, and if not, why."""

    NOT_SUPPORTED = "not_supported"
    """Its firmware can't."""
    DISABLED = "disabled"
    """Secure Boot is off."""
    FIRST_BOOT = "first_boot"
    """It gets its certificates at its first boot."""
    READY = "ready"
    """Yes."""
    READY_NO_DBX = "ready_no_dbx"
    """Yes, without a list of revoked keys."""
    SETUP_MODE = "setup_mode"
    """Its firmware takes any certificate now."""
    CERTS_INCOMPLETE = "certs_incomplete"
    """It lacks certificates."""


class Upkeep(Object):
    """What a virtual machine still needs after updates, and its Secure Boot."""

    pending_guidances: Field[tuple[update_guidances, ...]] = runtime(
        "what must follow the updates of its host", default=()
    )
    pending_guidances_recommended: Field[tuple[update_guidances, ...]] = runtime(
        "what had better follow the updates of its host", default=(), lifecycle=Lifecycle.PROTOTYPED
    )
    pending_guidances_full: Field[tuple[update_guidances, ...]] = runtime(
        "all that can follow the updates of its host", default=(), lifecycle=Lifecycle.PROTOTYPED
    )
    groups: Field[tuple[VMGroupRef, ...]] = runtime(
        "groups by which the virtual machine is placed", lifecycle=Lifecycle.PROTOTYPED
    )
    secureboot_certificates_state: Field[vm_secureboot_certificates_state] = runtime(
        "whether the guest's Secure Boot certificates are the newest",
        default=vm_secureboot_certificates_state.OK,
        lifecycle=Lifecycle.PROTOTYPED,
    )

    @message(Role.VM_ADMIN, runs=Runs.COORDINATOR, errors=(OperationNotAllowed,), lifecycle=Lifecycle.PROTOTYPED)
    def set_groups(self, value: tuple[VMGroupRef, ...]) -> None:
        """Say by which groups the virtual machine is placed."""

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def set_uefi_mode(self, mode: vm_uefi_mode) -> str:
        """Put the guest's firmware into setup mode or user mode; answers what the tool reports."""
        ...

    @message(Role.POOL_ADMIN, lifecycle=Lifecycle.PROTOTYPED)
    def get_secureboot_readiness(self) -> vm_secureboot_readiness:
        """Whether the guest can boot with Secure Boot, and if not, why."""
        ...

    @message(Role.VM_ADMIN, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def update_secureboot_certificates_on_boot(self, mark: bool) -> None:
        """Mark the guest for newer Secure Boot certificates at its next boot, or take the mark away."""
