"""Making and copying disks, VBDs, SRs, PBDs and networks."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

from cenote.cli.command import Book
from cenote.cli.job import Job
from cenote.cli.line import size
from cenote.cli.refusal import Refusal
from cenote.client.failure import Failure
from cenote.client.task import reference
from cenote.model.classes.host import host
from cenote.model.classes.network import network
from cenote.model.classes.PBD import PBD
from cenote.model.classes.pool import pool
from cenote.model.classes.SR import SR
from cenote.model.classes.VBD import VBD, vbd_mode, vbd_type
from cenote.model.classes.VDI import VDI, vdi_type
from cenote.model.classes.vm import VM
from cenote.model.core import Ref

book = Book()

E = TypeVar("E", bound=Enum)
FILE = "-filename"
"""The end of a device-config key whose value is the name of a file that holds the value."""


def one_of(kind: type[E], job: Job, parameter: str, default: E, hint: str) -> E:
    """The member of an enumeration that a parameter names; raises :class:`Refusal` with the hint."""
    text = job.line.find(parameter)
    if text is None:
        return default
    found = next((each for each in kind if str(each.value).lower() == text.lower()), None)
    if found is None:
        raise Refusal(f"Unknown {parameter}: {text} (should be {hint})")
    return found


def coordinator(job: Job) -> Ref[host]:
    """The host that leads the pool."""
    (record,) = job.names.all(pool).values()
    return record.master


def host_for(job: Job, shared: bool) -> Ref[host]:
    """The host that ``host-uuid`` names; the only one, or the coordinator for shared storage, where it names none."""
    if "host-uuid" in job.line:
        return job.by_uuid(host, "host-uuid")
    if not shared and len(job.names.all(host)) != 1:
        raise Refusal("Required parameter not found: host-uuid")
    return coordinator(job)


@book(
    "vdi-create", "Makes a disk.", required="sr-uuid name-label virtual-size", optional="sm-config: sharable tags: type"
)
def vdi_create(job: Job) -> None:
    """Create a VDI."""
    made = job.session.create(
        VDI,
        VDI.name_label.to(job.line.need("name-label")),
        VDI.name_description.to(""),
        VDI.SR.to(job.by_uuid(SR, "sr-uuid")),
        VDI.virtual_size.to(job.line.size("virtual-size")),
        VDI.type.to(one_of(vdi_type, job, "type", vdi_type.USER, "system, user, suspend or crashdump")),
        VDI.sharable.to(job.line.flag("sharable")),
        VDI.read_only.to(False),
        VDI.xenstore_data.to({}),
        VDI.other_config.to({}),
        VDI.sm_config.to(job.line.map("sm-config")),
        VDI.tags.to(tuple(job.line.map("tags"))),
    )
    job.made(VDI, made)


@book("vdi-resize", "Makes a disk larger.", required="uuid disk-size", optional="online")
def vdi_resize(job: Job) -> None:
    """Resize a VDI."""
    message = VDI.resize_online if job.line.get("online") == "true" else VDI.resize
    job.run(message, job.by_uuid(VDI), job.line.size("disk-size"))


@book(
    "vdi-copy",
    "Copies a disk to an SR, or its blocks into another disk.",
    required="uuid",
    optional="sr-uuid base-vdi-uuid into-vdi-uuid",
)
def vdi_copy(job: Job) -> None:
    """Copy a VDI."""
    if ("sr-uuid" in job.line) == ("into-vdi-uuid" in job.line):
        raise Refusal(
            "Please specify one but not both of: a destination sr-uuid (I will create a fresh VDI); or a destination"
            " into-vdi-uuid (I will copy the blocks into this VDI)"
        )
    sr, base = job.by_uuid_or_null(SR, "sr-uuid"), job.by_uuid_or_null(VDI, "base-vdi-uuid")
    into = job.by_uuid_or_null(VDI, "into-vdi-uuid")
    job.made(VDI, reference(job.run(VDI.copy, job.by_uuid(VDI), sr, base, into)))


@book(
    "vdi-clone",
    "Clones a disk; the two share what they can.",
    required="uuid",
    optional="driver-params- new-name-label new-name-description",
)
def vdi_clone(job: Job) -> None:
    """Clone a VDI."""
    made: Ref[VDI] = reference(job.run(VDI.clone, job.by_uuid(VDI), job.line.map("driver-params")))
    for field, parameter in ((VDI.name_label, "new-name-label"), (VDI.name_description, "new-name-description")):
        text = job.line.find(parameter)
        if text is not None:
            job.session.set(field, made, text)
    job.made(VDI, made)


@book(
    "vdi-pool-migrate",
    "Moves a disk to another SR while its VM runs.",
    required="uuid sr-uuid",
    optional="dest-img-format",
)
def vdi_migrate(job: Job) -> None:
    """Move a VDI."""
    form = job.line.find("dest-img-format")
    options = {} if form is None else {"dest-img-format": form}
    vdi, sr = job.by_uuid(VDI), job.by_uuid(SR, "sr-uuid")
    job.made(VDI, reference(job.run_named("VDI.pool_migrate", vdi, sr, options)))


@book(
    "vdi-introduce",
    "Makes a record of a disk that is already stored.",
    required="uuid sr-uuid type location",
    optional="name-description sharable read-only managed other-config: xenstore-data: sm-config: name-label",
)
def vdi_introduce(job: Job) -> None:
    """Introduce a VDI; what is not given is left to the SR."""
    line = job.line
    values = {
        "uuid": line.need("uuid"),
        "name_label": line.get("name-label"),
        "name_description": line.get("name-description"),
        "SR": job.by_uuid(SR, "sr-uuid"),
        "type": one_of(vdi_type, job, "type", vdi_type.USER, "system, user, suspend or crashdump"),
        "sharable": line.flag("sharable"),
        "read_only": line.flag("read-only"),
        "other_config": line.map("other-config"),
        "location": line.need("location"),
        "xenstore_data": line.map("xenstore-data"),
        "sm_config": line.map("sm-config"),
        "managed": line.flag("managed"),
    }
    signature = job.session.catalogue.signatures["VDI.introduce"]
    made = job.session.send("VDI.introduce", *(values.get(each.name, each.shape.empty) for each in signature.params))
    job.made(VDI, made)


@book(
    "vbd-create",
    "Connects a disk, or an empty CD drive, to a VM.",
    required="vm-uuid device",
    optional="vdi-uuid bootable type mode unpluggable",
)
def vbd_create(job: Job) -> None:
    """Create a VBD."""
    mode = one_of(vbd_mode, job, "mode", vbd_mode.RW, '"ro" or "rw"')
    kind = one_of(vbd_type, job, "type", vbd_type.DISK, '"cd", "disk" or "floppy"')
    empty = "vdi-uuid" not in job.line
    if empty and kind is vbd_type.DISK:
        raise Refusal("Empty VBDs can only be made for type=CD")
    made = job.session.create(
        VBD,
        VBD.VM.to(job.by_uuid(VM, "vm-uuid")),
        VBD.VDI.to(job.by_uuid_or_null(VDI, "vdi-uuid")),
        VBD.userdevice.to(job.line.need("device")),
        VBD.bootable.to(job.line.flag("bootable")),
        VBD.mode.to(mode),
        VBD.type.to(kind),
        VBD.unpluggable.to(job.line.flag("unpluggable", True)),
        VBD.empty.to(empty),
        VBD.other_config.to({}),
        VBD.qos_algorithm_type.to(""),
        VBD.qos_algorithm_params.to({}),
    )
    job.made(VBD, made)


@book(
    "vbd-unplug",
    "Detaches the VBD from its running VM; waits up to 'timeout' seconds for the guest.",
    required="uuid",
    optional="timeout force",
)
def vbd_unplug(job: Job) -> None:
    """Detach a VBD, and wait for a guest that refuses at first."""
    vbd = job.by_uuid(VBD)
    try:
        timeout = float(job.line.get("timeout", "0"))
    except ValueError as error:
        raise Refusal("Failed to parse parameter 'timeout': expecting a float") from error
    try:
        job.run(VBD.unplug_force if job.line.flag("force") else VBD.unplug, vbd)
    except Failure as failure:
        if failure.code != "DEVICE_DETACH_REJECTED" or not _detached(job, vbd, timeout):
            raise


def _detached(job: Job, vbd: Ref[VBD], timeout: float) -> bool:
    """Whether the guest lets the VBD go within so many seconds."""
    end = job.clock() + timeout
    for _ in job.session.changes([f"vbd/{vbd}"], max(1.0, timeout)):
        if not job.session.get(VBD.currently_attached, vbd):
            return True
        if job.clock() >= end:
            return False
    return False


@book(
    "sr-create",
    "Makes an SR and attaches it.",
    required="name-label type",
    optional="name-description host-uuid device-config: shared physical-size content-type sm-config:",
)
def sr_create(job: Job) -> None:
    """Create an SR; ``device-config:KEY-filename=FILE`` sends what the person's file holds."""
    line, shared = job.line, job.line.flag("shared")
    physical = size(line.get("physical-size", "0"), "physical-size")
    made = reference(
        job.run(
            SR.create,
            host_for(job, shared),
            _with_files(job, line.map("device-config")),
            physical,
            line.need("name-label"),
            line.get("name-description"),
            line.need("type"),
            line.get("content-type"),
            shared,
            line.map("sm-config"),
        )
    )
    job.made(SR, made)


