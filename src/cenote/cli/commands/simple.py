"""Commands that are one message: data. The declaration of the message says what each parameter is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

from cenote.cli.change import understood
from cenote.cli.command import Command, Select
from cenote.cli.job import Job
from cenote.cli.select import on_hosts, on_srs, on_vms
from cenote.client.task import reference
from cenote.model.catalogue import Catalogue, Signature
from cenote.model.core import Ref
from cenote.model.shapes import MapShape, RefShape


class Result(Enum):
    """What becomes of the message's result."""

    NOTHING = "nothing"
    VALUE = "value"
    """It is printed."""
    MADE = "made"
    """It is a reference; the object's UUID is printed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A command and its message. ``arguments`` name the parameters in the order of the message's.

    ``name?`` may be left out and is then empty, ``name?=value`` is then that value; ``@`` is the object that the
    command picks by ``select``; for an object, the parameter gives its UUID. With ``task`` the message takes long.
    """

    name: str
    message: str
    arguments: str
    text: str
    task: bool = False
    result: Result = Result.NOTHING
    select: Select | None = None
    one: bool = False
    """Whether only one object may be picked."""
    control: bool = False
    """Whether control domains may be picked, too."""
    standard: bool = False
    hidden: bool = False


V, M = Result.VALUE, Result.MADE
VM, HOST, SR = Select.VMS, Select.HOSTS, Select.SRS

