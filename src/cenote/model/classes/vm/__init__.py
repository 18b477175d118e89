"""The class ``VM``: a facet in each file, and here what they make together."""

from cenote.model.classes.vm.availability import Availability
from cenote.model.classes.vm.boot import Boot
from cenote.model.classes.vm.copies import Copies
from cenote.model.classes.vm.devices import Devices
from cenote.model.classes.vm.domain import Domain
from cenote.model.classes.vm.identity import Identity, vm_power_state
from cenote.model.classes.vm.memory import Memory
from cenote.model.classes.vm.operations import vm_operations
from cenote.model.classes.vm.place import Place
from cenote.model.classes.vm.plans import Plans
from cenote.model.classes.vm.platform import Platform
from cenote.model.classes.vm.power import Power, on_crash_behaviour, on_normal_exit, on_softreboot_behavior
from cenote.model.classes.vm.processors import Processors
from cenote.model.classes.vm.snapshots import Snapshots
from cenote.model.classes.vm.upkeep import (
    Upkeep,
    vm_secureboot_certificates_state,
    vm_secureboot_readiness,
    vm_uefi_mode,
)
from cenote.model.classes.VM_metrics import domain_type
from cenote.model.roles import Role

__all__ = [
    "VM",
    "domain_type",
    "on_crash_behaviour",
    "on_normal_exit",
    "on_softreboot_behavior",
    "vm_operations",
    "vm_power_state",
    "vm_secureboot_certificates_state",
    "vm_secureboot_readiness",
    "vm_uefi_mode",
]


class VM(
    Identity,
    Place,
    Memory,
    Processors,
    Power,
    Devices,
    Boot,
    Domain,
    Availability,
    Snapshots,
    Plans,
    Platform,
    Upkeep,
    Copies,
):
    """A virtual machine, a template of one, or a snapshot of one."""

    role = Role.VM_ADMIN
    creatable = True
