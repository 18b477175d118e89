"""Updates of the pool's software, and settings for all hosts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import TypeAlias

from cenote.model.classes.pool.operations import pool_allowed_operations
from cenote.model.core import NULL, Field, Lifecycle, Object, Runs, editable, initial, message, runtime
from cenote.model.refs import RepositoryRef, SecretRef
from cenote.model.roles import Role
from cenote.model.shapes import EPOCH


class telemetry_frequency(Enum):
    """How often telemetry is gathered."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


TelemetryFrequency: TypeAlias = telemetry_frequency
"""The same, under a name that the field telemetry_frequency does not hide."""


class update_sync_frequency(Enum):
    """How often updates are fetched."""

    DAILY = "daily"
    WEEKLY = "weekly"


UpdateSyncFrequency: TypeAlias = update_sync_frequency
"""The same, under a name that the field update_sync_frequency does not hide."""


class Upkeep(Object):
    """Updates of the pool's software, and settings for all hosts."""

    repository_proxy_url: Field[str] = runtime(
        "the proxy through which updates are fetched; empty for none", default=""
    )
    repository_proxy_username: Field[str] = runtime("the name by which to log in to that proxy", default="")
    repository_proxy_password: Field[SecretRef] = runtime("the password for that proxy", default=NULL)
    migration_compression: Field[bool] = editable(
        "whether memory is compressed on its way to another host", default=False, lifecycle=Lifecycle.PROTOTYPED
    )
    coordinator_bias: Field[bool] = editable(
        "whether guests had better start on other hosts than the coordinator", default=True
    )
    local_auth_max_threads: Field[int] = initial(
        "how many local log-ins are checked at once", default=8, lifecycle=Lifecycle.PROTOTYPED
    )
    ext_auth_max_threads: Field[int] = initial(
        "how many log-ins through the directory service are checked at once", default=1, lifecycle=Lifecycle.PROTOTYPED
    )
    ext_auth_cache_enabled: Field[bool] = runtime(
        "whether answers of the directory service are kept for a while", default=True, lifecycle=Lifecycle.PROTOTYPED
    )
    ext_auth_cache_size: Field[int] = runtime(
        "how many answers of the directory service are kept", default=50, lifecycle=Lifecycle.PROTOTYPED
    )
    ext_auth_cache_expiry: Field[int] = runtime(
        "how long answers of the directory service are kept (seconds)", default=300, lifecycle=Lifecycle.PROTOTYPED
    )
    telemetry_uuid: Field[SecretRef] = runtime(
        "names the pool in telemetry", default=NULL, lifecycle=Lifecycle.PROTOTYPED
    )
    telemetry_frequency: Field[TelemetryFrequency] = runtime(
        "how often telemetry is gathered", default=TelemetryFrequency.WEEKLY, lifecycle=Lifecycle.PROTOTYPED
    )
    telemetry_next_collection: Field[datetime] = runtime(
        "when telemetry is gathered next", default=EPOCH, lifecycle=Lifecycle.PROTOTYPED
    )
    last_update_sync: Field[datetime] = runtime(
        "when updates were last fetched", default=EPOCH, lifecycle=Lifecycle.PROTOTYPED
    )
    update_sync_frequency: Field[UpdateSyncFrequency] = runtime(
        "how often updates are fetched", default=UpdateSyncFrequency.WEEKLY, lifecycle=Lifecycle.PROTOTYPED
    )
    update_sync_day: Field[int] = runtime(
        "on which day of the week updates are fetched, from 0 for Sunday; 0 when daily",
        default=0,
        lifecycle=Lifecycle.PROTOTYPED,
    )
    update_sync_enabled: Field[bool] = runtime(
        "whether updates are fetched by themselves", default=False, lifecycle=Lifecycle.PROTOTYPED
    )
    recommendations: Field[Mapping[str, str]] = runtime(
        "limits and advice for those who configure the pool", default={}, lifecycle=Lifecycle.PROTOTYPED
    )
    license_server: Field[Mapping[str, str]] = editable(
        "the licence server's `address` and `port`", default={}, lifecycle=Lifecycle.PROTOTYPED
    )
    ha_reboot_vm_on_internal_shutdown: Field[bool] = editable(
        "whether high availability restarts guests that power themselves off",
        default=True,
        lifecycle=Lifecycle.PROTOTYPED,
    )
    limit_console_sessions: Field[bool] = editable(
        "whether a console takes one viewer at a time", default=False, lifecycle=Lifecycle.PROTOTYPED
    )
    vm_console_idle_timeout: Field[int] = editable(
        "after how long an idle console of a guest is closed (seconds); 0 for never",
        default=0,
        lifecycle=Lifecycle.PROTOTYPED,
    )
    auto_update_vm_secureboot_certificates: Field[bool] = editable(
        "whether guests get newer Secure Boot certificates at their next boot",
        default=False,
        lifecycle=Lifecycle.PROTOTYPED,
    )

    @message(
        Role.POOL_OPERATOR,
        client_cert=True,
        runs=Runs.COORDINATOR,
        operation=pool_allowed_operations.CONFIGURE_REPOSITORIES,
    )
    def set_repositories(self, value: tuple[RepositoryRef, ...]) -> None:
        """Say which repositories are in use for updates."""

    @message(
        Role.POOL_OPERATOR,
        client_cert=True,
        runs=Runs.COORDINATOR,
        operation=pool_allowed_operations.CONFIGURE_REPOSITORIES,
    )
    def add_repository(self, value: RepositoryRef) -> None:
        """Use one repository more for updates."""

    @message(
        Role.POOL_OPERATOR,
        client_cert=True,
        runs=Runs.COORDINATOR,
        operation=pool_allowed_operations.CONFIGURE_REPOSITORIES,
    )
    def remove_repository(self, value: RepositoryRef) -> None:
        """Use a repository for updates no more."""

    @message(
        Role.POOL_OPERATOR, client_cert=True, runs=Runs.COORDINATOR, operation=pool_allowed_operations.SYNC_UPDATES
    )
    def sync_updates(
        self, force: bool, token: str = "", token_id: str = "", username: str = "", password: str = ""
    ) -> str:
        """Fetch updates into the pool; answers the hash of the newest set."""
        ...

    @message(Role.POOL_OPERATOR, client_cert=True, runs=Runs.COORDINATOR)
    def check_update_readiness(self, requires_reboot: bool) -> tuple[tuple[str, ...], ...]:
        """What would keep updates from being applied: errors, each with its parameters."""
        ...

    @message(Role.POOL_OPERATOR, client_cert=True, runs=Runs.COORDINATOR)
    def configure_repository_proxy(self, url: str, username: str, password: str) -> None:
        """Fetch updates through a proxy."""

    @message(Role.POOL_OPERATOR, client_cert=True, runs=Runs.COORDINATOR)
    def disable_repository_proxy(self) -> None:
        """Fetch updates without a proxy."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def configure_update_sync(self, update_sync_frequency: UpdateSyncFrequency, update_sync_day: int) -> None:
        """Say how often updates are fetched, and on which day of the week."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def set_update_sync_enabled(self, value: bool) -> None:
        """Say whether updates are fetched by themselves."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def set_local_auth_max_threads(self, value: int) -> None:
        """Say how many local log-ins are checked at once."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def set_ext_auth_max_threads(self, value: int) -> None:
        """Say how many log-ins through the directory service are checked at once."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def set_ext_auth_cache_enabled(self, value: bool) -> None:
        """Say whether answers of the directory service are kept for a while."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def set_ext_auth_cache_size(self, value: int) -> None:
        """Say how many answers of the directory service are kept."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def set_ext_auth_cache_expiry(self, value: int) -> None:
        """Say how long answers of the directory service are kept (seconds)."""

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def set_telemetry_next_collection(self, value: datetime) -> None:
        """Say when telemetry is gathered next."""

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def reset_telemetry_uuid(self) -> None:
        """Give the pool another name in telemetry."""

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def enable_ssh(self) -> None:
        """Let people in by SSH, on every host."""

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def disable_ssh(self) -> None:
        """Let nobody in by SSH, on any host."""

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def set_ssh_enabled_timeout(self, value: int) -> None:
        """Say how long SSH stays on once it is enabled (seconds); 0 for always."""

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def set_console_idle_timeout(self, value: int) -> None:
        """Say after how long idle consoles of hosts log out (seconds); 0 for never."""

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def set_ssh_auto_mode(self, value: bool) -> None:
        """Say whether SSH is on only while the toolstack is down."""
