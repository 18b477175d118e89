"""One immutable state of the records: persistent maps, so that a snapshot costs nothing and readers need no lock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from immutables import Map

from cenote.model.core import Object, Ref
from cenote.model.errors.general import HandleInvalid, UuidInvalid
from cenote.store.history import Change, History

O = TypeVar("O", bound=Object)  # noqa: E741

Table = Map[str, Object]


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """The records at one revision. Inverse fields are filled in, kept true by each transaction."""

    epoch: str
    """Names the history that revisions count in; another epoch's tokens mean nothing here."""
    revision: int
    tables: Map[str, Table]
    uuids: Map[tuple[str, str], Ref[Any]]
    history: History

    def table(self, cls: type[Object]) -> Table:
        """The records of a class by reference."""
        return self.tables.get(cls.__name__, EMPTY)

    def find(self, cls: type[O], ref: Ref[O]) -> O | None:
        """The record of that reference, or None."""
        return cast("O | None", self.table(cls).get(ref))

    def get(self, cls: type[O], ref: Ref[O]) -> O:
        """The record of that reference; raises ``HANDLE_INVALID``."""
        found = self.table(cls).get(ref)
        if found is None:
            raise HandleInvalid(cls.__name__, ref)
        return cast("O", found)

    def all(self, cls: type[O]) -> Iterable[O]:
        """Every record of the class, in no particular order."""
        return cast("Iterable[O]", self.table(cls).values())

    def by_uuid(self, cls: type[O], uuid: str) -> O:
        """The record of that UUID; raises ``UUID_INVALID``."""
        ref: Ref[O] | None = self.uuids.get((cls.__name__, uuid))
        if ref is None:
            raise UuidInvalid(cls.__name__, uuid)
        return self.get(cls, ref)

    def changes(self, since: int) -> Iterator[Change]:
        """What has changed after revision ``since``, the oldest first; see :meth:`History.since`."""
        return self.history.since(since, self.revision)


EMPTY: Table = Map()


def empty(epoch: str, revision: int = 0) -> State:
    """A state without records."""
    return State(epoch, revision, Map(), Map(), History(revision))
