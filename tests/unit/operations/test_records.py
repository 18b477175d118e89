"""Values as assignments, and what a copy takes over."""

from __future__ import annotations

from tests.unit.records import World

from cenote.model.catalogue import fields_of
from cenote.model.classes.vm import VM
from cenote.model.core import Access
from cenote.operations.records import assignments, copied


def test_values_by_name_are_assignments() -> None:
    assert assignments(VM, {"name_label": "a", "order": 3}) == [VM.name_label.to("a"), VM.order.to(3)]


def test_a_copy_takes_over_what_the_creator_chose() -> None:
    world = World()
    record = world.get(VM, world.add_vm(VM.domid.to(7), VM.tags.to(("a",))))
    taken = copied(record, "order")
    assert (taken["name_label"], taken["tags"]) == ("a guest", ("a",))
    assert not {"order", "uuid", "domid", "metrics", "VBDs", "allowed_operations"} & taken.keys()
    assert all(fields_of(VM)[name].access is not Access.RUNTIME for name in taken)
