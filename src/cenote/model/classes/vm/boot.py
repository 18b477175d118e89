"""How a guest boots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cenote.model.core import Field, Lifecycle, Object, Runs, editable, initial, message
from cenote.model.roles import Role

if TYPE_CHECKING:
    from cenote.model.classes.vm import VM


class Boot(Object):
    """How a guest boots."""

    PV_bootloader: Field[str] = editable(
        "for paravirtual guests: the program that finds the kernel; empty to name the kernel here"
    )
    PV_kernel: Field[str] = editable("for paravirtual guests: the kernel's path")
    PV_ramdisk: Field[str] = editable("for paravirtual guests: the initial file system's path")
    PV_args: Field[str] = editable("for paravirtual guests: the kernel's command line")
    PV_bootloader_args: Field[str] = editable("for paravirtual guests: arguments of the program that finds the kernel")
    PV_legacy_args: Field[str] = editable("for paravirtual guests of old kernels: the kernel's command line")
    HVM_boot_policy: Field[str] = initial(
        "how the guest boots: `BIOS order` through its firmware, empty for paravirtual guests",
        lifecycle=Lifecycle.DEPRECATED,
    )
    HVM_boot_params: Field[Mapping[str, str]] = editable(
        "settings for the firmware: `order` such as `cdn`, `firmware` is `bios` or `uefi`"
    )
    HVM_shadow_multiplier: Field[float] = initial(
        "the factor for memory that shadows the guest's page tables", default=1.0
    )
    platform: Field[Mapping[str, str]] = initial(
        "settings of the virtual hardware, such as `acpi`, `viridian` and `device-model`"
    )
    PCI_bus: Field[str] = editable("no longer read", lifecycle=Lifecycle.DEPRECATED)

    @message(Role.READ_ONLY, lifecycle=Lifecycle.DEPRECATED)
    def get_boot_record(self) -> VM:
        """The virtual machine's record as it was when the guest last booted."""
        ...

    @message(Role.VM_ADMIN, runs=Runs.COORDINATOR, lifecycle=Lifecycle.DEPRECATED)
    def set_HVM_boot_policy(self, value: str) -> None:
        """Say how the guest boots."""

    @message(Role.VM_ADMIN, runs=Runs.COORDINATOR)
    def set_platform(self, value: Mapping[str, str]) -> None:
        """Replace all settings of the virtual hardware."""

    @message(Role.VM_ADMIN, runs=Runs.COORDINATOR)
    def add_to_platform(self, key: str, value: str) -> None:
        """Add a setting of the virtual hardware; the key must be new."""

    @message(Role.VM_ADMIN, runs=Runs.COORDINATOR)
    def remove_from_platform(self, key: str) -> None:
        """Remove a setting of the virtual hardware; nothing happens when it is not there."""
