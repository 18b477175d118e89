"""Certificates that every host of the pool trusts."""

from __future__ import annotations

from enum import Enum

from cenote.model.core import Lifecycle, Object, Runs, message, static
from cenote.model.refs import CertificateRef, SessionRef
from cenote.model.roles import Role


class certificate_purpose(Enum):
    """What a certificate is trusted for."""

    LICENSING = "licensing"
    LDAPS = "ldaps"


class Certificates(Object):
    """Certificates that every host of the pool trusts."""

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.DEPRECATED)
    @staticmethod
    def certificate_install(name: str, cert: str) -> None:
        """Add a certificate of an authority; see install_trusted_certificate."""

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.DEPRECATED)
    @staticmethod
    def certificate_uninstall(name: str) -> None:
        """Remove a certificate of an authority; see uninstall_trusted_certificate."""

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.DEPRECATED)
    @staticmethod
    def certificate_list() -> tuple[str, ...]:
        """The names of the authorities' certificates."""
        ...

    @static(Role.POOL_OPERATOR, client_cert=True, runs=Runs.COORDINATOR, lifecycle=Lifecycle.DEPRECATED)
    @staticmethod
    def install_ca_certificate(name: str, cert: str) -> None:
        """Add a certificate of an authority; see install_trusted_certificate."""

    @static(Role.POOL_OPERATOR, client_cert=True, runs=Runs.COORDINATOR, lifecycle=Lifecycle.DEPRECATED)
    @staticmethod
    def uninstall_ca_certificate(name: str, force: bool = False) -> None:
        """Remove a certificate of an authority, even a broken one with ``force``."""

    @message(Role.POOL_OPERATOR, client_cert=True, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def install_trusted_certificate(self, ca: bool, cert: str, purpose: tuple[certificate_purpose, ...]) -> None:
        """Trust a certificate, of an authority or of one server, for these purposes or for all."""

    @message(Role.POOL_OPERATOR, client_cert=True, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def uninstall_trusted_certificate(self, certificate: CertificateRef) -> None:
        """Trust a certificate no more."""

    @message(Role.POOL_OPERATOR, client_cert=True, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    def sync_trusted_certificates_from(
        self, remote_pool: str, remote_session: SessionRef, remote_certificate: str, ca: bool
    ) -> tuple[CertificateRef, ...]:
        """Trust what another pool trusts; answers the certificates that were added."""
        ...

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def crl_install(name: str, cert: str) -> None:
        """Add a list of revoked certificates."""

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def crl_uninstall(name: str) -> None:
        """Remove a list of revoked certificates."""

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def crl_list() -> tuple[str, ...]:
        """The names of the lists of revoked certificates."""
        ...

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def certificate_sync() -> None:
        """Bring certificates and lists of revoked ones to every host."""
