"""The class ``PIF``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeAlias

from cenote.model.core import NULL, Field, Lifecycle, Object, Runs, editable, initial, inverse, message, runtime, static
from cenote.model.errors.availability import HaOperationWouldBreakFailoverPlan
from cenote.model.errors.cluster import ClusteringEnabled
from cenote.model.errors.general import OtherOperationInProgress
from cenote.model.errors.interface import (
    PifDoesNotAllowUnplug,
    PifHasFcoeSrInUse,
    PifIsPhysical,
    PifTunnelStillExists,
    TransportPifNotConfigured,
)
from cenote.model.errors.network import VifInUse, VlanTagInvalid
from cenote.model.refs import (
    BondRef,
    HostRef,
    NetworkRef,
    NetworkSriovRef,
    PCIRef,
    PIFMetricsRef,
    PIFRef,
    TunnelRef,
    VLANRef,
)
from cenote.model.roles import Role


class pif_igmp_status(Enum):
    """Whether a bridge sends multicast only where it was asked for."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    UNKNOWN = "unknown"


class ip_configuration_mode(Enum):
    """How a host's interface gets its IPv4 address."""

    NONE = "None"
    DHCP = "DHCP"
    STATIC = "Static"


IpConfigurationMode: TypeAlias = ip_configuration_mode
"""The same, under a name that the field ip_configuration_mode does not hide."""


class ipv6_configuration_mode(Enum):
    """How a host's interface gets its IPv6 address."""

    NONE = "None"
    DHCP = "DHCP"
    STATIC = "Static"
    AUTOCONF = "Autoconf"


Ipv6ConfigurationMode: TypeAlias = ipv6_configuration_mode
"""The same, under a name that the field ipv6_configuration_mode does not hide."""


class primary_address_type(Enum):
    """The kind of address that a host is known by."""

    IPV4 = "IPv4"
    IPV6 = "IPv6"


PrimaryAddressType: TypeAlias = primary_address_type
"""The same, under a name that the field primary_address_type does not hide."""


