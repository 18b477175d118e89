"""The commands that every class has: -list, -param-list, -param-get, -param-set, -param-add, -param-remove, -clear."""

from __future__ import annotations

from collections.abc import Iterable

from cenote.cli.change import Change
from cenote.cli.command import Command
from cenote.cli.filter import choose, lookup, read
from cenote.cli.job import Job
from cenote.cli.layout import COMPOSED, FAMILIES
from cenote.cli.page import Cell
from cenote.cli.parameter import Parameter, Row
from cenote.cli.refusal import Refusal
from cenote.model.catalogue import Catalogue
from cenote.model.core import Object

EXPENSIVE = "<expensive field>"


def selected(job: Job, parameters: dict[str, Parameter], default: str, name: str = "params") -> list[Parameter]:
    """The parameters that ``params=`` asks for, in the order of the class; all for ``all`` and for no default."""
    asked = job.line.find(name)
    words = asked.split(",") if asked is not None else default.split()
    if asked == "all" or not words:
        return list(parameters.values())
    return [each for each in parameters.values() if each.name in words]


def cell(job: Job, parameter: Parameter, row: Row, cheap: bool = False) -> Cell:
    """One line of a record; with ``cheap``, what is expensive to read is only named."""
    if cheap and parameter.expensive:
        return Cell(parameter.name, parameter.mark, EXPENSIVE, None)
    if job.page.as_json:
        return Cell(parameter.name, parameter.mark, "", parameter.data(row))
    return Cell(parameter.name, parameter.mark, read(parameter, row), None)


class Family:
    """The generic commands of one family, such as ``vm`` or ``template``."""

    def __init__(self, prefix: str, cls: type[Object], filters: dict[str, str], columns: str) -> None:
        self.prefix = prefix
        self.cls = cls
        self.filters = filters
        self.columns = columns

    def list(self, job: Job) -> None:
        """Print the objects that pass the filters."""
        parameters = job.parameters(self.cls)
        parts = COMPOSED.get(self.cls.__name__)
        everything = [row for row in job.rows(self.cls) if parts is None or row.record.values[parts]]
        rows = choose(parameters, everything, [*self.filters.items(), *job.line.filters("params", "database")])
        if job.line.flag("all"):
            rows = everything
        shown = [each for each in selected(job, parameters, self.columns) if not each.hidden]
        job.page.table([[cell(job, each, row, cheap=True) for each in shown] for row in rows])

    def _row(self, job: Job) -> Row:
        ref = job.by_uuid(self.cls)
        return job.row(job.session.record(self.cls, ref))

    def param_list(self, job: Job) -> None:
        """Print every parameter of one object."""
        row = self._row(job)
        shown = [each for each in job.parameters(self.cls).values() if not each.hidden]
        job.page.table([[cell(job, each, row) for each in shown]])

    def param_get(self, job: Job) -> None:
        """Print one parameter, or what a map has under a key."""
        row = self._row(job)
        parameter = lookup(job.parameters(self.cls), job.line.need("param-name"))
        key = job.line.find("param-key")
        if key is None or parameter.pairs is None:
            job.page.values([read(parameter, row)], parameter.data(row))
            return
        pairs = parameter.pairs(row)
        if key not in pairs:
            raise Refusal(f"Key {key} not found in map")
        job.page.values([pairs[key]])

    def param_set(self, job: Job) -> None:
        """Set parameters, and pairs of maps."""
        change = Change(job, self.cls, self._row(job))
        for name, text in job.line.params:
            if job.line.is_parameter(name, "uuid"):
                change.set(name, text)
        change.finish()

    def param_add(self, job: Job) -> None:
        """Add a member to a set, or pairs to a map."""
        change = Change(job, self.cls, self._row(job))
        parameter = lookup(change.parameters, job.line.need("param-name"))
        if parameter.members is not None and parameter.adder is not None:
            key = job.line.find("param-key")
            if key is None:
                raise Refusal(
                    "When adding a key to a set, use the syntax: *-param-add param-name=<name> param-key=<key>"
                )
            change.add_member(parameter, key)
        elif parameter.pairs is not None and parameter.adder is not None:
            for name, text in job.line.params:
                if job.line.is_parameter(name, "uuid", "param-name", "param-key"):
                    change.add_pair(parameter, name, text)
        elif parameter.members is not None or parameter.pairs is not None:
            raise Refusal("Parameter is read-only")
        else:
            raise Refusal("Can only add to parameters of type Set or Map")

    def param_remove(self, job: Job) -> None:
        """Remove a member of a set, or a key of a map."""
        row = self._row(job)
        change = Change(job, self.cls, row)
        parameter = lookup(change.parameters, job.line.need("param-name"))
        key = job.line.need("param-key")
        if parameter.members is None and parameter.pairs is None:
            raise Refusal("Can only remove from parameters of type Set or Map")
        if parameter.remover is None:
            raise Refusal("Cannot remove parameters from read-only map")
        if parameter.members is not None and key not in parameter.members(row):
            raise Refusal(f"Key {key} is not in the set")
        if parameter.pairs is not None and key not in parameter.pairs(row):
            raise Refusal(f"Key {key} is not in map")
        change.remove_key(parameter, key)

    def param_clear(self, job: Job) -> None:
        """Empty a parameter."""
        change = Change(job, self.cls, self._row(job))
        change.clear(lookup(change.parameters, job.line.need("param-name")))


