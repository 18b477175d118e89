"""The draft that a transaction works on, and rows of other versions."""

from __future__ import annotations

import pytest

from cenote.model.classes.VBD import VBD
from cenote.model.classes.VDI import VDI
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.core import NULL, Object, Ref
from cenote.model.errors.general import HandleInvalid, UuidInvalid
from cenote.model.sealed import CATALOGUE
from cenote.store.draft import StoreDraft, restore
from cenote.store.history import What
from cenote.store.state import State, empty

BEGIN = empty("epoch")
ONE: Ref[VM] = Ref("OpaqueRef:one")


def after(*drafts: StoreDraft) -> State:
    return drafts[-1].finish()[0]


def draft_of(state: State = BEGIN) -> StoreDraft:
    return StoreDraft(CATALOGUE, state)


def with_vm() -> State:
    """A state with one VM."""
    draft = draft_of()
    draft.create(VM, VM.name_label.to("one"), ref=ONE)
    return after(draft)


def told(draft: StoreDraft) -> list[tuple[str, Ref[Object], What]]:
    return [(change.cls, change.ref, change.what) for change in draft.finish()[1]]


def test_a_new_object_has_defaults_and_a_uuid() -> None:
    draft = draft_of()
    record = draft.get(VM, draft.create(VM))
    assert (record.domid, record.name_label, record.VBDs) == (-1, "", ())
    assert len(record.uuid) == 36
    assert draft.by_uuid(VM, record.uuid).ref == record.ref
    assert (record.born, record.revision) == (1, 1)


def test_what_is_not_there() -> None:
    draft = draft_of()
    assert draft.find(VM, ONE) is None
    with pytest.raises(HandleInvalid):
        draft.get(VM, ONE)
    with pytest.raises(HandleInvalid):
        draft.update(ONE, VM.name_label.to("x"))
    with pytest.raises(HandleInvalid):
        draft.touch(VM, ONE)
    with pytest.raises(UuidInvalid):
        draft.by_uuid(VM, "no such")
    draft.delete(VM, ONE)
    assert draft.finish() == (BEGIN, [])


def test_a_touch_is_a_change_without_one() -> None:
    state = with_vm()
    draft = draft_of(state)
    draft.touch(VM, ONE)
    assert told(draft) == [("VM", ONE, What.MOD)]
    assert draft.written == set()
    assert after(draft).get(VM, ONE).values == state.get(VM, ONE).values
    assert after(draft).get(VM, ONE).revision == 2
    assert [each.ref for each in draft.touched(VM)] == [ONE]


def test_the_same_value_is_no_change() -> None:
    state = with_vm()
    draft = draft_of(state)
    draft.update(ONE, VM.name_label.to("one"), VM.is_a_template.to(False))
    assert draft.finish() == (state, [])


def test_an_object_that_comes_and_goes_in_one_draft_was_never_there() -> None:
    draft = draft_of()
    draft.delete(VM, draft.create(VM))
    assert draft.finish() == (BEGIN, [])


def test_inverse_fields_follow_references() -> None:
    draft = draft_of(with_vm())
    vbd = draft.create(VBD, VBD.VM.to(ONE))
    assert draft.get(VM, ONE).VBDs == (vbd,)
    two = draft.create(VM)
    draft.update(vbd, VBD.VM.to(two))
    assert (draft.get(VM, ONE).VBDs, draft.get(VM, two).VBDs) == ((), (vbd,))
    assert ("VM", ONE) not in draft.written


def test_deleting_unlinks() -> None:
    draft = draft_of(with_vm())
    vbd = draft.create(VBD, VBD.VM.to(ONE))
    state = after(draft)
    uuid = state.get(VBD, vbd).uuid
    draft = draft_of(state)
    draft.delete(VBD, vbd)
    assert told(draft) == [("VM", ONE, What.MOD), ("VBD", vbd, What.DEL)]
    assert after(draft).get(VM, ONE).VBDs == ()
    with pytest.raises(UuidInvalid):
        after(draft).by_uuid(VBD, uuid)


def test_a_deletion_tells_the_record_that_went() -> None:
    draft = draft_of(with_vm())
    draft.delete(VM, ONE)
    change = draft.finish()[1][0]
    assert change.last is not None
    assert change.last.values["name_label"] == "one"
    assert draft.touched(VM) == []


def test_a_restored_object_gathers_those_that_point_to_it() -> None:
    draft = draft_of()
    vbd = draft.create(VBD, VBD.VM.to(ONE))
    other = draft.create(VBD)
    draft.create(VM, ref=ONE)
    assert draft.get(VM, ONE).VBDs == (vbd,)
    assert draft.get(VBD, other).VM == NULL


def test_a_reference_to_what_is_gone_links_nothing() -> None:
    draft = draft_of()
    vbd = draft.create(VBD, VBD.VM.to(ONE), VBD.VDI.to(Ref("OpaqueRef:gone")))
    draft.update(vbd, VBD.VDI.to(NULL))
    assert list(draft.all(VDI)) == []


def test_reading_goes_on_while_the_draft_changes() -> None:
    draft = draft_of(with_vm())
    draft.create(VM)
    for record in draft.all(VM):
        draft.delete(VM, record.ref)
        draft.create(VM, VM.name_label.to("new"))
    assert [record.name_label for record in draft.all(VM)] == ["new", "new"]


def test_a_row_of_another_version_is_read() -> None:
    row = {"name_label": "old", "power_state": "Running", "a_field_that_is_gone": 3}
    values = restore(CATALOGUE, VM, ONE, row)
    assert values["name_label"] == "old"
    assert values["power_state"] is vm_power_state.RUNNING
    assert values["domid"] == -1
    assert values["VBDs"] == ()
    assert "a_field_that_is_gone" not in values
    assert values.keys() == CATALOGUE.fields[VM].keys()
