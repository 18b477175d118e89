"""Every reference type, named once.

Many classes have a field that carries the name of a class (``VBD.VM``), and within such a class body a type checker
takes the name for the field. These names never clash. At run time they are strings, which the seal resolves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from cenote.model.classes.blob import blob
    from cenote.model.classes.console import console
    from cenote.model.classes.host import host
    from cenote.model.classes.host_cpu import host_cpu
    from cenote.model.classes.host_metrics import host_metrics
    from cenote.model.classes.later import (
        LVHD,
        PCI,
        PGPU,
        PUSB,
        VGPU,
        VLAN,
        VMPP,
        VMSS,
        VTPM,
        VUSB,
        Bond,
        Caller,
        Certificate,
        Cluster,
        Cluster_host,
        DR_task,
        Driver_variant,
        Feature,
        GPU_group,
        Host_driver,
        Observer,
        PVS_cache_storage,
        PVS_proxy,
        PVS_server,
        PVS_site,
        Rate_limit,
        Repository,
        SDN_controller,
        USB_group,
        VBD_metrics,
        VGPU_type,
        VIF_metrics,
        VM_appliance,
        VM_group,
        auth,
        crashdump,
        host_crashdump,
        host_patch,
        network_sriov,
        pool_patch,
        pool_update,
        subject,
        tunnel,
    )
    from cenote.model.classes.message import message
    from cenote.model.classes.network import network
    from cenote.model.classes.PBD import PBD
    from cenote.model.classes.PIF import PIF
    from cenote.model.classes.PIF_metrics import PIF_metrics
    from cenote.model.classes.pool import pool
    from cenote.model.classes.role import role
    from cenote.model.classes.secret import secret
    from cenote.model.classes.session import session
    from cenote.model.classes.SM import SM
    from cenote.model.classes.SR import SR
    from cenote.model.classes.task import task
    from cenote.model.classes.user import user
    from cenote.model.classes.VBD import VBD
    from cenote.model.classes.VDI import VDI
    from cenote.model.classes.VIF import VIF
    from cenote.model.classes.vm import VM
    from cenote.model.classes.VM_guest_metrics import VM_guest_metrics
    from cenote.model.classes.VM_metrics import VM_metrics
    from cenote.model.core import Ref

AuthRef: TypeAlias = "Ref[auth]"
BlobRef: TypeAlias = "Ref[blob]"
BondRef: TypeAlias = "Ref[Bond]"
CallerRef: TypeAlias = "Ref[Caller]"
CertificateRef: TypeAlias = "Ref[Certificate]"
ClusterHostRef: TypeAlias = "Ref[Cluster_host]"
ClusterRef: TypeAlias = "Ref[Cluster]"
ConsoleRef: TypeAlias = "Ref[console]"
CrashdumpRef: TypeAlias = "Ref[crashdump]"
DriverVariantRef: TypeAlias = "Ref[Driver_variant]"
DRTaskRef: TypeAlias = "Ref[DR_task]"
FeatureRef: TypeAlias = "Ref[Feature]"
GPUGroupRef: TypeAlias = "Ref[GPU_group]"
HostCpuRef: TypeAlias = "Ref[host_cpu]"
HostCrashdumpRef: TypeAlias = "Ref[host_crashdump]"
HostDriverRef: TypeAlias = "Ref[Host_driver]"
HostMetricsRef: TypeAlias = "Ref[host_metrics]"
HostPatchRef: TypeAlias = "Ref[host_patch]"
HostRef: TypeAlias = "Ref[host]"
LVHDRef: TypeAlias = "Ref[LVHD]"
MessageRef: TypeAlias = "Ref[message]"
NetworkRef: TypeAlias = "Ref[network]"
NetworkSriovRef: TypeAlias = "Ref[network_sriov]"
ObserverRef: TypeAlias = "Ref[Observer]"
PBDRef: TypeAlias = "Ref[PBD]"
PCIRef: TypeAlias = "Ref[PCI]"
PGPURef: TypeAlias = "Ref[PGPU]"
PIFMetricsRef: TypeAlias = "Ref[PIF_metrics]"
PIFRef: TypeAlias = "Ref[PIF]"
PoolPatchRef: TypeAlias = "Ref[pool_patch]"
PoolRef: TypeAlias = "Ref[pool]"
PoolUpdateRef: TypeAlias = "Ref[pool_update]"
PUSBRef: TypeAlias = "Ref[PUSB]"
PVSCacheStorageRef: TypeAlias = "Ref[PVS_cache_storage]"
PVSProxyRef: TypeAlias = "Ref[PVS_proxy]"
PVSServerRef: TypeAlias = "Ref[PVS_server]"
PVSSiteRef: TypeAlias = "Ref[PVS_site]"
RateLimitRef: TypeAlias = "Ref[Rate_limit]"
RepositoryRef: TypeAlias = "Ref[Repository]"
RoleRef: TypeAlias = "Ref[role]"
SDNControllerRef: TypeAlias = "Ref[SDN_controller]"
SecretRef: TypeAlias = "Ref[secret]"
SessionRef: TypeAlias = "Ref[session]"
SMRef: TypeAlias = "Ref[SM]"
SRRef: TypeAlias = "Ref[SR]"
SubjectRef: TypeAlias = "Ref[subject]"
TaskRef: TypeAlias = "Ref[task]"
TunnelRef: TypeAlias = "Ref[tunnel]"
USBGroupRef: TypeAlias = "Ref[USB_group]"
UserRef: TypeAlias = "Ref[user]"
VBDMetricsRef: TypeAlias = "Ref[VBD_metrics]"
VBDRef: TypeAlias = "Ref[VBD]"
VDIRef: TypeAlias = "Ref[VDI]"
VGPURef: TypeAlias = "Ref[VGPU]"
VGPUTypeRef: TypeAlias = "Ref[VGPU_type]"
VIFMetricsRef: TypeAlias = "Ref[VIF_metrics]"
VIFRef: TypeAlias = "Ref[VIF]"
VLANRef: TypeAlias = "Ref[VLAN]"
VMApplianceRef: TypeAlias = "Ref[VM_appliance]"
VMGroupRef: TypeAlias = "Ref[VM_group]"
VMGuestMetricsRef: TypeAlias = "Ref[VM_guest_metrics]"
VMMetricsRef: TypeAlias = "Ref[VM_metrics]"
VMPPRef: TypeAlias = "Ref[VMPP]"
VMRef: TypeAlias = "Ref[VM]"
VMSSRef: TypeAlias = "Ref[VMSS]"
VTPMRef: TypeAlias = "Ref[VTPM]"
VUSBRef: TypeAlias = "Ref[VUSB]"
