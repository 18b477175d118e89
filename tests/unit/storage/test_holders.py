"""Many readers or one writer."""

import pytest

from cenote.storage.errors import VolumeInUse
from cenote.storage.holders import Holders, entry, read


def test_readers_share() -> None:
    uses = Holders("boot")
    uses.take("v", "b", write=False)
    uses.take("v", "a", write=False)
    assert uses.of("v") == ("a", "b")
    uses.refuse("v", readers=False)
    with pytest.raises(VolumeInUse):
        uses.refuse("v", readers=True)


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True), (True, True)])
def test_a_writer_is_alone(first: bool, second: bool) -> None:
    uses = Holders("boot")
    uses.take("v", "a", write=first)
    with pytest.raises(VolumeInUse) as caught:
        uses.take("v", "b", write=second)
    assert caught.value.holders == ("a",)
    assert uses.of("v") == ("a",)


def test_a_holder_keeps_its_mode() -> None:
    uses = Holders("boot")
    uses.take("v", "a", write=False)
    uses.take("v", "a", write=False)
    with pytest.raises(VolumeInUse):
        uses.take("v", "a", write=True)


def test_the_last_holder_leaves_nothing() -> None:
    uses = Holders("boot")
    uses.take("v", "a", write=True)
    uses.drop("v", "a")
    uses.drop("v", "a")
    assert uses.uses == {}


@pytest.mark.parametrize("holder", ["a", "b.r.c", "../../etc", "a/b", "Köln", "", "%2e"])
@pytest.mark.parametrize("write", [True, False])
def test_a_use_is_a_name_of_a_file(holder: str, write: bool) -> None:
    name = entry("v", holder, write=write)
    assert "/" not in name
    assert read("boot", [name]).uses == {"v": {holder: write}}
