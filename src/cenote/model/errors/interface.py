"""Errors about network interfaces of hosts: cards, bonds, VLANs and tunnels."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import HostRef, NetworkRef, PIFRef, SRRef


class CannotAddTunnelToBondSlave(ApiError):
    """A tunnel can't stand on a member of a bond."""

    PIF: PIFRef


class CannotAddTunnelToSriovLogical(ApiError):
    """A tunnel can't stand on an SR-IOV network's interface."""

    PIF: PIFRef


class CannotAddTunnelToVlanOnSriovLogical(ApiError):
    """A tunnel can't stand on a VLAN over SR-IOV."""

    PIF: PIFRef


class CannotAddVlanToBondSlave(ApiError):
    """A VLAN can't stand on a member of a bond."""

    PIF: PIFRef


class CannotChangePifProperties(ApiError):
    """The interface has no settings that can be changed."""

    PIF: PIFRef


class CannotForgetSriovLogical(ApiError):
    """Destroy the SR-IOV network instead of forgetting its interface."""

    PIF: PIFRef


class CannotPlugBondSlave(ApiError):
    """A member of a bond can't be brought up by itself."""

    PIF: PIFRef


class DuplicatePifDeviceName(ApiError):
    """The host has another card of that name."""

    device: str


class IncompatiblePifProperties(ApiError):
    """The bond's members have different settings."""


class IsTunnelAccessPif(ApiError):
    """Only the tunnel can create and destroy that interface."""

    PIF: PIFRef


class PifAllowsUnplug(ApiError):
    """The interface may be taken down, and must not be for this."""

    PIF: PIFRef


class PifAlreadyBonded(ApiError):
    """The interface is in a bond already."""

    PIF: PIFRef


class PifBondMoreThanOneIp(ApiError):
    """Only one member of a bond may have had an address."""


class PifBondNeedsMoreMembers(ApiError):
    """A bond needs more members."""


class PifCannotBondCrossHost(ApiError):
    """A bond's members must be in one host."""


class PifConfigurationError(ApiError):
    """The interface could not be set up."""

    PIF: PIFRef
    msg: str


class PifDeviceNotFound(ApiError):
    """The host has no such card."""


class PifDoesNotAllowUnplug(ApiError):
    """The interface must stay up."""

    PIF: PIFRef


class PifHasFcoeSrInUse(ApiError):
    """A repository is reached through the card."""

    PIF: PIFRef
    SR: SRRef


class PifHasNoNetworkConfiguration(ApiError):
    """The interface has no IPv4 settings: use PIF.reconfigure_ip first."""

    PIF: PIFRef


class PifHasNoV6NetworkConfiguration(ApiError):
    """The interface has no IPv6 settings: use PIF.reconfigure_ipv6 first."""

    PIF: PIFRef


class PifIncompatiblePrimaryAddressType(ApiError):
    """The interface's kind of address is not that of the pool."""

    PIF: PIFRef


class PifIsManagementInterface(ApiError):
    """The host is managed through the interface."""

    PIF: PIFRef


class PifIsNotPhysical(ApiError):
    """The interface is not a card."""

    PIF: PIFRef


class PifIsNotSriovCapable(ApiError):
    """The card can't do SR-IOV."""

    PIF: PIFRef


class PifIsPhysical(ApiError):
    """The interface is a card, which can't be destroyed."""

    PIF: PIFRef


class PifIsSriovLogical(ApiError):
    """The interface is that of an SR-IOV network."""

    PIF: PIFRef


class PifIsVlan(ApiError):
    """The interface is that of a VLAN, on which no other can stand."""

    PIF: PIFRef


class PifNotAttachedToHost(ApiError):
    """The interface is another host's."""

    pif: PIFRef
    host: HostRef


class PifNotPresent(ApiError):
    """The host has no interface on the network."""

    host: HostRef
    network: NetworkRef


class PifSriovStillExists(ApiError):
    """An SR-IOV network stands on the interface."""

    PIF: PIFRef


class PifTunnelStillExists(ApiError):
    """A tunnel stands on the interface."""

    PIF: PIFRef


class PifUnmanaged(ApiError):
    """The toolstack leaves the interface alone."""

    PIF: PIFRef


class PifVlanExists(ApiError):
    """The interface has a VLAN of that tag already."""

    PIF: PIFRef


class PifVlanStillExists(ApiError):
    """VLANs stand on the interface."""

    PIF: PIFRef


class RequiredPifIsUnplugged(ApiError):
    """An interface that is needed is down."""

    PIF: PIFRef


class SlaveRequiresManagementInterface(ApiError):
    """A host of a pool can't do without an interface through which it is managed."""


class TransportPifNotConfigured(ApiError):
    """The interface that is to carry the tunnel has no address."""

    PIF: PIFRef
