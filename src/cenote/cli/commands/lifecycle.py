"""The life of a VM: create, start, stop, copy, resize, move, destroy."""

from __future__ import annotations

from typing import Any

from cenote.cli.command import Book, Select
from cenote.cli.job import Job
from cenote.cli.refusal import Refusal
from cenote.cli.select import host_named, on_vms
from cenote.client.failure import Failure
from cenote.client.task import reference
from cenote.model.classes.SR import SR
from cenote.model.classes.vm import (
    VM,
    on_crash_behaviour,
    on_normal_exit,
    on_softreboot_behavior,
)
from cenote.model.core import Ref

book = Book()

MIB = 1 << 20
NO_FORCE = "This operation is dangerous and may cause data loss. This operation must be forced (use --force)."


def need_force(job: Job) -> None:
    """Refuse what is dangerous without ``--force``."""
    if not job.line.flag("force"):
        raise Refusal(NO_FORCE)


@book(
    "vm-create",
    "Creates an empty VM, without disks and interfaces.",
    required="name-label",
    optional="name-description",
    hidden=True,
)
def create(job: Job) -> None:
    """Create a VM with the defaults that XenServer's xe gives it."""
    most, least = 256 * MIB, 128 * MIB
    made = job.session.create(
        VM,
        VM.name_label.to(job.line.need("name-label")),
        VM.name_description.to(job.line.get("name-description")),
        VM.memory_static_max.to(most),
        VM.memory_dynamic_max.to(most),
        VM.memory_target.to(most),
        VM.memory_dynamic_min.to(least),
        VM.memory_static_min.to(least),
        VM.VCPUs_max.to(1),
        VM.VCPUs_at_startup.to(1),
        VM.actions_after_softreboot.to(on_softreboot_behavior.SOFT_REBOOT),
        VM.actions_after_shutdown.to(on_normal_exit.DESTROY),
        VM.actions_after_reboot.to(on_normal_exit.RESTART),
        VM.actions_after_crash.to(on_crash_behaviour.DESTROY),
        VM.HVM_shadow_multiplier.to(1.0),
    )
    job.made(VM, made)


@book("vm-destroy", "Destroys a VM; its disks stay.", required="uuid")
def destroy(job: Job) -> None:
    """Destroy the record of a VM that is no control domain."""
    vm = job.by_uuid(VM)
    if job.session.get(VM.is_control_domain, vm):
        raise Failure("OPERATION_NOT_ALLOWED", ["You cannot destroy a control domain via the CLI"])
    job.session.destroy(VM, vm)


@book(
    "vm-start",
    "Starts the selected VMs, on the host that 'on' names where it is given.",
    optional="force on paused",
    select=Select.VMS,
    standard=True,
)
def start(job: Job) -> None:
    """Start VMs."""
    paused, force, on = job.line.flag("paused"), job.line.flag("force"), job.line.find("on")

    def do(vm: Ref[VM]) -> None:
        if on is None:
            job.run(VM.start, vm, paused, force)
        else:
            job.run(VM.start_on, vm, host_named(job, on), paused, force)

    on_vms(job, do, "on", "paused", "progress", control=True)


@book("vm-resume", "Resumes the selected suspended VMs.", optional="force on", select=Select.VMS, standard=True)
def resume(job: Job) -> None:
    """Resume VMs."""
    force, on = job.line.flag("force"), job.line.find("on")

    def do(vm: Ref[VM]) -> None:
        if on is None:
            job.run(VM.resume, vm, False, force)
        else:
            job.run(VM.resume_on, vm, host_named(job, on), False, force)

    on_vms(job, do, "on", "progress")


@book(
    "vm-shutdown",
    "Shuts the selected VMs down; with --force without asking the guest.",
    optional="force",
    select=Select.VMS,
    standard=True,
)
def shutdown(job: Job) -> None:
    """Shut VMs down."""
    message = VM.hard_shutdown if job.line.flag("force") else VM.clean_shutdown
    on_vms(job, lambda vm: job.run(message, vm), "progress")


@book(
    "vm-reboot",
    "Reboots the selected VMs; with --force without asking the guest.",
    optional="force",
    select=Select.VMS,
    standard=True,
)
def reboot(job: Job) -> None:
    """Reboot VMs."""
    message = VM.hard_reboot if job.line.flag("force") else VM.clean_reboot
    on_vms(job, lambda vm: job.run(message, vm), "progress")


@book(
    "vm-reset-powerstate",
    "Says that the selected VMs are halted, whatever they are. Needs --force.",
    optional="force",
    select=Select.VMS,
    standard=True,
)
def reset_powerstate(job: Job) -> None:
    """Forget that VMs ran on a host that is lost."""
    need_force(job)
    on_vms(job, lambda vm: job.session.call(VM.power_state_reset, vm))


def named_copies(job: Job, made: list[Ref[Any]]) -> None:
    """Describe the copies as asked, and print their UUIDs."""
    description = job.line.find("new-name-description")
    if description is not None:
        job.session.set(VM.name_description, made[0], description)
    uuids = [job.uuid(VM, each) for each in made]
    job.page.values(uuids)


