"""The model as it is: what must hold of every declaration."""

from typing import Any

import pytest

from cenote.model import refs
from cenote.model.catalogue import Kind, new_values
from cenote.model.classes.vm import VM
from cenote.model.core import NULL, Field, Object
from cenote.model.sealed import CATALOGUE, CLASSES
from cenote.model.shapes import RefShape, SetShape, Shape

FIELDS = [(name, field) for name, cls in CATALOGUE.classes.items() for field in CATALOGUE.fields[cls].values()]


def test_every_field_and_message_is_documented() -> None:
    assert [f"{name}.{field.name}" for name, field in FIELDS if not field.doc] == []
    assert [name for name, each in CATALOGUE.signatures.items() if not each.doc] == []
    assert [cls for cls in CLASSES if not cls.__doc__] == []


def test_verbs_are_documented_in_sentences() -> None:
    verbs = [each for each in CATALOGUE.signatures.values() if each.kind is Kind.VERB]
    assert [each.wire_name for each in verbs if not (each.doc[0].isupper() and each.doc.endswith("."))] == []


def target(shape: Shape[Any]) -> str:
    match shape:
        case RefShape():
            return shape.target
        case SetShape():
            return target(shape.item)
        case _:
            return ""


@pytest.mark.parametrize(("name", "field"), [each for each in FIELDS if each[1].far], ids=str)
def test_an_inverse_has_a_near_side_that_points_here(name: str, field: Field[Any]) -> None:
    assert field.far is not None
    far_class, far_field = field.far.split(".")
    assert target(field.shape) == far_class
    cls = CATALOGUE.cls(far_class)
    if cls is not None:  # else a class that is declared later
        assert target(CATALOGUE.fields[cls][far_field].shape) == name


def test_references_name_known_classes() -> None:
    named = {text[4:-1] for name, text in vars(refs).items() if name.endswith("Ref") and isinstance(text, str)}
    pointed = {target(field.shape) for _, field in FIELDS} - {""}
    assert pointed <= named


def test_operations_belong_to_the_class() -> None:
    for signature in CATALOGUE.signatures.values():
        if signature.message is not None and signature.message.operation is not None:
            shape = CATALOGUE.fields[signature.cls]["allowed_operations"].shape
            assert shape.decode([signature.message.operation]) == (signature.message.operation,)


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if not cls.struct])
def test_new_records_can_be_sent_and_kept(cls: type[Object]) -> None:
    values = new_values(cls)
    told = {field.wire_name: values[name] for name, field in CATALOGUE.fields[cls].items() if not field.internal}
    shape = CATALOGUE.records[cls.__name__]
    assert shape.decode(shape.json(cls(NULL, values))) == told
    assert shape.xml(cls(NULL, values)).count("<member>") >= len(told)


def test_what_a_virtual_machine_is_like_when_it_is_new() -> None:
    values = new_values(VM)
    assert (values["domid"], values["power_state"].value, values["resident_on"]) == (-1, "Halted", NULL)
