"""Reading calls and writing replies by XML-RPC."""

from __future__ import annotations

import xmlrpc.client
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cenote.dispatch.answer import Answer, Failure, Success
from cenote.model.shapes import STRING
from cenote.wire import expat
from cenote.wire import xmlrpc as codec
from cenote.wire.malformed import Malformed

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"))
PLAIN = TEXT | st.booleans() | st.integers(-(2**31), 2**31 - 1)
VALUES: st.SearchStrategy[Any] = st.recursive(
    PLAIN | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def call(value: str) -> bytes:
    return f"<methodCall><methodName>a.b</methodName><params><param>{value}</param></params></methodCall>".encode()


def one(value: str) -> object:
    method, params = codec.read(call(value))
    assert method == "a.b"
    (param,) = params
    return param


@given(st.lists(VALUES, max_size=4))
def test_what_the_library_of_python_writes_is_read(params: list[Any]) -> None:
    assert codec.read(xmlrpc.client.dumps(tuple(params), "VM.start").encode()) == ("VM.start", params)


@given(st.lists(PLAIN, max_size=4))
def test_both_readers_read_the_same(params: list[Any]) -> None:
    body = xmlrpc.client.dumps(tuple(params), "x.y").encode()
    assert codec.read(body) == expat.read(body)


def test_bare_values_and_missing_params() -> None:
    assert one("<value> bare </value>") == " bare "
    assert one("<value></value>") == ""
    assert one("<value/>") == ""
    assert codec.read(b"<methodCall><methodName> a.b </methodName></methodCall>") == ("a.b", [])
    assert codec.read(b"<methodCall><methodName>a.b</methodName><params/></methodCall>") == ("a.b", [])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<value><i4>-7</i4></value>", -7),
        ("<value><int>0012</int></value>", 12),
        ("<value><i8>9223372036854775807</i8></value>", 2**63 - 1),
        ("<value><boolean>1</boolean></value>", True),
        ("<value><boolean> 0 </boolean></value>", False),
        ("<value><boolean>true</boolean></value>", True),
        ("<value><double>1</double></value>", 1.0),
        ("<value><nil/></value>", None),
        ("<value><base64>w6k=</base64></value>", "é"),
        ("<value><string>a &lt;b&gt; &amp; &#233; &quot;</string></value>", 'a <b> & é "'),
        ("<value><string><![CDATA[<x>]]></string></value>", "<x>"),
        ("<value>a<!-- not this -->b</value>", "ab"),
        ("<value><string>two\r\nlines</string></value>", "two\nlines"),
        ("<value><array><data/></array></value>", []),
        ("<value> <array> <data> <value>1</value> </data> </array> </value>", ["1"]),
        ("<value><struct><member><name>k</name><value>v</value></member></struct></value>", {"k": "v"}),
        ("<value><struct/></value>", {}),
    ],
)
def test_types(value: str, expected: object) -> None:
    assert one(value) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20261123T11:04:57Z", datetime(2026, 11, 23, 11, 4, 57, tzinfo=UTC)),
        ("2026-11-23T11:04:57Z", datetime(2026, 11, 23, 11, 4, 57, tzinfo=UTC)),
        ("20261123T11:04:57", datetime(2026, 11, 23, 11, 4, 57)),
    ],
)
def test_dates(text: str, expected: datetime) -> None:
    assert one(f"<value><dateTime.iso8601>{text}</dateTime.iso8601></value>") == expected


def test_other_encodings_are_read_where_declared() -> None:
    body = '<?xml version="1.0" encoding="iso-8859-1"?>' + call("<value>é</value>").decode()
    assert codec.read(body.encode("latin-1"))[1] == ["é"]


def test_a_deep_call_is_read_and_a_deeper_one_refused() -> None:
    def nested(levels: int) -> str:
        return "<value><array><data>" * levels + "<value>x</value>" + "</data></array></value>" * levels

    assert one(nested(expat.DEEPEST - 1)) is not None
    with pytest.raises(Malformed, match="nested deeper"):
        one(nested(expat.DEEPEST))


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;">]>
<methodCall><methodName>&c;</methodName></methodCall>"""


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "no element found"),
        (b"\xff\xfe\xfa", "not XML"),
        (b"this is not xml", "syntax error at 1:1"),
        (b"<methodCall>", "no element found"),
        (call("<value>\x00</value>"), "not XML"),
        (call("<value>\x1f</value>"), "not XML"),
        (call("<value>x</value>").replace(b"x", b"\xc3"), "not XML"),
        (BOMB, "document type"),
        (b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><methodCall/>', "document type"),
        (call("<value>&nothing;</value>"), "undefined entity"),
        (b'<?xml version="1.0" encoding="rot13"?><methodCall/>', "not XML"),
        (b"<methodCall/>", "no methodName"),
        (b"<methodResponse/>", "in place of <methodCall>"),
        (call("<value><string>a</string><int>1</int></value>"), "two types"),
        (call("<value><float>1</float></value>"), "<float> in <value>"),
        (call("<value><int>many</int></value>"), "no integer"),
        (call(f"<value><int>{'9' * 5000}</int></value>"), "64 bits"),
        (call("<value><boolean>maybe</boolean></value>"), "no boolean"),
        (call("<value><double>much</double></value>"), "no number"),
        (call("<value><base64>!</base64></value>"), "base64"),
        (call("<value><dateTime.iso8601>today</dateTime.iso8601></value>"), "no date"),
        (call("<value><struct><member><value>v</value></member></struct></value>"), "without a <name>"),
        (call("<string>x</string>"), "<string> in <param>"),
    ],
)
def test_what_is_no_call_is_refused_with_the_reason(body: bytes, text: str) -> None:
    with pytest.raises(Malformed, match=text.replace("<", "\\<")):
        codec.read(body)


@given(st.binary(max_size=200))
def test_no_bytes_do_harm(body: bytes) -> None:
    try:
        codec.read(body)
    except Malformed:
        return
    pytest.fail(f"read {body!r}")


@given(st.text(st.characters(codec="utf-8") | st.characters(categories=["Cs", "Cc"])))
def test_every_text_makes_a_reply_that_can_be_parsed(text: str) -> None:
    assert parsed(Success(STRING, text))["Status"] == "Success"
    assert parsed(Failure("X", [text]))["ErrorDescription"][0] == "X"


def parsed(answer: Answer) -> dict[str, Any]:
    """A reply as Python's own library reads it."""
    (reply,), _ = xmlrpc.client.loads(codec.write(answer).decode())
    return cast("dict[str, Any]", reply)
