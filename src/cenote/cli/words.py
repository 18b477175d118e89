"""How ``xe`` spells the values of enumerations where it does not spell them as the API does."""

from __future__ import annotations

from enum import Enum

WORDS: dict[str, dict[str, str]] = {
    "host_allowed_operations": {"vm_start": "VM.start", "vm_resume": "VM.resume", "vm_migrate": "VM.migrate"},
    "console_protocol": {"vt100": "VT100", "rfb": "RFB", "rdp": "RDP"},
    "task_allowed_operations": {"cancel": "Cancel", "destroy": "Destroy"},
    "on_normal_exit": {"destroy": "Destroy", "restart": "Restart"},
    "on_crash_behaviour": {
        "destroy": "Destroy",
        "coredump_and_destroy": "Core dump and destroy",
        "restart": "Restart",
        "coredump_and_restart": "Core dump and restart",
        "preserve": "Preserve",
        "rename_restart": "Rename restart",
    },
    "on_softreboot_behavior": {
        "destroy": "Destroy",
        "restart": "Restart",
        "preserve": "Preserve",
        "soft_reboot": "Soft reboot",
    },
    "vdi_type": {
        "system": "System",
        "user": "User",
        "ephemeral": "Ephemeral",
        "suspend": "Suspend",
        "crashdump": "Crashdump",
        "ha_statefile": "HA statefile",
        "metadata": "Metadata",
        "redo_log": "Redo log",
        "pvs_cache": "PVS cache",
        "cbt_metadata": "CBT metadata",
    },
    "domain_type": {"pv_in_pvh": "pv-in-pvh"},
    "tristate_type": {"yes": "true", "no": "false"},
    "vm_operations": {"assert_operation_valid": "assertoperationvalid", "data_source_op": "data_sources_op"},
    "vm_power_state": {
        "Halted": "halted",
        "Paused": "paused",
        "Running": "running",
        "Suspended": "suspended",
        "Unrecoverable": "unrecoverable",
    },
}
"""By the published name of the enumeration: the API's spelling -> xe's."""


def spell(member: Enum) -> str:
    """The value as xe prints it."""
    value = str(member.value)
    kind = type(member).__name__
    if kind == "storage_operations" and value.startswith(("vdi_", "pbd_")):
        return f"{value[:3].upper()}.{value[4:]}"
    return WORDS.get(kind, {}).get(value, value)


def understand(kind: type[Enum], text: str) -> Enum | None:
    """The value that a person typed in xe's spelling or the API's, whatever its case."""
    word = text.lower()
    return next((each for each in kind if word in {str(each.value).lower(), spell(each).lower()}), None)
