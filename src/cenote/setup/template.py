"""The first templates: the tiny Linux, with a disk of its image, and one for any installer from a CD."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from cenote.model.classes.network import network
from cenote.model.classes.SR import SR
from cenote.model.classes.VBD import VBD, vbd_mode, vbd_type
from cenote.model.classes.VDI import VDI
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM, domain_type, on_crash_behaviour, on_normal_exit
from cenote.model.core import NULL, Ref
from cenote.setup import storage, tinylinux
from cenote.setup.api import Api
from cenote.setup.failure import Failure
from cenote.setup.screen import Report
from cenote.setup.step import Step

KEY = "cenote:template"
"""The key in ``other_config`` by which a template is found again, whatever it is called."""
SELF = "cenote:template-uuid"
"""The key in ``other_config`` that tells a template from a clone of it: its own uuid. Set when all of it is made."""
IMAGE = "cenote:image"
"""The key in ``other_config`` that says which image the tiny Linux is made of."""
MARKS = frozenset({KEY, SELF, IMAGE})
TINY, ANY = "tiny-linux", "other-media"
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Kind:
    """What a template says."""

    key: str
    name: str
    about: str
    memory: int
    """Bytes."""
    order: str
    """Boot order: c disk, d CD, n network."""
    other_config: Mapping[str, str]


TINY_LINUX = Kind(
    TINY,
    "Cenote tiny Linux",
    "A small Linux that boots in seconds: to try things, and to see that they work",
    256 * MIB,
    "c",
    {},
)
OTHER_MEDIA = Kind(
    ANY,
    "Other install media",
    "For any operating system that installs from a CD",
    1024 * MIB,
    "dc",
    {
        "install-methods": "cdrom",
        "disks": '<provision><disk device="0" size="8589934592" sr="" bootable="false" type="system"/></provision>',
    },
)


def step(api: Api) -> Step:
    """The step that makes the templates be there, the tiny Linux of the newest image."""

    def there() -> str | None:
        tiny = find(api, TINY)
        current = tiny is not None and tiny.other_config.get(IMAGE) == _image(api).fingerprint
        return _names() if current and find(api, ANY) is not None else None

    def do(report: Report) -> str:
        with api.told("The templates could not be made"):
            if find(api, ANY) is None:
                report(OTHER_MEDIA.name)
                unfinished = [vm.ref for vm in _made(api, ANY)]
                _whole(api, unfinished[0] if unfinished else _record(api, OTHER_MEDIA))
            _tiny(api, _image(api), report)
        return _names()

    return Step("Templates", there, do)


def find(api: Api, key: str) -> VM | None:
    """The template of that key, once it is whole."""
    return next((vm for vm in _made(api, key) if vm.other_config.get(SELF) == vm.uuid), None)


def _made(api: Api, key: str) -> list[VM]:
    """The templates that were made here for that key, unfinished ones too; clones of them are others' business."""
    found = [vm for vm in api.session.records(VM) if vm.is_a_template and vm.other_config.get(KEY) == key]
    return [vm for vm in found if vm.other_config.get(SELF, vm.uuid) == vm.uuid]


def _names() -> str:
    return f"{TINY_LINUX.name}; {OTHER_MEDIA.name}"


def _image(api: Api) -> tinylinux.TinyLinux:
    found = tinylinux.find(api.place.cache / "tinylinux")
    if found is None:
        raise Failure("The tiny Linux is gone", f"nothing is in {api.place.cache / 'tinylinux'}", "run this again")
    return found


def _tiny(api: Api, image: tinylinux.TinyLinux, report: Report) -> None:
    """Make the template of ``image`` in place of one of an older image, or of one that was left unfinished."""
    others = _made(api, TINY)
    if any(vm.other_config.get(SELF) == vm.uuid and vm.other_config.get(IMAGE) == image.fingerprint for vm in others):
        return
    report(f"{TINY_LINUX.name}: taking its disk in")
    disk = _disk(api, image)
    report(TINY_LINUX.name)
    made = _record(api, TINY_LINUX, {IMAGE: image.fingerprint})
    api.session.create(
        VBD,
        VBD.VM.to(made),
        VBD.VDI.to(disk),
        VBD.userdevice.to("0"),
        VBD.bootable.to(True),
        VBD.mode.to(vbd_mode.RW),
        VBD.type.to(vbd_type.DISK),
        VBD.empty.to(False),
        VBD.other_config.to({}),
        VBD.qos_algorithm_type.to(""),
        VBD.qos_algorithm_params.to({}),
    )
    api.session.create(
        VIF,
        VIF.VM.to(made),
        VIF.network.to(_network(api)),
        VIF.device.to("0"),
        VIF.MAC.to(""),
        VIF.MTU.to(1500),
        VIF.other_config.to({}),
        VIF.qos_algorithm_type.to(""),
        VIF.qos_algorithm_params.to({}),
    )
    _whole(api, made)
    for old in others:
        _remove(api, old, disk)


