"""Errors about joining a whole pool to a directory service; each names the host that failed."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import HostRef


class PoolAuthAlreadyEnabled(ApiError):
    """Users of a directory service may log in to that host already."""

    host: HostRef


class PoolAuthDisableFailed(ApiError):
    """The directory service could not be told that the host left it."""

    host: HostRef
    message: str


class PoolAuthDisableFailedInvalidAccount(ApiError):
    """The directory service could not be told that the host left: unusable account."""

    host: HostRef
    message: str


class PoolAuthDisableFailedPermissionDenied(ApiError):
    """The account may not tell the directory service that the host left."""

    host: HostRef
    message: str


class PoolAuthDisableFailedWrongCredentials(ApiError):
    """The directory service could not be told that the host left: wrong name or password."""

    host: HostRef
    message: str


class PoolAuthEnableFailed(ApiError):
    """The host could not join the directory service."""

    host: HostRef
    message: str


class PoolAuthEnableFailedDomainLookupFailed(ApiError):
    """The host could not join the directory service: its domain was not found."""

    host: HostRef
    message: str


class PoolAuthEnableFailedDuplicateHostname(ApiError):
    """The host could not join the directory service: another machine has its name."""

    host: HostRef
    message: str


class PoolAuthEnableFailedInvalidAccount(ApiError):
    """The host could not join the directory service: the account can't be used."""

    host: HostRef
    message: str


class PoolAuthEnableFailedInvalidOu(ApiError):
    """The host could not join the directory service: there is no such organizational unit."""

    host: HostRef
    message: str


class PoolAuthEnableFailedInvalidTrustedCerts(ApiError):
    """The host could not join the directory service: trusted certificates are not valid."""

    host: HostRef
    message: str


class PoolAuthEnableFailedNoSuppEncryptType(ApiError):
    """The host could not join the directory service: no cipher in common."""

    host: HostRef
    message: str


class PoolAuthEnableFailedNoTrustedCerts(ApiError):
    """The host could not join the directory service: no certificate says to trust it."""

    host: HostRef
    message: str


class PoolAuthEnableFailedPermissionDenied(ApiError):
    """The host could not join the directory service: the account may not do that."""

    host: HostRef
    message: str


class PoolAuthEnableFailedSetupTlsConnection(ApiError):
    """The host could not join the directory service: no connection over TLS."""

    host: HostRef
    message: str


class PoolAuthEnableFailedUnavailable(ApiError):
    """The host could not join the directory service: it can't be reached."""

    host: HostRef
    message: str


class PoolAuthEnableFailedWrongCredentials(ApiError):
    """The host could not join the directory service: the name or the password is wrong."""

    host: HostRef
    message: str
