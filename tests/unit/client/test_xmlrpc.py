"""XML-RPC as the client writes and reads it."""

from __future__ import annotations

import pytest
from tests.unit.client.small import CATALOGUE, mood

from cenote.client.failure import Failure
from cenote.client.xmlrpc import XmlRpc, request, unwrap
from cenote.model.core import Ref

SHINE = CATALOGUE.signatures["lamp.shine"]


def answer(inside: str) -> bytes:
    return f"<methodResponse><params><param><value>{inside}</value></param></params></methodResponse>".encode()


def status(word: str, name: str, inside: str) -> bytes:
    members = f"<member><name>Status</name><value>{word}</value></member>"
    return answer(f"<struct>{members}<member><name>{name}</name><value>{inside}</value></member></struct>")


def test_request() -> None:
    sent = request(SHINE, ["OpaqueRef:s", Ref("OpaqueRef:<1>"), mood.BRIGHT, 7, True], asynchronous=True).decode()
    assert sent == (
        "<?xml version='1.0'?><methodCall><methodName>Async.lamp.shine</methodName><params>"
        "<param><value>OpaqueRef:s</value></param><param><value>OpaqueRef:&lt;1&gt;</value></param>"
        "<param><value>Bright</value></param><param><value>7</value></param>"
        "<param><value><boolean>1</boolean></value></param></params></methodCall>"
    )


def test_success() -> None:
    assert unwrap(status("Success", "Value", "12")) == "12"


def test_bare_value() -> None:
    assert unwrap(answer("<array><data><value>a</value></data></array>")) == ["a"]


def test_failure() -> None:
    inside = "<array><data><value>HANDLE_INVALID</value><value>lamp</value><value>x</value></data></array>"
    with pytest.raises(Failure) as caught:
        unwrap(status("Failure", "ErrorDescription", inside))
    assert (caught.value.code, caught.value.params) == ("HANDLE_INVALID", ["lamp", "x"])


@pytest.mark.parametrize("reply", [b"", b"<html>", b"\xff\xfe", b"<methodResponse></methodResponse>"])
def test_no_answer_at_all(reply: bytes) -> None:
    with pytest.raises(ValueError, match="not an XML-RPC answer"):
        unwrap(reply)


def test_an_address_that_is_none() -> None:
    with pytest.raises(ValueError, match="not the address of an API"):
        XmlRpc("ftp://host")


def test_dates_come_as_the_wire_has_them() -> None:
    reply = (
        b"<methodResponse><params><param><value><struct><member><name>Status</name><value>Success</value></member>"
        b"<member><name>Value</name><value><struct><member><name>at</name><value><array><data><value>"
        b"<dateTime.iso8601>20260131T12:00:00Z</dateTime.iso8601></value></data></array></value></member></struct>"
        b"</value></member></struct></value></param></params></methodResponse>"
    )
    assert unwrap(reply) == {"at": ["20260131T12:00:00Z"]}


class Canned(XmlRpc):
    """A transport whose answers are known beforehand."""

    def __init__(self, *replies: bytes | Exception) -> None:
        super().__init__("http://host")
        self.replies = list(replies)

    def _post(self, body: bytes) -> bytes:
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


def test_results_are_values_of_the_model() -> None:
    tags = "<array><data><value>a</value></data></array>"
    kind = "<member><name>type</name><value>Dim</value></member>"
    record = f"<struct>{kind}<member><name>tags</name><value>{tags}</value></member></struct>"
    transport = Canned(status("Success", "Value", record))
    found = transport.send(CATALOGUE.signatures["lamp.get_record"], ["s", Ref("OpaqueRef:1")])
    assert found == {"type": mood.DIM, "tags": ("a",)}


def test_a_task_is_a_reference() -> None:
    transport = Canned(status("Success", "Value", "OpaqueRef:t"))
    assert isinstance(transport.send(SHINE, ["s", "OpaqueRef:1", mood.DIM, 1, True], asynchronous=True), Ref)


def test_nothing_is_sent_twice() -> None:
    transport = Canned(ConnectionResetError(), status("Success", "Value", "12"))
    with pytest.raises(ConnectionResetError):
        transport.send(CATALOGUE.signatures["lamp.get_watts"], ["s", Ref("OpaqueRef:1")])
    assert len(transport.replies) == 1
