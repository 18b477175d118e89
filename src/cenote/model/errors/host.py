"""Errors about a host."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import HostRef, SRRef, VMRef


class HostDisabled(ApiError):
    """The host takes no guests: enable it."""

    host: HostRef


class HostNotDisabled(ApiError):
    """The host takes guests: disable it first."""


class HostDisabledUntilReboot(ApiError):
    """The host takes no guests until it has been rebooted."""

    host: HostRef


class HostDisabledIndefinitely(ApiError):
    """The host takes no guests until someone enables it."""

    host: HostRef


class HostOffline(ApiError):
    """The host can't be reached."""

    host: HostRef


class HostNotLive(ApiError):
    """The host is down, as far as its pool knows."""


class HostIsLive(ApiError):
    """The host is up, and must be down for this."""

    host: HostRef


class HostBroken(ApiError):
    """The host needs repair: no message is taken that could make things worse."""


class HostStillBooting(ApiError):
    """The host is still starting: try again in a moment."""


class HostInEmergencyMode(ApiError):
    """The host has lost its coordinator, and takes only messages that help it out."""


class NotInEmergencyMode(ApiError):
    """The host is well connected, and needs no such message."""


class HostInUse(ApiError):
    """Something uses the host."""

    host: HostRef
    type: str
    ref: str


class HostIsSlave(ApiError):
    """The host is not the coordinator: send the message to the address that is given."""

    Master_IP_address: str


class HostItsOwnSlave(ApiError):
    """The host believes that it is not the coordinator, and the address is its own."""


class HostUnknownToMaster(ApiError):
    """The coordinator does not know the host."""

    host: HostRef


class HostMasterCannotTalkBack(ApiError):
    """The coordinator can't reach the host at that address."""

    ip: str


class HostNotEnoughFreeMemory(ApiError):
    """The host has less memory free than is needed (bytes)."""

    needed: int
    available: int


class HostNotEnoughPcpus(ApiError):
    """The guest has more virtual processors than the host has real ones."""

    vcpus: int
    pcpus: int


class NoHostsAvailable(ApiError):
    """No host can run the guest now."""


class HostNameInvalid(ApiError):
    """That can't be the name of a host."""

    reason: str


class HostCannotReadMetrics(ApiError):
    """What was measured about the host can't be read."""


class HostCannotSeeSr(ApiError):
    """The host can't reach the repository."""

    host: HostRef
    sr: SRRef


class HostCannotDestroySelf(ApiError):
    """A host can't remove itself from the pool."""

    host: HostRef


class HostHasResidentVms(ApiError):
    """Guests run on the host: move them, or shut them down."""

    host: HostRef


class HostHasNoManagementIp(ApiError):
    """The host has no address at which to be managed."""


class HostCdDriveEmpty(ApiError):
    """No medium is in the host's CD drive."""


class HostPowerOnModeDisabled(ApiError):
    """There is no way to switch the host on from afar: set its power_on_mode."""


class HostEvacuateInProgress(ApiError):
    """Guests are being moved off the host."""

    host: HostRef


class HostEvacuationIsRequired(ApiError):
    """Guests must be moved off the host first."""

    host: HostRef


class HostEvacuateVmNotHaProtected(ApiError):
    """The guest is not protected by high availability, so it would not come back."""

    vm: VMRef


class CannotEvacuateHost(ApiError):
    """Not every guest can leave the host; each is given with the error that says why."""

    errors: str


class VmsFailedToCooperate(ApiError):
    """Guests did not shrink as they were asked to."""


class HostPendingMandatoryGuidanceNotEmpty(ApiError):
    """Updates were applied that something must follow first."""

    host: HostRef


class HostXapiVersionHigherThanCoordinator(ApiError):
    """The host's software is newer than its coordinator's."""

    host_xapi_version: str


class HostDriverNoHardware(ApiError):
    """The host has no hardware for that driver."""

    driver_variant: str


class HostsNotCompatible(ApiError):
    """The hosts' processors are too different."""


class HostsNotHomogeneous(ApiError):
    """The hosts must be alike for this."""

    reason: str


class CannotContactHost(ApiError):
    """The host can't be reached from here."""

    host: HostRef


class CpuFeatureMaskingNotSupported(ApiError):
    """The processor's features can't be hidden."""

    details: str


class BackupScriptFailed(ApiError):
    """The host could not be backed up."""

    log: str


class RestoreScriptFailed(ApiError):
    """The host could not be restored."""

    log: str


class RestoreIncompatibleVersion(ApiError):
    """The backup is of another version."""


class RestoreTargetMgmtIfNotInBackup(ApiError):
    """The interface through which the host is managed is not in the backup."""


class RestoreTargetMissingDevice(ApiError):
    """The backup names a device that the host does not have."""

    device: str


class CouldNotImportDatabase(ApiError):
    """The records could not be restored."""

    reason: str


class CannotFindOemBackupPartition(ApiError):
    """There is no partition with a backup."""


class CannotFindStatePartition(ApiError):
    """There is no partition for the host's state."""


class SystemStatusRetrievalFailed(ApiError):
    """The report of the host's state could not be made."""

    reason: str


class SystemStatusMustUseTarOnOem(ApiError):
    """On this edition the report can only be an archive."""


class NotSupportedDuringUpgrade(ApiError):
    """This is not possible while hosts run different versions."""


class NotAllowedWhenNtpIsEnabled(ApiError):
    """The host takes the time from time servers."""

    host: HostRef


class InvalidNtpConfig(ApiError):
    """Those settings of time servers can't be used."""

    reason: str


class XenIncompatible(ApiError):
    """The hypervisor is of a version that the toolstack can't work with."""


class EnableSshFailed(ApiError):
    """SSH could not be turned on."""

    host: HostRef


class DisableSshFailed(ApiError):
    """SSH could not be turned off."""

    host: HostRef


class EnableSshPartiallyFailed(ApiError):
    """SSH could not be turned on for some hosts."""

    hosts: tuple[HostRef, ...]


class DisableSshPartiallyFailed(ApiError):
    """SSH could not be turned off for some hosts."""

    hosts: tuple[HostRef, ...]


class SetSshTimeoutPartiallyFailed(ApiError):
    """How long SSH stays on could not be set for some hosts."""

    hosts: tuple[HostRef, ...]


class SetSshAutoModePartiallyFailed(ApiError):
    """Whether SSH follows the toolstack could not be set for some hosts."""

    hosts: tuple[HostRef, ...]


class SetConsoleTimeoutPartiallyFailed(ApiError):
    """When idle consoles log out could not be set for some hosts."""

    hosts: tuple[HostRef, ...]


class HostsFailedToEnableCaching(ApiError):
    """Some hosts could not begin to cache shared disks."""

    hosts: tuple[HostRef, ...]


class HostsFailedToDisableCaching(ApiError):
    """Some hosts could not stop caching shared disks."""

    hosts: tuple[HostRef, ...]
