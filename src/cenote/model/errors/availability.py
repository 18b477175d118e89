"""Errors about high availability."""

from __future__ import annotations

from cenote.model.core import ApiError


class HaIsEnabled(ApiError):
    """This can't be done while high availability is on."""


class HaOperationWouldBreakFailoverPlan(ApiError):
    """There would no longer be a plan for as many failing hosts as are to be tolerated."""
