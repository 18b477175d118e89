"""The class ``VM_metrics``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import TypeAlias

from cenote.model.core import Field, Lifecycle, Object, editable, initial, runtime
from cenote.model.roles import Role


class domain_type(Enum):
    """The kind of domain that a guest runs as."""

    HVM = "hvm"
    """Hardware virtualization, with emulated devices."""
    PV = "pv"
    """Paravirtual: the guest's kernel knows the hypervisor."""
    PV_IN_PVH = "pv_in_pvh"
    """Paravirtual, within a PVH domain."""
    PVH = "pvh"
    """Hardware virtualization, without emulated devices."""
    UNSPECIFIED = "unspecified"
    """Not said, or not known."""


DomainType: TypeAlias = domain_type
"""The same, under a name that the field domain_type does not hide."""


class VM_metrics(Object):
    """What is observed about a virtual machine from outside."""

    role = Role.VM_ADMIN

    uuid: Field[str] = runtime("identifies the record for good")
    memory_actual: Field[int] = runtime("memory that the guest holds now (bytes)")
    VCPUs_number: Field[int] = runtime("how many virtual processors are on line")
    VCPUs_utilisation: Field[Mapping[int, float]] = runtime(
        "no longer measured; empty", default={}, lifecycle=Lifecycle.REMOVED
    )
    VCPUs_CPU: Field[Mapping[int, int]] = runtime("the physical processor on which each virtual one runs")
    VCPUs_params: Field[Mapping[str, str]] = runtime("the scheduler's settings as they are in force")
    VCPUs_flags: Field[Mapping[int, tuple[str, ...]]] = runtime(
        "the state of each virtual processor: online, blocked, running"
    )
    state: Field[tuple[str, ...]] = runtime("the guest's state, in the hypervisor's words")
    start_time: Field[datetime] = runtime("when the guest last started")
    install_time: Field[datetime] = runtime("when the virtual machine was installed")
    last_updated: Field[datetime] = runtime("when these values were measured")
    other_config: Field[Mapping[str, str]] = editable("free keys and values", default={})
    hvm: Field[bool] = runtime("true when the guest uses hardware virtualization", default=False)
    nested_virt: Field[bool] = runtime("true when the guest may run a hypervisor itself", default=False)
    nomigrate: Field[bool] = runtime("true when the guest can't be migrated, nor suspended", default=False)
    current_domain_type: Field[DomainType] = runtime(
        "the kind of domain that the guest runs as", default=DomainType.UNSPECIFIED
    )
    numa_optimised: Field[bool] = initial(
        "true when all of the guest's memory lies on as few nodes as it fits in",
        default=False,
        lifecycle=Lifecycle.PROTOTYPED,
    )
    numa_nodes: Field[int] = initial(
        "over how many memory nodes the guest is spread", default=0, lifecycle=Lifecycle.PROTOTYPED
    )
    numa_node_memory: Field[Mapping[int, int]] = runtime(
        "how much of the guest's memory lies on each node (bytes)", default={}, lifecycle=Lifecycle.PROTOTYPED
    )
