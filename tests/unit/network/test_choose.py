"""Deciding on a wiring from what was found."""

from pathlib import Path

import pytest

from cenote.network.choose import NETDEV, Choice, Probe, decide, wiring
from cenote.network.contract import WiringKind
from cenote.network.errors import WiringUnavailable

FULL = Probe(root=True, openvswitch="", datapath="", bridge="")
NO_MODULE = Probe(root=True, openvswitch="", datapath="this kernel has no openvswitch module", bridge="")
NO_SWITCH = Probe(root=True, openvswitch="it is not installed", datapath="", bridge="")
NOTHING = Probe(root=True, openvswitch="it is not installed", datapath="", bridge="this kernel makes none")
USER = Probe(root=False, openvswitch="", datapath="", bridge="")


@pytest.mark.parametrize(
    ("found", "kind", "why"),
    [
        (FULL, WiringKind.OPENVSWITCH, "networking by Open vSwitch"),
        (
            NO_MODULE,
            WiringKind.BRIDGE,
            "networking by Linux bridges; not Open vSwitch because this kernel has no openvswitch module",
        ),
        (NO_SWITCH, WiringKind.BRIDGE, "networking by Linux bridges; not Open vSwitch because it is not installed"),
        (
            NOTHING,
            WiringKind.USER,
            (
                "networking by QEMU's user mode (guests reach out, and not each other); "
                "not Open vSwitch because it is not installed; not Linux bridges because this kernel makes none"
            ),
        ),
        (
            USER,
            WiringKind.USER,
            "networking by QEMU's user mode (guests reach out, and not each other); bridges need root",
        ),
    ],
)
def test_the_best_that_can_be_used(found: Probe, kind: WiringKind, why: str) -> None:
    assert decide(found) == Choice(kind, why)


@pytest.mark.parametrize(
    ("found", "setting", "kind", "datapath"),
    [
        (FULL, "bridge", WiringKind.BRIDGE, "system"),
        (FULL, "user", WiringKind.USER, "system"),
        (NO_MODULE, NETDEV, WiringKind.OPENVSWITCH, "netdev"),
        (FULL, "openvswitch", WiringKind.OPENVSWITCH, "system"),
        (FULL, "", WiringKind.OPENVSWITCH, "system"),
    ],
)
def test_a_setting_overrides(found: Probe, setting: str, kind: WiringKind, datapath: str) -> None:
    chosen = decide(found, setting)
    assert (chosen.kind, chosen.datapath) == (kind, datapath)


@pytest.mark.parametrize(
    ("found", "setting", "why"),
    [
        (NO_MODULE, "openvswitch", "no openvswitch module"),
        (NO_SWITCH, NETDEV, "not installed"),
        (USER, "bridge", "needs root"),
        (FULL, "token-ring", "the kinds are openvswitch, bridge, user"),
    ],
)
def test_a_setting_that_can_not_be_met_is_refused(found: Probe, setting: str, why: str) -> None:
    with pytest.raises(WiringUnavailable, match=why):
        decide(found, setting)


@pytest.mark.parametrize("kind", [WiringKind.OPENVSWITCH, WiringKind.BRIDGE, WiringKind.USER])
def test_each_kind_has_its_driver(kind: WiringKind) -> None:
    assert wiring(Choice(kind, ""), run=Path("/run/x"), state=Path("/var/x")).kind is kind


def test_the_fake_is_for_no_host() -> None:
    with pytest.raises(WiringUnavailable):
        wiring(Choice(WiringKind.FAKE, ""), run=Path("/run/x"), state=Path("/var/x"))
