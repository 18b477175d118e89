"""Errors about clusters of hosts below shared storage."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import ClusterHostRef


class ClusteringEnabled(ApiError):
    """The host is in a cluster, which this would break."""

    cluster_host: ClusterHostRef
