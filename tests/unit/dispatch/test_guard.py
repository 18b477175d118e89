"""Exclusion: the mark that a verb leaves on its object while it runs."""

from __future__ import annotations

import pytest
from tests.unit.records import World

from cenote.dispatch import guard
from cenote.model.catalogue import Kind
from cenote.model.classes.vm import VM, vm_operations
from cenote.model.core import Ref
from cenote.model.errors.general import OtherOperationInProgress
from cenote.model.sealed import CATALOGUE
from cenote.rules import allowed

CLONE, START = CATALOGUE.signatures["VM.clone"], CATALOGUE.signatures["VM.start"]
ONE, TWO = Ref[VM]("OpaqueRef:1"), Ref[VM]("OpaqueRef:2")


def test_every_operation_belongs_to_the_class_of_its_message() -> None:
    for name, signature in CATALOGUE.signatures.items():
        operation = guard.operation_of(signature)
        if signature.kind is Kind.DESTROY:
            assert operation is allowed.destroy_operation(signature.cls)
        elif operation is not None:
            fields = CATALOGUE.fields[signature.cls]
            assert f"{type(operation).__name__}" in fields["current_operations"].shape.name, name


def test_marks_come_and_go_by_their_task() -> None:
    world = World()
    vm = world.add_vm()
    world.store.transact(lambda draft: guard.enter(draft, CLONE, vm, ONE))
    world.store.transact(lambda draft: guard.enter(draft, CLONE, vm, TWO))
    with pytest.raises(OtherOperationInProgress):
        world.store.transact(lambda draft: guard.enter(draft, START, vm, TWO))
    world.store.transact(lambda draft: guard.leave(draft, CLONE, vm, ONE))
    assert world.get(VM, vm).current_operations == {TWO: vm_operations.CLONE}
    world.store.transact(guard.clear)
    assert world.get(VM, vm).current_operations == {}


def test_a_message_about_no_object_passes() -> None:
    world = World()
    before = world.view
    world.store.transact(lambda draft: guard.enter(draft, CLONE, None, ONE))
    world.store.transact(lambda draft: guard.leave(draft, CLONE, None, ONE))
    world.store.transact(lambda draft: guard.leave(draft, CLONE, ONE, ONE))
    world.store.transact(lambda draft: guard.enter(draft, CATALOGUE.signatures["VM.get_cooperative"], ONE, ONE))
    assert world.view is before