ENTRIES = [
    Entry("vbd-destroy", "VBD.destroy", "uuid", "Destroys a VBD; the disk behind it stays."),
    Entry("vbd-eject", "VBD.eject", "uuid", "Takes the medium out of a CD drive."),
    Entry("vbd-insert", "VBD.insert", "uuid vdi-uuid", "Puts a medium into a CD drive."),
    Entry("vbd-plug", "VBD.plug", "uuid", "Attaches the VBD to its running VM.", task=True),
    Entry("vif-destroy", "VIF.destroy", "uuid", "Destroys a VIF."),
    Entry("vif-plug", "VIF.plug", "uuid", "Attaches the VIF to its running VM.", task=True),
    Entry("vif-move", "VIF.move", "uuid network-uuid", "Connects the VIF to another network."),
    Entry(
        "vif-configure-ipv4", "VIF.configure_ipv4", "uuid mode address? gateway?", "Sets the IPv4 address of the VIF."
    ),
    Entry(
        "vif-configure-ipv6", "VIF.configure_ipv6", "uuid mode address? gateway?", "Sets the IPv6 address of the VIF."
    ),
    Entry("network-destroy", "network.destroy", "uuid", "Destroys a network."),
    Entry("pif-plug", "PIF.plug", "uuid", "Brings the PIF up."),
    Entry("pif-unplug", "PIF.unplug", "uuid", "Brings the PIF down."),
    Entry("pif-scan", "PIF.scan", "host-uuid", "Looks for new network interfaces of a host."),
    Entry("pif-forget", "PIF.forget", "uuid", "Removes the record of an interface that is gone."),
    Entry("pif-db-forget", "PIF.db_forget", "uuid", "Removes the record of an interface alone.", hidden=True),
    Entry(
        "pif-introduce",
        "PIF.introduce",
        "host-uuid mac? device managed?=true",
        "Makes a record of a host's network interface.",
        result=M,
    ),
    Entry(
        "pif-reconfigure-ip",
        "PIF.reconfigure_ip",
        "uuid mode IP? netmask? gateway? DNS?",
        "Sets the IPv4 address of a host's interface.",
    ),
    Entry(
        "pif-reconfigure-ipv6",
        "PIF.reconfigure_ipv6",
        "uuid mode IPv6? gateway? DNS?",
        "Sets the IPv6 address of a host's interface.",
    ),
    Entry(
        "pif-set-primary-address-type",
        "PIF.set_primary_address_type",
        "uuid primary_address_type",
        "Says which address of the management interface comes first.",
    ),
    Entry("pbd-destroy", "PBD.destroy", "uuid", "Destroys a PBD."),
    Entry("pbd-plug", "PBD.plug", "uuid", "Attaches the storage to the host.", task=True),
    Entry("pbd-unplug", "PBD.unplug", "uuid", "Detaches the storage from the host.", task=True),
    Entry("sr-scan", "SR.scan", "uuid", "Looks for disks that have come or gone.", task=True),
    Entry("sr-destroy", "SR.destroy", "uuid", "Destroys an SR and all that is stored in it.", task=True),
    Entry("sr-forget", "SR.forget", "uuid", "Removes the record of an SR; what is stored stays.", task=True),
    Entry("sr-update", "SR.update", "uuid", "Reads the size of an SR anew."),
    Entry("vdi-destroy", "VDI.destroy", "uuid", "Destroys a disk and its contents.", task=True),
    Entry("vdi-forget", "VDI.forget", "uuid", "Removes the record of a disk; its contents stay."),
    Entry("vdi-update", "VDI.update", "uuid", "Reads the properties of a disk anew."),
    Entry("vdi-enable-cbt", "VDI.enable_cbt", "uuid", "Starts to keep track of changed blocks."),
    Entry("vdi-disable-cbt", "VDI.disable_cbt", "uuid", "Stops to keep track of changed blocks."),
    Entry("vdi-data-destroy", "VDI.data_destroy", "uuid", "Deletes a snapshot's data; its changed-block map stays."),
    Entry("vdi-snapshot", "VDI.snapshot", "uuid driver-params?", "Takes a snapshot of a disk.", task=True, result=M),
    Entry("task-cancel", "task.cancel", "uuid", "Asks a task to stop."),
    Entry("secret-destroy", "secret.destroy", "uuid", "Destroys a secret."),
    Entry("vm-pause", "VM.pause", "@", "Holds the selected VMs.", select=VM, standard=True),
    Entry("vm-unpause", "VM.unpause", "@", "Lets paused VMs go on.", select=VM, standard=True),
    Entry("vm-suspend", "VM.suspend", "@", "Suspends the selected VMs to disk.", task=True, select=VM, standard=True),
    Entry("vm-restart-device-models", "VM.restart_device_models", "@", "Restarts the VMs' emulators.", select=VM),
    Entry(
        "vm-compute-memory-overhead",
        "VM.compute_memory_overhead",
        "@",
        "Prints the memory that a VM takes besides its own (bytes).",
        result=V,
        select=VM,
        control=True,
    ),
    Entry(
        "vm-vcpu-hotplug",
        "VM.set_VCPUs_number_live",
        "@ new-vcpus",
        "Changes the number of a running VM's virtual CPUs.",
        select=VM,
    ),
    Entry(
        "vm-data-source-query",
        "VM.query_data_source",
        "@ data-source",
        "Prints the last value of a data source.",
        result=V,
        select=VM,
        one=True,
        control=True,
    ),
    Entry(
        "vm-data-source-record",
        "VM.record_data_source",
        "@ data-source",
        "Starts to record a data source.",
        select=VM,
        one=True,
        control=True,
    ),
    Entry(
        "vm-data-source-forget",
        "VM.forget_data_source_archives",
        "@ data-source",
        "Forgets what was recorded of a data source.",
        select=VM,
        one=True,
        control=True,
    ),
    Entry("host-disable", "host.disable", "@ auto-enable?=true", "Starts no more VMs on the hosts.", select=HOST),
    Entry("host-reboot", "host.reboot", "@", "Restarts disabled hosts.", select=HOST),
    Entry("host-shutdown", "host.shutdown", "@", "Switches disabled hosts off.", select=HOST),
    Entry("host-power-on", "host.power_on", "@", "Switches hosts on, where they can be.", select=HOST),
    Entry("host-dmesg", "host.dmesg", "@", "Prints what the hypervisor said.", result=V, select=HOST),
    Entry("host-sync-data", "host.sync_data", "@", "Brings a host's settings up to date.", select=HOST),
    Entry(
        "host-compute-free-memory",
        "host.compute_free_memory",
        "@",
        "Prints how much memory is left for VMs (bytes).",
        result=V,
        select=HOST,
        one=True,
    ),
    Entry(
        "host-compute-memory-overhead",
        "host.compute_memory_overhead",
        "@",
        "Prints the memory that the hypervisor takes (bytes).",
        result=V,
        select=HOST,
        one=True,
    ),
    Entry(
        "host-data-source-query",
        "host.query_data_source",
        "@ data-source",
        "Prints the last value of a data source.",
        result=V,
        select=HOST,
        one=True,
    ),
    Entry(
        "host-get-server-certificate",
        "host.get_server_certificate",
        "@",
        "Prints the certificate that the host shows.",
        result=V,
        select=HOST,
        one=True,
    ),
    Entry(
        "host-set-hostname-live", "host.set_hostname_live", "host-uuid host-name", "Changes the host's name at once."
    ),
    Entry("host-syslog-reconfigure", "host.syslog_reconfigure", "host-uuid", "Reads host.logging anew."),
    Entry("host-send-debug-keys", "host.send_debug_keys", "host-uuid keys", "Sends debug keys to the hypervisor."),
    Entry(
        "host-call-plugin",
        "host.call_plugin",
        "host-uuid plugin fn args?",
        "Calls a function of a plugin on the host.",
        result=V,
    ),
    Entry("pool-designate-new-master", "pool.designate_new_master", "host-uuid", "Hands the pool to another host."),
    Entry("pool-sync-database", "pool.sync_database", "", "Writes the records to every host."),
    Entry("pool-ha-disable", "pool.disable_ha", "", "Turns high availability off.", task=True),
    Entry("pool-recover-slaves", "pool.recover_slaves", "", "Tells the other hosts who leads the pool.", result=V),
    Entry("session-subject-identifier-logout", "session.logout_subject_identifier", "subject-identifier", "Logs out."),
]
"""Every one-message command whose classes are built."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One parameter of a command; without ``default`` it must be given."""

    name: str
    default: str | None = None


