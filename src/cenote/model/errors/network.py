"""Errors about networks, and interfaces of hosts and guests."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import HostRef, NetworkRef, PIFRef, VIFRef


class BridgeNameExists(ApiError):
    """There is a bridge of that name already."""

    bridge: str


class BridgeNotAvailable(ApiError):
    """The bridge is not there, or not one that can be used."""

    bridge: str


class OpenvswitchNotActive(ApiError):
    """Only Open vSwitch can do this, and it does not run."""


class MacInvalid(ApiError):
    """That is not a hardware address."""

    MAC: str


class MacDoesNotExist(ApiError):
    """The host has no card with that hardware address."""

    MAC: str


class MacStillExists(ApiError):
    """The host still has the card with that hardware address."""

    MAC: str


class AddressViolatesLockingConstraint(ApiError):
    """The interface is not locked to addresses of that kind."""

    address: str


class InvalidIpAddressSpecified(ApiError):
    """That is not an address."""

    parameter: str


class InvalidCidrAddressSpecified(ApiError):
    """That is not an address with a prefix length."""

    parameter: str


class InterfaceHasNoIp(ApiError):
    """The interface has no address."""

    interface: str


class CouldNotFindNetworkInterfaceWithSpecifiedDeviceNameAndMacAddress(ApiError):
    """The host has no such card."""

    device: str
    mac: str


class CouldNotUpdateIgmpSnoopingEverywhere(ApiError):
    """Some hosts' bridges could not be changed."""


class HostCannotAttachNetwork(ApiError):
    """The host does not have the network."""

    host: HostRef
    network: NetworkRef


class NetworkAlreadyConnected(ApiError):
    """The host has an interface on the network already."""

    network: NetworkRef
    connected_PIF: PIFRef


class NetworkContainsPif(ApiError):
    """Interfaces of hosts are joined to the network."""

    pifs: tuple[PIFRef, ...]


class NetworkContainsVif(ApiError):
    """Interfaces of guests are joined to the network."""

    vifs: tuple[VIFRef, ...]


class NetworkHasIncompatibleSriovPifs(ApiError):
    """The network has SR-IOV cards of another kind."""

    PIF: PIFRef
    network: NetworkRef


class NetworkHasIncompatibleVlanOnSriovPifs(ApiError):
    """The network has VLANs on SR-IOV cards of another kind."""

    PIF: PIFRef
    network: NetworkRef


class NetworkIncompatiblePurposes(ApiError):
    """The network can't be used for both purposes."""

    new_purpose: str
    conflicting_purpose: str


class NetworkIncompatibleWithBond(ApiError):
    """The network can't take a bond."""

    network: NetworkRef


class NetworkIncompatibleWithSriov(ApiError):
    """The network can't take SR-IOV."""

    network: NetworkRef


class NetworkIncompatibleWithTrunks(ApiError):
    """The network can't take interfaces with tagged frames."""

    network: NetworkRef


class NetworkIncompatibleWithTunnel(ApiError):
    """The network can't take a tunnel."""

    network: NetworkRef


class NetworkIncompatibleWithVlanOnBridge(ApiError):
    """The network can't take a VLAN on a bridge."""

    network: NetworkRef


class NetworkIncompatibleWithVlanOnSriov(ApiError):
    """The network can't take a VLAN on SR-IOV."""

    network: NetworkRef


class NetworkSriovAlreadyEnabled(ApiError):
    """SR-IOV is on for the card already."""

    PIF: PIFRef


class NetworkSriovDisableFailed(ApiError):
    """SR-IOV could not be turned off."""

    PIF: PIFRef
    msg: str


class NetworkSriovEnableFailed(ApiError):
    """SR-IOV could not be turned on."""

    PIF: PIFRef
    msg: str


class NetworkSriovInsufficientCapacity(ApiError):
    """The cards on the network have no virtual function free."""

    network: NetworkRef


class NetworkUnmanaged(ApiError):
    """The toolstack leaves the network alone."""

    network: NetworkRef


class CannotDestroySystemNetwork(ApiError):
    """The network is one that the product needs."""

    network: NetworkRef


class CannotPlugVif(ApiError):
    """The interface can't be plugged into the running guest."""

    VIF: VIFRef


class VifInUse(ApiError):
    """A guest uses the network."""

    network: NetworkRef
    VIF: VIFRef


class VlanTagInvalid(ApiError):
    """That is not a VLAN tag: from 0 to 4094."""

    VLAN: str


class VlanInUse(ApiError):
    """The VLAN tag is in use on that card."""

    device: str
    vlan: str
