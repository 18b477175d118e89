"""JSON-RPC 1.0 and 2.0 in the form of the published API. The two differ in where an error stands:

1.0 answers ``"error": [code, parameters...]`` beside a null result, 2.0 ``"error": {"code": 1, "message": code,
"data": [parameters...]}``. Batches are refused, as xapi refuses them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import orjson

from cenote.dispatch.answer import Answer, Failure
from cenote.wire.contract import Value
from cenote.wire.malformed import Malformed


@dataclass(frozen=True, slots=True)
class Request:
    """A call as it came. ``id`` is what the client sent, whatever it is."""

    method: str
    params: list[Value]
    id: object
    second: bool
    """Whether it is of version 2.0."""


def read(body: bytes) -> Request:
    """The call in ``body``; raises :class:`~cenote.wire.malformed.Malformed`."""
    try:
        parsed: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"not JSON: {error}") from error
    if isinstance(parsed, list):
        raise Malformed("a JSON-RPC batch is not accepted: send each call on its own")
    if not isinstance(parsed, dict):
        raise Malformed("a JSON-RPC request is an object")
    request = cast("dict[str, object]", parsed)
    method = request.get("method")
    if not isinstance(method, str):
        raise Malformed("the required member method is missing or no string")
    params = request.get("params", [])
    if not isinstance(params, list):
        raise Malformed("params must be a list: parameters go by their position")
    return Request(method, cast("list[Value]", params), request.get("id"), request.get("jsonrpc") == "2.0")


def write(answer: Answer, request: Request) -> bytes:
    """The body of the reply to ``request``."""
    reply: dict[str, object]
    if isinstance(answer, Failure):
        if request.second:
            error = {"code": 1, "message": answer.code, "data": answer.params}
            reply = {"jsonrpc": "2.0", "error": error, "id": request.id}
        else:
            reply = {"result": None, "error": [answer.code, *answer.params], "id": request.id}
    else:
        result = "" if answer.shape is None else answer.shape.json(answer.value)
        if request.second:
            reply = {"jsonrpc": "2.0", "result": result, "id": request.id}
        else:
            reply = {"result": result, "error": None, "id": request.id}
    try:
        return orjson.dumps(reply)
    except orjson.JSONEncodeError:
        return orjson.dumps(_printable(reply))


def _printable(value: object) -> object:
    """``value`` with what UTF-8 can't carry, half surrogates, replaced by U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return {_printable(name): _printable(each) for name, each in members.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(each) for each in cast("list[object]", value)]
    return value
