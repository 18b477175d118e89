"""Errors about certificates: of the host, of those that it trusts, and of connections."""

from __future__ import annotations

from cenote.model.core import ApiError


class CertificateAlreadyExists(ApiError):
    """There is a certificate of that name already."""

    name: str


class CertificateCorrupt(ApiError):
    """The certificate can't be read."""

    name: str


class CertificateDoesNotExist(ApiError):
    """There is no certificate of that name."""

    name: str


class CertificateLacksPurpose(ApiError):
    """It was not said what the certificate is trusted for."""


class CertificateLibraryCorrupt(ApiError):
    """The store of certificates can't be read."""


class CertificateNameInvalid(ApiError):
    """That can't be the name of a certificate."""

    name: str


class CrlAlreadyExists(ApiError):
    """There is a list of revoked certificates of that name already."""

    name: str


class CrlCorrupt(ApiError):
    """The list of revoked certificates can't be read."""

    name: str


class CrlDoesNotExist(ApiError):
    """There is no list of revoked certificates of that name."""

    name: str


class CrlNameInvalid(ApiError):
    """That can't be the name of a list of revoked certificates."""

    name: str


class CaCertificateExpired(ApiError):
    """The authority's certificate is out of date."""

    now: str
    not_after: str


class CaCertificateInvalid(ApiError):
    """The authority's certificate is none."""


class CaCertificateNotValidYet(ApiError):
    """The authority's certificate does not hold yet."""

    now: str
    not_before: str


class TrustedCertificateAlreadyExists(ApiError):
    """That certificate is trusted already."""

    fingerprint: str


class TrustedCertificateExpired(ApiError):
    """The certificate that is to be trusted is out of date."""

    now: str
    not_after: str


class TrustedCertificateInvalid(ApiError):
    """The certificate that is to be trusted is none."""


class TrustedCertificateNotValidYet(ApiError):
    """The certificate that is to be trusted does not hold yet."""

    now: str
    not_before: str


class NotTrustedCertificate(ApiError):
    """The certificate is not one that is trusted."""

    ref: str


class ServerCertificateChainInvalid(ApiError):
    """The chain of certificates is not in PEM."""


class ServerCertificateExpired(ApiError):
    """The certificate is out of date."""

    now: str
    not_after: str


class ServerCertificateInvalid(ApiError):
    """The certificate is not in PEM, or not X.509."""


class ServerCertificateKeyAlgorithmNotSupported(ApiError):
    """The key is of a kind that can't be used."""

    algorithm_oid: str


class ServerCertificateKeyInvalid(ApiError):
    """The key is not in PEM."""


class ServerCertificateKeyMismatch(ApiError):
    """The key is not the one in the certificate."""


class ServerCertificateKeyRsaLengthNotSupported(ApiError):
    """The key must have from 2048 to 4096 bits."""

    length: int


class ServerCertificateKeyRsaMultiNotSupported(ApiError):
    """The key must be of two primes."""


class ServerCertificateNotValidYet(ApiError):
    """The certificate does not hold yet."""

    now: str
    not_before: str


class ServerCertificateSignatureNotSupported(ApiError):
    """The certificate must be signed with SHA-256 or SHA-512."""


class SslVerifyError(ApiError):
    """The other side's certificate can't be trusted."""

    reason: str


class TlsConnectionFailed(ApiError):
    """The other side can't be reached over TLS."""

    address: str
    port: int
