"""The store of a pool of one host: SQLite, one file, each transaction on the disk before it is answered."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from immutables import Map

from cenote.base.undo import Undo
from cenote.model.catalogue import Catalogue
from cenote.model.core import Object, Ref
from cenote.store.contract import Derive, StoreError, StoreFullError
from cenote.store.draft import StoreDraft, restore
from cenote.store.history import Change, History, What
from cenote.store.memory import MemoryStore
from cenote.store.state import EMPTY, State, Table

SCHEMA = 2
"""The version of the tables below; see MIGRATIONS."""

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE record (
    class TEXT NOT NULL, ref TEXT NOT NULL, created INTEGER NOT NULL, revision INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (class, ref)
) WITHOUT ROWID;
CREATE TABLE tombstone (revision INTEGER NOT NULL, class TEXT NOT NULL, ref TEXT NOT NULL);
"""
TOMBSTONES = 10_000
"""How many deletions are remembered across a restart, for clients that ask what has changed."""
FORGOTTEN = "forgotten"
"""Names the newest revision whose deletions are remembered no more: clients that have seen less must start anew."""

Step = Callable[[sqlite3.Connection], None]


def _add_tombstones(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE tombstone (revision INTEGER NOT NULL, class TEXT NOT NULL, ref TEXT NOT NULL)")


MIGRATIONS: Mapping[int, Step] = {1: _add_tombstones}
"""From each older version, the step to the next."""


class SqliteStore(MemoryStore):
    """Implements :class:`cenote.store.contract.Store` over a file. One daemon at a time may have it open."""

    def __init__(
        self,
        catalogue: Catalogue,
        path: Path,
        derive: Derive | None = None,
        migrations: Mapping[int, Step] = MIGRATIONS,
        schema: int = SCHEMA,
    ) -> None:
        """Open or create the store at ``path``; raises :class:`StoreError` when that can't be."""
        super().__init__(catalogue, derive)
        self._path = path
        self._lock_fd = _lock(path)
        with Undo() as undo:
            undo.add("let go of the lock", lambda: os.close(self._lock_fd))
            new = not path.exists()
            try:
                self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
                undo.add("close the file", self._db.close)
                _open(self._db, path, new, migrations, schema)
                self._state = _load(self._db, catalogue)
            except (sqlite3.Error, LookupError, TypeError, ValueError) as error:
                raise StoreError(f"the store {path} can't be read: {error}") from error
            undo.keep()

    def _persist(self, state: State, draft: StoreDraft, changes: Iterable[Change]) -> None:
        try:
            with _transaction(self._db):
                for change in changes:
                    self._write(state, draft, change)
                self._db.execute("UPDATE meta SET value = ? WHERE key = 'revision'", (str(state.revision),))
        except sqlite3.Error as error:
            if "full" in str(error):
                raise StoreFullError(str(self._path.parent)) from error
            raise StoreError(f"the store {self._path} can't be written: {error}") from error

    def _write(self, state: State, draft: StoreDraft, change: Change) -> None:
        key = (change.cls, change.ref)
        if change.what is What.DEL:
            self._db.execute("DELETE FROM record WHERE class = ? AND ref = ?", key)
            self._db.execute("INSERT INTO tombstone VALUES (?, ?, ?)", (change.revision, *key))
        elif key in draft.written or change.what is What.ADD:
            record = state.tables[change.cls][change.ref]
            self._db.execute(
                "INSERT INTO record VALUES (?, ?, ?, ?, ?) ON CONFLICT (class, ref) DO UPDATE SET"
                " revision = excluded.revision, body = excluded.body",
                (*key, record.born, record.revision, _body(self._catalogue, record)),
            )
        else:
            self._db.execute("UPDATE record SET revision = ? WHERE class = ? AND ref = ?", (state.revision, *key))

    def page_count(self) -> int:
        """How many pages of SQLite's the file has."""
        return int(self._db.execute("PRAGMA page_count").fetchone()[0])

    def limit_pages(self, most: int) -> None:
        """Let the file have no more pages than that: a quota. Writes beyond it raise :class:`StoreFullError`."""
        self._db.execute(f"PRAGMA max_page_count = {int(most)}")

    def close(self) -> None:
        """Let go of the file. A second call does nothing."""
        with self._writing:
            if self._lock_fd >= 0:
                self._db.close()
                os.close(self._lock_fd)
                self._lock_fd = -1


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Generator[None]:
    """All or nothing, changes of the tables themselves too, which Python's own transactions leave out."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _lock(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise StoreError(f"another daemon has the store {path} open: stop it first") from error
    return descriptor


def _open(connection: sqlite3.Connection, path: Path, new: bool, migrations: Mapping[int, Step], schema: int) -> None:
    """Make the tables, or bring them up to ``schema``."""
    path.chmod(0o600)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    if new or not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        with _transaction(connection):
            for statement in TABLES.strip().split(";\n"):
                connection.execute(statement)
            facts = {"schema": str(schema), "epoch": str(uuid.uuid4()), "revision": "0"}
            connection.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())
        return
    found = int(_meta(connection, "schema"))
    if found > schema:
        raise StoreError(
            f"the store {path} has schema {found}, newer than this Cenote knows ({schema}):"
            " run the newer Cenote, or restore the copy that was made before the upgrade"
        )
    if found < schema:
        _migrate(connection, path, found, schema, migrations)


def _migrate(
    connection: sqlite3.Connection, path: Path, found: int, schema: int, migrations: Mapping[int, Step]
) -> None:
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy2(path, path.with_name(f"{path.name}.schema{found}"))
    with _transaction(connection):
        for version in range(found, schema):
            migrations[version](connection)
        connection.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (str(schema),))


def _meta(connection: sqlite3.Connection, key: str) -> str:
    """A fact about the store; empty when it is not there."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return "" if row is None else str(row[0])


def _body(catalogue: Catalogue, record: Object) -> bytes:
    fields = catalogue.fields[type(record)]
    stored = {name: field.shape.json(record.values[name]) for name, field in fields.items() if field.far is None}
    return orjson.dumps(stored)


def _load(connection: sqlite3.Connection, catalogue: Catalogue) -> State:
    _forget(connection)
    records: dict[str, dict[Ref[Any], Object]] = {}
    rows = connection.execute("SELECT class, ref, created, revision, body FROM record")
    for name, ref, created, revision, body in rows:
        cls = catalogue.classes.get(name)
        if cls is not None:
            values = restore(catalogue, cls, ref, orjson.loads(body))
            records.setdefault(name, {})[ref] = cls(Ref(ref), values, created, revision)
    _fill_inverses(catalogue, records)
    tables: Map[str, Table] = Map({name: EMPTY.update(rows) for name, rows in records.items()})
    found: dict[tuple[str, str], Ref[Any]] = {
        (name, row.values["uuid"]): row.ref
        for name, rows in records.items()
        for row in rows.values()
        if "uuid" in row.values
    }
    revision = int(_meta(connection, "revision"))
    return State(_meta(connection, "epoch"), revision, tables, Map(found), _history(connection, records, revision))


def _forget(connection: sqlite3.Connection) -> None:
    """Forget the oldest deletions beyond TOMBSTONES, whole revisions at a time, and note which was the last of them."""
    last = connection.execute("SELECT revision FROM tombstone ORDER BY revision DESC LIMIT 1 OFFSET ?", (TOMBSTONES,))
    row = last.fetchone()
    if row is not None:
        with _transaction(connection):
            connection.execute("DELETE FROM tombstone WHERE revision <= ?", row)
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (FORGOTTEN, str(row[0])))


def _fill_inverses(catalogue: Catalogue, records: Mapping[str, Mapping[Ref[Any], Object]]) -> None:
    for (name, field), sides in catalogue.inverses.items():
        for row in sorted(records.get(name, {}).values(), key=lambda each: each.born):
            for far in sides:
                target = records.get(far.owner.__name__, {}).get(row.values[field])
                if target is not None:
                    held: dict[str, Any] = dict(target.values)
                    held[far.name] = (*held[far.name], row.ref)
                    target.values = held


def _history(
    connection: sqlite3.Connection, records: Mapping[str, Mapping[Ref[Any], Object]], revision: int
) -> History:
    changes = [
        Change(row.revision, name, row.ref, What.ADD if row.born == row.revision else What.MOD)
        for name, rows in records.items()
        for row in rows.values()
    ]
    changes += [
        Change(at, name, Ref(ref), What.DEL)
        for at, name, ref in connection.execute("SELECT revision, class, ref FROM tombstone")
    ]
    oldest = min(int(_meta(connection, FORGOTTEN) or 0), revision)
    history = History(oldest, limit=max(50_000, len(changes)))
    history.append(sorted(changes, key=lambda change: change.revision))
    return history
