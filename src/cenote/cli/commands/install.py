"""From template to VM and away again: vm-install, vm-uninstall and their kin."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from xml.etree import ElementTree

from cenote.cli.command import Book, Select
from cenote.cli.commands.device import OWNER, default_sr
from cenote.cli.job import Job
from cenote.cli.refusal import Refusal
from cenote.cli.select import on_vms
from cenote.client.failure import Failure
from cenote.client.task import reference
from cenote.model.classes.host import host
from cenote.model.classes.SR import SR
from cenote.model.classes.VBD import VBD
from cenote.model.classes.VDI import VDI
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.core import NULL, Ref

book = Book()

DISKS = "disks"
"""The key in a template's other_config that holds the disks to make, as XML."""


def template_named(job: Job) -> Ref[VM]:
    """The template that the parameters name; raises :class:`Refusal`."""
    uuid = job.line.find("template-uuid")
    if uuid is not None:
        try:
            return job.session.by_uuid(VM, uuid)
        except Failure as failure:
            raise Refusal("Cannot find template") from failure
    name = job.line.find("template-name-label") or job.line.find("template-name")
    either = job.line.find("template")
    if name is None and either is None:
        raise Refusal(
            "Template must be specified by parameter 'template-uuid', 'template-name', 'template-name-label' or"
            " 'template'"
        )
    known = job.names.all(VM).values()
    if name is None:
        found = [each.ref for each in known if each.uuid == either]
        if found:
            return found[0]
        name = either
    found = [
        each.ref for each in known if each.name_label == name and each.is_a_template and not each.is_control_domain
    ]
    if not found:
        raise Refusal("No templates matched")
    if len(found) > 1:
        raise Refusal("More than one matching template found")
    return found[0]


def sr_named(job: Job) -> Ref[SR]:
    """The SR that ``sr-uuid`` and ``sr-name-label`` name together; null where neither is given."""
    chosen = job.by_uuid_or_null(SR, "sr-uuid")
    name = job.line.find("sr-name-label")
    if name is None:
        return chosen
    named = job.session.by_name(SR, name)
    if not named:
        raise Refusal("No SR with that name-label found")
    if chosen != NULL and chosen not in named:
        raise Refusal("SR specified via sr-uuid doesn't have the name specified via sr-name-label")
    if chosen == NULL and len(named) > 1:
        raise Refusal("Multiple SRs with that name-label found")
    return named[0] if chosen == NULL else chosen


@book(
    "vm-install",
    "Makes a VM from a template; the template is named by its name or UUID.",
    required="new-name-label",
    optional="sr-name-label sr-uuid template copy-bios-strings-from",
    standard=True,
)
def install(job: Job) -> None:
    """Make a VM from a template, with the template's disks on the SR that is asked for."""
    template = template_named(job)
    record = job.session.record(VM, template)
    if not record.is_a_template:
        raise Refusal("Can only install from templates")
    if record.is_a_snapshot and ("sr-uuid" in job.line or "sr-name-label" in job.line):
        raise Refusal(
            "Do not use the sr-name-label or sr-uuid argument when installing from a snapshot. By default, it will"
            " install each new disk on the same SR as the corresponding snapshot disks."
        )
    sr = sr_named(job)
    disks_on = sr if sr != NULL else default_sr(job)
    if disks_on == NULL and DISKS in record.other_config:
        raise Refusal(
            "Failed to find a valid default SR for the Pool. Please provide an sr-name-label or sr-uuid parameter."
        )
    name = job.line.need("new-name-label")
    if sr == NULL:
        made = reference(job.run(VM.clone, template, name))
    else:
        made = reference(job.run(VM.copy, template, name, sr))
    try:
        _furnish(job, made, record, sr, disks_on)
    except (Failure, Refusal):
        with suppress(Failure):  # what failed first is what the person must hear
            job.session.destroy(VM, made)
        raise
    job.made(VM, made)