@book(
    "vm-clone",
    "Clones the selected VMs; disks share what they can.",
    required="new-name-label",
    optional="new-name-description",
    select=Select.VMS,
    standard=True,
)
def clone(job: Job) -> None:
    """Clone VMs or templates."""
    name = job.line.need("new-name-label")
    made = on_vms(
        job,
        lambda vm: reference(job.run(VM.clone, vm, name)),
        "new-name-label",
        "new-name-description",
        "progress",
        templates=True,
    )
    named_copies(job, made)


@book(
    "vm-copy",
    "Copies the selected VM; its disks are copied in full.",
    required="new-name-label",
    optional="new-name-description sr-uuid",
    select=Select.VMS,
    standard=True,
)
def copy(job: Job) -> None:
    """Copy one VM or template."""
    name, sr = job.line.need("new-name-label"), job.by_uuid_or_null(SR, "sr-uuid")
    made = on_vms(
        job,
        lambda vm: reference(job.run(VM.copy, vm, name, sr)),
        "new-name-label",
        "sr-uuid",
        "new-name-description",
        "progress",
        templates=True,
        multiple=False,
    )
    named_copies(job, made)


@book(
    "vm-migrate",
    "Moves the selected running VMs to another host of the pool.",
    optional="live host host-uuid force copy compress",
    select=Select.VMS,
    standard=True,
)
def migrate(job: Job) -> None:
    """Move VMs within the pool."""
    named = next((job.line.find(name) for name in ("host", "host-uuid", "host-name") if name in job.line), None)
    if named is None:
        raise Refusal("No destination host specified")
    target = host_named(job, named)
    options = {name: str(job.line.flag(name)).lower() for name in ("force", "live", "copy")}
    if "compress" in job.line:
        options["compress"] = job.line.get("compress")
    on_vms(
        job,
        lambda vm: job.run(VM.pool_migrate, vm, target, options),
        "host",
        "host-uuid",
        "host-name",
        "live",
        "copy",
        "compress",
        "progress",
        control=True,
    )


@book(
    "vm-memory-dynamic-range-set",
    "Sets between which sizes the VMs' memory may move.",
    required="min max",
    select=Select.VMS,
)
def dynamic_range(job: Job) -> None:
    """Set the dynamic memory range."""
    least, most = job.line.size("min"), job.line.size("max")
    on_vms(
        job,
        lambda vm: job.session.call(VM.set_memory_dynamic_range, vm, least, most),
        "min",
        "max",
        control=True,
        templates=True,
    )


@book("vm-memory-static-range-set", "Sets the bounds of the VMs' memory.", required="min max", select=Select.VMS)
def static_range(job: Job) -> None:
    """Set the static memory range."""
    least, most = job.line.size("min"), job.line.size("max")
    on_vms(
        job,
        lambda vm: job.session.call(VM.set_memory_static_range, vm, least, most),
        "min",
        "max",
        control=True,
        templates=True,
    )


@book(
    "vm-memory-limits-set",
    "Sets all four limits of the VMs' memory.",
    required="static-min static-max dynamic-min dynamic-max",
    select=Select.VMS,
)
def memory_limits(job: Job) -> None:
    """Set the static and dynamic memory ranges."""
    names = ("static-min", "static-max", "dynamic-min", "dynamic-max")
    low, high, least, most = (job.line.size(name) for name in names)
    on_vms(
        job,
        lambda vm: job.session.call(VM.set_memory_limits, vm, low, high, least, most),
        *names,
        control=True,
        templates=True,
    )


@book("vm-memory-set", "Sets the VMs' memory to one size.", required="memory", select=Select.VMS)
def memory(job: Job) -> None:
    """Set every memory limit to one size."""
    size = job.line.size("memory")
    on_vms(job, lambda vm: job.session.call(VM.set_memory, vm, size), "memory", control=True, templates=True)


@book("vm-memory-target-set", "Asks running VMs to use so much memory.", required="target", select=Select.VMS)
def memory_target(job: Job) -> None:
    """Set both ends of the dynamic range."""
    size = job.line.size("target")
    on_vms(job, lambda vm: job.session.call(VM.set_memory_dynamic_range, vm, size, size), "target", control=True)


@book(
    "vm-memory-shadow-multiplier-set",
    "Sets the VMs' shadow memory multiplier.",
    required="multiplier",
    select=Select.VMS,
)
def shadow_multiplier(job: Job) -> None:
    """Set the shadow multiplier, of running VMs at once."""
    try:
        value = float(job.line.need("multiplier"))
    except ValueError as error:
        raise Refusal("Parameter multiplier must be a floating-point number") from error
    on_vms(job, lambda vm: job.session.call(VM.set_shadow_multiplier_live, vm, value), "multiplier")


@book(
    "vm-compute-maximum-memory",
    "Prints how much of 'total' a VM could use (bytes).",
    required="total",
    optional="approximate",
    select=Select.VMS,
    standard=True,
)
def maximum_memory(job: Job) -> None:
    """Print the largest static-max that fits."""
    total, approximate = job.line.size("total"), job.line.flag("approximate")

    def do(vm: Ref[VM]) -> None:
        job.page.values([str(job.session.call(VM.maximise_memory, vm, total, approximate))])

    on_vms(job, do, "total", "approximate")
