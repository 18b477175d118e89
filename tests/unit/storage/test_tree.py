"""Names of layers, and who stands on whom."""

import pytest

from cenote.storage.contract import Kind
from cenote.storage.errors import VolumeUnknown
from cenote.storage.tree import Node, Tree, meaning, name

A, B, C, D = (f"{letter * 8}-0000-0000-0000-000000000000" for letter in "abcd")


@pytest.mark.parametrize("kind", [Kind.DISK, Kind.SNAPSHOT, Kind.BASE, Kind.STATE])
def test_a_name_says_what_it_was_made_of(kind: Kind) -> None:
    assert meaning(name(A, kind)) == (A, kind)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "notes.txt",
        f"{A}.qcow2.part",
        f"{A}.raw",
        f"{A}.state.qcow2",
        f"{A}.state.part",
        f"{A}.other.qcow2",
        f"{A[:-1]}.qcow2",
        f"{A.upper()}.qcow2",
    ],
)
def test_other_names_mean_nothing(text: str) -> None:
    assert meaning(text) is None


def test_layers_are_counted_from_the_top() -> None:
    tree = Tree([Node(A, Kind.BASE, 10), Node(B, Kind.BASE, 10, base=A), Node(C, Kind.DISK, 20, 3, base=B)])
    facts = tree.facts(C)
    assert (facts.parent, facts.depth, facts.virtual_size, facts.physical_utilisation) == (B, 2, 20, 3)
    assert [node.uuid for node in tree.under(C)] == [B, A]
    assert tree.children(A) == (tree[B],)
    assert tree.unused() == ()


def test_bases_without_children_are_unused() -> None:
    tree = Tree([Node(A, Kind.BASE), Node(B, Kind.BASE, base=A), Node(C, Kind.DISK), Node(D, Kind.SNAPSHOT)])
    assert [node.uuid for node in tree.unused()] == [B]


def test_nothing_is_unused_while_a_layer_can_not_be_read() -> None:
    assert Tree([Node(A, Kind.BASE), Node(B, Kind.DISK, fault="unreadable")]).unused() == ()


def test_a_state_stands_on_nothing_also_when_it_can_not_be_read() -> None:
    tree = Tree([Node(A, Kind.BASE), Node(B, Kind.STATE, 512, fault="unreadable")])
    assert [node.uuid for node in tree.unused()] == [A]
    assert (tree.facts(B).read_only, tree.facts(A).read_only) == (False, True)


def test_a_fault_below_is_a_fault() -> None:
    tree = Tree([Node(A, Kind.BASE, fault="torn"), Node(B, Kind.DISK, base=A), Node(C, Kind.DISK, base=D)])
    assert (tree.facts(B).fault, tree.facts(C).fault) == ("torn", f"it stands on {D}, which is missing")


def test_a_ring_of_layers_ends() -> None:
    tree = Tree([Node(A, Kind.BASE, base=B), Node(B, Kind.BASE, base=A), Node(C, Kind.DISK, base=A)])
    assert tree.facts(C).depth == 2


def test_an_unknown_volume() -> None:
    with pytest.raises(VolumeUnknown):
        Tree([])[A]
