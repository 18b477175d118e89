"""Procedures made from one field, and the registry that binds each message once."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.records import NOTHING, World

from cenote.model.classes.SR import SR
from cenote.model.classes.VDI import VDI
from cenote.model.classes.vm import VM
from cenote.model.core import Ref
from cenote.model.errors.general import HandleInvalid, InvalidValue, MapDuplicateKey
from cenote.operations import registry
from cenote.operations.context import Context
from cenote.operations.plain import adds_to, not_negative, removes_from, sets
from cenote.operations.registry import Procedures, creates, destroys, implements, on_set, procedures


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch) -> Procedures:
    """A registry of the test's own."""
    own = Procedures()
    monkeypatch.setattr(registry, "_bound", own)
    return own


def test_sets(bound: Procedures) -> None:
    sets(VM.set_order, VM.order, not_negative("order"))
    world = World()
    vm = world.add_vm()
    assert bound.quick == {"VM.set_order"}
    bound.verbs["VM.set_order"](world.context(), vm, 3)
    assert world.get(VM, vm).order == 3
    with pytest.raises(InvalidValue) as caught:
        bound.verbs["VM.set_order"](world.context(), vm, -1)
    assert caught.value.params == ["order", "-1"]
    with pytest.raises(HandleInvalid):
        bound.verbs["VM.set_order"](world.context(), NOTHING, 3)


def test_maps(bound: Procedures) -> None:
    adds_to(VM.add_to_platform, VM.platform)
    removes_from(VM.remove_from_platform, VM.platform)
    world = World()
    vm = world.add_vm()
    add, remove = bound.verbs["VM.add_to_platform"], bound.verbs["VM.remove_from_platform"]
    add(world.context(), vm, "a", "1")
    add(world.context(), vm, "b", "2")
    with pytest.raises(MapDuplicateKey) as caught:
        add(world.context(), vm, "a", "3")
    assert caught.value.params == ["VM", "platform", vm, "a"]
    for key in ("a", "no such"):
        remove(world.context(), vm, key)
    assert world.get(VM, vm).platform == {"b": "2"}
    with pytest.raises(HandleInvalid):
        add(world.context(), NOTHING, "a", "1")
    with pytest.raises(HandleInvalid):
        remove(world.context(), NOTHING, "a")


def test_two_procedures_are_refused(bound: Procedures) -> None:
    def resize(context: Context, vdi: Ref[VDI], size: int) -> None:
        """Does nothing."""

    def make(context: Context, values: Any) -> Ref[VDI]:
        return NOTHING

    def unmake(context: Context, vdi: Ref[VDI]) -> None:
        """Does nothing."""

    def follow(context: Context, vdi: Ref[Any], value: tuple[str, ...]) -> None:
        """Does nothing."""

    assert implements(VDI.resize)(resize) is resize
    assert creates(VDI)(make) is make
    assert destroys(VDI)(unmake) is unmake
    assert on_set(VDI.tags)(follow) is follow
    with pytest.raises(TypeError, match=r"VDI\.resize has two procedures"):
        implements(VDI.resize)(resize)
    with pytest.raises(TypeError, match="VDI has two procedures"):
        creates(VDI)(make)
    with pytest.raises(TypeError, match="VDI has two procedures"):
        destroys(VDI)(unmake)
    with pytest.raises(TypeError, match="'tags'"):
        on_set(VDI.tags)(follow)
    assert bound.quick == set()


def test_a_plain_setter_beside_a_procedure_is_refused(bound: Procedures) -> None:
    sets(SR.set_name_label, SR.name_label)
    with pytest.raises(TypeError, match=r"SR\.set_name_label has two procedures"):
        sets(SR.set_name_label, SR.name_label)


def test_another_floor_adds_what_is_not_bound_yet() -> None:
    mine = Procedures()
    mine.add({"session.logout": print})
    assert (mine.verbs, mine.quick) == ({"session.logout": print}, {"session.logout"})
    with pytest.raises(TypeError, match="two procedures"):
        mine.add({"session.logout": print})


def test_everyone_gets_a_collection_of_their_own() -> None:
    one, two = procedures(), procedures()
    assert (one.verbs, one.creates) == (two.verbs, two.creates)
    one.add({"session.logout": print})
    assert "session.logout" not in two.verbs
    assert "session.logout" not in procedures().verbs
