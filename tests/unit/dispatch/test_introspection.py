"""XML-RPC's own questions about the API."""

from __future__ import annotations

import pytest

from cenote.dispatch.answer import Failure, Success
from cenote.dispatch.introspection import answer
from cenote.model.sealed import CATALOGUE


def value(method: str, *params: object) -> object:
    said = answer(method, list(params))
    assert isinstance(said, Success)
    assert said.bare
    return said.value


def test_every_message_is_listed() -> None:
    assert value("system.listMethods") == tuple(CATALOGUE.signatures)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("VM.start", ("void", "session ref", "VM ref", "bool", "bool")),
        ("VM.get_record", ("VM record", "session ref", "VM ref")),
        ("session.login_with_password", ("session ref", "string", "string", "string", "string")),
    ],
)
def test_signatures(name: str, kinds: tuple[str, ...]) -> None:
    assert value("system.methodSignature", name) == (kinds,)


def test_help() -> None:
    assert value("system.methodHelp", "VM.start") == CATALOGUE.signatures["VM.start"].doc != ""


@pytest.mark.parametrize("method", ["system.methodSignature", "system.methodHelp"])
@pytest.mark.parametrize("params", [[], ["VM.fly"], [["VM.start"]], [None]])
def test_questions_about_nothing(method: str, params: list[object]) -> None:
    said = answer(method, params)
    assert isinstance(said, Failure)
    assert said.code == "INVALID_VALUE"
    assert said.params == ["method", str(params[0]) if params else ""]


def test_unknown_questions() -> None:
    assert answer("system.multicall", []) == Failure("MESSAGE_METHOD_UNKNOWN", ["system.multicall"])
