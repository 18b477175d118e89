"""The class ``VM_guest_metrics``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from cenote.model.core import Field, Lifecycle, Object, editable, runtime
from cenote.model.roles import Role


class tristate_type(Enum):
    """Yes, no, or not known."""

    YES = "yes"
    NO = "no"
    UNSPECIFIED = "unspecified"


class VM_guest_metrics(Object):
    """What a guest tells about itself, through its agent."""

    role = Role.VM_ADMIN

    uuid: Field[str] = runtime("identifies the record for good")
    os_version: Field[Mapping[str, str]] = runtime("the operating system: its name, distribution and version")
    netbios_name: Field[Mapping[str, str]] = runtime(
        "the names by which a Windows guest is known in its network", default={}, lifecycle=Lifecycle.PROTOTYPED
    )
    PV_drivers_version: Field[Mapping[str, str]] = runtime("the version of the guest's drivers and agent, in parts")
    PV_drivers_up_to_date: Field[bool] = runtime(
        "true when the guest has drivers for this platform at all", lifecycle=Lifecycle.DEPRECATED
    )
    memory: Field[Mapping[str, str]] = runtime("no longer reported; empty", default={}, lifecycle=Lifecycle.REMOVED)
    disks: Field[Mapping[str, str]] = runtime("no longer reported; empty", default={}, lifecycle=Lifecycle.REMOVED)
    networks: Field[Mapping[str, str]] = runtime("the guest's addresses, such as `0/ip` or `0/ipv4/0` to `192.0.2.7`")
    other: Field[Mapping[str, str]] = runtime("what else the agent reports")
    last_updated: Field[datetime] = runtime("when the guest last reported")
    other_config: Field[Mapping[str, str]] = editable("free keys and values", default={})
    live: Field[bool] = runtime("whether the guest's agent answers", default=False)
    can_use_hotplug_vbd: Field[tristate_type] = runtime(
        "whether disks can be plugged in while the guest runs", default=tristate_type.UNSPECIFIED
    )
    can_use_hotplug_vif: Field[tristate_type] = runtime(
        "whether network interfaces can be plugged in while the guest runs", default=tristate_type.UNSPECIFIED
    )
    PV_drivers_detected: Field[bool] = runtime(
        "true when at least one driver in the guest has joined its device", default=False
    )
    services: Field[Mapping[str, str]] = runtime(
        "services that the guest's agent offers, by name", default={}, lifecycle=Lifecycle.PROTOTYPED
    )
