"""Errors about licences and editions."""

from __future__ import annotations

from cenote.model.core import ApiError


class LicenseProcessingError(ApiError):
    """The licence can't be read."""
