"""What is declared and not built: the list is exact, may only shrink, and says so when it is asked."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from tests.unit.records import World

from cenote.dispatch.answer import Failure, Peer
from cenote.dispatch.dispatcher import Dispatcher
from cenote.dispatch.login import METHODS, Logins, Throttle
from cenote.dispatch.sessions import Sessions
from cenote.model.catalogue import Kind, Signature
from cenote.model.core import MISSING, Lifecycle
from cenote.model.sealed import CATALOGUE
from cenote.model.shapes import EnumShape, RefShape, Shape
from cenote.operations.registry import Procedures, procedures

LIST = Path(__file__).with_name("unbuilt.txt")
MOST = 271
"""How many there were when somebody last looked: a lower number replaces this one, a higher never does."""

PEER = Peer("unix", 0)
BY_DISPATCH = METHODS | {"event.from", "event.next"}
"""What dispatch does without a procedure."""


@pytest.fixture(scope="module")
def dispatcher() -> Generator[Dispatcher]:
    world = World()
    sessions = Sessions(world.store, world.clock, world.host)
    made = Dispatcher(world.rooms(), procedures(), sessions, Logins((), Throttle(), frozenset({0})))
    yield made
    made.close()


@pytest.fixture(scope="module")
def built(dispatcher: Dispatcher) -> Procedures:
    """The procedures of operations, and those that dispatch adds."""
    found: Procedures = vars(dispatcher)["_procedures"]
    return found


def is_built(built: Procedures, signature: Signature) -> bool:
    name = signature.cls.__name__
    match signature.kind:
        case Kind.VERB:
            removed = signature.lifecycle is Lifecycle.REMOVED  # answers MESSAGE_REMOVED, and needs nothing more
            return removed or signature.wire_name in BY_DISPATCH or signature.wire_name in built.verbs
        case Kind.CREATE:
            return name in built.creates
        case Kind.DESTROY:
            return name in built.destroys
        case _:
            return True


def listed() -> list[str]:
    return LIST.read_text(encoding="ascii").split()


def test_the_list_is_exact(built: Procedures) -> None:
    unbuilt = [name for name, signature in CATALOGUE.signatures.items() if not is_built(built, signature)]
    assert listed() == sorted(unbuilt), "write what is built out of unbuilt.txt"


def test_the_list_only_shrinks() -> None:
    assert len(listed()) == MOST, "set MOST to the lower number; a higher one means that something was lost"


def given(shape: Shape[object]) -> object:
    """A value that decodes, as a parser of the wire would give it."""
    if isinstance(shape, RefShape):
        return "OpaqueRef:00000000-0000-0000-0000-000000000000"
    return shape.spellings[0] if isinstance(shape, EnumShape) else shape.json(shape.empty)


def test_each_says_that_it_is_not_built(dispatcher: Dispatcher) -> None:
    token = dispatcher.sessions.open("root")
    wrong: list[str] = []
    for name in listed():
        signature = CATALOGUE.signatures[name]
        needed = [given(param.shape) for param in signature.params if param.default is MISSING]
        session = [token] if signature.session_required else []
        if dispatcher.answer(name, [*session, *needed], PEER) != Failure("NOT_IMPLEMENTED", [name]):
            wrong.append(name)
    assert wrong == []


def test_every_procedure_is_of_a_message(built: Procedures) -> None:
    for name in built.verbs:
        assert CATALOGUE.signatures[name].kind is Kind.VERB, name
    for bound, kind in ((built.creates, Kind.CREATE), (built.destroys, Kind.DESTROY)):
        for name in bound:
            assert CATALOGUE.signatures[f"{name}.{kind.value}"].kind is kind, name
    for cls, field in built.consequences:
        assert CATALOGUE.signatures[f"{cls}.set_{field}"].kind is Kind.SET
    assert built.quick <= built.verbs.keys()
    assert not BY_DISPATCH & built.verbs.keys()
    assert {"event.from", "event.next"} <= CATALOGUE.signatures.keys()
