"""What happens to a virtual machine by plan: snapshots, start and stop with others."""

from __future__ import annotations

from collections.abc import Mapping

from cenote.model.core import NULL, Field, Lifecycle, Object, Runs, initial, message, runtime
from cenote.model.errors.general import InvalidValue
from cenote.model.errors.vm import VmBiosStringsAlreadySet
from cenote.model.refs import HostRef, VMApplianceRef, VMPPRef, VMSSRef
from cenote.model.roles import Role


class Plans(Object):
    """What happens to a virtual machine by plan: snapshots, start and stop with others."""

    bios_strings: Field[Mapping[str, str]] = runtime(
        "what the guest's firmware reports about the machine: maker, model, serial number", default={}
    )
    protection_policy: Field[VMPPRef] = initial("no longer used", default=NULL, lifecycle=Lifecycle.DEPRECATED)
    is_snapshot_from_vmpp: Field[bool] = initial("no longer used; false", default=False, lifecycle=Lifecycle.REMOVED)
    snapshot_schedule: Field[VMSSRef] = initial("the schedule by which snapshots are taken", default=NULL)
    is_vmss_snapshot: Field[bool] = initial("whether a schedule took this snapshot", default=False)
    appliance: Field[VMApplianceRef] = initial(
        "the appliance whose virtual machines start and stop together", default=NULL
    )
    start_delay: Field[int] = initial(
        "how long to wait after the start before the next in order starts (seconds)", default=0
    )
    shutdown_delay: Field[int] = initial(
        "how long to wait after the stop before the next in order stops (seconds)", default=0
    )
    order: Field[int] = initial("the place in the order of starting: low numbers first", default=0)

    @message(Role.VM_ADMIN, runs=Runs.COORDINATOR, errors=(VmBiosStringsAlreadySet, InvalidValue))
    def set_bios_strings(self, value: Mapping[str, str]) -> None:
        """Set what the guest's firmware reports; this can be done once."""

    @message(Role.VM_ADMIN, runs=Runs.NAMED, self_name="vm")
    def copy_bios_strings(self, host: HostRef) -> None:
        """Have the guest's firmware report what the host's does."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.REMOVED)
    def set_protection_policy(self, value: VMPPRef) -> None:
        """Once set a policy that no longer exists."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def set_snapshot_schedule(self, value: VMSSRef) -> None:
        """Say by which schedule snapshots are taken."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def set_appliance(self, value: VMApplianceRef) -> None:
        """Make the virtual machine a part of an appliance."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def set_start_delay(self, value: int) -> None:
        """Say how long to wait after the start before the next in order starts (seconds)."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def set_shutdown_delay(self, value: int) -> None:
        """Say how long to wait after the stop before the next in order stops (seconds)."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def set_order(self, value: int) -> None:
        """Set the place in the order of starting."""
