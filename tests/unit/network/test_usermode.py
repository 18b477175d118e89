"""Wiring without bridges says what it can and what it can't."""

import pytest

from cenote.network.contract import BridgeSpec, Locking, PortSpec
from cenote.network.errors import BridgeMissing, SpecInvalid, Unsupported
from cenote.network.usermode import UserMode

PORT = PortSpec("vif-1", "02:16:3e:00:00:01")


def test_guests_are_attached_without_a_bridge() -> None:
    wiring = UserMode()
    made = wiring.ensure(BridgeSpec("cenote0"))
    assert wiring.ensure(BridgeSpec("cenote0")) == made
    assert made.warnings
    joined = wiring.attach("cenote0", PORT)
    assert (joined.user, joined.bridge, joined.openvswitch, joined.mtu) == (True, None, False, 1500)


def test_names_are_forgotten() -> None:
    wiring = UserMode()
    wiring.ensure(BridgeSpec("cenote0"))
    wiring.remove("cenote0")
    wiring.remove("cenote0")
    assert wiring.bridges() == ()
    with pytest.raises(BridgeMissing):
        wiring.attach("cenote0", PORT)


@pytest.mark.parametrize("spec", [BridgeSpec("xenbr0", uplink="eth0"), BridgeSpec("xenbr0", mtu=9000)])
def test_what_qemu_can_not_do_is_refused(spec: BridgeSpec) -> None:
    wiring = UserMode()
    with pytest.raises(Unsupported):
        wiring.ensure(spec)
    assert wiring.bridges() == ()


def test_bad_specs_and_locking_are_refused() -> None:
    wiring = UserMode()
    with pytest.raises(SpecInvalid):
        wiring.ensure(BridgeSpec("not a name"))
    wiring.ensure(BridgeSpec("cenote0"))
    with pytest.raises(Unsupported):
        wiring.attach("cenote0", PortSpec("vif-1", PORT.mac, locking=Locking.LOCKED))
