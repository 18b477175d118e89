"""Messages, events, secrets, passwords and sessions."""

from __future__ import annotations

from collections.abc import Callable

from cenote.cli.command import Book
from cenote.cli.filter import read
from cenote.cli.job import Job
from cenote.cli.layout import FAMILIES
from cenote.cli.line import integer
from cenote.cli.page import Cell
from cenote.cli.parameter import Row
from cenote.cli.refusal import Refusal
from cenote.model.classes.message import cls, message
from cenote.model.classes.secret import secret
from cenote.model.core import Object
from cenote.model.shapes import DATE, ShapeError

book = Book()

ABOUT = {"vm-uuid": "VM", "pool-uuid": "Pool", "sr-uuid": "SR", "host-uuid": "Host"}
"""The parameters that say what a message is about, and the classes."""

POLL = 10.0
"""Seconds after which a wait looks whether the person is still there."""


@book(
    "message-create",
    "Makes a message about an object; one of the UUIDs says which.",
    required="name priority body",
    optional="vm-uuid host-uuid sr-uuid pool-uuid",
)
def create(job: Job) -> None:
    """Create a message."""
    try:
        priority = integer(job.line.need("priority"), "priority")
    except Refusal as refusal:
        raise Refusal("Priority field should be an integer") from refusal
    about = next((name for name in ABOUT if name in job.line), None)
    if about is None:
        raise Refusal("Need one of: vm-uuid, host-uuid, sr-uuid or pool-uuid")
    job.session.call(
        message.create, job.line.need("name"), priority, cls(ABOUT[about]), job.line.need(about), job.line.need("body")
    )


@book("message-destroy", "Destroys messages.", optional="uuid uuids")
def destroy(job: Job) -> None:
    """Destroy messages by UUID."""
    one, many = job.line.find("uuid"), job.line.find("uuids")
    if one is not None and many is not None:
        raise Refusal("Ambiguous arguments; need one of uuid, uuids")
    if one is None and many is None:
        raise Refusal("Need one of uuid, uuids")
    uuids = [one] if one is not None else job.line.parts("uuids")
    job.session.send("message.destroy_many", tuple(job.session.by_uuid(message, str(each)) for each in uuids))


@book("message-destroy-all", "Destroys all messages, or those of a time or priority.", optional="before after priority")
def destroy_all(job: Job) -> None:
    """Destroy messages by filter."""
    filters: dict[str, str] = {}
    for name in ("before", "after"):
        text = job.line.find(name)
        if text is None:
            continue
        try:
            filters[name] = DATE.text(DATE.parse(text))
        except ShapeError as error:
            hint = "expected RFC3339, for example, 2025-01-01T00:00:00Z"
            raise Refusal(f"Invalid timestamp format for '{name}' ({hint})") from error
    if "priority" in job.line:
        if not job.line.get("priority").isdecimal():
            raise Refusal("Invalid priority format (expected positive integer)")
        filters["priority"] = job.line.get("priority")
    job.session.send("message.destroy_all", filters)


@book(
    "event-wait",
    "Waits until an object of the class has these values; 'name=/=value' means another value.",
    required="class",
)
def wait(job: Job) -> None:
    """Wait for a change: any object of the class that passes all the tests ends it."""
    name = job.line.need("class")
    family = FAMILIES.get(name)
    if family is None or family[0] not in job.session.catalogue.classes:
        raise Refusal(f"Cli listening for class '{name}' not currently implemented")
    watched = job.cls(family[0])
    tests = [_test(job, watched, key, value) for key, value in job.line.filters("class")]
    for _ in job.session.changes([name], POLL):
        job.names.forget()
        if any(all(test(row) for test in tests) for row in job.rows(watched)):
            return
        job.terminal.check()


def _test(job: Job, watched: type[Object], name: str, value: str) -> Callable[[Row], bool]:
    parameter = job.parameters(watched).get(name)
    if parameter is None:
        raise Refusal(f"key missing: {name}")
    if value.startswith("/="):
        return lambda row: read(parameter, row) != value[2:]
    return lambda row: read(parameter, row) == value


@book("secret-create", "Keeps a secret and prints its UUID.", required="value")
def keep(job: Job) -> None:
    """Create a secret."""
    made = job.session.create(
        secret, secret.value.to(job.line.need("value")), secret.other_config.to(job.line.map("other-config"))
    )
    job.made(secret, made)


@book("user-password-change", "Changes the password of who is logged in.", required="new", optional="old")
def password(job: Job) -> None:
    """Change the password."""
    job.session.send("session.change_password", job.line.get("old"), job.line.need("new"))


@book("session-subject-identifier-list", "Shows whose sessions are open, among those of an external directory.")
def subjects(job: Job) -> None:
    """Show the subjects that are logged in."""
    found = job.session.send("session.get_all_subject_identifiers")
    job.page.table([[Cell("subject-identifier ( RO)", "", each, each)] for each in found])


@book("session-subject-identifier-logout-all", "Ends every session of an external directory's users.")
def logout_all(job: Job) -> None:
    """Log every subject out."""
    for each in job.session.send("session.get_all_subject_identifiers"):
        job.session.send("session.logout_subject_identifier", each)
