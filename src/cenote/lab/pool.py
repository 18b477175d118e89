"""What a pool on a host in namespaces is furnished with: a session, a repository, a VM of the tiny Linux."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from cenote.client.session import Session, login
from cenote.client.xmlrpc import XmlRpc
from cenote.lab.host import Host
from cenote.model.classes.host import host
from cenote.model.classes.network import network
from cenote.model.classes.SR import SR
from cenote.model.classes.VBD import VBD, vbd_mode, vbd_type
from cenote.model.classes.VDI import VDI
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM, on_crash_behaviour, on_normal_exit
from cenote.model.core import NULL, Assignment, Ref
from cenote.model.sealed import CATALOGUE

MIB = 2**20


@contextmanager
def session(lab: Host) -> Generator[Session]:
    """A session over the host's Unix socket."""
    with closing(XmlRpc(f"unix://{lab.socket}")) as transport, login(transport, CATALOGUE, "root", "", "lab") as opened:
        yield opened


def values(label: str) -> list[Assignment[Any]]:
    """The record of a VM that is as small as the tiny Linux wants it."""
    found: list[Assignment[Any]] = [
        VM.name_label.to(label),
        VM.memory_static_max.to(256 * MIB),
        VM.memory_dynamic_max.to(256 * MIB),
        VM.memory_dynamic_min.to(256 * MIB),
        VM.memory_static_min.to(0),
        VM.VCPUs_max.to(1),
        VM.VCPUs_at_startup.to(1),
        VM.actions_after_shutdown.to(on_normal_exit.DESTROY),
        VM.actions_after_reboot.to(on_normal_exit.RESTART),
        VM.actions_after_crash.to(on_crash_behaviour.RESTART),
        VM.HVM_boot_policy.to("BIOS order"),
        VM.HVM_boot_params.to({"order": "c"}),
        VM.affinity.to(NULL),
    ]
    return found


def furnish(opened: Session, lab: Host, image: Path) -> Ref[VM]:
    """A repository with the image as a disk, and a VM of it."""
    here = next(iter(opened.records(host))).ref
    place = lab.home / "sr"
    sr = opened.call(SR.create, here, {"location": str(place)}, 0, "Local storage", "", "file", "user", False, {})
    name = str(uuid.uuid4())
    shutil.copy(image, place / f"{name}.qcow2")
    opened.call(SR.scan, sr)
    vm = opened.create(VM, *values("measured"))
    disk = opened.by_uuid(VDI, name)
    opened.create(
        VBD,
        VBD.VM.to(vm),
        VBD.VDI.to(disk),
        VBD.userdevice.to("0"),
        VBD.mode.to(vbd_mode.RW),
        VBD.type.to(vbd_type.DISK),
        VBD.empty.to(False),
        VBD.bootable.to(True),
    )
    joined = next(each.ref for each in opened.records(network) if "ip_begin" in each.other_config)
    opened.create(VIF, VIF.VM.to(vm), VIF.network.to(joined), VIF.device.to("0"), VIF.MAC.to(""), VIF.MTU.to(0))
    return vm
