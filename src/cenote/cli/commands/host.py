"""Hosts and pools, where a command is more than one message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cenote.cli.command import Book, Select
from cenote.cli.commands.install import agreed
from cenote.cli.job import Job
from cenote.cli.page import Cell
from cenote.cli.select import on_hosts
from cenote.model.classes.host import host
from cenote.model.classes.session import session
from cenote.model.classes.SR import SR
from cenote.model.core import Ref

book = Book()

MAINTENANCE = "MAINTENANCE_MODE"
"""The key in other_config by which XenCenter keeps a host disabled."""


@book("host-enable", "Lets VMs start on the hosts.", select=Select.HOSTS)
def enable(job: Job) -> None:
    """Enable hosts, and end the maintenance that XenCenter may have noted."""

    def do(ref: Ref[host]) -> None:
        job.session.send("host.remove_from_other_config", ref, MAINTENANCE)
        job.session.call(host.enable, ref)

    on_hosts(job, do)


@book(
    "host-evacuate",
    "Moves all VMs away from the selected host.",
    optional="network-uuid batch-size",
    select=Select.HOSTS,
)
def evacuate(job: Job) -> None:
    """Move a host's VMs away."""
    network = job.by_uuid_or_null(job.cls("network"), "network-uuid")
    batch = job.line.number("batch-size", 0)

    def do(ref: Ref[host]) -> None:
        job.run_named("host.evacuate", ref, network, batch)

    on_hosts(job, do, "network-uuid", "batch-size", multiple=False)


def _careful(job: Job, message: str, warnings: list[str]) -> None:
    ref = job.by_uuid(host)
    if not job.line.flag("force"):
        for each in warnings:
            job.terminal.print(f"WARNING: {each}")
        if not agreed(job):
            return
    job.session.send(message, ref)


@book(
    "host-forget",
    "Removes a host that is lost for good from the pool, after asking.",
    required="uuid",
    optional="force",
)
def forget(job: Job) -> None:
    """Forget a host."""
    _careful(
        job,
        "host.destroy",
        [
            "A host should only be forgotten if it is physically unrecoverable;",
            "if possible, Hosts should be 'ejected' from the Pool instead.",
            "Once a host has been forgotten it will have to be re-installed.",
            "This operation is irreversible.",
        ],
    )


@book(
    "host-declare-dead",
    "Says that a host is down, after asking, so that its VMs can run elsewhere.",
    required="uuid",
    optional="force",
)
def declare_dead(job: Job) -> None:
    """Declare a host dead."""
    _careful(
        job,
        "host.declare_dead",
        [
            "A host should only be declared dead if it is verified offline.",
            "Performing this operation if the host is still online and has any",
            "running VMs may lead to possible data loss and/or corruption.",
        ],
    )


def _this_or_named(job: Job) -> Ref[host]:
    if "uuid" in job.line:
        return job.by_uuid(host)
    return job.session.get(session.this_host, Ref[session](job.session.token))


def _show(job: Job, pairs: Mapping[str, str]) -> None:
    job.page.table([[Cell(name, "", text, text) for name, text in pairs.items()]])


@book("host-cpu-info", "Shows the processors of a host.", optional="uuid")
def cpu_info(job: Job) -> None:
    """Show host.cpu_info."""
    _show(job, job.session.get(host.cpu_info, _this_or_named(job)))


@book("host-get-cpu-features", "Shows the processor features of a host.", optional="uuid")
def cpu_features(job: Job) -> None:
    """Show the features in host.cpu_info."""
    found = job.session.get(host.cpu_info, _this_or_named(job))
    names = ("features_pv", "features_hvm", "features_pv_host", "features_hvm_host")
    _show(job, {name: found[name] for name in names if name in found})


def _sources(job: Job, message: str) -> Callable[[Ref[Any]], None]:
    def do(ref: Ref[Any]) -> None:
        for source in job.session.send(message, ref):
            _show(job, {str(name): str(value) for name, value in source.items()})

    return do


@book("host-data-source-list", "Shows what can be measured of a host.", select=Select.HOSTS)
def data_sources(job: Job) -> None:
    """Show a host's data sources."""
    on_hosts(job, _sources(job, "host.get_data_sources"), multiple=False)


@book(
    "pool-join",
    "Makes this host a member of another pool.",
    required="master-address master-username master-password",
    optional="force",
)
def join(job: Job) -> None:
    """Join a pool."""
    message = "pool.join_force" if job.line.flag("force") else "pool.join"
    where = [job.line.need(f"master-{name}") for name in ("address", "username", "password")]
    job.run_named(message, *where)
    job.page.values(["Host agent will restart and attempt to join pool in 10.000 seconds..."])


@book(
    "pool-eject",
    "Removes a host from the pool, after asking; its local storage is wiped.",
    required="host-uuid",
    optional="force",
)
def eject(job: Job) -> None:
    """Eject a host."""
    ref = job.by_uuid(host, "host-uuid")
    if not job.line.flag("force"):
        for each in (
            "Ejecting a host from the pool will reinitialise that host's",
            "local SRs.",
            "Any data contained with the local SRs will be lost.",
        ):
            job.terminal.print(f"WARNING: {each}")
        if not agreed(job):
            return
    job.session.send("pool.eject", ref)


@book("pool-ha-enable", "Turns high availability on.", optional="heartbeat-sr-uuids ha-config:")
def ha_enable(job: Job) -> None:
    """Turn HA on."""
    srs = tuple(job.session.by_uuid(SR, uuid) for uuid in job.line.parts("heartbeat-sr-uuids"))
    job.run_named("pool.enable_ha", srs, job.line.map("ha-config"))
