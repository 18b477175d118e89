"""The draft that a transaction works on: a state that can be changed, and the list of what it changed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

from immutables import Map

from cenote.model.catalogue import Catalogue, new_values
from cenote.model.core import NULL, Assignment, Field, Object, Ref
from cenote.model.errors.general import HandleInvalid, UuidInvalid
from cenote.store.history import Change, What
from cenote.store.state import EMPTY, State, Table

O = TypeVar("O", bound=Object)  # noqa: E741

Key = tuple[str, Ref[Any]]


def new_ref() -> Ref[Any]:
    """A reference that was never used before."""
    return Ref(f"OpaqueRef:{uuid.uuid4()}")


class StoreDraft:
    """Implements :class:`cenote.model.core.Draft` over a base state. Thrown away when the work raises."""

    def __init__(self, catalogue: Catalogue, base: State) -> None:
        self._catalogue = catalogue
        self._base = base
        self._revision = base.revision + 1
        self._tables: Map[str, Table] = base.tables
        self._uuids = base.uuids
        self.changed: dict[Key, None] = {}
        """(class, reference) of every object touched, in order; its inverse fields count."""
        self.written: set[Key] = set()
        """Those whose stored fields changed, not only an inverse one."""

    def _table(self, cls: str) -> Table:
        return self._tables.get(cls, EMPTY)

    def find(self, cls: type[O], ref: Ref[O]) -> O | None:
        """The record as the draft has it, or None."""
        return cast("O | None", self._table(cls.__name__).get(ref))

    def get(self, cls: type[O], ref: Ref[O]) -> O:
        """The record as the draft has it; raises ``HANDLE_INVALID``."""
        found = self.find(cls, ref)
        if found is None:
            raise HandleInvalid(cls.__name__, ref)
        return found

    def all(self, cls: type[O]) -> Iterable[O]:
        """Every record of the class as the draft has them; safe against changes while it is read."""
        return cast("Iterable[O]", self._table(cls.__name__).values())

    def by_uuid(self, cls: type[O], uuid: str) -> O:
        """The record of that UUID; raises ``UUID_INVALID``."""
        ref: Ref[O] | None = self._uuids.get((cls.__name__, uuid))
        if ref is None:
            raise UuidInvalid(cls.__name__, uuid)
        return self.get(cls, ref)

    def touch(self, cls: type[O], ref: Ref[O]) -> None:
        """Count an object as changed; see :class:`cenote.model.core.Draft`."""
        record = self.get(cls, ref)
        self._put(cls, record, record.born)

    def touched(self, cls: type[O]) -> list[O]:
        """The objects of a class that this draft has changed and that are still there."""
        refs = [ref for name, ref in self.changed if name == cls.__name__]
        return [found for ref in refs if (found := self.find(cls, ref)) is not None]

    def create(self, cls: type[O], *assignments: Assignment[Any], ref: Ref[O] | None = None) -> Ref[O]:
        """Add an object; see :class:`cenote.model.core.Draft`."""
        made: Ref[O] = ref or new_ref()
        values = new_values(cls)
        values.update({each.field.name: each.value for each in assignments})
        if "uuid" in values and not values["uuid"]:
            values["uuid"] = str(uuid.uuid4())
        self._put(cls, Object(made, values), created=self._revision)
        self.written.add((cls.__name__, made))
        for field in self._references(cls):
            self._link(cls, field, made, values[field.name])
        if ref is not None:
            self._gather(cls, made)
        return made

    def update(self, ref: Ref[Any], *assignments: Assignment[Any]) -> None:
        """Give fields of one object new values; values that are the same already are no change."""
        for each in assignments:
            cls = each.field.owner
            record = self.get(cls, ref)
            before = record.values[each.field.name]
            if before == each.value and type(before) is type(each.value):
                continue
            self._set(cls, record, each.field.name, each.value)
            self.written.add((cls.__name__, ref))
            if (cls.__name__, each.field.name) in self._catalogue.inverses:
                self._unlink(cls, each.field, ref, before)
                self._link(cls, each.field, ref, each.value)

    def delete(self, cls: type[O], ref: Ref[O]) -> None:
        """Remove an object, if it is there; what it pointed to forgets it."""
        record = self.find(cls, ref)
        if record is None:
            return
        for field in self._references(cls):
            self._unlink(cls, field, ref, record.values[field.name])
        self._tables = self._tables.set(cls.__name__, self._table(cls.__name__).delete(ref))
        if "uuid" in record.values:
            self._uuids = self._uuids.delete((cls.__name__, record.values["uuid"]))
        self.changed[cls.__name__, ref] = None
        self.written.add((cls.__name__, ref))

    def _references(self, cls: type[Object]) -> list[Field[Any]]:
        fields = self._catalogue.fields[cls]
        return [field for name, field in fields.items() if (cls.__name__, name) in self._catalogue.inverses]

    def _put(self, cls: type[Object], record: Object, created: int) -> None:
        kept = cls(record.ref, record.values, created, self._revision)
        name = cls.__name__
        self._tables = self._tables.set(name, self._table(name).set(record.ref, kept))
        if "uuid" in kept.values:
            self._uuids = self._uuids.set((name, kept.values["uuid"]), kept.ref)
        self.changed[name, record.ref] = None

    def _set(self, cls: type[Object], record: Object, field: str, value: Any) -> None:
        self._put(cls, Object(record.ref, {**record.values, field: value}), record.born)

    def _link(self, cls: type[Object], field: Field[Any], ref: Ref[Any], target: Ref[Any]) -> None:
        for far in self._far_sides(cls, field, target):
            record = self.get(far.owner, target)
            if ref not in record.values[far.name]:
                self._set(far.owner, record, far.name, (*record.values[far.name], ref))

    def _unlink(self, cls: type[Object], field: Field[Any], ref: Ref[Any], target: Ref[Any]) -> None:
        for far in self._far_sides(cls, field, target):
            record = self.get(far.owner, target)
            left = tuple(each for each in record.values[far.name] if each != ref)
            self._set(far.owner, record, far.name, left)

    def _far_sides(self, cls: type[Object], field: Field[Any], target: Ref[Any]) -> list[Field[Any]]:
        if target == NULL:
            return []
        sides = self._catalogue.inverses[cls.__name__, field.name]
        return [far for far in sides if self.find(far.owner, target) is not None]

    def _gather(self, cls: type[Object], ref: Ref[Any]) -> None:
        """Fill the inverse fields of a new object whose reference others hold already (a restored one)."""
        for far in self._catalogue.fields[cls].values():
            if far.far is None:
                continue
            other, name = far.far.split(".")
            held = tuple(each.ref for each in self._table(other).values() if each.values[name] == ref)
            if held:
                self._set(cls, self.get(cls, ref), far.name, held)

    def finish(self) -> tuple[State, list[Change]]:
        """The state that the draft leads to, and what changed on the way; the base itself if nothing did."""
        if not self.changed:
            return self._base, []
        changes = [self._change(cls, ref) for cls, ref in self.changed]
        known = [change for change in changes if change is not None]
        if not known:
            return self._base, []
        return State(self._base.epoch, self._revision, self._tables, self._uuids, self._base.history), known

    def _change(self, cls: str, ref: Ref[Any]) -> Change | None:
        now = self._table(cls).get(ref)
        before = self._base.tables.get(cls, EMPTY).get(ref)
        if now is None:
            return None if before is None else Change(self._revision, cls, ref, What.DEL, before)
        return Change(self._revision, cls, ref, What.ADD if before is None else What.MOD)


def restore(catalogue: Catalogue, cls: type[Object], ref: Ref[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a stored row: fields that the row lacks take their defaults, fields that are gone are dropped."""
    fields = catalogue.fields[cls]
    found = new_values(cls)
    found.update({name: fields[name].shape.decode(value) for name, value in values.items() if name in fields})
    return found
