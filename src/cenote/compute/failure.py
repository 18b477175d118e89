"""libvirt's errors in this room's words."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import libvirt

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
from cenote.compute.spec import BridgePort, NicSpec

GONE = {libvirt.VIR_ERR_RPC, libvirt.VIR_ERR_NO_CONNECT, libvirt.VIR_ERR_INVALID_CONN}
SILENT = {libvirt.VIR_ERR_AGENT_UNRESPONSIVE, libvirt.VIR_ERR_AGENT_UNSYNCED}
UNFIT = {libvirt.VIR_ERR_CONFIG_UNSUPPORTED, libvirt.VIR_ERR_NO_SUPPORT, libvirt.VIR_ERR_OPERATION_UNSUPPORTED}
ABSENT = ("greater than max allowable vcpus", "cannot find character device")
REFUSALS = ("is locked", "Tray of ", "device unplug request")


@dataclass(frozen=True, slots=True)
class About:
    """What a call was about, so that its error can be told precisely."""

    call: str
    uri: str = ""
    uuid: str = ""
    device: str = ""
    paths: tuple[str, ...] = ()
    bridges: tuple[str, ...] = ()
    memory: int = 0

    def with_bridges(self, nics: Iterable[NicSpec]) -> Self:
        """The same, about these network cards too."""
        ports = (nic.attachment for nic in nics)
        return replace(self, bridges=tuple(port.bridge for port in ports if isinstance(port, BridgePort)))


def translate(error: libvirt.libvirtError, about: About) -> HypervisorError:
    """The error of this room that says what ``error`` says."""
    code, text = error.get_error_code(), error.get_error_message() or str(error)
    if code in GONE:
        return HypervisorUnavailable(about.uri, text)
    if code == libvirt.VIR_ERR_NO_DOMAIN:
        return DomainUnknown(about.uuid)
    if code in SILENT or "guest agent is not" in text.lower():
        return GuestAgentSilent(about.uuid)
    found = by_state(code, text, about) or by_resource(text, about)
    if found is None and code in UNFIT:
        return Unsupported(about.call, text)
    return found or CallFailed(about.call, text)


def by_state(code: int, text: str, about: About) -> HypervisorError | None:
    """Errors about what the guest is doing."""
    if "is already active" in text or "already exists with uuid" in text or code == libvirt.VIR_ERR_DOM_EXIST:
        return DomainExists(about.uuid)
    if code == libvirt.VIR_ERR_OPERATION_TIMEOUT and "lock" in text:
        return DomainBusy(about.uuid, text)
    if code == libvirt.VIR_ERR_OPERATION_TIMEOUT or any(words in text for words in REFUSALS):
        return GuestRefused(about.uuid, about.call)
    if any(words in text for words in ABSENT):
        return Unsupported(about.call, text)
    by_code = {
        libvirt.VIR_ERR_DEVICE_MISSING: DeviceUnknown(about.uuid, about.device),
        libvirt.VIR_ERR_OPERATION_INVALID: DomainNotRunning(about.uuid, text),
    }
    return by_code.get(code)


def by_resource(text: str, about: About) -> HypervisorError | None:
    """Errors about what the guest needs. libvirt only writes them as text, so what was asked for is looked at too."""
    missing = next((path for path in about.paths if not Path(path).exists()), None)
    if missing is not None:
        return ImageMissing(missing)
    named = next((path for path in about.paths if path in text), about.paths[0] if about.paths else "")
    if "No space left on device" in text:
        return NoSpace(named)
    if "Cannot allocate memory" in text or "cannot set up guest memory" in text:
        return NoMemory(about.memory)
    if " lock" in text and "Failed to get" in text:
        return ImageBusy(named, text)
    bridge = next((name for name in about.bridges if not Path("/sys/class/net", name).exists()), None)
    if bridge is not None and ("bridge" in text or "MTU" in text or "No such device" in text):
        return BridgeMissing(bridge)
    return None
