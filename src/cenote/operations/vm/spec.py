"""From a VM's records to the guest that the hypervisor shall run: a pure translation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cenote.compute.spec import (
    BridgePort,
    DiskFormat,
    DiskKind,
    DiskSpec,
    DomainSpec,
    ExitAction,
    Firmware,
    Machine,
    NicModel,
    NicSpec,
    Platform,
    UserNetwork,
    Virtualization,
)
from cenote.model.classes.VBD import VBD, vbd_mode, vbd_type
from cenote.model.classes.VDI import VDI
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM, domain_type, on_crash_behaviour, on_normal_exit
from cenote.network.contract import Attachment
from cenote.operations.context import Settings
from cenote.operations.vm import nvram
from cenote.storage.contract import DiskSource

KINDS = {vbd_type.DISK: DiskKind.DISK, vbd_type.CD: DiskKind.CDROM, vbd_type.FLOPPY: DiskKind.FLOPPY}
TRUE = frozenset({"true", "1", "yes"})
MOST_CORES = 4096
MOST_VIDEO = 1024
"""MiB of video memory."""


@dataclass(frozen=True, slots=True)
class Devices:
    """What the other drivers have made ready for a guest."""

    disks: tuple[DiskSpec, ...]
    nics: tuple[NicSpec, ...]


def disk(vbd: VBD, vdi: VDI | None, source: DiskSource | None) -> DiskSpec:
    """A drive; ``source`` is None for an empty one."""
    return DiskSpec(
        index=int(vbd.userdevice),
        kind=KINDS[vbd.type],
        source=None if source is None else source.path,
        format=DiskFormat.RAW if source is None else DiskFormat(source.format.value),
        read_only=vbd.mode is vbd_mode.RO,
        serial=None if vdi is None else vdi.uuid,
        shareable=vdi is not None and vdi.sharable,
    )


def nic(vif: VIF, attachment: Attachment) -> NicSpec:
    """A network card."""
    joined: BridgePort | UserNetwork = UserNetwork()
    if attachment.bridge is not None:
        joined = BridgePort(
            attachment.bridge,
            attachment.openvswitch,
            attachment.interface_id if attachment.openvswitch else None,
            host_offload=attachment.host_offload,
        )
    model = vif.other_config.get("model", "virtio")
    known = {each.value for each in NicModel}
    return NicSpec(
        index=int(vif.device),
        mac=vif.MAC,
        attachment=joined,
        model=NicModel(model) if model in known else NicModel.VIRTIO,
        mtu=attachment.mtu or None,
    )


def domain(vm: VM, devices: Devices, settings: Settings) -> DomainSpec:
    """The whole guest."""
    uefi = vm.HVM_boot_params.get("firmware") == "uefi"
    return DomainSpec(
        uuid=vm.uuid,
        name=vm.name_label or vm.uuid,
        memory_static_max=vm.memory_static_max,
        memory_target=vm.memory_dynamic_max,
        vcpus_max=vm.VCPUs_max,
        vcpus=vm.VCPUs_at_startup,
        virtualization=_virtualization(vm),
        firmware=Firmware.UEFI if uefi else Firmware.BIOS,
        secure_boot=uefi and vm.platform.get("secureboot") in TRUE,
        boot_order=vm.HVM_boot_params.get("order", "cd"),
        disks=devices.disks,
        nics=devices.nics,
        platform=platform(vm.platform),
        cpu_weight=_within(_number(vm.VCPUs_params, "weight"), 1, 65535),
        cpu_cap=_within(_number(vm.VCPUs_params, "cap"), 1, 100 * vm.VCPUs_max),
        on_crash=_on_crash(vm.actions_after_crash),
        on_reboot=ExitAction.RESTART if vm.actions_after_reboot is on_normal_exit.RESTART else ExitAction.DESTROY,
        nvram=str(nvram.path(settings, vm.uuid)) if uefi else None,
    )


def _virtualization(vm: VM) -> Virtualization:
    kinds = {
        domain_type.PV: Virtualization.PV,
        domain_type.PV_IN_PVH: Virtualization.PVH,
        domain_type.PVH: Virtualization.PVH,
        domain_type.HVM: Virtualization.HVM,
    }
    paravirtual = not vm.HVM_boot_policy and (vm.PV_kernel or vm.PV_bootloader)
    unspecified = Virtualization.PV if paravirtual else Virtualization.HVM
    return kinds.get(vm.domain_type, unspecified)


def platform(given: Mapping[str, str]) -> Platform:
    """The published ``VM.platform`` map; keys that are not there keep their defaults."""

    def flag(name: str, default: bool) -> bool:
        return given[name] in TRUE if name in given else default

    return Platform(
        machine=Machine.Q35 if given.get("machine") == "q35" else Machine.PC,
        acpi=flag("acpi", True),
        apic=flag("apic", True),
        pae=flag("pae", True),
        hyperv=flag("viridian", False),
        hpet=flag("hpet", False),
        tablet=flag("usb_tablet", False),
        time_offset=_number(given, "timeoffset") or 0,
        cores_per_socket=_within(_number(given, "cores-per-socket"), 1, MOST_CORES),
        video_memory=(_within(_number(given, "videoram"), 1, MOST_VIDEO) or 8) * 2**20,
    )


def _number(given: Mapping[str, str], name: str) -> int | None:
    try:
        return int(given.get(name, ""))
    except ValueError:
        return None


def _within(number: int | None, least: int, most: int) -> int | None:
    """A number that is asked for, or None where it can't be had."""
    return number if number is not None and least <= number <= most else None


def _on_crash(action: on_crash_behaviour) -> ExitAction:
    if action.value.endswith("restart"):
        return ExitAction.RESTART
    return ExitAction.PRESERVE if action is on_crash_behaviour.PRESERVE else ExitAction.DESTROY
