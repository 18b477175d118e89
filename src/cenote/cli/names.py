"""From references to the UUIDs and names that people know, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from cenote.cli.layout import ABSENT
from cenote.client.failure import Failure
from cenote.client.session import Session
from cenote.model.core import NULL, Object, Ref

O = TypeVar("O", bound=Object)  # noqa: E741 - the usual letter for an object of the API


class Names:
    """The records that one command has looked at, each class fetched once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[type[Object], Mapping[Ref[Any], Object]] = {}

    def all(self, cls: type[O]) -> Mapping[Ref[O], O]:
        """Every record of a class by reference; nothing of a class that can't be listed."""
        known = self._known.get(cls)
        if known is None:
            listed = f"{cls.__name__}.get_all_records" in self._session.catalogue.signatures
            known = {each.ref: each for each in self._session.records(cls)} if listed else {}
            self._known[cls] = known
        return known  # type: ignore[return-value]  # what is kept under a class is of that class

    def forget(self) -> None:
        """Look everything up anew."""
        self._known.clear()

    def find(self, target: str, ref: Ref[Any]) -> Object | None:
        """The record behind a reference to the class named ``target``; None where there is none."""
        cls = self._session.catalogue.classes.get(target)
        if cls is None or ref == NULL:
            return None
        return self.all(cls).get(ref)

    def uuid(self, target: str, ref: Ref[Any]) -> str:
        """The UUID of what a reference names."""
        record = self.find(target, ref)
        return ABSENT if record is None else str(record.values.get("uuid", ABSENT))

    def label(self, target: str, ref: Ref[Any]) -> str:
        """The name of what a reference names."""
        record = self.find(target, ref)
        return ABSENT if record is None else str(record.values.get("name_label", ABSENT))

    def explain(self, text: str) -> str:
        """A reference among an error's parameters as ``uuid (name)``; other text as it is."""
        if not text.startswith("OpaqueRef:") or text == NULL:
            return text
        for cls in self._session.catalogue.classes.values():
            try:
                record = self.all(cls).get(Ref(text))
            except Failure:
                continue  # the caller's role may not read this class: the reference stays as it is
            if record is not None:
                label = record.values.get("name_label")
                uuid = str(record.values.get("uuid", text))
                return uuid if label is None else f"{uuid} ({label})"
        return text