def _with_files(job: Job, config: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in config.items():
        if not key.endswith(FILE):
            found[key] = value
            continue
        data = job.terminal.load(value)
        if data is None:
            job.terminal.error(f"File not found: {value}\n")
            raise Refusal("File not found")
        found[key.removesuffix(FILE)] = data.decode("utf-8", "replace")
    return found


@book(
    "sr-introduce",
    "Makes a record of an SR that exists; PBDs attach it.",
    required="name-label type uuid",
    optional="name-description shared content-type sm-config:",
)
def sr_introduce(job: Job) -> None:
    """Introduce an SR."""
    line, uuid = job.line, job.line.need("uuid")
    job.session.call(
        SR.introduce,
        uuid,
        line.need("name-label"),
        line.get("name-description"),
        line.need("type"),
        line.get("content-type"),
        line.flag("shared"),
        line.map("sm-config"),
    )
    job.page.values([uuid])


@book(
    "sr-probe",
    "Prints what storage of that type there is, as the driver tells it.",
    required="type",
    optional="host-uuid device-config: sm-config:",
)
def sr_probe(job: Job) -> None:
    """Probe for SRs."""
    line = job.line
    found = job.session.call(
        SR.probe, host_for(job, True), line.map("device-config"), line.need("type"), line.map("sm-config")
    )
    job.page.values([str(found)])


@book("pbd-create", "Connects an SR to a host.", required="host-uuid sr-uuid", optional="device-config:")
def pbd_create(job: Job) -> None:
    """Create a PBD."""
    made = job.session.create(
        PBD,
        PBD.host.to(job.by_uuid(host, "host-uuid")),
        PBD.SR.to(job.by_uuid(SR, "sr-uuid")),
        PBD.device_config.to(job.line.map("device-config")),
        PBD.other_config.to({}),
    )
    job.made(PBD, made)


@book("network-create", "Makes a network.", required="name-label", optional="name-description MTU bridge managed")
def network_create(job: Job) -> None:
    """Create a network."""
    made = job.session.create(
        network,
        network.name_label.to(job.line.need("name-label")),
        network.name_description.to(job.line.get("name-description")),
        network.MTU.to(job.line.number("MTU", 1500)),
        network.bridge.to(job.line.get("bridge")),
        network.managed.to(job.line.flag("managed", True)),
        network.other_config.to({}),
        network.tags.to(()),
    )
    job.made(network, made)
