"""The disks, CD drives and network interfaces of a VM."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cenote.cli.command import Book, Select
from cenote.cli.generic import cell, selected
from cenote.cli.job import Job
from cenote.cli.parameter import Row
from cenote.cli.refusal import Refusal
from cenote.cli.select import on_vms
from cenote.client.failure import Failure
from cenote.model.classes.network import network
from cenote.model.classes.pool import pool
from cenote.model.classes.SR import SR
from cenote.model.classes.VBD import VBD, vbd_mode, vbd_type
from cenote.model.classes.VDI import VDI, vdi_type
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM
from cenote.model.core import NULL, Assignment, Ref

book = Book()

OWNER = "owner"
"""The key in a VBD's other_config that says: this disk goes with its VM."""


def vbds_of(job: Job, vm: Ref[VM], *kinds: vbd_type) -> list[VBD]:
    """The VBDs of a VM, of those kinds, in the order of the VM's own list."""
    known = job.names.all(VBD)
    found = [known[ref] for ref in job.session.get(VM.VBDs, vm) if ref in known]
    return [each for each in found if each.type in kinds]


def show_disks(job: Job, vm: Ref[VM], cds: bool) -> None:
    """Print each VBD of a VM and the VDI behind it."""
    kind, word = (vbd_type.CD, "CD") if cds else (vbd_type.DISK, "Disk")
    columns = "uuid vm-name-label userdevice empty" if cds else "uuid vm-name-label userdevice"
    vbd_shown = selected(job, job.parameters(VBD), columns, "vbd-params")
    vdi_shown = selected(job, job.parameters(VDI), "uuid name-label virtual-size sr-name-label", "vdi-params")
    for number, vbd in enumerate(vbds_of(job, vm, kind)):
        job.page.say(f"{word} {number} VBD:")
        row = job.row(vbd)
        job.page.table([[cell(job, each, row) for each in vbd_shown]])
        vdi = None if vbd.empty else job.names.find("VDI", vbd.VDI)
        if vdi is not None:
            job.page.say(f"{word} {number} VDI:")
            behind = job.row(vdi)
            job.page.table([[cell(job, each, behind) for each in vdi_shown]])


@book(
    "vm-disk-list",
    "Shows the disks of the selected VMs.",
    optional="vbd-params vdi-params",
    select=Select.VMS,
    standard=True,
)
def disk_list(job: Job) -> None:
    """Show VMs' disks."""
    on_vms(job, lambda vm: show_disks(job, vm, cds=False), "vbd-params", "vdi-params")


@book(
    "vm-cd-list",
    "Shows the CD drives of the selected VMs.",
    optional="vbd-params vdi-params",
    select=Select.VMS,
    standard=True,
)
def cd_list(job: Job) -> None:
    """Show VMs' CD drives."""
    on_vms(job, lambda vm: show_disks(job, vm, cds=True), "vbd-params", "vdi-params")


@book(
    "vm-vif-list",
    "Shows the network interfaces of the selected VMs.",
    optional="params",
    select=Select.VMS,
    standard=True,
)
def vif_list(job: Job) -> None:
    """Show VMs' interfaces, always of all that are selected."""
    job.line.params.append(("multiple", "true"))
    shown = selected(job, job.parameters(VIF), "uuid device MAC network-uuid network-name-label vm-name-label")

    def do(vm: Ref[VM]) -> None:
        known = job.names.all(VIF)
        rows = [job.row(known[ref]) for ref in job.session.get(VM.VIFs, vm) if ref in known]
        job.page.table([[cell(job, each, row) for each in shown] for row in rows])

    on_vms(job, do, "params")


def default_sr(job: Job) -> Ref[SR]:
    """The pool's default SR, or the null reference where it has none that exists."""
    (record,) = job.names.all(pool).values()
    return record.default_SR if record.default_SR in job.names.all(SR) else NULL


