"""The last changes in order: what ``event.from`` reads to say what is new since a token."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from operator import attrgetter
from typing import Any

from cenote.model.core import Object, Ref


class What(Enum):
    """What happened to an object, in the words of the wire."""

    ADD = "add"
    MOD = "mod"
    DEL = "del"


@dataclass(frozen=True, slots=True)
class Change:
    """An object changed at a revision. ``last`` is the record that went away, for a deletion."""

    revision: int
    cls: str
    ref: Ref[Any]
    what: What
    last: Object | None = None


class LostError(Exception):
    """The history no longer reaches back to the revision that was asked for."""


_revision = attrgetter("revision")


class History:
    """Changes by revision, the newest ``limit`` of them. Shared by all states: each reads up to its own revision."""

    def __init__(self, start: int, limit: int = 50_000) -> None:
        self._lock = threading.Lock()
        self._limit = limit
        self._changes: list[Change] = []
        self._oldest = start
        """Every change after this revision is here."""

    def append(self, changes: Iterable[Change]) -> None:
        """Add the changes of one transaction; whole revisions are dropped from the far end when there are too many."""
        with self._lock:
            self._changes.extend(changes)
            if len(self._changes) > 2 * self._limit:
                self._oldest = self._changes[-self._limit - 1].revision
                del self._changes[: bisect_right(self._changes, self._oldest, key=_revision)]

    def since(self, revision: int, until: int) -> Iterator[Change]:
        """Changes after ``revision`` up to ``until``, the oldest first; raises :class:`LostError`."""
        with self._lock:
            if revision < self._oldest:
                raise LostError
            changes = self._changes
            first = bisect_right(changes, revision, key=_revision)
            last = bisect_right(changes, until, key=_revision)
            return iter(changes[first:last])
