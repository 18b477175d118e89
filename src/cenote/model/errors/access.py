"""Errors about who is asking: log-ins, sessions, roles, and the directory service behind them."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import HostRef


class SessionAuthenticationFailed(ApiError):
    """The name or the password is wrong."""

    username: str
    message: str


class SessionAuthorizationFailed(ApiError):
    """The user is known, and has no role here."""

    username: str
    msg: str


class SessionInvalid(ApiError):
    """There is no such session: it was closed, or it timed out. Log in again."""

    handle: str


class SessionNotRegistered(ApiError):
    """The session has not registered for any event."""

    handle: str


class RbacPermissionDenied(ApiError):
    """None of the caller's roles may send this message."""

    permission: str
    message: str


class ChangePasswordRejected(ApiError):
    """The system refuses the new password."""

    msg: str


class UserIsNotLocalSuperuser(ApiError):
    """Only the host's own superuser may do this."""

    msg: str


class RoleAlreadyExists(ApiError):
    """The user has that role already."""


class RoleNotFound(ApiError):
    """There is no such role, or the user does not have it."""


class SubjectAlreadyExists(ApiError):
    """That user or group has been added already."""


class SubjectCannotBeResolved(ApiError):
    """The directory service does not know that user or group."""


class TooManyGroups(ApiError):
    """The user is in more groups than the directory service can tell."""


class AuthAlreadyEnabled(ApiError):
    """Users of a directory service may log in already."""

    current_auth_type: str
    current_service_name: str


class AuthIsDisabled(ApiError):
    """Users of no directory service may log in."""


class AuthUnknownType(ApiError):
    """There is no such kind of directory service."""

    type: str


class AuthServiceError(ApiError):
    """The directory service failed."""

    message: str


class AuthSetupTlsConnection(ApiError):
    """No connection to the directory service over TLS could be made."""

    message: str


class AuthSetLdapsFailed(ApiError):
    """The host could not change over to or from TLS."""

    host: HostRef
    message: str


class AuthInvalidTrustedCerts(ApiError):
    """The certificates that are to be trusted are no certificates, or out of date."""

    message: str


class AuthNoTrustedCerts(ApiError):
    """No certificate says that the directory service can be trusted."""

    message: str


class AuthEnableFailed(ApiError):
    """The host could not join the directory service."""

    message: str


class AuthEnableFailedDomainLookupFailed(ApiError):
    """The host could not join the directory service: its domain was not found."""

    message: str


class AuthEnableFailedInvalidAccount(ApiError):
    """The host could not join the directory service: the account can't be used."""

    message: str


class AuthEnableFailedInvalidOu(ApiError):
    """The host could not join the directory service: there is no such organizational unit."""

    message: str


class AuthEnableFailedInvalidTrustedCerts(ApiError):
    """The host could not join the directory service: trusted certificates are not valid."""

    message: str


class AuthEnableFailedNoTrustedCerts(ApiError):
    """The host could not join the directory service: no certificate says that it can be trusted."""

    message: str


class AuthEnableFailedPermissionDenied(ApiError):
    """The host could not join the directory service: the account may not do that."""

    message: str


class AuthEnableFailedUnavailable(ApiError):
    """The host could not join the directory service: it can't be reached."""

    message: str


class AuthEnableFailedWrongCredentials(ApiError):
    """The host could not join the directory service: the name or the password is wrong."""

    message: str


class AuthDisableFailed(ApiError):
    """The host left the directory service, which could not be told."""

    message: str


class AuthDisableFailedPermissionDenied(ApiError):
    """The host left the directory service, which the account may not tell."""

    message: str


class AuthDisableFailedWrongCredentials(ApiError):
    """The host left the directory service, which could not be told: wrong name or password."""

    message: str
