"""``xe console``: the person's terminal on the text console of a VM."""

from __future__ import annotations

from cenote.cli.command import Book, Select
from cenote.cli.job import Job
from cenote.cli.refusal import Ending, Refusal
from cenote.cli.select import vms
from cenote.model.classes.console import console, console_protocol
from cenote.model.classes.host import host
from cenote.model.classes.session import session
from cenote.model.classes.vm import VM
from cenote.model.core import NULL, Ref

book = Book()


@book("console", "Joins the terminal to the text console of a VM; Ctrl-] leaves it.", select=Select.VMS)
def attach(job: Job) -> None:
    """Join the terminal to a VM's serial console."""
    vm = _one(job)
    consoles = job.names.all(console)
    text = [
        consoles[ref] for ref in vm.consoles if ref in consoles and consoles[ref].protocol is console_protocol.VT100
    ]
    if not text:
        _end(job, "No text console available\n")
    job.terminal.print(f"Connecting to console on VM {vm.name_label}. Press Ctrl + ']' to quit.")
    if not job.terminal.connect(_address(job, vm.resident_on, text[0].location)):
        raise Refusal("Failure")


def _one(job: Job) -> VM:
    rows = vms(job, control=True)
    if not rows:
        _end(job, "No VM found\n")
    if len(rows) > 1:
        _end(job, "Multiple VMs found: please narrow your request to one VM.\n")
    return job.names.all(VM)[rows[0].record.ref]


def _end(job: Job, text: str) -> None:
    job.terminal.error(text)
    raise Ending(1)


def _address(job: Job, resident_on: Ref[host], location: str) -> str:
    """Where the client finds the console: a path where it is on the host it talks to already, else a whole URL."""
    this = job.session.get(session.this_host, Ref[session](job.session.token))
    separator = "&" if "?" in location else "?"
    address = f"{location}{separator}session_id={job.session.token}"
    if resident_on not in {NULL, this}:
        return address
    _, found, rest = address.partition("://")
    return "/" + rest.partition("/")[2] if found else address
