"""Images of disks and VMs, which the client sends and fetches by HTTP under a task of their own."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlencode

from cenote.cli.command import Book, Select
from cenote.cli.job import Job
from cenote.cli.refusal import Refusal
from cenote.cli.select import on_vms
from cenote.client.failure import Failure
from cenote.client.task import ENDED, follow, outcome, reference
from cenote.model.classes.SR import SR
from cenote.model.classes.task import task
from cenote.model.classes.VDI import VDI
from cenote.model.classes.vm import VM
from cenote.model.core import Ref

book = Book()


def transfer(job: Job, label: str, move: Callable[[str], bool], path: str, query: dict[str, str]) -> str:
    """Let the client move a file under a new task; answers the task's result, raises what it failed with."""
    made: Ref[task] = job.session.send("task.create", label, "")
    try:
        asked = {"session_id": job.session.token, "task_id": str(made), **query}
        if move(f"{path}?{urlencode(asked, quote_via=quote)}"):
            return outcome(follow(job.session, made))
        record = job.session.record(task, made)
        if record.status in ENDED:
            outcome(record)
        raise Failure("CLIENT_ERROR")
    finally:
        job.session.destroy(task, made)


@book("vdi-import", "Fills a disk with the contents of a file.", required="uuid filename", optional="format progress")
def vdi_import(job: Job) -> None:
    """Send a file into a VDI."""
    filename, query = job.line.need("filename"), {"vdi": str(job.by_uuid(VDI))}
    if "format" in job.line:
        query["format"] = job.line.get("format")
    transfer(job, "VDI import", lambda path: job.terminal.upload(filename, path), "/import_raw_vdi", query)


@book(
    "vdi-export",
    "Writes a disk into a file; without a name, to standard output.",
    required="uuid filename",
    optional="format base progress",
)
def vdi_export(job: Job) -> None:
    """Fetch a VDI into a file."""
    filename, query = job.line.need("filename"), {"vdi": str(job.by_uuid(VDI))}
    query |= {name: job.line.get(name) for name in ("format", "base") if name in job.line}
    transfer(job, "VDI export", lambda path: job.terminal.download(filename, path), "/export_raw_vdi", query)


def _export(job: Job, vm: Ref[VM], filename: str) -> None:
    line = job.line
    query = {
        "ref": str(vm),
        "use_compression": line.get("compress", "none"),
        "preserve_power_state": str(line.flag("preserve-power-state")).lower(),
        "export_snapshots": str(line.flag("include-snapshots")).lower(),
    }
    path = "/export"
    if line.flag("metadata"):
        path = "/export_metadata"
        query["excluded_device_types"] = line.get("excluded-device-types")
    transfer(job, "Export of VM", lambda path: job.terminal.download(filename, path), path, query)
    job.page.say("Export succeeded")


OPTIONS = "preserve-power-state compress metadata excluded-device-types"


@book(
    "vm-export",
    "Writes the selected VMs into files.",
    required="filename",
    optional=f"{OPTIONS} include-snapshots",
    select=Select.VMS,
    standard=True,
)
def vm_export(job: Job) -> None:
    """Export VMs, the second and later ones into the file's name with a number."""
    filename = job.line.need("filename")
    count = 0

    def do(vm: Ref[VM]) -> None:
        nonlocal count
        count += 1
        _export(job, vm, filename if count == 1 else f"{filename}{count}")

    on_vms(job, do, "filename", *OPTIONS.split(), "include-snapshots")


@book(
    "template-export",
    "Writes a template into a file.",
    required="filename template-uuid",
    optional="compress metadata excluded-device-types",
    standard=True,
)
def template_export(job: Job) -> None:
    """Export a template."""
    ref = job.by_uuid(VM, "template-uuid")
    if not job.session.get(VM.is_a_template, ref):
        raise Refusal(
            "This operation can only be performed on a VM template."
            f" {job.line.get('template-uuid')} is not a VM template."
        )
    _export(job, ref, job.line.need("filename"))


@book(
    "snapshot-export-to-template",
    "Writes a snapshot into a file, as a template.",
    required="filename snapshot-uuid",
    optional=OPTIONS,
    standard=True,
)
def snapshot_export(job: Job) -> None:
    """Export a snapshot."""
    ref = job.by_uuid(VM, "snapshot-uuid")
    if not job.session.get(VM.is_a_snapshot, ref):
        raise Refusal(
            "This operation can only be performed on a VM snapshot."
            f" {job.line.get('snapshot-uuid')} is not a VM snapshot."
        )
    _export(job, ref, job.line.need("filename"))


@book(
    "vm-import",
    "Makes a VM from a file that vm-export wrote.",
    required="filename",
    optional="preserve sr-uuid force metadata dry-run",
    standard=True,
)
def vm_import(job: Job) -> None:
    """Import a VM and print its UUID."""
    line, filename = job.line, job.line.need("filename")
    query = {
        "restore": str(line.flag("preserve")).lower(),
        "force": str(line.flag("force")).lower(),
    }
    if "sr-uuid" in line:
        query["sr_id"] = str(job.by_uuid(SR, "sr-uuid"))
    if line.flag("metadata"):
        query["dry_run"] = str(line.flag("dry-run")).lower()
    path = "/import_metadata" if line.flag("metadata") else "/import"
    result = transfer(job, "VM import", lambda path: job.terminal.upload(filename, path), path, query)
    if result:
        job.made(VM, reference(result))


BLOBS = {"vm-uuid": "VM", "pool-uuid": "pool", "sr-uuid": "SR", "host-uuid": "host", "network-uuid": "network"}
"""The parameters that say what a blob belongs to, and the classes."""


@book(
    "blob-create",
    "Makes an empty blob that belongs to an object; one of the UUIDs says which.",
    required="name",
    optional="mime-type vm-uuid host-uuid sr-uuid network-uuid pool-uuid public",
    hidden=True,
)
def blob_create(job: Job) -> None:
    """Create a blob and print its UUID."""
    owner = next((name for name in BLOBS if name in job.line), None)
    if owner is None:
        raise Refusal("Need one of: vm-uuid, host-uuid, network-uuid, sr-uuid or pool-uuid")
    cls = job.cls(BLOBS[owner])
    kind, public = job.line.get("mime-type"), job.line.flag("public")
    ref = job.by_uuid(cls, owner)
    made = job.session.send(f"{cls.__name__}.create_new_blob", ref, job.line.need("name"), kind, public)
    job.made(job.cls("blob"), made)


def _blob(job: Job, label: str, move: Callable[[str], bool]) -> None:
    ref = job.session.by_uuid(job.cls("blob"), job.line.need("uuid"))
    transfer(job, label, move, "/blob", {"ref": str(ref)})


@book("blob-get", "Writes a blob into a file.", required="uuid filename", hidden=True)
def blob_get(job: Job) -> None:
    """Fetch a blob."""
    filename = job.line.need("filename")
    _blob(job, "Obtaining blob", lambda path: job.terminal.download(filename, path))
    job.page.say("Blob get succeeded")


@book("blob-put", "Fills a blob with the contents of a file.", required="uuid filename", hidden=True)
def blob_put(job: Job) -> None:
    """Send a blob."""
    filename = job.line.need("filename")
    _blob(job, "Blob PUT", lambda path: job.terminal.upload(filename, path))
    job.page.say("Blob put succeeded")
