"""Errors about clusters of hosts below shared storage."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import ClusterHostRef, ClusterRef, HostRef


class ClusteringEnabled(ApiError):
    """The host is in a cluster, which this would break."""

    cluster_host: ClusterHostRef


class ClusteringDisabled(ApiError):
    """The host takes no part in its cluster."""

    cluster_host: ClusterHostRef


class ClusterAlreadyExists(ApiError):
    """The pool has a cluster already."""


class ClusterCreateInProgress(ApiError):
    """A cluster is being made."""


class ClusterDoesNotHaveOneNode(ApiError):
    """A cluster can be destroyed only when one host is left in it."""

    number_of_nodes: int


class ClusterForceDestroyFailed(ApiError):
    """Some hosts could not be made to leave the cluster."""

    cluster: ClusterRef


class ClusterHasNoCertificate(ApiError):
    """The cluster has no certificate by which its hosts know one another."""

    cluster: ClusterRef


class ClusterHostIsLast(ApiError):
    """The host is the cluster's last: destroy the cluster."""

    cluster_host: ClusterHostRef


class ClusterHostNotJoined(ApiError):
    """The host has not joined the cluster yet."""

    cluster_host: ClusterHostRef


class ClusterStackInUse(ApiError):
    """Something relies on that cluster stack."""

    cluster_stack: str


class IncompatibleClusterStackActive(ApiError):
    """Another cluster stack is in use."""

    cluster_stack: str


class InvalidClusterStack(ApiError):
    """There is no such cluster stack."""

    cluster_stack: str


class NoClusterHostsReachable(ApiError):
    """No host of the cluster can be reached."""

    cluster: ClusterRef


class NoCompatibleClusterHost(ApiError):
    """The host takes no part in the cluster that the repository needs."""

    host: HostRef
