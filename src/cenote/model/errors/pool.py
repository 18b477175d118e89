"""Errors about joining and leading a pool."""

from __future__ import annotations

from cenote.model.core import ApiError


class JoiningHostCannotContainSharedSrs(ApiError):
    """The host has shared repositories: forget them first."""
