"""Updates, certificates and other upkeep of a host."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from cenote.model.classes.guidance import update_guidances
from cenote.model.classes.host.identity import host_allowed_operations
from cenote.model.classes.host.software import host_numa_affinity_policy
from cenote.model.core import Field, Lifecycle, Object, Runs, initial, inverse, message, runtime, static
from cenote.model.refs import CertificateRef, FeatureRef, PoolUpdateRef
from cenote.model.roles import Role
from cenote.model.shapes import EPOCH


class latest_synced_updates_applied_state(Enum):
    """Whether a host has all updates that its pool knows."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Upkeep(Object):
    """Updates, certificates and other upkeep of a host."""

    updates_requiring_reboot: Field[tuple[PoolUpdateRef, ...]] = runtime(
        "updates of the old kind that wait for a reboot"
    )
    features: Field[tuple[FeatureRef, ...]] = inverse("Feature.host", "features of the software that are on or off")
    iscsi_iqn: Field[str] = initial("the host's name as an iSCSI initiator", default="")
    multipathing: Field[bool] = initial("whether storage is reached over several paths", default=False)
    uefi_certificates: Field[str] = initial(
        "Secure Boot certificates for guests; the pool's are used", default="", lifecycle=Lifecycle.DEPRECATED
    )
    certificates: Field[tuple[CertificateRef, ...]] = inverse("Certificate.host", "certificates of the host")
    editions: Field[tuple[str, ...]] = runtime("editions to choose from", default=())
    pending_guidances: Field[tuple[update_guidances, ...]] = runtime(
        "what must follow the updates that were applied", default=()
    )
    tls_verification_enabled: Field[bool] = runtime(
        "whether the host insists on valid certificates of others", default=False
    )
    last_software_update: Field[datetime] = runtime(
        "when updates were last applied", default=EPOCH, lifecycle=Lifecycle.PROTOTYPED
    )
    https_only: Field[bool] = runtime(
        "whether the host answers on port 80 no more", default=False, lifecycle=Lifecycle.PROTOTYPED
    )
    latest_synced_updates_applied: Field[latest_synced_updates_applied_state] = runtime(
        "whether the host has all updates that the pool knows",
        default=latest_synced_updates_applied_state.UNKNOWN,
        lifecycle=Lifecycle.PROTOTYPED,
    )
    numa_affinity_policy: Field[host_numa_affinity_policy] = runtime(
        "how guests are spread over memory nodes",
        default=host_numa_affinity_policy.DEFAULT_POLICY,
        lifecycle=Lifecycle.PROTOTYPED,
    )
    pending_guidances_recommended: Field[tuple[update_guidances, ...]] = runtime(
        "what had better follow the updates that were applied", default=(), lifecycle=Lifecycle.PROTOTYPED
    )
    pending_guidances_full: Field[tuple[update_guidances, ...]] = runtime(
        "all that can follow the updates that were applied", default=(), lifecycle=Lifecycle.PROTOTYPED
    )
    last_update_hash: Field[str] = runtime(
        "tells which set of updates the host has", default="", lifecycle=Lifecycle.PROTOTYPED
    )

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, self_name="host")
    def set_iscsi_iqn(self, value: str) -> None:
        """Set the host's name as an iSCSI initiator."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, self_name="host")
    def set_multipathing(self, value: bool) -> None:
        """Say whether storage is reached over several paths; the host must be disabled."""

    @message(Role.OPEN, runs=Runs.COORDINATOR, lifecycle=Lifecycle.DEPRECATED, self_name="host")
    def set_uefi_certificates(self, value: str) -> None:
        """Once set Secure Boot certificates for guests; see pool.set_custom_uefi_certificates."""

    @message(Role.READ_ONLY, runs=Runs.RESIDENT, self_name="host")
    def get_server_certificate(self) -> str:
        """The host's own TLS certificate, in PEM."""
        ...

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, self_name="host")
    def install_server_certificate(self, certificate: str, private_key: str, certificate_chain: str = "") -> None:
        """Give the host a TLS certificate and its key, in PEM."""

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, self_name="host")
    def reset_server_certificate(self) -> None:
        """Give the host a new TLS certificate that it signs itself."""

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, self_name="host")
    def refresh_server_certificate(self) -> None:
        """Give the host a new certificate for traffic within the pool."""

    @static(Role.OPEN)
    @staticmethod
    def emergency_reset_server_certificate() -> None:
        """Give the host that receives this a new TLS certificate that it signs itself."""

    @static(Role.OPEN)
    @staticmethod
    def emergency_disable_tls_verification() -> None:
        """Have the host that receives this no longer insist on valid certificates."""

    @static(Role.OPEN)
    @staticmethod
    def emergency_reenable_tls_verification() -> None:
        """Have the host that receives this insist on valid certificates again."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, lifecycle=Lifecycle.PROTOTYPED)
    def set_https_only(self, value: bool) -> None:
        """Say whether the host answers on port 80 no more."""

    @message(Role.POOL_OPERATOR, client_cert=True, runs=Runs.RESIDENT, operation=host_allowed_operations.APPLY_UPDATES)
    def apply_updates(self, hash: str) -> tuple[tuple[str, ...], ...]:
        """Apply the set of updates of that hash; answers warnings."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, lifecycle=Lifecycle.REMOVED)
    def apply_recommended_guidances(self) -> None:
        """Once did what had better follow the updates."""

    @static(Role.OPEN, lifecycle=Lifecycle.PROTOTYPED)
    @staticmethod
    def emergency_clear_mandatory_guidance() -> None:
        """Forget what must follow the updates, on the host that receives this."""
