"""Errors of the workload balancer, and of talking to it."""

from __future__ import annotations

from cenote.model.core import ApiError


class WlbNotInitialized(ApiError):
    """The pool knows no workload balancer."""


class WlbDisabled(ApiError):
    """The workload balancer's advice is not asked for: set pool.wlb_enabled."""


class WlbUrlInvalid(ApiError):
    """That can't be the address of a workload balancer."""

    url: str


class WlbAuthenticationFailed(ApiError):
    """The workload balancer refuses the pool's name and password."""


class WlbConnectionRefused(ApiError):
    """The workload balancer refuses connections."""


class WlbConnectionReset(ApiError):
    """The workload balancer broke the connection off."""


class WlbTimeout(ApiError):
    """The workload balancer did not answer in time (seconds)."""

    configured_timeout: str


class WlbUnknownHost(ApiError):
    """The workload balancer's address was not found."""


class WlbInternalError(ApiError):
    """The workload balancer failed."""


class WlbMalformedRequest(ApiError):
    """The workload balancer did not understand the request."""


class WlbMalformedResponse(ApiError):
    """The workload balancer's answer can't be understood."""

    method: str
    reason: str
    response: str


class WlbXenserverAuthenticationFailed(ApiError):
    """The pool refuses the workload balancer's name and password."""


class WlbXenserverConnectionRefused(ApiError):
    """The pool refuses the workload balancer's connections."""


class WlbXenserverMalformedResponse(ApiError):
    """The workload balancer can't understand the pool's answer."""


class WlbXenserverTimeout(ApiError):
    """The pool did not answer the workload balancer in time."""


class WlbXenserverUnknownHost(ApiError):
    """The workload balancer did not find the pool's address."""
