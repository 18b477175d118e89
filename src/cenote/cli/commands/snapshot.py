"""Snapshots of VMs."""

from __future__ import annotations

from typing import Any

from cenote.cli.command import Book, Select
from cenote.cli.commands.device import show_disks
from cenote.cli.commands.install import uninstall_all
from cenote.cli.commands.lifecycle import named_copies, need_force
from cenote.cli.job import Job
from cenote.cli.refusal import Refusal
from cenote.cli.select import on_vms
from cenote.client.task import reference
from cenote.model.classes.SR import SR
from cenote.model.classes.VDI import VDI
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.core import Ref

book = Book()

COPY = ("new-name-label", "new-name-description", "ignore-vdi-uuids", "progress")


def snapshot_named(job: Job) -> Ref[VM]:
    """The snapshot that ``snapshot-uuid`` or ``uuid`` names; raises :class:`Refusal` for another VM."""
    uuid = job.line.find("snapshot-uuid") or job.line.find("uuid")
    if uuid is None:
        raise Refusal("Required parameter not found: snapshot-uuid or uuid.")
    ref = job.session.by_uuid(VM, uuid)
    if not job.session.get(VM.is_a_snapshot, ref):
        raise Refusal(f"This operation can only be performed on a VM snapshot. {uuid} is not a VM snapshot.")
    return ref


def _take(job: Job, message: Any, *more: Any) -> None:
    name = job.line.need("new-name-label")
    made = on_vms(job, lambda vm: reference(job.run(message, vm, name, *more)), *COPY)
    named_copies(job, made)


@book(
    "vm-snapshot",
    "Takes a snapshot of the selected VMs' disks.",
    required="new-name-label",
    optional="new-name-description ignore-vdi-uuids",
    select=Select.VMS,
    standard=True,
)
def take(job: Job) -> None:
    """Take snapshots."""
    ignored = tuple(job.session.by_uuid(VDI, uuid) for uuid in job.line.parts("ignore-vdi-uuids"))
    _take(job, VM.snapshot, ignored)


@book(
    "vm-checkpoint",
    "Takes a snapshot of the selected VMs' disks and memory.",
    required="new-name-label",
    optional="new-name-description",
    select=Select.VMS,
    standard=True,
)
def checkpoint(job: Job) -> None:
    """Take checkpoints."""
    _take(job, VM.checkpoint)


@book(
    "vm-snapshot-with-quiesce",
    "Takes a snapshot of VMs whose guests hold still for it.",
    required="new-name-label",
    optional="new-name-description",
    select=Select.VMS,
    standard=True,
)
def take_quiesced(job: Job) -> None:
    """Take quiesced snapshots."""
    _take(job, VM.snapshot_with_quiesce)


@book("snapshot-revert", "Takes the VM back to the state of a snapshot.", optional="uuid snapshot-uuid", standard=True)
def revert(job: Job) -> None:
    """Revert to a snapshot."""
    job.run(VM.revert, snapshot_named(job))


@book(
    "snapshot-clone",
    "Makes a VM from a snapshot; disks share what they can.",
    required="new-name-label",
    optional="uuid new-name-description",
    standard=True,
)
def clone(job: Job) -> None:
    """Clone a snapshot."""
    name = job.line.need("new-name-label")
    named_copies(job, [reference(job.run(VM.clone, snapshot_named(job), name))])


@book(
    "snapshot-copy",
    "Makes a VM from a snapshot; its disks are copied in full.",
    required="new-name-label",
    optional="uuid new-name-description sr-uuid",
    standard=True,
)
def copy(job: Job) -> None:
    """Copy a snapshot."""
    name, sr = job.line.need("new-name-label"), job.by_uuid_or_null(SR, "sr-uuid")
    named_copies(job, [reference(job.run(VM.copy, snapshot_named(job), name, sr))])


@book("snapshot-destroy", "Destroys a snapshot; its disks stay.", optional="uuid snapshot-uuid", standard=True)
def destroy(job: Job) -> None:
    """Destroy the record of a snapshot."""
    snapshot = snapshot_named(job)
    if job.session.get(VM.power_state, snapshot) is not vm_power_state.HALTED:
        job.session.call(VM.hard_shutdown, snapshot)
    job.session.destroy(VM, snapshot)


@book("snapshot-uninstall", "Destroys a snapshot and its disks.", optional="uuid snapshot-uuid force", standard=True)
def uninstall(job: Job) -> None:
    """Destroy a snapshot with its disks, after asking."""
    uninstall_all(job, [snapshot_named(job)])


@book(
    "snapshot-reset-powerstate",
    "Says that a snapshot is halted. Needs --force.",
    optional="uuid snapshot-uuid force",
    standard=True,
)
def reset_powerstate(job: Job) -> None:
    """Drop the memory of a checkpoint."""
    need_force(job)
    job.session.call(VM.power_state_reset, snapshot_named(job))


@book(
    "snapshot-disk-list",
    "Shows the disks of a snapshot.",
    optional="uuid snapshot-uuid vbd-params vdi-params",
    standard=True,
)
def disks(job: Job) -> None:
    """Show a snapshot's disks."""
    show_disks(job, snapshot_named(job), cds=False)