class PIF(Object):
    """A network interface of a host: a card, or a VLAN, bond or tunnel on top of one."""

    uuid: Field[str] = runtime("identifies the interface for good")
    device: Field[str] = initial("the name of the card in the host's operating system, such as `eth0`")
    network: Field[NetworkRef] = initial("the network that the interface is joined to")
    host: Field[HostRef] = initial("the host that has the interface")
    MAC: Field[str] = initial("the hardware address, in lower case with colons")
    MTU: Field[int] = initial("the largest packet that the interface carries (bytes)")
    VLAN: Field[int] = initial("the VLAN tag; -1 for none")
    metrics: Field[PIFMetricsRef] = runtime("what is measured about the interface")
    physical: Field[bool] = runtime("true for a card, false for what stands on top of one", default=False)
    currently_attached: Field[bool] = runtime("whether the interface is up", default=True)
    ip_configuration_mode: Field[IpConfigurationMode] = runtime(
        "how the interface gets its IPv4 address", default=IpConfigurationMode.NONE
    )
    IP: Field[str] = runtime("the IPv4 address, or the empty string", default="")
    netmask: Field[str] = runtime("the IPv4 network mask, such as `255.255.255.0`", default="")
    gateway: Field[str] = runtime("the IPv4 gateway, or the empty string", default="")
    DNS: Field[str] = runtime("addresses of name servers, separated by commas", default="")
    bond_slave_of: Field[BondRef] = runtime("the bond that the interface is a member of", default=NULL)
    bond_master_of: Field[tuple[BondRef, ...]] = inverse("Bond.master", "the bond that the interface stands for")
    VLAN_master_of: Field[VLANRef] = runtime("the VLAN that the interface stands for", default=NULL)
    VLAN_slave_of: Field[tuple[VLANRef, ...]] = inverse("VLAN.tagged_PIF", "VLANs that stand on the interface")
    management: Field[bool] = runtime("whether the host is reached through the interface", default=False)
    other_config: Field[Mapping[str, str]] = editable("free keys and values", default={})
    disallow_unplug: Field[bool] = runtime("whether the interface must stay up", default=False)
    tunnel_access_PIF_of: Field[tuple[TunnelRef, ...]] = inverse(
        "tunnel.access_PIF", "the tunnel that the interface gives access to"
    )
    tunnel_transport_PIF_of: Field[tuple[TunnelRef, ...]] = inverse(
        "tunnel.transport_PIF", "tunnels whose packets the interface carries"
    )
    ipv6_configuration_mode: Field[Ipv6ConfigurationMode] = runtime(
        "how the interface gets its IPv6 address", default=Ipv6ConfigurationMode.NONE
    )
    IPv6: Field[tuple[str, ...]] = runtime("IPv6 addresses with their prefix lengths", default=())
    ipv6_gateway: Field[str] = runtime("the IPv6 gateway, or the empty string", default="")
    primary_address_type: Field[PrimaryAddressType] = runtime(
        "which kind of address the host is known by", default=PrimaryAddressType.IPV4
    )
    managed: Field[bool] = initial("false for an interface that the toolstack leaves alone", default=True)
    properties: Field[Mapping[str, str]] = runtime(
        "settings of the card that can be changed, such as `gro`", default={}
    )
    capabilities: Field[tuple[str, ...]] = runtime("what the card can do, such as `sriov`", default=())
    igmp_snooping_status: Field[pif_igmp_status] = runtime(
        "whether the bridge sends multicast only where it was asked for", default=pif_igmp_status.UNKNOWN
    )
    sriov_physical_PIF_of: Field[tuple[NetworkSriovRef, ...]] = inverse(
        "network_sriov.physical_PIF", "the SR-IOV network whose virtual functions the card provides"
    )
    sriov_logical_PIF_of: Field[tuple[NetworkSriovRef, ...]] = inverse(
        "network_sriov.logical_PIF", "the SR-IOV network that the interface stands for"
    )
    PCI: Field[PCIRef] = runtime("the card's PCI device", default=NULL)

    @static(Role.POOL_OPERATOR, runs=Runs.NAMED, errors=(VlanTagInvalid,), lifecycle=Lifecycle.DEPRECATED)
    @staticmethod
    def create_VLAN(device: str, network: NetworkRef, host: HostRef, VLAN: int) -> PIFRef:
        """Put a VLAN on a host's card; VLAN.create does the same."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, errors=(PifIsPhysical,), lifecycle=Lifecycle.DEPRECATED)
    def destroy(self) -> None:
        """Remove a VLAN's interface; VLAN.destroy does the same."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, errors=(ClusteringEnabled,))
    def reconfigure_ip(self, mode: IpConfigurationMode, IP: str, netmask: str, gateway: str, DNS: str) -> None:
        """Say how the interface gets its IPv4 address, and set it up accordingly."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, errors=(ClusteringEnabled,))
    def reconfigure_ipv6(self, mode: Ipv6ConfigurationMode, IPv6: str, gateway: str, DNS: str) -> None:
        """Say how the interface gets its IPv6 address, and set it up accordingly."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT)
    def set_primary_address_type(self, primary_address_type: PrimaryAddressType) -> None:
        """Say which kind of address the host is known by."""

    @static(Role.POOL_OPERATOR, runs=Runs.NAMED)
    @staticmethod
    def scan(host: HostRef) -> None:
        """Look for cards of a host that have no record yet, and add them."""

    @static(Role.POOL_OPERATOR, runs=Runs.NAMED)
    @staticmethod
    def introduce(host: HostRef, MAC: str, device: str, managed: bool = True) -> PIFRef:
        """Add the record of a host's card that is already there."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, errors=(PifTunnelStillExists, ClusteringEnabled))
    def forget(self) -> None:
        """Remove the record of an interface, and take it down."""

    @message(
        Role.POOL_OPERATOR,
        runs=Runs.RESIDENT,
        errors=(HaOperationWouldBreakFailoverPlan, VifInUse, PifDoesNotAllowUnplug, PifHasFcoeSrInUse),
    )
    def unplug(self) -> None:
        """Take the interface down; no guest may use its network, and the host must stay reachable."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, errors=(OtherOperationInProgress, ClusteringEnabled))
    def set_disallow_unplug(self, value: bool) -> None:
        """Say whether the interface must stay up."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, errors=(TransportPifNotConfigured,))
    def plug(self) -> None:
        """Bring the interface up."""

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def db_introduce(
        device: str,
        network: NetworkRef,
        host: HostRef,
        MAC: str,
        MTU: int,
        VLAN: int,
        physical: bool,
        ip_configuration_mode: IpConfigurationMode,
        IP: str,
        netmask: str,
        gateway: str,
        DNS: str,
        bond_slave_of: BondRef,
        VLAN_master_of: VLANRef,
        management: bool,
        other_config: Mapping[str, str],
        disallow_unplug: bool = False,
        ipv6_configuration_mode: Ipv6ConfigurationMode = Ipv6ConfigurationMode.NONE,
        IPv6: tuple[str, ...] = (),
        ipv6_gateway: str = "",
        primary_address_type: PrimaryAddressType = PrimaryAddressType.IPV4,
        managed: bool = True,
        properties: Mapping[str, str] = {},
    ) -> PIFRef:
        """Add the record of an interface as it is given, and touch nothing else."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def db_forget(self) -> None:
        """Remove the record of an interface, and touch nothing else."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT)
    def set_property(self, name: str, value: str) -> None:
        """Set one of the card's settings, such as `gro` to `on`."""
