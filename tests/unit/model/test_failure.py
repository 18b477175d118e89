"""Errors: their code follows from their name, their parameters from their fields."""

from __future__ import annotations

from enum import Enum

import pytest

from cenote.model.core import ERRORS, Ref
from cenote.model.errors.general import HandleInvalid, NotImplemented_, OtherOperationInProgress
from cenote.model.errors.host import HostNotLive
from cenote.model.errors.network import NetworkContainsVif
from cenote.model.errors.vm import VmBadPowerState


class state(Enum):
    """An enum of the wire."""

    ON = "On"


def test_code_and_parameters() -> None:
    error = VmBadPowerState(Ref("OpaqueRef:1"), "halted", actual="running")
    assert (error.code, error.params) == ("VM_BAD_POWER_STATE", ["OpaqueRef:1", "halted", "running"])
    assert (error.expected, error.actual) == ("halted", "running")
    assert str(error) == "VM_BAD_POWER_STATE: OpaqueRef:1, halted, running"
    assert repr(error) == "VmBadPowerState(vm='OpaqueRef:1', expected='halted', actual='running')"


def test_none_at_all() -> None:
    assert (HostNotLive().code, HostNotLive().params, str(HostNotLive())) == ("HOST_NOT_LIVE", [], "HOST_NOT_LIVE")


def test_several_in_one_field() -> None:
    assert NetworkContainsVif((Ref("OpaqueRef:1"), Ref("OpaqueRef:2"))).params == ["OpaqueRef:1", "OpaqueRef:2"]


def test_enums_are_spelled() -> None:
    assert OtherOperationInProgress("VM", "OpaqueRef:1", state.ON, "OpaqueRef:2").params[2] == "On"  # type: ignore[arg-type]


def test_names_that_python_keeps_for_itself() -> None:
    assert NotImplemented_("VM.start").code == "NOT_IMPLEMENTED"
    assert HandleInvalid("VM", "OpaqueRef:1").class_ == "VM"


@pytest.mark.parametrize(
    ("values", "named"),
    [(("a",), {}), (("a", "b", "c"), {}), (("a",), {"class_": "b"}), ((), {"class_": "a", "x": "b"})],
)
def test_other_parameters_than_its_own(values: tuple[str, ...], named: dict[str, str]) -> None:
    with pytest.raises(TypeError, match="HandleInvalid takes class_, handle"):
        HandleInvalid(*values, **named)


def test_parameters_can_be_matched() -> None:
    match HandleInvalid("VM", "OpaqueRef:1"):
        case HandleInvalid(cls, handle):
            assert (cls, handle) == ("VM", "OpaqueRef:1")


def test_every_error_says_what_happened() -> None:
    assert len(ERRORS) > 600
    assert [code for code, error in ERRORS.items() if not (error.__doc__ or "").endswith(".")] == []
    assert all(error.code == code for code, error in ERRORS.items())