def _furnish(job: Job, made: Ref[VM], template: VM, sr: Ref[SR], disks_on: Ref[SR]) -> None:
    session = job.session
    session.set(VM.name_description, made, "Installed via xe CLI")
    session.set(VM.suspend_SR, made, sr if sr != NULL else template.suspend_SR)
    if DISKS in session.get(VM.other_config, made) and disks_on != NULL:
        disks = place_disks(template.other_config[DISKS], job.uuid(SR, disks_on))
        session.send("VM.remove_from_other_config", made, DISKS)
        session.send("VM.add_to_other_config", made, DISKS, disks)
    job.run(VM.provision, made)
    if "copy-bios-strings-from" in job.line:
        session.call(VM.copy_bios_strings, made, job.by_uuid(host, "copy-bios-strings-from"))


def place_disks(provision: str, sr: str) -> str:
    """The disks of a template, all on the SR of that UUID; raises :class:`Refusal` for what is no such XML."""
    try:
        tree = ElementTree.fromstring(provision)  # noqa: S314 - written by who may write templates
    except ElementTree.ParseError as error:
        raise Refusal(f"The template's disks are no XML: {error}") from error
    for disk in tree.iter("disk"):
        disk.set("sr", sr)
    return ElementTree.tostring(tree, encoding="unicode")


def uninstall_all(job: Job, vms: list[Ref[VM]]) -> None:
    """Say what is about to be destroyed, ask unless ``force``, and destroy it: the VMs and the disks they own."""
    print_ = job.terminal.print
    steps: list[Callable[[], None]] = []
    print_("The following items are about to be destroyed")
    for vm in vms:
        disks, suspended = _owned(job, vm)
        record = job.session.record(VM, vm)
        print_(f"VM : {record.uuid} ({record.name_label})")
        for vdi in [*disks, *suspended]:
            shared = " ** WARNING: disk is shared by other VMs" if len(vdi.VBDs) > 1 else ""
            print_(f"VDI: {vdi.uuid} ({vdi.name_label}) {shared}")
        steps.append(lambda vm=vm, disks=[*disks, *suspended]: _destroy(job, vm, disks))  # type: ignore[misc]
    if job.line.flag("force") or agreed(job):
        for step in steps:
            step()
        print_("All objects destroyed")


def agreed(job: Job) -> bool:
    """Whether the person types ``yes``."""
    job.terminal.print("Type 'yes' to continue")
    answer = job.terminal.ask()
    if answer.strip().lower() == "yes":
        return True
    job.terminal.print(f"Aborted (you typed: '{answer}')")
    return False


def _owned(job: Job, vm: Ref[VM]) -> tuple[list[VDI], list[VDI]]:
    """The disks that go with a VM, and the one that holds its suspended memory."""
    vdis, vbds = job.names.all(VDI), job.names.all(VBD)
    record = job.session.record(VM, vm)
    owned = [vbds[ref] for ref in record.VBDs if ref in vbds and OWNER in vbds[ref].other_config]
    disks = [vdis[each.VDI] for each in owned if each.VDI in vdis]
    return disks, [vdis[record.suspend_VDI]] if record.suspend_VDI in vdis else []


def _destroy(job: Job, vm: Ref[VM], disks: list[Any]) -> None:
    if job.session.get(VM.power_state, vm) is not vm_power_state.HALTED:
        job.run(VM.hard_shutdown, vm)
    job.session.destroy(VM, vm)
    for vdi in disks:
        try:
            job.session.destroy(VDI, vdi.ref)
        except Failure as failure:
            # A VM that was suspended took the disk of its memory with it.
            if failure.code != "HANDLE_INVALID":
                raise


@book(
    "vm-uninstall",
    "Destroys the selected VMs and the disks that go with them, after asking.",
    optional="force",
    select=Select.VMS,
    standard=True,
)
def uninstall(job: Job) -> None:
    """Destroy VMs, their snapshots and their disks."""
    chosen = on_vms(job, lambda vm: vm)
    snapshots = [each for vm in chosen for each in job.session.get(VM.snapshots, vm)]
    uninstall_all(job, [*chosen, *snapshots])


@book(
    "template-uninstall",
    "Destroys a template and the disks that go with it, after asking.",
    required="template-uuid",
    optional="force",
    standard=True,
)
def uninstall_template(job: Job) -> None:
    """Destroy a template of one's own."""
    uuid = job.line.need("template-uuid")
    ref = job.session.by_uuid(VM, uuid)
    if not job.session.get(VM.is_a_template, ref):
        raise Refusal(f"This operation can only be performed on a VM template. {uuid} is not a VM template.")
    uninstall_all(job, [ref])
