"""``system.listMethods`` and its kin: XML-RPC's own questions about the API."""

from __future__ import annotations

from typing import Any

from cenote.dispatch.answer import Answer, Failure, Success
from cenote.model.errors.general import InvalidValue, MessageMethodUnknown
from cenote.model.sealed import CATALOGUE
from cenote.model.shapes import STRING, SetShape

STRINGS = SetShape(STRING)


def answer(method: str, params: list[Any]) -> Answer:
    """Answer a ``system.`` request; no session is needed, and no status stands around the value."""
    if method == "system.listMethods":
        return Success(STRINGS, tuple(CATALOGUE.signatures), bare=True)
    if method == "system.methodSignature":
        return _signature(params)
    if method == "system.methodHelp" and params and params[0] in CATALOGUE.signatures:
        return Success(STRING, CATALOGUE.signatures[params[0]].doc, bare=True)
    return Failure.of(MessageMethodUnknown(method))


def _signature(params: list[Any]) -> Answer:
    """One signature: the result's type, then those of the parameters; the session comes first, where one is needed."""
    signature = CATALOGUE.signatures.get(str(params[0])) if params else None
    if signature is None:
        return Failure.of(InvalidValue("method", str(params[0]) if params else ""))
    result = "void" if signature.result is None else signature.result.name
    given = ["session ref"] if signature.session_required else []
    kinds = (result, *given, *(param.shape.name for param in signature.params))
    return Success(SetShape(STRINGS), (kinds,), bare=True)
