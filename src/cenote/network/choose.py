"""Which wiring this host gets: look, decide, say why in one sentence."""

import os
from dataclasses import dataclass
from pathlib import Path

from cenote.network.contract import Wiring, WiringKind
from cenote.network.errors import NetworkError, ToolFailed, WiringUnavailable
from cenote.network.linuxbridge import LinuxBridge
from cenote.network.openvswitch import OpenVSwitch
from cenote.network.tool import ran, there
from cenote.network.usermode import UserMode

NETDEV = "openvswitch-netdev"
"""The setting for Open vSwitch without its kernel part: slow, for hosts whose kernel has none and for tests."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What was found. Each text is empty when that can be used, else it says why not.

    ``openvswitch``: the switch runs; ``datapath``: this kernel has its part of it; ``bridge``: the kernel's own bridge.
    """

    root: bool
    openvswitch: str
    datapath: str
    bridge: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The kind, the sentence for the log and for people, and Open vSwitch's datapath."""

    kind: WiringKind
    why: str
    datapath: str = "system"


def probe(database: str | None = None) -> Probe:
    """Look at this host; changes nothing."""
    return Probe(os.geteuid() == 0, _openvswitch(database), _datapath(), _bridge())


def decide(found: Probe, setting: str | None = None) -> Choice:
    """The kind to use: Open vSwitch, else bridges, else user-mode, unless ``setting`` names one.

    ``WiringUnavailable`` when the setting can't be met, or isn't :data:`NETDEV` or the name of a kind.
    """
    root = "" if found.root else "it needs root"
    reasons = {
        WiringKind.OPENVSWITCH.value: root or found.openvswitch or found.datapath,
        WiringKind.BRIDGE.value: root or found.bridge,
        WiringKind.USER.value: "",
    }
    if setting:
        return _set(setting, {**reasons, NETDEV: root or found.openvswitch})
    chosen = next(name for name, why in reasons.items() if not why)
    passed = [f"not {_NAMES[other]} because {why}" for other, why in reasons.items() if why]
    if root:
        passed = ["bridges need root"]
    return Choice(WiringKind(chosen), "; ".join([f"networking by {_NAMES[chosen]}", *passed]))


def wiring(
    choice: Choice, *, run: Path, state: Path, also: frozenset[str] = frozenset(), database: str | None = None
) -> Wiring:
    """The driver of the chosen kind; see :class:`cenote.network.bridged.Bridged` for the directories."""
    if choice.kind is WiringKind.OPENVSWITCH:
        return OpenVSwitch(run=run, state=state, also=also, datapath=choice.datapath, database=database)
    if choice.kind is WiringKind.BRIDGE:
        return LinuxBridge(run=run, state=state, also=also)
    if choice.kind is WiringKind.USER:
        return UserMode(also=tuple(sorted(also)))
    raise WiringUnavailable(choice.kind, "it is not for a host")


_NAMES = {
    "openvswitch": "Open vSwitch",
    NETDEV: "Open vSwitch without its kernel part",
    "bridge": "Linux bridges",
    "user": "QEMU's user mode (guests reach out, and not each other)",
}


def _set(setting: str, reasons: dict[str, str]) -> Choice:
    if setting not in reasons:
        raise WiringUnavailable(setting, f"the kinds are {', '.join(reasons)}")
    if reasons[setting]:
        raise WiringUnavailable(setting, reasons[setting])
    why = f"networking by {_NAMES[setting]}, as the setting says"
    return Choice(WiringKind.OPENVSWITCH, why, "netdev") if setting == NETDEV else Choice(WiringKind(setting), why)


def _openvswitch(database: str | None) -> str:
    """Why Open vSwitch can't be used; empty when it runs."""
    if not there("ovs-vsctl"):
        return "it is not installed"
    place = [f"--db={database}"] if database else []
    try:
        ran(["ovs-vsctl", "--timeout=5", *place, "show"])
    except ToolFailed as error:
        return f"it does not run ({error.why})"
    except NetworkError as error:
        return f"it does not answer ({error})"
    return ""


def _datapath() -> str:
    """Why the kernel can't switch for Open vSwitch, whose database lists ``system`` with the module or without."""
    if not there("ovs-dpctl"):
        return "it is not installed"
    try:
        ran(["ovs-dpctl", "dump-dps"])
    except NetworkError:
        return "this kernel has no openvswitch module"
    return ""


def _bridge() -> str:
    """Why the kernel's bridge can't be used; tried in a network namespace that ends with the attempt."""
    if not there("ip"):
        return "iproute2 is not installed"
    try:
        ran(["unshare", "--net", "ip", "link", "add", "name", "probe", "type", "bridge"])
    except NetworkError as error:
        return f"this kernel makes none ({error})"
    return ""
