"""Small things that many procedures need of records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cenote.model.catalogue import fields_of
from cenote.model.core import Access, Assignment, Object


def assignments(cls: type[Object], values: Mapping[str, Any]) -> list[Assignment[Any]]:
    """Values by field name, as assignments."""
    fields = fields_of(cls)
    return [fields[name].to(value) for name, value in values.items()]


def copied(record: Object, *without: str) -> dict[str, Any]:
    """The values that a copy of an object takes over: those that its creator chose, except ``without``."""
    return {
        name: record.values[name]
        for name, field in fields_of(type(record)).items()
        if field.access is not Access.RUNTIME and field.far is None and name not in without
    }
