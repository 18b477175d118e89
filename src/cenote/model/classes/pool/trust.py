"""Secrets, certificates and log-ins of the pool."""

from __future__ import annotations

from collections.abc import Mapping

from cenote.model.classes.pool.operations import pool_allowed_operations
from cenote.model.core import Field, Lifecycle, Object, Runs, editable, message, runtime, static
from cenote.model.errors.availability import HaIsEnabled
from cenote.model.errors.general import InternalError
from cenote.model.errors.host import CannotContactHost, HostIsSlave, NotSupportedDuringUpgrade
from cenote.model.refs import RepositoryRef
from cenote.model.roles import Role


class Trust(Object):
    """Secrets, certificates and log-ins of the pool."""

    is_psr_pending: Field[bool] = editable(
        "whether an interrupted change of the pool's secret has to be finished", default=False
    )
    tls_verification_enabled: Field[bool] = runtime(
        "whether hosts insist on valid certificates of one another", default=False
    )
    repositories: Field[tuple[RepositoryRef, ...]] = runtime("repositories that are in use for updates", default=())
    client_certificate_auth_enabled: Field[bool] = runtime("whether clients may log in by certificate", default=False)
    client_certificate_auth_name: Field[str] = runtime("the name that a client's certificate must hold", default="")

    @static(
        Role.POOL_ADMIN,
        runs=Runs.COORDINATOR,
        errors=(InternalError, HostIsSlave, CannotContactHost, HaIsEnabled, NotSupportedDuringUpgrade),
    )
    @staticmethod
    def rotate_secret() -> None:
        """Give the pool a new secret."""

    @static(Role.POOL_ADMIN, runs=Runs.COORDINATOR, operation=pool_allowed_operations.TLS_VERIFICATION_ENABLE)
    @staticmethod
    def enable_tls_verification() -> None:
        """Have hosts insist on valid certificates of one another."""

    @message(Role.POOL_OPERATOR, client_cert=True, runs=Runs.COORDINATOR)
    def enable_client_certificate_auth(self, name: str) -> None:
        """Let clients log in by a certificate with that name."""

    @message(Role.POOL_OPERATOR, client_cert=True, runs=Runs.COORDINATOR)
    def disable_client_certificate_auth(self) -> None:
        """Let no clients log in by certificate."""

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR, self_name="pool")
    def enable_external_auth(self, config: Mapping[str, str], service_name: str, auth_type: str) -> None:
        """Let users of a directory service log in, on every host."""

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR, self_name="pool")
    def disable_external_auth(self, config: Mapping[str, str] = {}) -> None:
        """Stop letting users of the directory service log in, on every host."""

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR, self_name="pool")
    def external_auth_set_ldaps(self, ldaps: bool, force: bool = False) -> None:
        """Say whether the directory service is spoken to over TLS, on every host."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, self_name="pool")
    def detect_nonhomogeneous_external_auth(self) -> None:
        """Fail if hosts let users of different directory services log in."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def set_https_only(self, value: bool) -> None:
        """Say whether hosts answer on port 80 no more."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.REMOVED)
    def enable_ssl_legacy(self) -> None:
        """Once let old protocols and ciphers in."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.DEPRECATED)
    def disable_ssl_legacy(self) -> None:
        """Let no old protocols and ciphers in; this is always so."""
