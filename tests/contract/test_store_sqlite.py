"""What only a store on a disk promises: what it knows of deletions, and what it says of files that it can't read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from cenote.model.classes.vm import VM
from cenote.model.core import Draft
from cenote.model.sealed import CATALOGUE
from cenote.store import sqlite
from cenote.store.contract import StoreError
from cenote.store.history import LostError, What
from cenote.store.sqlite import SqliteStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with one VM."""
    store = SqliteStore(CATALOGUE, tmp_path / "cenote.db")
    store.transact(lambda draft: draft.create(VM, VM.name_label.to("one")))
    store.close()
    return tmp_path / "cenote.db"


def come_and_go(store: SqliteStore, count: int) -> None:
    """Create so many VMs in one transaction, and delete them in the next."""
    made = store.transact(lambda draft: [draft.create(VM) for _ in range(count)])

    def delete(draft: Draft) -> None:
        for each in made:
            draft.delete(VM, each)

    store.transact(delete)


def test_forgotten_deletions_are_known_to_be_forgotten(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "TOMBSTONES", 10)
    store = SqliteStore(CATALOGUE, path)
    start = store.state.revision
    come_and_go(store, 6)
    middle = store.state.revision
    come_and_go(store, 6)  # with the last of the six before, the limit cuts through one revision
    store.close()
    for _ in range(2):  # once it is trimmed, and once after that
        store = SqliteStore(CATALOGUE, path)
        with pytest.raises(LostError):
            list(store.state.changes(start))
        told = [change.what for change in store.state.changes(middle)]
        assert told.count(What.DEL) == 6
        store.close()


def test_within_the_limit_all_deletions_are_told(path: Path) -> None:
    store = SqliteStore(CATALOGUE, path)
    start = store.state.revision
    come_and_go(store, 3)
    store.close()
    store = SqliteStore(CATALOGUE, path)
    assert [change.what for change in store.state.changes(start)] == [What.DEL] * 3
    store.close()


def rubbish(path: Path) -> None:
    path.write_bytes(b"rubbish" * 1000)


def changed(statement: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        connection = sqlite3.connect(path)
        connection.execute(statement)
        connection.commit()
        connection.close()

    return change


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (rubbish, "file is not a database"),
        (changed("""UPDATE record SET body = '{"power_state": "Dancing"}'"""), "Dancing"),
        (changed("UPDATE record SET body = '{'"), "unexpected end of data"),
        (changed("UPDATE meta SET value = 'many' WHERE key = 'schema'"), "invalid literal"),
        (changed("DELETE FROM meta WHERE key = 'revision'"), "invalid literal"),
        (changed("UPDATE meta SET value = '0' WHERE key = 'schema'"), "0"),
        (changed("DROP TABLE record"), "no such table"),
    ],
)
def test_a_file_that_can_not_be_read_is_named(path: Path, spoil: Callable[[Path], None], said: str) -> None:
    spoil(path)
    for _ in range(2):  # the file is let go of, so that the next one says the same
        with pytest.raises(StoreError, match=f"the store {path} can't be read: .*{said}"):
            SqliteStore(CATALOGUE, path)


def test_a_listener_that_fails_takes_nothing_back(path: Path) -> None:
    store = SqliteStore(CATALOGUE, path)
    heard: list[int] = []

    def fail(_: object) -> None:
        heard.append(1)
        raise ZeroDivisionError

    leave = store.subscribe(fail)
    made = store.transact(lambda draft: draft.create(VM))
    leave()
    leave()
    store.transact(lambda draft: draft.create(VM))
    assert heard == [1]
    store.close()
    store = SqliteStore(CATALOGUE, path)
    assert store.state.find(VM, made) is not None
    store.close()
