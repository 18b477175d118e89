"""The last changes in order, and what is said when they reach back no further."""

from __future__ import annotations

import pytest

from cenote.model.core import Ref
from cenote.store.history import Change, History, LostError, What


def change(revision: int, name: str = "a") -> Change:
    return Change(revision, "VM", Ref(f"OpaqueRef:{name}"), What.MOD)


def revisions(history: History, since: int, until: int = 1000) -> list[int]:
    return [each.revision for each in history.since(since, until)]


def test_changes_after_one_revision_up_to_another() -> None:
    history = History(0)
    for revision in (1, 2, 3, 4):
        history.append([change(revision), change(revision, "b")])
    assert revisions(history, 0) == [1, 1, 2, 2, 3, 3, 4, 4]
    assert revisions(history, 1, 3) == [2, 2, 3, 3]
    assert revisions(history, 4) == []


def test_what_was_before_the_start_is_lost() -> None:
    history = History(7)
    assert revisions(history, 7) == []
    with pytest.raises(LostError):
        history.since(6, 7)


def test_the_oldest_go_first() -> None:
    history = History(0, limit=3)
    for revision in range(1, 7):
        history.append([change(revision)])
    assert revisions(history, 0) == [1, 2, 3, 4, 5, 6]
    history.append([change(7)])
    assert revisions(history, 4) == [5, 6, 7]
    with pytest.raises(LostError):
        history.since(3, 7)


def test_whole_revisions_go() -> None:
    history = History(0, limit=3)
    for revision in (1, 2, 3, 4):
        history.append([change(revision), change(revision, "b")])
    assert revisions(history, 3) == [4, 4]
    with pytest.raises(LostError):
        history.since(2, 4)


def test_a_reader_keeps_what_it_was_given() -> None:
    history = History(0, limit=1)
    history.append([change(1)])
    reader = history.since(0, 1)
    history.append([change(2), change(3)])
    assert [each.revision for each in reader] == [1]