def _plural(prefix: str) -> str:
    return f"{prefix}es" if prefix.endswith("ch") else f"{prefix}s"


def commands(family: Family, parameters: Iterable[Parameter]) -> list[Command]:
    """The commands of a family, those that change something only where there is something to change."""
    shown = [each for each in parameters if not each.hidden]
    settable = [each.name for each in shown if each.setter and not (each.members or each.pairs)]
    maps = [f"{each.name}:" for each in shown if each.pairs and (each.adder or each.setter)]
    addable = [each.name for each in shown if each.adder]
    clearable = [each.name for each in shown if each.setter or each.members or each.pairs]
    contains = [f"{each.name}:contains" for each in shown if each.members]

    def make(verb: str, run: str, required: str, optional: list[str], text: str, common: bool = False) -> Command:
        function = getattr(family, run)
        return Command(f"{family.prefix}-{verb}", required, " ".join(optional), text, function, standard=common)

    names = [each.name for each in shown]
    made = [
        make(
            "list",
            "list",
            "",
            ["params", "database:", *names, *contains],
            f"Lists the {_plural(family.prefix)} that pass the filters given as parameters;"
            " a key of a map is filtered with 'map-param:key=value'.",
            family.prefix in {"vm", "network", "sr"},
        ),
        make("param-list", "param_list", "uuid", ["database:"], "Lists all parameters of the object."),
        make(
            "param-get",
            "param_get",
            "uuid param-name",
            ["param-key", "database:"],
            "Prints one parameter of the object; of a map, what it has under param-key.",
        ),
    ]
    if settable or maps:
        text = "Sets parameters of the object; a key of a map with 'map-param:key=value'."
        made.append(make("param-set", "param_set", "uuid", [*settable, *maps], text))
    if addable:
        text = "Adds to a set (param-key=member) or to a map (key=value)."
        made.append(make("param-add", "param_add", "uuid param-name", ["param-key"], text))
        text = "Removes a member of a set or a key of a map."
        made.append(make("param-remove", "param_remove", "uuid param-name param-key", [], text))
    if clearable:
        text = f"Empties a parameter (one of {','.join(clearable)})."
        made.append(make("param-clear", "param_clear", "uuid param-name", [], text))
    return made


def families(catalogue: Catalogue) -> list[Family]:
    """The families whose classes the model has."""
    return [
        Family(prefix, catalogue.classes[name], filters, columns)
        for prefix, (name, filters, columns) in FAMILIES.items()
        if name in catalogue.classes
    ]
