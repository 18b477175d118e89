"""The end of `script/up`: where everything is, how to get in, what to try next."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from cenote.model.classes.console import console, console_protocol
from cenote.model.classes.vm import vm_power_state
from cenote.setup import hello, tinylinux
from cenote.setup.api import Api
from cenote.setup.daemon import Daemon
from cenote.setup.machine import Machine
from cenote.setup.port import Listener, listeners
from cenote.setup.screen import Screen

EXPECTED, PLAIN = 443, 80
EXPECT_IT = "XenCenter, Xen Orchestra and most scripts"
LINK = Path("/usr/local/bin/xe")
MARGIN = 14  # columns: the longest word in front of the lines, and blanks


def show(screen: Screen, machine: Machine, api: Api) -> None:
    """Print it."""
    pid = Daemon(machine, api.place).pid()
    ports = listeners(pid) if pid is not None else []
    screen.say()
    _block(screen, "API", _addresses(api.host.address, ports))
    _block(screen, "Console", _consoles(api), whole=True)
    _block(screen, "Log in", _login(machine, api))
    _block(screen, "Guests run", [_hypervisor(api)])
    _block(screen, "Network", [api.host.software_version.get("network_backend_reason", "unknown")])
    _block(screen, "Try next", _commands(machine, api), whole=True)
    screen.say()
    _block(screen, "Stop", ["script/up --down", "(shuts the guests down, stops what was started, leaves the data)"])
    screen.say()
    screen.say(f"Ready in {screen.elapsed()}.")


def _block(screen: Screen, word: str, lines: Sequence[str], *, whole: bool = False) -> None:
    """Lines beside a word; ``whole`` ones are to be copied, so that nothing breaks them."""
    for number, line in enumerate(lines):
        margin = f"  {word if number == 0 else '':{MARGIN}}"
        if whole:
            screen.say(f"{margin}{line}")
        else:
            screen.paragraph(line, margin, " " * len(margin))


def _addresses(address: str, ports: Sequence[Listener]) -> list[str]:
    secure = next((each for each in ports if each.port % 1000 == EXPECTED), None)
    plain = next((each for each in ports if each is not secure), None)
    lines: list[str] = []
    if secure is not None:
        host = address if secure.address in {"0.0.0.0", "::"} else secure.address  # noqa: S104 - compared, not bound
        lines.append(f"https://{host}{'' if secure.port == EXPECTED else f':{secure.port}'}/")
        if secure.port != EXPECTED:
            lines.append(
                f"({EXPECT_IT} expect port {EXPECTED}, which is not to be had here: name {secure.port} to them)"
            )
    if plain is not None:
        lines.append(f"http://{plain.address}{'' if plain.port == PLAIN else f':{plain.port}'}/ on this machine alone")
    return lines or ["on the Unix socket alone"]


def _consoles(api: Api) -> list[str]:
    """Where the first guest's screen is; nothing while it does not run."""
    vm = hello.find(api)
    refs = () if vm is None else vm.consoles
    screens = [each for ref in refs if (each := api.session.record(console, ref)).protocol is console_protocol.RFB]
    lines = [f"{each.location}" for each in screens]
    return [*lines, "(VNC, over CONNECT or a WebSocket)"] if lines else []


def _login(machine: Machine, api: Api) -> list[str]:
    file = api.place.config.password_file
    user = "root" if machine.root() else machine.environment.get("USER", "root")
    generated = f"user {user}, password in {file}"
    if api.place.config.pam:
        return ["user root, with the password of this machine's root", f"or {generated}"]
    return [generated]


def _hypervisor(api: Api) -> str:
    said = api.host.software_version
    return said.get("hypervisor_reason") or said.get("hypervisor", "unknown")


def _commands(machine: Machine, api: Api) -> list[str]:
    xe = link(machine, api)
    vm = hello.find(api)
    lines = [f"{xe} vm-list"]
    if vm is None or vm.power_state is not vm_power_state.RUNNING:
        return lines
    lines.append(f"{xe} console vm={vm.name_label}   (log in as root, without a password; leave with Ctrl-])")
    image = tinylinux.find(api.place.cache / "tinylinux")
    address = hello.address(api, vm)
    if image is not None and address is not None and api.host.software_version.get("network_backend") != "user":
        lines.append(f"ssh -i {image.key} root@{address}")
    return lines


def link(machine: Machine, api: Api) -> str:
    """How to call `xe`: by its name where it could be put on the path, else by its full path."""
    program = api.place.venv / "bin" / "xe"
    if machine.root() and not LINK.exists() and not LINK.is_symlink() and LINK.parent.is_dir() and usual(api):
        LINK.symlink_to(program)
    named = shutil.which("xe", path=machine.environment.get("PATH", os.defpath))
    if named is not None and Path(named).resolve() == program.resolve() and usual(api):
        return "xe"
    prefix = "" if usual(api) else f"CENOTE_SOCKET={api.place.config.socket} "
    return f"{prefix}{program}"


def usual(api: Api) -> bool:
    """Whether `xe` finds this daemon's socket by itself."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    own = Path(runtime) / "cenote" if runtime else Path(f"/tmp/cenote-{os.geteuid()}")  # noqa: S108 - the daemon's own
    return api.place.config.socket in {Path("/run/cenote/cenote.sock"), own / "cenote.sock"}
