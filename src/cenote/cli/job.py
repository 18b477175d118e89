"""What a command works with: who asks, what was typed, and where the output goes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar, overload

from cenote.cli.line import Line
from cenote.cli.names import Names
from cenote.cli.page import Page
from cenote.cli.parameter import Parameter, Row, parameters_of
from cenote.cli.progress import Bar
from cenote.cli.terminal import Terminal
from cenote.client.session import Session
from cenote.client.task import complete, reference
from cenote.model.core import NULL, Message, Object, Ref, StaticMessage

O = TypeVar("O", bound=Object)  # noqa: E741 - the usual letter for an object of the API
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Job:
    """One run of one command."""

    session: Session
    line: Line
    page: Page
    names: Names

    @property
    def terminal(self) -> Terminal:
        """The person's end."""
        return self.page.terminal

    @staticmethod
    def clock() -> float:
        """Seconds, for measuring how long something takes."""
        return time.monotonic()

    def row(self, record: Object) -> Row:
        """An object as its parameters want it."""
        return Row(self.session, self.names, record)

    def rows(self, cls: type[Object]) -> list[Row]:
        """Every object of a class."""
        return [self.row(record) for record in self.names.all(cls).values()]

    def parameters(self, cls: type[Object]) -> dict[str, Parameter]:
        """The parameters of a class."""
        return parameters_of(self.session.catalogue, cls)

    def cls(self, name: str) -> type[Object]:
        """The class of that wire name."""
        return self.session.catalogue.classes[name]

    def by_uuid(self, cls: type[O], parameter: str = "uuid") -> Ref[O]:
        """The object whose UUID a required parameter gives."""
        return self.session.by_uuid(cls, self.line.need(parameter))

    def by_uuid_or_null(self, cls: type[O], parameter: str) -> Ref[O]:
        """The object whose UUID a parameter gives; the null reference where it is not given."""
        found = self.line.find(parameter)
        return NULL if found is None else self.session.by_uuid(cls, found)

    def uuid(self, cls: type[Object], ref: Ref[Any]) -> str:
        """The UUID of an object that may just have been made."""
        return str(self.session.send(f"{cls.__name__}.get_uuid", ref))

    def made(self, cls: type[Object], ref: Ref[Any]) -> None:
        """Print the UUID of what was made."""
        self.page.values([self.uuid(cls, ref)])

    @overload
    def run(self, message: StaticMessage[P, Any], *params: P.args, **named: P.kwargs) -> str: ...
    @overload
    def run(self, message: Message[O, P, Any], ref: Ref[O], *params: P.args, **named: P.kwargs) -> str: ...
    def run(self, message: Any, *params: Any, **named: Any) -> str:
        """Send a message as a task, show how far it is, and answer its result."""
        task = self.session.start(message, *params, **named)
        return self._finish(task, message.wire_name)

    def run_named(self, name: str, *params: Any) -> str:
        """:meth:`run` for a message by its name on the wire."""
        return self._finish(self.session.start_named(name, *params), name)

    def make(self, name: str, *params: Any) -> Ref[Any]:
        """:meth:`run_named` for a message that answers a reference."""
        return reference(self.run_named(name, *params))

    def _finish(self, task: Ref[Any], name: str) -> str:
        with Bar(self.terminal, name, always=self.line.flag("progress")) as bar:
            return complete(self.session, task, bar.show)
