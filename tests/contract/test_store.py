"""What every store promises: one suite over all of them."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cenote.model.classes.host import host
from cenote.model.classes.VBD import VBD
from cenote.model.classes.vm import VM
from cenote.model.core import NULL, Draft, Ref
from cenote.model.errors.general import HandleInvalid, UuidInvalid
from cenote.model.sealed import CATALOGUE
from cenote.store import sqlite
from cenote.store.contract import Derive, Store, StoreError, StoreFullError
from cenote.store.history import LostError, What
from cenote.store.memory import MemoryStore
from cenote.store.sqlite import SqliteStore

Make = Callable[[Derive | None], Store]


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """Makes stores of one kind."""
    made: list[Store] = []

    def make_one(derive: Derive | None = None) -> Store:
        if request.param == "memory":
            made.append(MemoryStore(CATALOGUE, derive))
        else:
            made.append(SqliteStore(CATALOGUE, tmp_path / f"{len(made)}.db", derive))
        return made[-1]

    yield make_one
    for store in made:
        store.close()


@pytest.fixture
def store(make: Make) -> Store:
    return make(None)


def add_vm(store: Store, label: str = "one") -> Ref[VM]:
    return store.transact(lambda draft: draft.create(VM, VM.name_label.to(label)))


def test_a_created_object_is_found_by_reference_and_uuid(store: Store) -> None:
    vm = add_vm(store)
    record = store.state.get(VM, vm)
    assert record.name_label == "one"
    assert store.state.by_uuid(VM, record.uuid).ref == vm
    assert [each.ref for each in store.state.all(VM)] == [vm]


def test_unknown_references_and_uuids_are_refused_with_the_published_errors(store: Store) -> None:
    with pytest.raises(HandleInvalid):
        store.state.get(VM, NULL)
    with pytest.raises(UuidInvalid):
        store.state.by_uuid(VM, "no such uuid")
    with pytest.raises(HandleInvalid):
        store.transact(lambda draft: draft.update(Ref("OpaqueRef:gone"), VM.name_label.to("x")))


def test_a_transaction_that_raises_changes_nothing(store: Store) -> None:
    vm = add_vm(store)
    before = store.state

    def work(draft: Draft) -> None:
        draft.update(vm, VM.name_label.to("two"))
        draft.create(VM)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.transact(work)
    assert store.state is before


def test_a_state_never_changes_under_its_reader(store: Store) -> None:
    vm = add_vm(store)
    old = store.state
    store.transact(lambda draft: draft.update(vm, VM.name_label.to("two")))
    assert old.get(VM, vm).name_label == "one"
    assert store.state.get(VM, vm).name_label == "two"


def test_writing_the_same_value_is_no_change(store: Store) -> None:
    vm = add_vm(store)
    before = store.state.revision
    store.transact(lambda draft: draft.update(vm, VM.name_label.to("one")))
    assert store.state.revision == before


def test_inverse_fields_follow_the_reference(store: Store) -> None:
    one, two = add_vm(store, "one"), add_vm(store, "two")
    vbd = store.transact(lambda draft: draft.create(VBD, VBD.VM.to(one)))
    assert store.state.get(VM, one).VBDs == (vbd,)
    store.transact(lambda draft: draft.update(vbd, VBD.VM.to(two)))
    assert store.state.get(VM, one).VBDs == ()
    assert store.state.get(VM, two).VBDs == (vbd,)
    store.transact(lambda draft: draft.delete(VBD, vbd))
    assert store.state.get(VM, two).VBDs == ()


def test_an_object_counts_as_changed_when_its_inverse_field_is(store: Store) -> None:
    vm = add_vm(store)
    since = store.state.revision
    vbd = store.transact(lambda draft: draft.create(VBD, VBD.VM.to(vm)))
    told = {(change.cls, change.ref): change.what for change in store.state.changes(since)}
    assert told == {("VBD", vbd): What.ADD, ("VM", vm): What.MOD}


def test_history_tells_of_deletions_and_knows_where_it_ends(store: Store) -> None:
    vm = add_vm(store)
    since = store.state.revision
    store.transact(lambda draft: draft.delete(VM, vm))
    (change,) = store.state.changes(since)
    assert (change.what, change.ref) == (What.DEL, vm)
    assert change.last is not None
    assert change.last.values["name_label"] == "one"
    with pytest.raises(LostError):
        list(store.state.changes(-1))


def test_what_follows_is_derived_inside_the_transaction(make: Make) -> None:
    def derive(draft: Draft) -> None:
        for record in draft.touched(VM):
            draft.update(record.ref, VM.name_description.to(f"about {record.name_label}"))

    store = make(derive)
    vm = add_vm(store)
    assert store.state.get(VM, vm).name_description == "about one"
    assert store.state.revision == 1


def test_a_waiter_wakes_with_the_change_it_waits_for(store: Store) -> None:
    vm = add_vm(store)
    waiting = threading.Event()

    def ready(state: object) -> str | None:
        waiting.set()
        name = store.state.get(VM, vm).name_label
        return name if name == "two" else None

    found: list[str | None] = []
    thread = threading.Thread(target=lambda: found.append(store.wait(ready, 30)))
    thread.start()
    assert waiting.wait(30)
    store.transact(lambda draft: draft.update(vm, VM.name_label.to("two")))
    thread.join(30)
    assert found == ["two"]


def test_a_wait_ends_when_its_time_has_passed(store: Store) -> None:
    assert store.wait(lambda state: None, 0.0) is None


def test_subscribers_are_told_each_new_state_until_they_stop(store: Store) -> None:
    seen: list[int] = []
    stop = store.subscribe(lambda state: seen.append(state.revision))
    add_vm(store)
    add_vm(store)
    stop()
    add_vm(store)
    assert seen == [1, 2]


def test_writers_on_many_threads_lose_nothing(store: Store) -> None:
    ref = store.transact(lambda draft: draft.create(host))

    def count() -> None:
        for _ in range(20):
            store.transact(
                lambda draft: draft.update(ref, host.memory_overhead.to(draft.get(host, ref).memory_overhead + 1))
            )

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.state.get(host, ref).memory_overhead == 80


# -- what only a durable store promises ------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cenote.db"


def test_records_are_there_again_when_the_store_is_opened_again(path: Path) -> None:
    store = SqliteStore(CATALOGUE, path)
    vm = add_vm(store)
    vbd = store.transact(lambda draft: draft.create(VBD, VBD.VM.to(vm)))
    gone = add_vm(store, "gone")
    since = store.state.revision
    store.transact(lambda draft: draft.delete(VM, gone))
    before = store.state
    store.close()
    again = SqliteStore(CATALOGUE, path)
    assert (again.state.epoch, again.state.revision) == (before.epoch, before.revision)
    assert dict(again.state.get(VM, vm).values) == dict(before.get(VM, vm).values)
    assert again.state.get(VM, vm).VBDs == (vbd,)
    assert again.state.by_uuid(VBD, again.state.get(VBD, vbd).uuid).ref == vbd
    assert [(change.what, change.ref) for change in again.state.changes(since)] == [(What.DEL, gone)]
    again.close()


KILLED = """
import os, signal, sys
from pathlib import Path
from cenote.model.classes.vm import VM
from cenote.model.sealed import CATALOGUE
from cenote.store.sqlite import SqliteStore
store = SqliteStore(CATALOGUE, Path(sys.argv[1]))
for n in range(50):
    store.transact(lambda draft: draft.create(VM, VM.name_label.to(f"vm {n}")))
    print(n, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_an_answered_write_survives_a_kill(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    answered = {f"vm {line}" for line in done.stdout.split()}
    assert len(answered) == 50, done.stderr
    store = SqliteStore(CATALOGUE, path)
    assert {record.name_label for record in store.state.all(VM)} == answered
    store.close()


def test_two_daemons_can_not_have_one_store(path: Path) -> None:
    store = SqliteStore(CATALOGUE, path)
    with pytest.raises(StoreError, match="another daemon"):
        SqliteStore(CATALOGUE, path)
    store.close()
    SqliteStore(CATALOGUE, path).close()


def test_a_newer_store_is_refused_and_left_as_it_was(path: Path) -> None:
    SqliteStore(CATALOGUE, path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    connection.close()
    with pytest.raises(StoreError, match="newer"):
        SqliteStore(CATALOGUE, path)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone() == ("99",)
    connection.close()


def test_an_older_store_is_copied_and_migrated(path: Path) -> None:
    store = SqliteStore(CATALOGUE, path)
    vm = add_vm(store)
    store.close()
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE tombstone")
    connection.execute("UPDATE meta SET value = '1' WHERE key = 'schema'")
    connection.commit()
    connection.close()
    migrated = SqliteStore(CATALOGUE, path)
    assert migrated.state.get(VM, vm).name_label == "one"
    migrated.transact(lambda draft: draft.delete(VM, vm))
    migrated.close()
    copy = sqlite3.connect(path.with_name("cenote.db.schema1"))
    assert copy.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone() == ("1",)
    assert copy.execute("SELECT count(*) FROM record").fetchone() == (1,)
    copy.close()


def test_a_migration_that_fails_leaves_the_store_as_it_was(path: Path) -> None:
    SqliteStore(CATALOGUE, path).close()

    def broken(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half (done INTEGER)")
        raise sqlite3.OperationalError("broken on purpose")

    with pytest.raises(StoreError):
        SqliteStore(CATALOGUE, path, migrations={sqlite.SCHEMA: broken}, schema=sqlite.SCHEMA + 1)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone() == (str(sqlite.SCHEMA),)
    assert connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchone() is None
    connection.close()


def test_rubbish_in_the_file_is_said_to_be_that(path: Path) -> None:
    path.write_bytes(b"this is no database, and long enough to be looked at" * 40)
    with pytest.raises(StoreError, match="can't be read"):
        SqliteStore(CATALOGUE, path)


def fill(store: Store) -> None:
    """Write until the store refuses; far more than its quota."""
    for _ in range(1000):
        store.transact(lambda draft: draft.create(VM, VM.name_description.to("x" * 4000)))


def test_a_full_disk_refuses_the_write_and_loses_nothing(path: Path) -> None:
    store = SqliteStore(CATALOGUE, path)
    vm = add_vm(store)
    limit = store.page_count()
    store.limit_pages(limit + 2)
    with pytest.raises(StoreFullError, match="no room left"):
        fill(store)
    kept = {record.ref for record in store.state.all(VM)}
    assert vm in kept
    store.limit_pages(2**30)
    store.transact(lambda draft: draft.update(vm, VM.name_label.to("after")))
    store.close()
    again = SqliteStore(CATALOGUE, path)
    assert {record.ref for record in again.state.all(VM)} == kept
    assert again.state.get(VM, vm).name_label == "after"
    again.close()
