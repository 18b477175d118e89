"""One call: by its kind, by its procedure, and what its failures are told as."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import pytest
from tests.unit.records import NOTHING, ROOT, World

from cenote.dispatch import perform
from cenote.dispatch.answer import Failure, Peer, Success
from cenote.dispatch.call import Call
from cenote.model.classes.network import network
from cenote.model.core import Ref
from cenote.model.errors.general import (
    HandleInvalid,
    InternalError,
    NotImplemented_,
)
from cenote.model.sealed import CATALOGUE
from cenote.model.shapes import INT, STRING, SetShape
from cenote.operations.context import Context
from cenote.operations.registry import Procedures
from cenote.store.contract import StoreError, StoreFullError

PEER = Peer("192.0.2.9")


@pytest.fixture
def world() -> World:
    return World()


def do(world: World, procedures: Procedures, name: str, *args: Any) -> Success:
    call = Call(CATALOGUE.signatures[name], ROOT, list(args), PEER)
    return perform.perform(procedures, world.context(), call)


def test_a_verb_is_done_by_its_procedure(world: World) -> None:
    def resize(context: Context, vdi: Ref[Any], size: int) -> None:
        done.append((context.caller, vdi, size))

    done: list[object] = []
    answer = do(world, Procedures(verbs={"VDI.resize": resize}), "VDI.resize", NOTHING, 7)
    assert (answer, done) == (Success(None), [(ROOT, NOTHING, 7)])


def test_what_is_not_built_says_so(world: World) -> None:
    asked: dict[str, list[Any]] = {
        "VM.start": [NOTHING, False, False],
        "network.create": [{}],
        "network.destroy": [NOTHING],
    }
    for name, args in asked.items():
        with pytest.raises(NotImplemented_) as caught:
            do(world, Procedures(), name, *args)
        assert caught.value.params == [name]


def test_a_create_gets_values_with_defaults(world: World) -> None:
    def create(context: Context, values: Mapping[str, Any]) -> Ref[network]:
        assert (values["MTU"], values["name_label"]) == (1500, "lan")
        return world.add_network()

    answer = do(world, Procedures(creates={"network": create}), "network.create", {"name_label": "lan"})
    assert answer.value in {each.ref for each in world.view.all(network)}


def test_a_destroy(world: World) -> None:
    gone: list[Ref[Any]] = []
    procedures = Procedures(destroys={"network": lambda context, ref: gone.append(ref)})
    lan = world.add_network()
    assert do(world, procedures, "network.destroy", lan) == Success(None)
    assert gone == [lan]


def test_what_is_not_there_is_not_destroyed(world: World) -> None:
    procedures = Procedures(destroys={"network": lambda context, ref: None})
    with pytest.raises(HandleInvalid):
        do(world, procedures, "network.destroy", NOTHING)


def test_reads_and_writes_need_no_procedure(world: World) -> None:
    vm = world.add_vm()
    assert do(world, Procedures(), "VM.set_name_label", vm, "new") == Success(None)
    assert do(world, Procedures(), "VM.get_name_label", vm) == Success(STRING, "new")


def test_a_write_may_have_a_consequence(world: World) -> None:
    def follow(context: Context, ref: Ref[Any], value: Any) -> None:
        done.append((ref, value))

    done: list[object] = []
    lan = world.add_network()
    procedures = Procedures(consequences={("network", "MTU"): follow, ("network", "tags"): follow})
    do(world, procedures, "network.set_MTU", lan, 9000)
    do(world, procedures, "network.add_tags", lan, "a")
    assert done == [(lan, 9000), (lan, ("a",))]
    assert world.get(network, lan).MTU == 1500, "the consequence writes it itself"


def test_which_messages_are_quick() -> None:
    procedures = Procedures(verbs={"VM.get_cooperative": int, "VDI.resize": int, "VM.set_VCPUs_max": int})
    procedures.quick.update({"VM.get_cooperative", "VM.set_VCPUs_max"})
    procedures.consequences["network", "MTU"] = lambda context, ref, value: None

    def quick(name: str) -> bool:
        return perform.is_quick(procedures, CATALOGUE.signatures[name])

    assert quick("VM.get_cooperative")
    assert quick("VM.start"), "it is not built: the answer is at hand"
    assert quick("network.set_name_label")
    assert quick("network.get_MTU")
    assert not quick("VDI.resize")
    assert not quick("VM.set_VCPUs_max"), "it passes the guard"
    assert not quick("network.set_MTU")
    assert not quick("network.create")
    assert not quick("network.destroy")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (HandleInvalid("VM", NOTHING), Failure("HANDLE_INVALID", ["VM", NOTHING])),
        (StoreFullError("/somewhere"), Failure("OUT_OF_SPACE", ["/somewhere"])),
        (StoreError("the store is ill"), Failure("INTERNAL_ERROR", ["the store is ill"])),
        (KeyError("x"), Failure("INTERNAL_ERROR", ["KeyError: 'x'"])),
        (RecursionError("too deep"), Failure("INTERNAL_ERROR", ["RecursionError: too deep"])),
    ],
)
def test_failures(error: Exception, told: Failure) -> None:
    assert perform.failure(error, "VM.start") == told


def test_what_no_one_foresaw_is_logged_whole(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        perform.failure(HandleInvalid("VM", NOTHING), "VM.start")
        perform.failure(StoreFullError("/somewhere"), "VM.start")
        assert caplog.records == []
        perform.failure(ValueError("surprise"), "VM.start")
    (record,) = caplog.records
    assert record.getMessage() == "VM.start failed unexpectedly"
    assert record.exc_info is not None


def test_failures_in_the_log() -> None:
    assert Failure("SR_FULL", ["1", "2"]).text == "SR_FULL(1, 2)"
    assert Failure.of(InternalError("x")) == Failure("INTERNAL_ERROR", ["x"])


def test_results_of_tasks() -> None:
    assert perform.result_text(Success(None)) == ""
    assert perform.result_text(Success(INT, 7)) == "<value>7</value>"
    assert perform.result_text(Success(STRING, "a<b")) == "<value>a&lt;b</value>"
    text = "<value><array><data><value>a</value></data></array></value>"
    assert perform.result_text(Success(SetShape(STRING), ("a",))) == text
