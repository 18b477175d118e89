"""Classes of the API that references point to and that are not declared yet.

They stand in for the types only: none is in the catalogue, so none of their messages exists. Each moves to a file
of its own when it is declared.
"""

from cenote.model.core import Object


class Bond(Object):
    """See the module."""


class Caller(Object):
    """See the module."""


class Certificate(Object):
    """See the module."""


class Cluster(Object):
    """See the module."""


class Cluster_host(Object):
    """See the module."""


class DR_task(Object):
    """See the module."""


class Driver_variant(Object):
    """See the module."""


class Feature(Object):
    """See the module."""


class GPU_group(Object):
    """See the module."""


class Host_driver(Object):
    """See the module."""


class LVHD(Object):
    """See the module."""


class Observer(Object):
    """See the module."""


class PCI(Object):
    """See the module."""


class PGPU(Object):
    """See the module."""


class PUSB(Object):
    """See the module."""


class PVS_cache_storage(Object):
    """See the module."""


class PVS_proxy(Object):
    """See the module."""


class PVS_server(Object):
    """See the module."""


class PVS_site(Object):
    """See the module."""


class Rate_limit(Object):
    """See the module."""


class Repository(Object):
    """See the module."""


class SDN_controller(Object):
    """See the module."""


class USB_group(Object):
    """See the module."""


class VBD_metrics(Object):
    """See the module."""


class VGPU(Object):
    """See the module."""


class VGPU_type(Object):
    """See the module."""


class VIF_metrics(Object):
    """See the module."""


class VLAN(Object):
    """See the module."""


class VMPP(Object):
    """See the module."""


class VMSS(Object):
    """See the module."""


class VM_appliance(Object):
    """See the module."""


class VM_group(Object):
    """See the module."""


class VTPM(Object):
    """See the module."""


class VUSB(Object):
    """See the module."""


class auth(Object):
    """See the module."""


class crashdump(Object):
    """See the module."""


class host_crashdump(Object):
    """See the module."""


class host_patch(Object):
    """See the module."""


class network_sriov(Object):
    """See the module."""


class pool_patch(Object):
    """See the module."""


class pool_update(Object):
    """See the module."""


class subject(Object):
    """See the module."""


class tunnel(Object):
    """See the module."""
