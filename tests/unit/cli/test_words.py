"""The spelling of enumerations."""

from __future__ import annotations

from enum import Enum

import pytest

from cenote.cli.words import spell, understand


class vm_power_state(Enum):
    HALTED = "Halted"


class on_crash_behaviour(Enum):
    COREDUMP_AND_DESTROY = "coredump_and_destroy"


class storage_operations(Enum):
    SCAN = "scan"
    VDI_CREATE = "vdi_create"


class other(Enum):
    SOME = "Some"


@pytest.mark.parametrize(
    ("member", "shown"),
    [
        (vm_power_state.HALTED, "halted"),
        (on_crash_behaviour.COREDUMP_AND_DESTROY, "Core dump and destroy"),
        (storage_operations.SCAN, "scan"),
        (storage_operations.VDI_CREATE, "VDI.create"),
        (other.SOME, "Some"),
    ],
)
def test_spell(member: Enum, shown: str) -> None:
    assert spell(member) == shown
    assert understand(type(member), shown) is member
    assert understand(type(member), str(member.value).upper()) is member


def test_understand_nothing() -> None:
    assert understand(other, "none") is None
