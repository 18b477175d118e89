"""What may stand at the cursor: commands, their parameters, and the values that the records hold.

The shells send the words up to the cursor as ``word:0=vm-start word:1=vm=he``; the answer is a line for each
candidate, which replaces the last word, with a description behind a tab where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cenote.cli.command import Command, Select
from cenote.cli.commands import table
from cenote.cli.filter import read
from cenote.cli.job import Job
from cenote.cli.layout import ABSENT, FAMILIES
from cenote.cli.parameter import Parameter
from cenote.model.core import Object
from cenote.model.shapes import BOOL, EnumShape, RefShape

Candidates = Iterable[tuple[str, str]]
"""(what may stand there, what it is)."""

FILES = ":files"
"""The candidate that asks the shell for the names of files."""

NAMED = {
    "vm": "VM",
    "host": "host",
    "on": "host",
    "sr": "SR",
    "sr-name-label": "SR",
    "template": "VM",
    "template-name-label": "VM",
    "cd-name": "VDI",
}
"""Parameters whose value is a name, and the class whose objects have it."""

FILE_NAMES = frozenset({"filename", "file-name", "license-file", "certificate", "private-key"})
LABELS = ("name_label", "device", "name")
"""The fields that describe an object, the first that there is."""
FLAGS = frozenset(
    {
        "force",
        "live",
        "paused",
        "multiple",
        "minimal",
        "json",
        "all",
        "progress",
        "sharable",
        "bootable",
        "read-only",
        "managed",
        "unpluggable",
        "online",
        "shared",
        "metadata",
        "preserve-power-state",
    }
)


@dataclass(frozen=True, slots=True)
class Query:
    """A parameter whose value is wanted: the command and its class, the parameter, what stands there, all words."""

    job: Job
    command: Command
    cls: type[Object] | None
    name: str
    text: str
    words: list[str]


def complete(job: Job) -> None:
    """Print the candidates for the last word."""
    words = [value for name, value in job.line.params if name.startswith("word:")] or [""]
    for candidate, description in sorted(set(candidates(job, words))):
        job.terminal.print(f"{candidate}\t{description}" if description else candidate)


def candidates(job: Job, words: list[str]) -> Candidates:
    """The candidates for the last of ``words``."""
    last = words[-1]
    if len(words) == 1 or words[0] == "help":
        return _starting(last, _commands())
    command = table().get(words[0])
    if command is None:
        return []
    name, equals, text = last.partition("=")
    if not equals:
        given = {word.partition("=")[0] for word in words[1:-1]}
        return _starting(last, ((each, note) for each, note in _parameters(command) if each.rstrip("=") not in given))
    query = Query(job, command, _class(job, command), name, text, words)
    return ((f"{name}={value}", note) for value, note in _starting(text, _values(query)))


def _starting(start: str, found: Candidates) -> Candidates:
    return ((each, note) for each, note in found if each.startswith(start) or each == FILES)


def _commands() -> Candidates:
    return [(each.name, each.text.partition(". ")[0]) for each in table().values() if not each.hidden]


def _parameters(command: Command) -> Candidates:
    """The parameters of a command, and those by which it picks objects."""
    for name in command.required.split():
        yield name if name.endswith(":") else f"{name}=", "required"
    for name in command.optional.split():
        yield (name, "") if name.endswith((":", "-")) else (f"{name}=", "")
    if command.select is not None:
        word = {Select.VMS: "vm", Select.HOSTS: "host", Select.SRS: "sr"}[command.select]
        yield from ((f"{each}=", "") for each in (word, "uuid", "name-label"))
        yield "--multiple", ""
    yield from ((each, "") for each in ("--minimal", "--json"))


def _class(job: Job, command: Command) -> type[Object] | None:
    """The class that a command is about: that of the longest family whose name it begins with."""
    fitting = [prefix for prefix in FAMILIES if command.name.startswith(f"{prefix}-")]
    return job.session.catalogue.classes.get(FAMILIES[max(fitting, key=len)][0]) if fitting else None


def _values(query: Query) -> Candidates:
    """What a parameter may be: the first source that knows it says."""
    for source in (_fixed, _names, _uuids, _of_parameters, _of_parameter):
        found = source(query)
        if found is not None:
            return found
    return []


def _fixed(query: Query) -> Candidates | None:
    if query.name in FILE_NAMES:
        return [(FILES, "")]
    return [("true", ""), ("false", "")] if query.name in FLAGS else None


def _names(query: Query) -> Candidates | None:
    target = NAMED.get(query.name)
    if target is None:
        return None
    templates = query.name.startswith("template")
    return [
        (str(record.values["name_label"]), "")
        for record in query.job.names.all(query.job.cls(target)).values()
        if not record.values.get("is_control_domain") and bool(record.values.get("is_a_template")) is templates
    ]


def _uuids(query: Query) -> Candidates | None:
    """UUIDs with names: of the command's own class, or of the class that ``sr-uuid`` names."""
    if not query.name.endswith("uuid"):
        return None
    stem = query.name.removesuffix("uuid").rstrip("-")
    aimed = {"snapshot": "VM", "template": "VM", "into-vdi": "VDI", "base-vdi": "VDI"}.get(stem, stem)
    target = query.job.session.catalogue.cls(aimed.replace("-", "_")) if stem else query.cls
    return _objects(query.job, target)