def plug_vbd(job: Job, *values: Assignment[Any]) -> Ref[VBD]:
    """Create a VBD and attach it if its VM runs; where that fails the VBD waits for the next start."""
    vbd = job.session.create(VBD, *values)
    try:
        job.session.call(VBD.plug, vbd)
    except Failure as failure:
        if failure.code != "VM_BAD_POWER_STATE":
            job.page.warn(f"Not attached at once: {failure}")
    return vbd


@book(
    "vm-disk-add",
    "Adds a new disk to the selected VMs.",
    required="disk-size device",
    optional="sr-uuid",
    select=Select.VMS,
    standard=True,
)
def disk_add(job: Job) -> None:
    """Create a disk and attach it."""
    size, place = job.line.size("disk-size"), job.line.need("device")
    sr = job.by_uuid(SR, "sr-uuid") if "sr-uuid" in job.line else default_sr(job)
    if sr == NULL:
        raise Refusal("No default Pool SR set; you must specify an SR on the commandline")

    def do(vm: Ref[VM]) -> None:
        vdi = job.session.create(
            VDI,
            VDI.name_label.to("Created by xe"),
            VDI.name_description.to("Created by xe"),
            VDI.SR.to(sr),
            VDI.virtual_size.to(size),
            VDI.type.to(vdi_type.USER),
            VDI.sharable.to(False),
            VDI.read_only.to(False),
            VDI.other_config.to({}),
        )
        try:
            plug_vbd(
                job,
                VBD.VM.to(vm),
                VBD.VDI.to(vdi),
                VBD.userdevice.to(place),
                VBD.bootable.to(False),
                VBD.mode.to(vbd_mode.RW),
                VBD.type.to(vbd_type.DISK),
                VBD.unpluggable.to(True),
                VBD.empty.to(False),
                VBD.other_config.to({OWNER: ""}),
            )
        except Failure:
            job.session.destroy(VDI, vdi)
            raise

    on_vms(job, do, "sr-uuid", "device", "disk-size")


@book(
    "vm-disk-remove",
    "Removes a disk from the selected VMs and destroys it.",
    required="device",
    select=Select.VMS,
    standard=True,
)
def disk_remove(job: Job) -> None:
    """Destroy a VBD and the disk behind it."""
    place = job.line.need("device")

    def do(vm: Ref[VM]) -> None:
        vbd = _first((each for each in vbds_of(job, vm, *vbd_type) if each.userdevice == place), "Disk not found")
        job.session.destroy(VBD, vbd.ref)
        job.session.destroy(VDI, vbd.VDI)

    on_vms(job, do, "device")


def _first(found: Iterable[VBD], otherwise: str) -> VBD:
    for each in found:
        return each
    raise Refusal(otherwise)


def isos(job: Job) -> list[VDI]:
    """The VDIs of the ISO libraries."""
    libraries = {sr.ref for sr in job.names.all(SR).values() if sr.content_type == "iso"}
    return [vdi for vdi in job.names.all(VDI).values() if vdi.SR in libraries]


@book("cd-list", "Shows the CDs that can be put into drives.", optional="params", standard=True)
def cds(job: Job) -> None:
    """Show the media in the ISO libraries."""
    shown = selected(job, job.parameters(VDI), "name-label uuid")
    rows: list[Row] = [job.row(vdi) for vdi in isos(job)]
    job.page.table([[cell(job, each, row) for each in shown] for row in rows])


@book(
    "vm-cd-add",
    "Adds a CD drive with a CD to the selected VMs.",
    required="cd-name device",
    select=Select.VMS,
    standard=True,
)
def cd_add(job: Job) -> None:
    """Create a CD drive with a medium in it."""
    name, place = job.line.need("cd-name"), job.line.need("device")
    media = [vdi for vdi in isos(job) if vdi.name_label == name]
    if not media:
        raise Refusal(f"CD {name} not found!")

    def do(vm: Ref[VM]) -> None:
        plug_vbd(
            job,
            VBD.VM.to(vm),
            VBD.VDI.to(media[0].ref),
            VBD.userdevice.to(place),
            VBD.bootable.to(False),
            VBD.mode.to(vbd_mode.RO),
            VBD.type.to(vbd_type.CD),
            VBD.unpluggable.to(True),
            VBD.empty.to(False),
            VBD.other_config.to({}),
        )

    on_vms(job, do, "cd-name", "device", "cd-location")


