"""The virtual hardware that a guest finds."""

from __future__ import annotations

from collections.abc import Mapping

from cenote.model.classes.vm.operations import vm_operations
from cenote.model.classes.VM_metrics import DomainType
from cenote.model.core import NULL, Field, Object, Runs, editable, initial, inverse, message, runtime
from cenote.model.refs import PCIRef, SRRef, VGPURef
from cenote.model.roles import Role


class Platform(Object):
    """The virtual hardware that a guest finds."""

    VGPUs: Field[tuple[VGPURef, ...]] = inverse("VGPU.VM", "virtual graphics processors of the virtual machine")
    attached_PCIs: Field[tuple[PCIRef, ...]] = inverse(
        "PCI.attached_VMs", "PCI devices that are handed through to the virtual machine"
    )
    suspend_SR: Field[SRRef] = editable(
        "the repository that takes the memory of the suspended guest; null for the pool's choice", default=NULL
    )
    version: Field[int] = initial(
        "how often the virtual machine was changed in a way that disaster recovery must see", default=0
    )
    generation_id: Field[str] = initial("tells the guest that it was copied or went back in time", default="0:0")
    hardware_platform_version: Field[int] = editable(
        "the version of the virtual hardware that the guest needs at least", default=0
    )
    has_vendor_device: Field[bool] = initial(
        "whether the guest has the device by which Windows finds its drivers", default=True
    )
    requires_reboot: Field[bool] = runtime(
        "whether the guest must be rebooted for changes of its hardware to show", default=False
    )
    reference_label: Field[str] = initial("names the template in every language alike", default="")
    domain_type: Field[DomainType] = initial(
        "the kind of domain that the guest runs as", default=DomainType.UNSPECIFIED
    )
    NVRAM: Field[Mapping[str, str]] = initial("variables of the guest's firmware", default={})

    @message(Role.VM_ADMIN, runs=Runs.COORDINATOR)
    def set_domain_type(self, value: DomainType) -> None:
        """Say as which kind of domain the guest runs; it must be halted."""

    @message(Role.VM_ADMIN, runs=Runs.COORDINATOR)
    def set_has_vendor_device(self, value: bool) -> None:
        """Say whether the guest has the device by which Windows finds its drivers."""

    @message(Role.VM_ADMIN, runs=Runs.COORDINATOR, operation=vm_operations.CHANGING_NVRAM)
    def set_NVRAM(self, value: Mapping[str, str]) -> None:
        """Replace the variables of the guest's firmware."""

    @message(Role.VM_ADMIN, runs=Runs.COORDINATOR, operation=vm_operations.CHANGING_NVRAM)
    def add_to_NVRAM(self, key: str, value: str) -> None:
        """Add a variable of the guest's firmware; the key must be new."""

    @message(Role.VM_ADMIN, runs=Runs.COORDINATOR, operation=vm_operations.CHANGING_NVRAM)
    def remove_from_NVRAM(self, key: str) -> None:
        """Remove a variable of the guest's firmware; nothing happens when it is not there."""