def _disk(api: Api, image: tinylinux.TinyLinux) -> Ref[VDI]:
    """The image as a disk of the first repository: put where its disks lie, and found there by a scan.

    Its uuid follows from the image, so that a run that was broken off leaves nothing twice.
    """
    sr = storage.find(api)
    if sr is None:
        raise Failure("The templates could not be made", "there is no storage repository", "run this again")
    wanted = str(uuid.uuid5(uuid.UUID(api.session.get(SR.uuid, sr)), image.fingerprint))
    known = {vdi.uuid: vdi for vdi in api.session.records(VDI)}
    if wanted not in known:
        target = storage.directory(api) / f"{wanted}.qcow2"
        part = target.with_suffix(".part")
        try:
            shutil.copyfile(image.image, part)
            part.rename(target)
        except OSError as error:
            raise Failure(
                "The disk of the tiny Linux could not be taken in", str(error), "make room, or see who owns it"
            ) from error
        api.session.call(SR.scan, sr)
        known = {vdi.uuid: vdi for vdi in api.session.records(VDI)}
    disk = known[wanted]
    api.session.set(VDI.name_label, disk.ref, TINY_LINUX.name)
    api.session.set(VDI.name_description, disk.ref, f"Kernel {image.kernel}")
    return disk.ref


def _record(api: Api, kind: Kind, more: Mapping[str, str] | None = None) -> Ref[VM]:
    memory = kind.memory
    return api.session.create(
        VM,
        VM.name_label.to(kind.name),
        VM.name_description.to(kind.about),
        VM.is_a_template.to(True),
        VM.user_version.to(1),
        VM.memory_static_min.to(64 * MIB),
        VM.memory_dynamic_min.to(memory),
        VM.memory_dynamic_max.to(memory),
        VM.memory_static_max.to(memory),
        VM.VCPUs_max.to(1),
        VM.VCPUs_at_startup.to(1),
        VM.actions_after_shutdown.to(on_normal_exit.DESTROY),
        VM.actions_after_reboot.to(on_normal_exit.RESTART),
        VM.actions_after_crash.to(on_crash_behaviour.RESTART),
        VM.domain_type.to(domain_type.HVM),
        VM.HVM_boot_policy.to("BIOS order"),
        VM.HVM_boot_params.to({"order": kind.order, "firmware": "bios"}),
        VM.affinity.to(NULL),
        VM.VCPUs_params.to({}),
        VM.PV_bootloader.to(""),
        VM.PV_kernel.to(""),
        VM.PV_ramdisk.to(""),
        VM.PV_args.to(""),
        VM.PV_bootloader_args.to(""),
        VM.PV_legacy_args.to(""),
        VM.PCI_bus.to(""),
        VM.recommendations.to(""),
        VM.platform.to({"acpi": "1", "apic": "true", "pae": "true", "nx": "true", "viridian": "false"}),
        VM.other_config.to({**kind.other_config, **(more or {}), KEY: kind.key}),
    )


def _network(api: Api) -> Ref[network]:
    """The network with addresses of its own, else the first."""
    found = sorted(api.session.records(network), key=lambda each: "ip_begin" not in each.other_config)
    if not found:
        raise Failure("The templates could not be made", "there is no network", f"read {api.place.daemon_log}")
    return found[0].ref


def _whole(api: Api, made: Ref[VM]) -> None:
    """Mark a template as finished."""
    record = api.session.record(VM, made)
    api.session.set(VM.other_config, made, {**record.other_config, SELF: record.uuid})


def _remove(api: Api, old: VM, kept: Ref[VDI]) -> None:
    """Remove a template and its disks but ``kept``; what was cloned from it stands on layers of its own."""
    disks = {api.session.record(VBD, ref).VDI for ref in old.VBDs} - {kept}
    api.session.destroy(VM, old.ref)
    for disk in disks:
        api.session.destroy(VDI, disk)
