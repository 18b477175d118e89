"""libvirt's errors in this room's words."""

import libvirt
import pytest

from cenote.compute.errors import (
    BridgeMissing,
    CallFailed,
    DeviceUnknown,
    DomainBusy,
    DomainExists,
    DomainNotRunning,
    DomainUnknown,
    GuestAgentSilent,
    GuestRefused,
    HypervisorError,
    HypervisorUnavailable,
    ImageBusy,
    ImageMissing,
    NoMemory,
    NoSpace,
    Unsupported,
)
from cenote.compute.failure import About, translate
from cenote.compute.spec import BridgePort, NicSpec, UserNetwork

ABOUT = About("do it", "test:///", "the-uuid", "disk 1", ("/dev/null",), ("no-such-bridge",), 4096)


class Told(libvirt.libvirtError):
    """An error as libvirt would raise it."""

    def __init__(self, code: int, text: str) -> None:
        self._code, self._text = code, text

    def get_error_code(self) -> int:
        """The code."""
        return self._code

    def get_error_message(self) -> str:
        """The text."""
        return self._text


@pytest.mark.parametrize(
    ("code", "text", "wanted"),
    [
        (libvirt.VIR_ERR_NO_DOMAIN, "Domain not found", DomainUnknown("the-uuid")),
        (libvirt.VIR_ERR_RPC, "broken pipe", HypervisorUnavailable("test:///", "broken pipe")),
        (libvirt.VIR_ERR_AGENT_UNRESPONSIVE, "Guest agent is not responding", GuestAgentSilent("the-uuid")),
        (libvirt.VIR_ERR_OPERATION_INVALID, "domain 'x' is already active", DomainExists("the-uuid")),
        (1, "operation failed: domain 'x' already exists with uuid y", DomainExists("the-uuid")),
        (
            libvirt.VIR_ERR_OPERATION_INVALID,
            "domain is not running",
            DomainNotRunning("the-uuid", "domain is not running"),
        ),
        (
            libvirt.VIR_ERR_OPERATION_TIMEOUT,
            "cannot acquire state change lock",
            DomainBusy("the-uuid", "cannot acquire state change lock"),
        ),
        (libvirt.VIR_ERR_OPERATION_TIMEOUT, "unplug timed out", GuestRefused("the-uuid", "do it")),
        (1, "Tray of device 'x' is not open", GuestRefused("the-uuid", "do it")),
        (libvirt.VIR_ERR_DEVICE_MISSING, "device not found", DeviceUnknown("the-uuid", "disk 1")),
        (1, "write: No space left on device", NoSpace("/dev/null")),
        (1, "cannot set up guest memory 'pc.ram': Cannot allocate memory", NoMemory(4096)),
        (1, 'Failed to get "write" lock', ImageBusy("/dev/null", 'Failed to get "write" lock')),
        (1, "Cannot get interface MTU on 'no-such-bridge': No such device", BridgeMissing("no-such-bridge")),
        (libvirt.VIR_ERR_CONFIG_UNSUPPORTED, "not with this QEMU", Unsupported("do it", "not with this QEMU")),
        (1, "something else", CallFailed("do it", "something else")),
    ],
)
def test_each_error_has_its_word(code: int, text: str, wanted: HypervisorError) -> None:
    found = translate(Told(code, text), ABOUT)
    assert (type(found), vars(found)) == (type(wanted), vars(wanted))
    assert str(found) == str(wanted) != ""


def test_a_missing_image_is_told_whatever_libvirt_says() -> None:
    found = translate(Told(1, "something else"), About("do it", paths=("/dev/null", "/no/such/file")))
    assert isinstance(found, ImageMissing)
    assert found.path == "/no/such/file"


def test_only_cards_on_bridges_need_one() -> None:
    cards = [NicSpec(0, "", UserNetwork()), NicSpec(1, "", BridgePort("br7"))]
    assert About("do it").with_bridges(cards).bridges == ("br7",)
