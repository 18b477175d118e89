"""The typed client: what it sends for each kind of call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from tests.unit.client.small import CATALOGUE, lamp, mood

from cenote.client.failure import Failure
from cenote.client.session import Session
from cenote.model.catalogue import Signature
from cenote.model.core import Ref

ONE: Ref[lamp] = Ref("OpaqueRef:1")


class Recorder:
    """A transport that notes what is sent and answers one thing."""

    def __init__(self, answer: Any = None) -> None:
        self.sent: list[Any] = []
        self.answer = answer

    def send(self, signature: Signature, params: Sequence[Any], asynchronous: bool = False) -> Any:
        self.sent.append(("Async." if asynchronous else "") + signature.wire_name)
        self.sent.append(list(params))
        return self.answer


def session(recorder: Recorder) -> Session:
    return Session(recorder, "token", CATALOGUE)


def test_call() -> None:
    recorder = Recorder("lit")
    assert session(recorder).call(lamp.shine, ONE, mood.BRIGHT, for_=3, loud=True) == "lit"
    assert recorder.sent == ["lamp.shine", ["token", ONE, mood.BRIGHT, 3, True]]


def test_call_about_no_object() -> None:
    recorder = Recorder(2)
    assert session(recorder).call(lamp.count, 1) == 2
    assert recorder.sent == ["lamp.count", ["token", 1]]


def test_call_without_session() -> None:
    recorder = Recorder("hello")
    session(recorder).call(lamp.hello, "you")
    assert recorder.sent == ["lamp.hello", ["you"]]


def test_call_with_a_parameter_that_is_not_there() -> None:
    with pytest.raises(TypeError, match="no parameter colour"):
        session(Recorder()).call(lamp.count, at_least=1, colour=2)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]


def test_start() -> None:
    recorder = Recorder(Ref("OpaqueRef:task"))
    assert session(recorder).start(lamp.shine, ONE, mood.DIM, 1, False) == "OpaqueRef:task"
    assert recorder.sent[0] == "Async.lamp.shine"


def test_fields() -> None:
    recorder = Recorder(60)
    talking = session(recorder)
    assert talking.get(lamp.watts, ONE) == 60
    talking.set(lamp.type_, ONE, mood.BRIGHT)
    assert recorder.sent == ["lamp.get_watts", ["token", ONE], "lamp.set_type", ["token", ONE, mood.BRIGHT]]


def test_records_keep_the_names_of_python() -> None:
    values = {"uuid": "1", "name_label": "desk", "type": mood.DIM, "watts": 5, "tags": ()}
    (record,) = session(Recorder({ONE: values})).records(lamp)
    assert (record.ref, record.type_, record.name_label) == (ONE, mood.DIM, "desk")
    assert session(Recorder(values)).record(lamp, ONE).type_ is mood.DIM


def test_create_and_destroy() -> None:
    recorder = Recorder(ONE)
    talking = session(recorder)
    assert talking.create(lamp, lamp.name_label.to("desk"), lamp.type_.to(mood.DIM)) == ONE
    talking.destroy(lamp, ONE)
    assert recorder.sent == [
        "lamp.create",
        ["token", {"name_label": "desk", "type": mood.DIM}],
        "lamp.destroy",
        ["token", ONE],
    ]


def test_a_message_that_the_model_has_not() -> None:
    with pytest.raises(Failure, match=r"MESSAGE_METHOD_UNKNOWN: lamp\.explode"):
        session(Recorder()).send("lamp.explode")
