"""The model against the published API, item by item: names, types, defaults, roles, states and errors.

The facts are one JSON file a class and a table of errors, in the folder that ``CENOTE_FACTS`` names, or in
``shared/xenapi`` beside the checkout. Without them these tests are skipped; ``test_model_fingerprint`` always runs.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, cast

import pytest

from cenote.model.catalogue import Signature
from cenote.model.core import ERRORS, MISSING, NULL, Field, Lifecycle
from cenote.model.sealed import CATALOGUE
from cenote.model.shapes import EnumShape, MapShape, OptionShape, SetShape, Shape

ROOT = Path(__file__).parents[2]
FACTS = Path(os.environ.get("CENOTE_FACTS") or ROOT.parent / "shared" / "xenapi")

if not FACTS.is_dir():  # they are no part of the project, and nothing could install them
    pytest.skip("the published facts are not here", allow_module_level=True)

EXTRA = {f"{name}.get_all_records_where" for name in CATALOGUE.classes}
"""Served by XenServer for every class with ``get_all``, and left out of the published reference but for ``message``."""

DEFAULTS = {
    "VM.domid": -1,  # what XenServer writes when it creates the record: zero would be the control domain
}
"""Defaults of ours where the facts give none."""

ERROR_PARAMETERS = {
    "SESSION_AUTHENTICATION_FAILED": ["username", "message"],  # documented without; XenServer sends both
}
"""Parameters of errors where the facts differ from what is on the wire."""


def facts(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FACTS / "classes" / f"{name}.json").read_text())
    return found


@pytest.fixture(scope="module", params=list(CATALOGUE.classes))
def published(request: pytest.FixtureRequest) -> dict[str, Any]:
    return facts(request.param)


def declared_fields(name: str) -> dict[str, Field[Any]]:
    fields = CATALOGUE.fields[CATALOGUE.classes[name]]
    return {field.wire_name: field for field in fields.values() if not field.internal}


def test_state(published: dict[str, Any]) -> None:
    assert CATALOGUE.classes[published["class"]].lifecycle.value == published["state"]


def test_fields_stand_in_the_published_order(published: dict[str, Any]) -> None:
    assert list(declared_fields(published["class"])) == [each["name"] for each in published["fields"]]


def test_fields(published: dict[str, Any]) -> None:
    fields = declared_fields(published["class"])
    ours = {name: (field.shape.name, field.access.value, field.lifecycle.value) for name, field in fields.items()}
    assert ours == {each["name"]: (each["type"], each["qualifier"], each["state"]) for each in published["fields"]}


def test_defaults(published: dict[str, Any]) -> None:
    fields = declared_fields(published["class"])
    ours = {name: spelled(field.shape, field.default) for name, field in fields.items() if field.far is None}
    theirs = {each["name"]: each.get("default") for each in published["fields"] if fields[each["name"]].far is None}
    for name, default in DEFAULTS.items():
        cls, field = name.split(".")
        if cls == published["class"]:
            theirs[field] = str(default)
    assert ours == {name: "OpaqueRef:NULL" if value == "Null" else value for name, value in theirs.items()}


def spelled(shape: Shape[Any], value: Any) -> str | None:
    """A default as the facts spell it."""
    match value:
        case _ if value is MISSING:
            return None
        case bool():
            return str(value).lower()
        case Enum():
            return str(value.value)
        case datetime():
            return f"{value:%Y%m%dT%H:%M:%SZ}"
        case float():
            return f"{value:g}."
        case tuple():
            return "{" + ", ".join(map(str, cast("tuple[object, ...]", value))) + "}"
        case Mapping():
            pairs = cast("Mapping[str, object]", value).items()
            return "{" + ", ".join(f'"{key}" -> "{each}"' for key, each in pairs) + "}"
        case str():
            return value if value == NULL and shape.name.endswith(" ref") else f'"{value}"'
        case _:
            return str(value)


def test_enums(published: dict[str, Any]) -> None:
    ours: dict[str, list[str]] = {}
    for signature in CATALOGUE.signatures.values():
        if signature.cls.__name__ == published["class"]:
            for shape in [*(param.shape for param in signature.params), signature.result]:
                gather(shape, ours)
    for field in declared_fields(published["class"]).values():
        gather(field.shape, ours)
    assert ours == published["enums"]


def gather(shape: Shape[Any] | None, found: dict[str, list[str]]) -> None:
    """Every enum within a shape."""
    match shape:
        case EnumShape():
            found[shape.kind.__name__] = shape.spellings
        case SetShape() | OptionShape():
            gather(shape.item, found)
        case MapShape():
            gather(shape.key, found)
            gather(shape.value, found)
        case _:
            pass


def test_messages(published: dict[str, Any]) -> None:
    ours = {name: told(each) for name, each in CATALOGUE.signatures.items() if each.cls.__name__ == published["class"]}
    theirs = {f"{published['class']}.{each['name']}": reported(each) for each in published["messages"]}
    assert ours.keys() - EXTRA == theirs.keys() - EXTRA
    assert {name: ours[name] for name in theirs} == theirs


def told(signature: Signature) -> dict[str, Any]:
    session = [("session_id", "session ref", True)] if signature.session_required else []
    errors = sorted({error.code for error in signature.errors})
    return {
        "params": [*session, *((each.name, each.shape.name, each.default is MISSING) for each in signature.params)],
        "result": "void" if signature.result is None else signature.result.name,
        "roles": sorted(signature.roles),
        "state": signature.lifecycle.value,
        "errors": errors,
    }


def reported(message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "params": [(each["name"], each["type"], each["required"]) for each in message["params"]],
        "result": message["result"],
        "roles": sorted(message["roles"]),
        "state": message["state"],
        "errors": sorted(set(message["errors"])),
    }


def test_every_error_is_declared() -> None:
    assert ERRORS.keys() == error_facts().keys()


def error_facts() -> dict[str, list[str]]:
    rows = [line.split("\t") for line in (FACTS / "errors.tsv").read_text().splitlines()[1:]]
    return {row[0]: row[1].split() if len(row) > 1 else [] for row in rows} | ERROR_PARAMETERS


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_error_parameters(code: str) -> None:
    theirs = [name.removesuffix("_") for name in error_facts()[code]]
    ours = [name.removesuffix("_") for name in ERRORS[code].names]
    assert theirs in (ours, ["?"])


def test_lifecycles_are_known() -> None:
    states = {each["state"] for name in CATALOGUE.classes for each in facts(name)["messages"]}
    assert states <= {each.value for each in Lifecycle}
