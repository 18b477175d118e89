"""Errors about high availability and the redo log."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import HostRef, NetworkRef, SRRef


class HaIsEnabled(ApiError):
    """This can't be done while high availability is on."""


class HaNotEnabled(ApiError):
    """High availability is off."""


class HaNotInstalled(ApiError):
    """The host lacks what high availability needs."""

    host: HostRef


class HaEnableInProgress(ApiError):
    """High availability is being turned on."""


class HaDisableInProgress(ApiError):
    """High availability is being turned off."""


class HaNoPlan(ApiError):
    """There is no plan for as many failing hosts as that."""


class HaOperationWouldBreakFailoverPlan(ApiError):
    """There would no longer be a plan for as many failing hosts as are to be tolerated."""


class HaTooFewHosts(ApiError):
    """High availability needs more hosts."""


class HaAbortNewMaster(ApiError):
    """The host can't become coordinator, for the reason that is given."""

    reason: str


class HaCannotChangeBondStatusOfMgmtIface(ApiError):
    """High availability relies on the interface through which hosts are managed."""


class HaConstraintViolationNetworkNotShared(ApiError):
    """A protected guest would need a network that not every host has."""

    network: NetworkRef


class HaConstraintViolationSrNotShared(ApiError):
    """A protected guest would need a repository that not every host reaches."""

    SR: SRRef


class HaFailedToFormLiveset(ApiError):
    """The hosts did not come to agree on who is up."""


class HaHeartbeatDaemonStartupFailed(ApiError):
    """The program by which hosts keep up with one another did not start."""


class HaHostCannotAccessStatefile(ApiError):
    """The host can't reach the state file."""


class HaHostCannotSeePeers(ApiError):
    """The host sees only a part of the others."""

    host: HostRef
    all: str
    subset: str


class HaHostIsArmed(ApiError):
    """The host would reset itself if it lost the others: disarm it first."""

    host: HostRef


class HaLostStatefile(ApiError):
    """The host has lost the state file."""


class HaPoolIsEnabledButHostIsDisabled(ApiError):
    """High availability is on in the pool and off on this host."""


class HaShouldBeFenced(ApiError):
    """The others believe the host to be dead, so it must not write."""

    host: HostRef


class CannotCreateStateFile(ApiError):
    """There was no room for the state file in any repository."""


class IncompatibleStatefileSr(ApiError):
    """A repository of that type can't hold the state file."""

    SR_type: str


class CannotEnableRedoLog(ApiError):
    """The redo log could not be turned on."""

    reason: str


class RedoLogIsEnabled(ApiError):
    """This can't be done while the redo log is on."""


class NoMoreRedoLogsAllowed(ApiError):
    """There are as many redo logs as there can be."""
