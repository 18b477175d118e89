"""Reading calls and writing replies by JSON-RPC."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cenote.dispatch.answer import Failure, Success
from cenote.model.shapes import STRING, MapShape
from cenote.wire import jsonrpc
from cenote.wire.jsonrpc import Request
from cenote.wire.malformed import Malformed


def test_the_version_is_what_the_client_says() -> None:
    assert jsonrpc.read(b'{"method": "a", "params": [1, true, null], "id": "x"}') == Request(
        "a", [1, True, None], "x", False
    )
    assert jsonrpc.read(b'{"jsonrpc": "2.0", "method": "a"}') == Request("a", [], None, True)
    assert jsonrpc.read(b'{"jsonrpc": "1.0", "method": "a", "id": 1}') == Request("a", [], 1, False)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b'"text"', "an object"),
        (b"[]", "batch"),
        (b'{"id": 3}', "method"),
        (b'{"method": 3}', "method"),
        (b'{"method": "a", "params": {}}', "params"),
        (b'{"method": "\\ud800"}', "not JSON"),
        (b"[" * 100000, "not JSON"),
        (b'{"method": "a", "params": ' + b"[" * 5000 + b"]" * 5000 + b"}", "not JSON"),
    ],
)
def test_what_is_no_call_is_refused_with_the_reason(body: bytes, text: str) -> None:
    with pytest.raises(Malformed, match=text):
        jsonrpc.read(body)


@given(st.text(st.characters(codec="utf-8") | st.characters(categories=["Cs", "Cc"])))
def test_every_text_makes_a_reply_that_can_be_parsed(text: str) -> None:
    shape = MapShape(STRING, STRING)
    for answer in (Success(STRING, text), Success(shape, {text: text}), Failure("X", [text])):
        for second in (False, True):
            reply = json.loads(jsonrpc.write(answer, Request("m", [], 7, second)))
            assert reply["id"] == 7


def test_half_a_surrogate_is_replaced_and_a_pair_is_joined() -> None:
    reply = json.loads(jsonrpc.write(Success(STRING, "a\ud83d b\ud83d\ude00"), Request("m", [], 7, True)))
    assert reply["result"] == "a\ufffd b\U0001f600"