def _objects(job: Job, target: type[Object] | None) -> Candidates:
    if target is None:
        return []
    return [
        (str(record.values["uuid"]), str(next((record.values[each] for each in LABELS if each in record.values), "")))
        for record in job.names.all(target).values()
        if "uuid" in record.values
    ]


def _of_parameters(query: Query) -> Candidates | None:
    """Names of parameters, and keys in one."""
    if query.cls is None:
        return []
    parameters = query.job.parameters(query.cls)
    if query.name == "params":
        before, comma, _ = query.text.rpartition(",")
        return [(before + comma + each, "") for each in [*parameters, "all"]]
    if query.name == "param-name":
        return [(each, "") for each in parameters if _fits(query.command, parameters[each])]
    return _keys(query, query.cls) if query.name == "param-key" else None


def _fits(command: Command, parameter: Parameter) -> bool:
    if command.name.endswith(("-param-add", "-param-remove")):
        return parameter.adder is not None
    return not command.name.endswith("-param-clear") or parameter.setter is not None or parameter.adder is not None


def _keys(query: Query, cls: type[Object]) -> Candidates:
    given = dict(word.split("=", 1) for word in query.words if "=" in word)
    parameter = query.job.parameters(cls).get(given.get("param-name", ""))
    rows = [row for row in query.job.rows(cls) if row.record.values.get("uuid") == given.get("uuid")]
    if parameter is None or not rows:
        return []
    find: Callable[..., Iterable[str]] | None = parameter.pairs or parameter.members
    return [] if find is None else [(key, "") for key in find(rows[0])]


def _of_parameter(query: Query) -> Candidates | None:
    """For param-set what the type allows; for filters the values that objects have now."""
    parameter = None if query.cls is None else query.job.parameters(query.cls).get(query.name)
    if parameter is None or query.cls is None:
        return None
    if query.command.name.endswith("-param-set"):
        return _settable(query.job, parameter)
    if parameter.expensive:
        return None
    found = {read(parameter, row) for row in query.job.rows(query.cls)}
    return [(text, "") for text in found if text and text != ABSENT]


def _settable(job: Job, parameter: Parameter) -> Candidates:
    shape = parameter.setter.params[1].shape if parameter.setter else None
    if shape is BOOL:
        return [("true", ""), ("false", "")]
    if isinstance(shape, EnumShape):
        return [(str(each.value), "") for each in shape.kind]
    return _objects(job, job.session.catalogue.classes.get(shape.target)) if isinstance(shape, RefShape) else []
