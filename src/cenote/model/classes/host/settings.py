"""A host's own remote shell, clock and time zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from cenote.model.core import Field, Lifecycle, Object, Runs, message, runtime
from cenote.model.roles import Role
from cenote.model.shapes import EPOCH


class host_ntp_mode(Enum):
    """Where a host takes the time from."""

    DHCP = "DHCP"
    """Servers that DHCP names."""
    CUSTOM = "Custom"
    """Servers that the administrator names."""
    FACTORY = "Factory"
    """Servers that the product names."""
    DISABLED = "Disabled"
    """No server."""


class Settings(Object):
    """A host's own remote shell, clock and time zone."""

    ssh_enabled: Field[bool] = runtime(
        "whether the host lets people in by SSH", default=True, lifecycle=Lifecycle.PROTOTYPED
    )
    ssh_enabled_timeout: Field[int] = runtime(
        "how long SSH stays on once it is enabled (seconds); 0 for always", default=0, lifecycle=Lifecycle.PROTOTYPED
    )
    ssh_expiry: Field[datetime] = runtime(
        "when SSH is turned off by itself", default=EPOCH, lifecycle=Lifecycle.PROTOTYPED
    )
    console_idle_timeout: Field[int] = runtime(
        "after how long an idle console logs out (seconds); 0 for never", default=0, lifecycle=Lifecycle.PROTOTYPED
    )
    ssh_auto_mode: Field[bool] = runtime(
        "whether SSH is on only while the toolstack is down", default=False, lifecycle=Lifecycle.PROTOTYPED
    )
    max_cstate: Field[str] = runtime(
        "how deeply idle processors may sleep, such as `C1`; empty for no limit",
        default="",
        lifecycle=Lifecycle.PROTOTYPED,
    )
    secure_boot: Field[bool] = runtime(
        "whether the host booted with Secure Boot", default=False, lifecycle=Lifecycle.PROTOTYPED
    )
    ntp_mode: Field[host_ntp_mode] = runtime(
        "where the host takes the time from", default=host_ntp_mode.FACTORY, lifecycle=Lifecycle.PROTOTYPED
    )
    ntp_custom_servers: Field[tuple[str, ...]] = runtime(
        "time servers of the administrator's choice", default=(), lifecycle=Lifecycle.PROTOTYPED
    )
    timezone: Field[str] = runtime(
        "the host's time zone, such as `Europe/Berlin`", default="UTC", lifecycle=Lifecycle.PROTOTYPED
    )

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, lifecycle=Lifecycle.PROTOTYPED)
    def enable_ssh(self) -> None:
        """Let people in by SSH."""

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, lifecycle=Lifecycle.PROTOTYPED)
    def disable_ssh(self) -> None:
        """Let nobody in by SSH."""

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, lifecycle=Lifecycle.PROTOTYPED)
    def set_ssh_enabled_timeout(self, value: int) -> None:
        """Say how long SSH stays on once it is enabled (seconds); 0 for always."""

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, lifecycle=Lifecycle.PROTOTYPED)
    def set_console_idle_timeout(self, value: int) -> None:
        """Say after how long an idle console logs out (seconds); 0 for never."""

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, lifecycle=Lifecycle.PROTOTYPED)
    def set_ssh_auto_mode(self, value: bool) -> None:
        """Say whether SSH is on only while the toolstack is down."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, lifecycle=Lifecycle.PROTOTYPED)
    def set_ntp_mode(self, value: host_ntp_mode) -> None:
        """Say where the host takes the time from."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, lifecycle=Lifecycle.PROTOTYPED)
    def set_ntp_custom_servers(self, value: tuple[str, ...]) -> None:
        """Name time servers to use."""

    @message(Role.READ_ONLY, runs=Runs.RESIDENT, lifecycle=Lifecycle.PROTOTYPED)
    def get_ntp_servers_status(self) -> Mapping[str, str]:
        """How each time server does."""
        ...

    @message(Role.READ_ONLY, runs=Runs.RESIDENT, lifecycle=Lifecycle.PROTOTYPED)
    def get_ntp_synchronized(self) -> bool:
        """Whether the host's clock keeps step with a time server."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, lifecycle=Lifecycle.PROTOTYPED)
    def set_timezone(self, value: str) -> None:
        """Set the host's time zone."""

    @message(Role.READ_ONLY, runs=Runs.RESIDENT, lifecycle=Lifecycle.PROTOTYPED)
    def list_timezones(self) -> tuple[str, ...]:
        """The names of all time zones."""
        ...

    @message(Role.READ_ONLY, runs=Runs.RESIDENT, self_name="host")
    def get_servertime(self) -> datetime:
        """The host's clock, in universal time."""
        ...

    @message(Role.READ_ONLY, runs=Runs.RESIDENT, self_name="host")
    def get_server_localtime(self) -> datetime:
        """The host's clock, in its own time zone."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, lifecycle=Lifecycle.PROTOTYPED)
    def set_servertime(self, value: datetime) -> None:
        """Set the host's clock; no time server may be in use."""
