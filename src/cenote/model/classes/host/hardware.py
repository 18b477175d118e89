"""The machine itself."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from cenote.model.classes.host.identity import host_allowed_operations
from cenote.model.core import NULL, Field, Lifecycle, Object, Runs, editable, initial, inverse, message, runtime
from cenote.model.refs import PCIRef, PGPURef, PUSBRef, SRRef, VMRef
from cenote.model.roles import Role


class host_display(Enum):
    """Whether a host uses its screen, now and after the next boot."""

    ENABLED = "enabled"
    """It does."""
    DISABLE_ON_REBOOT = "disable_on_reboot"
    """It does, until it reboots."""
    DISABLED = "disabled"
    """Guests may have it."""
    ENABLE_ON_REBOOT = "enable_on_reboot"
    """Guests may have it, until it reboots."""


class Hardware(Object):
    """The machine itself."""

    bios_strings: Field[Mapping[str, str]] = runtime(
        "what the firmware reports about the machine: maker, model, serial number", default={}
    )
    power_on_mode: Field[str] = runtime(
        "how the host can be switched on from afar: `wake-on-lan`, `DRAC`, a script, or empty", default=""
    )
    power_on_config: Field[Mapping[str, str]] = runtime("settings for switching on", default={})
    local_cache_sr: Field[SRRef] = initial("the host's own repository that caches shared disks", default=NULL)
    chipset_info: Field[Mapping[str, str]] = runtime("what the chipset can do, such as `iommu`", default={})
    PCIs: Field[tuple[PCIRef, ...]] = inverse("PCI.host", "PCI devices of the host")
    PGPUs: Field[tuple[PGPURef, ...]] = inverse("PGPU.host", "graphics processors of the host")
    PUSBs: Field[tuple[PUSBRef, ...]] = inverse("PUSB.host", "USB devices of the host")
    ssl_legacy: Field[bool] = initial(
        "whether old protocols and ciphers were let in; no longer", default=True, lifecycle=Lifecycle.DEPRECATED
    )
    guest_VCPUs_params: Field[Mapping[str, str]] = editable(
        "settings of the scheduler that hold for every guest", default={}
    )
    display: Field[host_display] = editable("whether the host uses its screen itself", default=host_display.ENABLED)
    virtual_hardware_platform_versions: Field[tuple[int, ...]] = runtime(
        "versions of virtual hardware that the host offers guests", default=(0,)
    )
    control_domain: Field[VMRef] = runtime("the record that stands for the host's own operating system", default=NULL)

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, operation=host_allowed_operations.POWER_ON, self_name="host")
    def power_on(self) -> None:
        """Switch the host on from afar."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, operation=host_allowed_operations.REBOOT, self_name="host")
    def reboot(self) -> None:
        """Reboot the host, which must be disabled."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, operation=host_allowed_operations.SHUTDOWN, self_name="host")
    def shutdown(self) -> None:
        """Switch the host off; it must be disabled."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def set_power_on_mode(self, power_on_mode: str, power_on_config: Mapping[str, str]) -> None:
        """Say how the host can be switched on from afar."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, lifecycle=Lifecycle.REMOVED, self_name="host")
    def set_cpu_features(self, features: str) -> None:
        """Once masked features of the processors."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, lifecycle=Lifecycle.REMOVED, self_name="host")
    def reset_cpu_features(self) -> None:
        """Once took the mask of the processors' features away."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, self_name="host")
    def enable_local_storage_caching(self, sr: SRRef) -> None:
        """Cache shared disks in one of the host's own repositories."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, self_name="host")
    def disable_local_storage_caching(self) -> None:
        """Stop caching shared disks."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, self_name="host")
    def enable_display(self) -> host_display:
        """Have the host use its screen itself, from the next boot on."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, self_name="host")
    def disable_display(self) -> host_display:
        """Leave the screen's card to guests, from the next boot on."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT)
    def set_ssl_legacy(self, value: bool) -> None:
        """Once said whether old protocols and ciphers are let in."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, lifecycle=Lifecycle.PROTOTYPED)
    def set_max_cstate(self, value: str) -> None:
        """Limit how deeply idle processors sleep, such as `C1`; empty for no limit."""
