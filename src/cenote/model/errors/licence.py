"""Errors about licences and editions."""

from __future__ import annotations

from cenote.model.core import ApiError


class LicenseProcessingError(ApiError):
    """The licence can't be read."""


class LicenseCannotDowngradeWhileInPool(ApiError):
    """The host is in a pool, which the lesser edition can't be."""


class LicenseCheckoutError(ApiError):
    """The licence server gave no licence."""

    code_: str
    message: str


class LicenseDoesNotSupportPooling(ApiError):
    """The licence does not allow pools."""


class LicenseDoesNotSupportXha(ApiError):
    """The licence does not allow high availability."""


class LicenseExpired(ApiError):
    """The licence is out of date."""


class LicenseFileDeprecated(ApiError):
    """The licence is of a kind that is no longer used."""


class LicenseHostPoolMismatch(ApiError):
    """The host and the pool have different editions."""


class InvalidEdition(ApiError):
    """There is no such edition."""

    edition: str


class ActivationWhileNotFree(ApiError):
    """Only the free edition can be activated."""


class V6dFailure(ApiError):
    """The program that looks after licences failed."""
