"""What holds for guests of the whole pool."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from cenote.model.core import Field, Lifecycle, Object, Runs, editable, initial, message, runtime
from cenote.model.roles import Role


class pool_guest_secureboot_readiness(Enum):
    """Whether the pool has what guests need for Secure Boot; dbx lists revoked keys."""

    READY = "ready"
    READY_NO_DBX = "ready_no_dbx"
    NOT_READY = "not_ready"


class Guests(Object):
    """What holds for guests of the whole pool."""

    guest_agent_config: Field[Mapping[str, str]] = runtime("settings for the agents in guests", default={})
    cpu_info: Field[Mapping[str, str]] = runtime("the processor features that every host has", default={})
    policy_no_vendor_device: Field[bool] = editable(
        "whether new guests lack the device by which Windows finds its drivers",
        default=False,
        lifecycle=Lifecycle.DEPRECATED,
    )
    live_patching_disabled: Field[bool] = editable(
        "whether updates are never applied to running hypervisors and kernels", default=False
    )
    igmp_snooping_enabled: Field[bool] = runtime(
        "whether bridges send multicast only where it was asked for", default=False
    )
    uefi_certificates: Field[str] = initial("Secure Boot certificates for guests, in base64", default="")
    custom_uefi_certificates: Field[str] = initial(
        "Secure Boot certificates of the administrator's choice, in base64", default="", lifecycle=Lifecycle.PROTOTYPED
    )

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR)
    def add_to_guest_agent_config(self, key: str, value: str) -> None:
        """Add a setting for the agents in guests; the key must be new."""

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR)
    def remove_from_guest_agent_config(self, key: str) -> None:
        """Remove a setting for the agents in guests."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def set_igmp_snooping_enabled(self, value: bool) -> None:
        """Say whether bridges send multicast only where it was asked for."""

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR)
    def has_extension(self, name: str) -> bool:
        """Whether every host has an extension of that name."""
        ...

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR, lifecycle=Lifecycle.DEPRECATED)
    def set_uefi_certificates(self, value: str) -> None:
        """Once set Secure Boot certificates for guests; see set_custom_uefi_certificates."""

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def set_custom_uefi_certificates(self, value: str) -> None:
        """Set Secure Boot certificates for guests, in base64."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def get_guest_secureboot_readiness(self) -> pool_guest_secureboot_readiness:
        """Whether the pool has what guests need for Secure Boot."""
        ...
