"""Picking the VMs, hosts or SRs that a command is about: by name, UUID or any of their parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from cenote.cli.failure import describe
from cenote.cli.filter import choose
from cenote.cli.job import Job
from cenote.cli.parameter import Row
from cenote.cli.refusal import Refusal, SeveralFailed, UnknownParameter
from cenote.client.failure import Failure
from cenote.model.classes.host import host
from cenote.model.classes.message import message
from cenote.model.classes.SR import SR
from cenote.model.classes.vm import VM
from cenote.model.core import Object, Ref

R = TypeVar("R")

PRIORITY = 5
"""Messages about a VM that are more urgent than this are shown after an operation on it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A class whose objects commands pick. ``names`` are the fields that the pseudo-parameter compares."""

    cls: type[Object]
    parameter: str
    names: tuple[str, ...]
    none: str
    several: str
    only_one: str


VMS = Kind(
    VM,
    "vm",
    ("uuid", "name_label"),
    "No matching VMs found",
    "Multiple matches VMs found. --multiple required to complete the operation",
    "Multiple matches VMs found. Operation can only be performed on one VM at a time",
)
HOSTS = Kind(
    host,
    "host",
    ("uuid", "hostname", "name_label"),
    "No matching hosts found",
    "Multiple matching hosts found. --multiple required to complete the operation",
    "Multiple matching hosts found. Operation can only be performed on one host at a time",
)
SRS = Kind(
    SR,
    "sr",
    ("uuid", "name_label"),
    "No matching SRs found",
    "Multiple matching SRs found. --multiple required to complete the operation",
    "Multiple matching SRs found. Operation can only be performed on one SR at a time",
)


def matching(job: Job, kind: Kind, filters: Sequence[tuple[str, str]]) -> list[Row]:
    """The objects that pass the filters; the kind's own word (``vm=``) matches a name or UUID."""
    rows = job.rows(kind.cls)
    name = next((value for key, value in filters if key == kind.parameter), None)
    if name is not None:
        rows = [row for row in rows if any(row.record.values[field] == name for field in kind.names)]
    others = [pair for pair in filters if pair[0] != kind.parameter]
    return choose(job.parameters(kind.cls), rows, others)


def vms(job: Job, *ignored: str, control: bool = False, templates: bool = False) -> list[Row]:
    """The VMs that the parameters pick; control domains and templates only where they are wanted."""
    rows = matching(job, VMS, job.line.filters(*ignored))
    return [
        row
        for row in rows
        if (control or not row.record.values["is_control_domain"])
        and (templates or not row.record.values["is_a_template"])
    ]


def for_each(job: Job, kind: Kind, rows: list[Row], do: Callable[[Row], R], multiple: bool = True) -> list[R]:
    """Do something with the one object that was picked, or with all of them under ``--multiple``.

    Raises :class:`Refusal` where the number is wrong, :class:`SeveralFailed` when all have been tried.
    """
    if not rows:
        raise Refusal(kind.none)
    if len(rows) == 1:
        return [do(rows[0])]
    if not multiple:
        raise Refusal(kind.only_one)
    if not job.line.flag("multiple"):
        raise Refusal(kind.several)
    done: list[R] = []
    failed: list[tuple[str, str]] = []
    for row in rows:
        try:
            done.append(do(row))
        except Failure as failure:
            failed.append((str(row.record.values["uuid"]), "\n".join(describe(failure, job.names))))
        except Refusal as refusal:
            failed.append((str(row.record.values["uuid"]), str(refusal)))
    if failed:
        raise SeveralFailed(failed)
    return done


def on_vms(
    job: Job,
    do: Callable[[Ref[VM]], R],
    *ignored: str,
    control: bool = False,
    templates: bool = False,
    multiple: bool = True,
) -> list[R]:
    """:func:`for_each` of the VMs that the parameters pick; ``ignored`` are parameters of the command itself."""
    try:
        rows = vms(job, *ignored, control=control, templates=templates)
    except UnknownParameter as unknown:
        raise Refusal(
            f"Parameter '{unknown}' is not a field of the VM class. Failed to select VM for operation."
        ) from unknown

    def operate(row: Row) -> R:
        before = _messages(job, row)
        result = do(row.record.ref)
        for each in _messages(job, row) - before:
            job.page.warn(each)
        return result

    return for_each(job, VMS, rows, operate, multiple)


def on_hosts(job: Job, do: Callable[[Ref[host]], Any], *ignored: str, multiple: bool = True) -> None:
    """:func:`for_each` of the hosts that the parameters pick."""
    rows = matching(job, HOSTS, job.line.filters(*ignored))
    for_each(job, HOSTS, rows, lambda row: do(row.record.ref), multiple)


def on_srs(job: Job, do: Callable[[Ref[SR]], Any], *ignored: str, multiple: bool = True) -> None:
    """:func:`for_each` of the SRs that the parameters pick."""
    rows = matching(job, SRS, job.line.filters(*ignored))
    for_each(job, SRS, rows, lambda row: do(row.record.ref), multiple)


def host_named(job: Job, name: str) -> Ref[host]:
    """The host of that name or UUID; raises :class:`Refusal`."""
    for record in job.names.all(host).values():
        if name in {record.uuid, record.name_label}:
            return record.ref
    raise Refusal(f"Host {name} not found")


def _messages(job: Job, row: Row) -> set[str]:
    """The urgent messages about a VM, as lines."""
    least = job.line.number("message-priority", PRIORITY)
    uuid = row.record.values["uuid"]
    return {
        f"Message: time={each.timestamp:%Y%m%dT%H:%M:%SZ} priority={each.priority} name='{each.name}'"
        for each in job.session.records(message)
        if each.obj_uuid == uuid and each.priority < least
    }
