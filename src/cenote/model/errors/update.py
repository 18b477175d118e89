"""Errors about updates of hosts, and the repositories that they come from."""

from __future__ import annotations

from cenote.model.core import ApiError


class ApplyGuidanceFailed(ApiError):
    """What must follow the updates could not be done."""

    ref: str


class ApplyLivepatchFailed(ApiError):
    """An update of the running hypervisor or kernel could not be applied."""

    livepatch: str


class ApplyUpdatesFailed(ApiError):
    """Updates could not be applied to the host."""

    ref: str


class ApplyUpdatesInProgress(ApiError):
    """Updates are being applied."""


class GetUpdatesFailed(ApiError):
    """It could not be found out which updates there are."""


class GetHostUpdatesFailed(ApiError):
    """It could not be found out which updates the host needs."""

    ref: str


class GetUpdatesInProgress(ApiError):
    """It is being found out which updates there are."""


class SyncUpdatesInProgress(ApiError):
    """Updates are being fetched."""


class SyncBundleInProgress(ApiError):
    """A bundle of updates is being taken in."""


class CanNotSyncUpdates(ApiError):
    """Updates can't be fetched from the repositories that are in use."""


class CanNotPeriodicSyncUpdates(ApiError):
    """Updates can't be fetched by themselves from the repositories that are in use."""


class ConfigureRepositoriesInProgress(ApiError):
    """The repositories in use are being changed."""


class InvalidUpdateSyncDay(ApiError):
    """That is not a day of the week, or the updates are fetched daily."""

    day: str


class BlockedRepoUrl(ApiError):
    """That address must not be used for updates."""

    url: str


class BundleRepositoryAlreadyExists(ApiError):
    """There is a repository for bundles already."""

    ref: str


class BundleRepoNotEnabled(ApiError):
    """No repository for bundles is in use."""


class BundleSyncFailed(ApiError):
    """The bundle could not be taken in."""


class BundleUnpackFailed(ApiError):
    """The bundle could not be unpacked."""

    error: str


class InvalidBaseUrl(ApiError):
    """That is not an address at which updates could be."""

    url: str


class InvalidGpgkeyPath(ApiError):
    """That can't be the path of a key."""

    gpgkey_path: str


class InvalidRepomdXml(ApiError):
    """The repository's index can't be read."""


class InvalidRepositoryDomainAllowlist(ApiError):
    """Those are not domains that updates may come from."""

    domains: tuple[str, ...]


class InvalidRepositoryProxyCredential(ApiError):
    """A name and a password for the proxy must be given together, or neither."""


class InvalidRepositoryProxyUrl(ApiError):
    """That is not the address of a proxy."""

    url: str


class InvalidUpdateinfoXml(ApiError):
    """The repository's notes on its updates can't be read."""


class UpdateinfoHashMismatch(ApiError):
    """The updates are no longer those that were looked at: fetch them again."""


class MultipleUpdateRepositoriesEnabled(ApiError):
    """Only one repository of updates may be in use."""


class NoRepositoriesConfigured(ApiError):
    """No repository of updates is known."""


class NoRepositoryEnabled(ApiError):
    """No repository of updates is in use."""


class RepositoryAlreadyExists(ApiError):
    """That repository of updates is known already."""

    ref: str


class RepositoryCleanupFailed(ApiError):
    """What was fetched from the repository could not be removed."""


class RepositoryIsInUse(ApiError):
    """The repository is in use for updates."""


class ReposyncFailed(ApiError):
    """Updates could not be fetched."""


class RepoShouldBeSingleOneEnabled(ApiError):
    """Exactly one repository must be in use for this."""


class UpdateSyncingRemotePoolCoordinatorConnectionFailed(ApiError):
    """The pool that updates come from can't be reached."""


class UpdateSyncingRemotePoolCoordinatorServiceFailed(ApiError):
    """The toolstack of the pool that updates come from does not answer."""
