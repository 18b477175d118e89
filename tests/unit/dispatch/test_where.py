"""Expressions over records: the grammar, and every expression against a naive evaluator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cenote.dispatch.where import matching
from cenote.model.catalogue import new_values
from cenote.model.classes.event import event
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.core import Object, Ref
from cenote.model.errors.general import InvalidValue


def vm(name: str, state: vm_power_state = vm_power_state.HALTED, template: bool = False, domid: int = -1) -> VM:
    values = {"name_label": name, "power_state": state, "is_a_template": template, "domid": domid}
    return VM(Ref(f"OpaqueRef:{name}"), {**new_values(VM), **values})


GUESTS = (
    vm("one"),
    vm("two", vm_power_state.RUNNING, domid=7),
    vm("three", template=True),
    vm('say "hi" \\ there'),
    vm("Running", vm_power_state.PAUSED, domid=8),
)


def names(expression: str) -> list[str]:
    return [record.name_label for record in matching(GUESTS, VM, expression)]


EVERYONE = [guest.name_label for guest in GUESTS]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("true", EVERYONE),
        ("false", []),
        ('field "name_label" = "one"', ["one"]),
        ("field 'name_label' = 'one'", ["one"]),
        ('"one" = field "name_label"', ["one"]),
        ('"a"="a"', EVERYONE),
        ('field "power_state" = "Running"', ["two"]),
        ('field "power_state" = "running"', []),
        ('field "name_label" = field "power_state"', []),
        ('field "is_a_template" = "true"', ["three"]),
        ('not field "is_a_template" = "true" and not field "domid" = "-1"', ["two", "Running"]),
        ('field "domid" = "7"', ["two"]),
        ('field "name__label" = "one"', ["one"]),
        ("false and false or true", EVERYONE),
        ("true or false and false", EVERYONE),
        ("(true or false) and false", []),
        ("not false and false", []),
        ("not (false and false)", EVERYONE),
        ("not not true", EVERYONE),
        (r'field "name_label" = "say \"hi\" \\ there"', ['say "hi" \\ there']),
        (r"""field "name_label" = 'say "hi" \\ there'""", ['say "hi" \\ there']),
        ('  field  "name_label"="one"  ', ["one"]),
    ],
)
def test_grammar(expression: str, found: list[str]) -> None:
    assert names(expression) == found


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("", "expected field"),
        ('field "no_such" = "x"', "no field 'no_such'"),
        ('field = "x"', "expected a quoted word"),
        ('field "name_label" "x"', "expected ="),
        ('field "name_label" =', "expected field"),
        ('field "name_label" = "x', "can't read"),
        ("(true", "a parenthesis is not closed"),
        ("true)", "unexpected ')'"),
        ("true true", "unexpected 'true'"),
        ("true and", "expected field"),
        ("maybe", "expected field"),
        ('field "name_label" != "x"', "can't read"),
        ("TRUE", "can't read"),
        ("(" * 200 + "true" + ")" * 200, "nested too deeply"),
        ("not " * 200 + "true", "nested too deeply"),
    ],
)
def test_what_can_not_be_read(expression: str, why: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        names(expression)
    assert caught.value.params[0] == expression
    assert why in caught.value.params[1]


def test_a_long_chain_is_no_deep_nesting() -> None:
    assert names(" and ".join(["true"] * 500)) == EVERYONE


def test_dates_compare_as_they_stand_on_the_wire() -> None:
    record = VM(Ref("OpaqueRef:1"), {**new_values(VM), "snapshot_time": datetime(2026, 1, 31, 12, tzinfo=UTC)})
    assert list(matching([record], VM, 'field "snapshot_time" = "20260131T12:00:00Z"')) == [record]


def test_fields_are_named_as_on_the_wire() -> None:
    """A keyword's trailing underscore is ours alone."""
    record = event(Ref("OpaqueRef:1"), {**new_values(event), "class_": "vm"})
    assert list(matching([record], event, 'field "class" = "vm"')) == [record]


@dataclass(frozen=True)
class Tree:
    """An expression as text that needs no parentheses around it at its ``level``, and what it means."""

    text: str
    level: int
    means: Callable[[Object], bool]

    def at(self, level: int) -> str:
        return self.text if self.level >= level else f"({self.text})"


OR, AND, NOT, ATOM = range(4)
FIELDS: dict[str, Callable[[VM], str]] = {
    "name_label": lambda record: record.name_label,
    "power_state": lambda record: record.power_state.value,
    "is_a_template": lambda record: str(record.is_a_template).lower(),
    "domid": lambda record: str(record.domid),
}
VALUES = ["one", "two", "Running", "Halted", "true", "false", "-1", "7", 'say "hi" \\ there', ""]


def compares(name: str, value: str, turned: bool) -> Tree:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    sides = [f'field "{name}"', f'"{quoted}"']
    text = " = ".join(reversed(sides) if turned else sides)
    return Tree(text, ATOM, lambda record: isinstance(record, VM) and FIELDS[name](record) == value)


def conjunction(left: Tree, right: Tree) -> Tree:
    text = f"{left.at(AND)} and {right.at(NOT)}"
    return Tree(text, AND, lambda record: left.means(record) and right.means(record))


def disjunction(left: Tree, right: Tree) -> Tree:
    return Tree(f"{left.at(OR)} or {right.at(AND)}", OR, lambda record: left.means(record) or right.means(record))


def negation(inner: Tree) -> Tree:
    return Tree(f"not {inner.at(NOT)}", NOT, lambda record: not inner.means(record))


def parenthesized(inner: Tree) -> Tree:
    return Tree(f"({inner.text})", ATOM, inner.means)


ATOMS = st.one_of(
    st.builds(compares, st.sampled_from(sorted(FIELDS)), st.sampled_from(VALUES), st.booleans()),
    st.sampled_from([Tree("true", ATOM, lambda _: True), Tree("false", ATOM, lambda _: False)]),
)
TREES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(conjunction, inner, inner),
        st.builds(disjunction, inner, inner),
        st.builds(negation, inner),
        st.builds(parenthesized, inner),
    ),
    max_leaves=8,
)


@settings(database=None, deadline=None, derandomize=True)
@given(TREES)
def test_an_expression_means_what_its_parts_mean(tree: Tree) -> None:
    assert list(matching(GUESTS, VM, tree.text)) == [guest for guest in GUESTS if tree.means(guest)]