def arguments(entry: Entry) -> list[Argument]:
    """The parameters of a command, ``@`` included."""
    found: list[Argument] = []
    for word in entry.arguments.split():
        name, optional, default = word.partition("?")
        found.append(Argument(name, default.removeprefix("=") if optional else None))
    return found


def commands(catalogue: Catalogue) -> list[Command]:
    """The commands whose messages the model has."""
    return [
        _command(each, catalogue.signatures[each.message]) for each in ENTRIES if each.message in catalogue.signatures
    ]


def _command(entry: Entry, signature: Signature) -> Command:
    own = [each for each in arguments(entry) if each.name != "@"]
    required = " ".join(each.name for each in own if each.default is None)
    optional = " ".join(
        each.name + (":" if _is_map(signature, entry, each) else "") for each in own if each.default is not None
    )
    run = partial(_run, entry, signature)
    return Command(entry.name, required, optional, entry.text, run, entry.select, entry.standard, entry.hidden)


def _is_map(signature: Signature, entry: Entry, argument: Argument) -> bool:
    place = arguments(entry).index(argument)
    return isinstance(signature.params[place].shape, MapShape)


def _run(entry: Entry, signature: Signature, job: Job) -> None:
    own = [each.name for each in arguments(entry) if each.name != "@"]

    def do(picked: Ref[Any] | None) -> None:
        _send(entry, signature, job, picked)

    if entry.select is Select.VMS:
        on_vms(job, do, *own, "progress", control=entry.control, multiple=not entry.one)
    elif entry.select is Select.HOSTS:
        on_hosts(job, do, *own, multiple=not entry.one)
    elif entry.select is Select.SRS:
        on_srs(job, do, *own, multiple=not entry.one)
    else:
        do(None)


def _send(entry: Entry, signature: Signature, job: Job, picked: Ref[Any] | None) -> None:
    values = [
        picked if argument.name == "@" else _value(job, argument, param.shape)
        for argument, param in zip(arguments(entry), signature.params, strict=False)
    ]
    if not entry.task:
        result: Any = job.session.send(signature.wire_name, *values)
    else:
        result = job.run_named(signature.wire_name, *values)
        if entry.result is Result.MADE:
            result = reference(result)
    if entry.result is Result.MADE and isinstance(signature.result, RefShape):
        job.made(job.cls(signature.result.target), result)
    elif entry.result is Result.VALUE and signature.result is not None:
        job.page.values([signature.result.text(result)])


def _value(job: Job, argument: Argument, shape: Any) -> Any:
    if isinstance(shape, MapShape):
        return job.line.map(argument.name)
    text = job.line.find(argument.name)
    if text is None:
        lower = argument.name.lower()
        text = next((value for name, value in job.line.params if name.lower() == lower), argument.default)
    if text is None:
        text = job.line.need(argument.name)
    return shape.empty if text == "" and isinstance(shape, RefShape) else understood(job, argument.name, shape, text)
