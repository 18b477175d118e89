"""Errors about joining and leading a pool."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import SMRef


class JoiningHostCannotBeMasterOfOtherHosts(ApiError):
    """The host coordinates a pool of several, and so can't join another."""


class JoiningHostCannotContainSharedSrs(ApiError):
    """The host has shared repositories: forget them first."""


class JoiningHostCannotHaveRunningOrSuspendedVms(ApiError):
    """The host has guests that run or are suspended: shut them down first."""


class JoiningHostCannotHaveRunningVms(ApiError):
    """Guests run on the host: shut them down first."""


class JoiningHostCannotHaveVmsWithCurrentOperations(ApiError):
    """Something is being done to virtual machines of the host: wait for it to end."""


class JoiningHostConnectionFailed(ApiError):
    """The pool's coordinator can't be reached."""


class JoiningHostServiceFailed(ApiError):
    """The toolstack of the pool's coordinator does not answer."""


class PoolJoiningExternalAuthMismatch(ApiError):
    """The host and the pool let users of different directory services log in."""


class PoolJoiningHostCaCertificatesConflict(ApiError):
    """The host and the pool have different certificates of the same name."""


class PoolJoiningHostHasBonds(ApiError):
    """The host has bonds: destroy them first."""


class PoolJoiningHostHasNetworkSriovs(ApiError):
    """The host has SR-IOV networks: destroy them first."""


class PoolJoiningHostHasNonManagementVlans(ApiError):
    """The host has VLANs besides that through which it is managed: destroy them first."""


class PoolJoiningHostHasTunnels(ApiError):
    """The host has tunnels: destroy them first."""


class PoolJoiningHostManagementVlanDoesNotMatch(ApiError):
    """The host and the pool are managed through different VLANs."""

    local: str
    remote: str


class PoolJoiningHostMustHaveOnlyOneIpOnClusteringNetwork(ApiError):
    """The host must have one address on the cluster's network."""


class PoolJoiningHostMustHavePhysicalManagementNic(ApiError):
    """The host must be managed through a card."""


class PoolJoiningHostMustHaveSameApiVersion(ApiError):
    """The host and the pool speak different versions of the API."""

    host_api_version: str
    master_api_version: str


class PoolJoiningHostMustHaveSameDbSchema(ApiError):
    """The host and the pool keep records of different versions."""

    host_db_schema: str
    master_db_schema: str


class PoolJoiningHostMustHaveSameProductVersion(ApiError):
    """The host and the pool run different versions of the product."""


class PoolJoiningHostMustOnlyHavePhysicalPifs(ApiError):
    """The host has interfaces that are not cards: destroy them first."""


class PoolJoiningHostTlsVerificationMismatch(ApiError):
    """Only one of the host and the pool insists on valid certificates."""


class PoolJoiningHostTrustedCertificatesConflict(ApiError):
    """The host and the pool trust different certificates of the same name."""

    ref_in_pool: str
    ref_on_host: str


class PoolJoiningMasterCertificateNotInPoolBundle(ApiError):
    """The coordinator's certificate was not among those that the pool sent."""

    master_uuid: str


class PoolJoiningPoolBundleEmptyAfterImport(ApiError):
    """There were no certificates among those that the pool sent."""

    bundle_path: str


class PoolJoiningPoolCannotEnableClusteringOnVlanNetwork(ApiError):
    """The pool's cluster is on a VLAN, which the host can't join by itself."""

    vlan: str


class PoolJoiningSmFeaturesIncompatible(ApiError):
    """The host's driver for repositories can do less than the pool's."""

    pool_sm_ref: SMRef
    candidate_sm_ref: SMRef


class PoolSecretRotationPending(ApiError):
    """The pool's secret is being changed: finish that first."""


class DesignateNewMasterInProgress(ApiError):
    """Another host is being made coordinator."""


class TlsVerificationEnableInProgress(ApiError):
    """Hosts are being told to insist on valid certificates."""


class TlsVerificationNotEnabledInPool(ApiError):
    """Hosts don't insist on valid certificates yet."""


class CertRefreshInProgress(ApiError):
    """Certificates of the hosts are being changed."""


class TelemetryNextCollectionTooLate(ApiError):
    """The next gathering of telemetry would be too far off."""

    timestamp: str


class MissingConnectionDetails(ApiError):
    """Neither an address nor a log-in for the other pool was given."""
