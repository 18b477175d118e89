"""``system.listMethods`` and its kin: XML-RPC's own questions about the API."""

from __future__ import annotations

from typing import Any

from cenote.dispatch.answer import Answer, Failure, Success
from cenote.model.catalogue import Signature
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
    if method == "system.methodHelp":
        asked = _asked(params)
        return asked if isinstance(asked, Failure) else Success(STRING, asked.doc, bare=True)
    return Failure.of(MessageMethodUnknown(method))


def _asked(params: list[Any]) -> Signature | Failure:
    """The message that is asked about."""
    name = str(params[0]) if params else ""
    return CATALOGUE.signatures.get(name) or Failure.of(InvalidValue("method", name))


def _signature(params: list[Any]) -> Answer:
    """One signature: the result's type, then those of the parameters; the session comes first, where one is needed."""
    signature = _asked(params)
    if isinstance(signature, Failure):
        return signature
    result = "void" if signature.result is None else signature.result.name
    given = ["session ref"] if signature.session_required else []
    kinds = (result, *given, *(param.shape.name for param in signature.params))
    return Success(SetShape(STRINGS), (kinds,), bare=True)
