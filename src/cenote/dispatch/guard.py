"""Exclusion: one place that says whether a verb may begin, and marks the object while it runs."""

from __future__ import annotations

from typing import Any

from cenote.model.catalogue import Kind, Signature, fields_of
from cenote.model.core import Draft, Ref
from cenote.model.sealed import CATALOGUE
from cenote.rules import allowed


def enter(draft: Draft, signature: Signature, target: Ref[Any] | None, task: Ref[Any]) -> None:
    """Refuse with the published error, or note the operation in the object's ``current_operations``."""
    operation = operation_of(signature)
    if operation is None or target is None:
        return
    record = draft.get(signature.cls, target)
    error = allowed.refusal(draft, record, operation)
    if error is not None:
        raise error
    field = fields_of(signature.cls)["current_operations"]
    draft.update(target, field.to({**record.values["current_operations"], str(task): operation}))


def leave(draft: Draft, signature: Signature, target: Ref[Any] | None, task: Ref[Any]) -> None:
    """Take the mark away, if the object is still there."""
    if operation_of(signature) is None or target is None:
        return
    record = draft.find(signature.cls, target)
    if record is None:
        return
    field = fields_of(signature.cls)["current_operations"]
    left = {key: value for key, value in record.values["current_operations"].items() if key != task}
    draft.update(target, field.to(left))


def operation_of(signature: Signature) -> Any:
    """The member of the class's operations that the message stands for, or None."""
    if signature.message is not None:
        return signature.message.operation if signature.message.takes_self else None
    if signature.kind is Kind.DESTROY:
        return allowed.destroy_operation(signature.cls)
    return None


def clear(draft: Draft) -> None:
    """At start: nothing is in progress, whatever a daemon that died had noted."""
    for cls in CATALOGUE.classes.values():
        field = fields_of(cls).get("current_operations")
        if field is None:
            continue
        for record in list(draft.all(cls)):
            if record.values["current_operations"]:
                draft.update(record.ref, field.to({}))
