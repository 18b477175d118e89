"""The model has not changed unseen: a fingerprint of each class and of the errors, kept beside this file.

After a change that is meant, run with ``REWRITE=1`` in the environment and look at the difference: a line that
changed names a class whose fields, messages, roles, types or defaults are no longer the same.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from cenote.model.catalogue import Signature
from cenote.model.core import ERRORS, MISSING, Field, Param
from cenote.model.sealed import CATALOGUE
from cenote.model.shapes import EnumShape, MapShape, OptionShape, SetShape, Shape

FILE = Path(__file__).with_name("model.fingerprint")


def test_fingerprint() -> None:
    found = fingerprint()
    if os.environ.get("REWRITE"):
        FILE.write_text(found)
    assert found == FILE.read_text()


def fingerprint() -> str:
    """A line for each class, and one for the errors."""
    lines = [f"{name} {digest(described(name))}" for name in CATALOGUE.classes]
    lines.append(f"errors {digest([f'{code} {error.names}' for code, error in sorted(ERRORS.items())])}")
    return "\n".join(lines) + "\n"


def digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def described(name: str) -> list[str]:
    """All that a class declares, its documentation aside."""
    cls = CATALOGUE.classes[name]
    fields = [of_field(field) for field in CATALOGUE.fields[cls].values()]
    messages = [of_message(each) for each in CATALOGUE.signatures.values() if each.cls is cls]
    return [cls.lifecycle.value, *fields, *sorted(messages)]


def of_field(field: Field[Any]) -> str:
    default = "" if field.default is MISSING else field.shape.json(field.default)
    kind = f"{field.access.value} {field.lifecycle.value} {field.far} {field.internal}"
    return f"{field.name}: {of_shape(field.shape)} {kind} {default!r}"


def of_message(signature: Signature) -> str:
    params = [f"{each.name}: {of_shape(each.shape)} {of_default(each)}" for each in signature.params]
    result = "void" if signature.result is None else of_shape(signature.result)
    roles, errors = sorted(signature.roles), [error.code for error in signature.errors]
    message = signature.message
    place = "" if message is None else f"{message.runs.value} {message.operation} {message.session_required}"
    state = signature.lifecycle.value
    return f"{signature.wire_name}({', '.join(params)}) -> {result} {roles} {errors} {state} {place}"


def of_default(param: Param) -> str:
    return "" if param.default is MISSING else f"= {param.shape.json(param.default)!r}"


def of_shape(shape: Shape[Any]) -> str:
    match shape:
        case EnumShape():
            return f"{shape.name} {shape.spellings}"
        case SetShape() | OptionShape():
            return f"{shape.name} {of_shape(shape.item)}"
        case MapShape():
            return f"{shape.name} {of_shape(shape.key)} {of_shape(shape.value)}"
        case _:
            return shape.name