@book("vm-cd-remove", "Removes a CD drive from the selected VMs.", required="cd-name", select=Select.VMS, standard=True)
def cd_remove(job: Job) -> None:
    """Destroy the CD drive that holds a medium of that name, or an empty one (``<EMPTY>``)."""
    name = job.line.need("cd-name")

    def holds(vbd: VBD) -> bool:
        medium = next((vdi for vdi in isos(job) if vdi.ref == vbd.VDI), None)
        return name == "<EMPTY>" if medium is None else medium.name_label == name

    def do(vm: Ref[VM]) -> None:
        vbd = _first((each for each in vbds_of(job, vm, vbd_type.CD) if holds(each)), "Disk not found")
        job.session.destroy(VBD, vbd.ref)

    on_vms(job, do, "cd-name")


@book("vm-cd-eject", "Takes the CD out of the selected VMs' drives.", select=Select.VMS, standard=True)
def cd_eject(job: Job) -> None:
    """Empty the only CD drive."""

    def do(vm: Ref[VM]) -> None:
        drives = vbds_of(job, vm, vbd_type.CD)
        if not drives:
            raise Refusal("No CDs found")
        if len(drives) > 1:
            raise Refusal("Two or more CDs found. Please use vbd-eject")
        job.session.call(VBD.eject, drives[0].ref)

    on_vms(job, do)


@book(
    "vm-cd-insert",
    "Puts a CD into the selected VMs' empty drives.",
    required="cd-name",
    select=Select.VMS,
    standard=True,
)
def cd_insert(job: Job) -> None:
    """Fill the only empty CD drive."""
    name = job.line.need("cd-name")
    media = [vdi for vdi in isos(job) if vdi.name_label == name]
    if not media:
        raise Refusal(f"CD {name} not found")
    if len(media) > 1:
        raise Refusal(f"Multiple CDs named {name} found. Please use vbd-insert and specify uuids")

    def do(vm: Ref[VM]) -> None:
        drives = [each for each in vbds_of(job, vm, vbd_type.CD) if each.empty]
        if not drives:
            raise Failure("VM_NO_EMPTY_CD_VBD", [vm])
        if len(drives) > 1:
            raise Refusal("Two or more empty CD devices found. Please use vbd-insert")
        job.session.call(VBD.insert, drives[0].ref, media[0].ref)

    on_vms(job, do, "cd-name")


@book("vif-create", "Adds a network interface to a VM.", required="device network-uuid vm-uuid", optional="mac")
def vif_create(job: Job) -> None:
    """Create a VIF; ``mac=random`` and no mac alike let the host choose."""
    joined = job.by_uuid(network, "network-uuid")
    mac = job.line.get("mac")
    made = job.session.create(
        VIF,
        VIF.device.to(job.line.need("device")),
        VIF.network.to(joined),
        VIF.VM.to(job.by_uuid(VM, "vm-uuid")),
        VIF.MAC.to("" if mac == "random" else mac),
        VIF.MTU.to(job.session.get(network.MTU, joined)),
        VIF.other_config.to({}),
        VIF.qos_algorithm_type.to(""),
        VIF.qos_algorithm_params.to({}),
    )
    job.made(VIF, made)


@book("vif-unplug", "Detaches the VIF from its running VM.", required="uuid", optional="force")
def vif_unplug(job: Job) -> None:
    """Detach a VIF."""
    job.run(VIF.unplug_force if job.line.flag("force") else VIF.unplug, job.by_uuid(VIF))
