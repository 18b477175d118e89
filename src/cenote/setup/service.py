"""The services that the daemon works with: by systemd where it runs, else started by us."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cenote.base.command import CommandError
from cenote.setup import kvm, reaper
from cenote.setup.failure import Failure
from cenote.setup.machine import Machine
from cenote.setup.place import Place
from cenote.setup.screen import Report
from cenote.setup.started import Ledger, Started
from cenote.setup.step import Step

PATIENCE = 30.0  # seconds for a service to answer: libvirtd asks QEMU for its abilities first, slowly under load
OVS = Path("/usr/share/openvswitch/scripts/ovs-ctl")


@dataclass(frozen=True, slots=True)
class Service:
    """A service: running where somebody accepts on its ``socket``."""

    name: str
    """Of its program too, which stays in the foreground."""
    socket: Path
    unit: str


NAMES = {"virtlogd": "virtlogd", "libvirtd": "libvirtd", "openvswitch": "Open vSwitch"}
"""What a person calls them."""
VIRTLOGD = Service("virtlogd", Path("/run/libvirt/virtlogd-sock"), "virtlogd.socket")
LIBVIRTD = Service("libvirtd", Path("/run/libvirt/libvirt-sock"), "libvirtd.service")
OVSDB = Service("ovsdb-server", Path("/run/openvswitch/db.sock"), "openvswitch-switch.service")
SWITCH = "ovs-vswitchd"


def step(machine: Machine, place: Place) -> Step:
    """The step that makes the hypervisor's and the switch's daemons run."""
    services = Services(machine, place)
    if machine.root():
        return Step("Services", services.there, services.start)
    return Step("Services", lambda: None, services.session)


class Services:
    """Looks for the services and starts those that are not there."""

    def __init__(self, machine: Machine, place: Place) -> None:
        self.machine = machine
        self.place = place
        self.ledger = Ledger(place.started)

    def there(self) -> str | None:
        """The services that run, where all do."""
        return "libvirtd and Open vSwitch are running" if not self._silent() else None

    def start(self, report: Report) -> str:
        """Start what does not run; raises :class:`Failure`."""
        silent = self._silent()
        for number, name in enumerate(silent):
            report(f"starting {NAMES[name]}", number / len(silent))
            if self.machine.systemd():
                self._enable(name)
            elif name == "openvswitch":
                self._switch()
            else:
                service = VIRTLOGD if name == "virtlogd" else LIBVIRTD
                self._spawn(name, [], partial(self._answers, service))
        how = "by systemd" if self.machine.systemd() else "by this script"
        return f"{_and([NAMES[name] for name in silent])} started {how}"

    def session(self, report: Report) -> str:
        """See that the user's own libvirtd answers; libvirt starts it by itself when somebody connects."""
        report("looking for your own libvirtd")
        if not self._answers(self._own()) and not self.machine.collects():
            self._spawn(LIBVIRTD.name, [], lambda: self._answers(self._own()))
        try:
            self.machine.run(["virsh", "-c", "qemu:///session", "version"], timeout=PATIENCE)
        except CommandError as error:
            raise Failure(
                "Your own libvirtd does not answer",
                f"{error}\n{error.stderr.strip()}",
                "try: virsh -c qemu:///session version",
            ) from error
        return "your own libvirtd answers (no root: guests run as you, with user-mode networking)"

    def _own(self) -> Service:
        """The user's own libvirtd: its socket lies where libvirt's clients look for it."""
        known = self.machine.environment
        base = known.get("XDG_RUNTIME_DIR") or known.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        return Service(LIBVIRTD.name, Path(base) / "libvirt/libvirt-sock", LIBVIRTD.unit)

    def _silent(self) -> list[str]:
        names = ["virtlogd"] if not self._answers(VIRTLOGD) and not self.machine.systemd() else []
        names += [] if self._answers(LIBVIRTD) else ["libvirtd"]
        return names + ([] if self._answers(OVSDB) and self._switching() else ["openvswitch"])

    def _answers(self, service: Service) -> bool:
        return self.machine.accepts(service.socket)

    def _switching(self) -> bool:
        """Whether ovs-vswitchd runs: it writes its process number, and its control socket bears that number."""
        pid = Path(f"/run/openvswitch/{SWITCH}.pid")
        try:
            number = pid.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return False
        return self.machine.accepts(Path(f"/run/openvswitch/ovs-vswitchd.{number}.ctl"))

    def _enable(self, name: str) -> None:
        unit = OVSDB.unit if name == "openvswitch" else LIBVIRTD.unit
        try:
            self.machine.run(["systemctl", "enable", "--now", unit], timeout=PATIENCE * 3)
        except CommandError as error:
            why = f"{error}\n{error.stderr.strip()}"
            raise Failure(f"{unit} could not be started", why, f"look at: journalctl -u {unit}") from error
        self.ledger.add(Started(name, unit=unit))

    def _spawn(self, name: str, options: Sequence[str | Path], ready: Callable[[], bool]) -> None:
        program = self.machine.which(name)
        if program is None:
            raise Failure(f"{name} can't be started", "the program is not there", "run this again: it installs it")
        log = self.place.config.state_dir / "log" / f"{name}.log"
        argv: list[str | Path] = [program, *options]
        if name == LIBVIRTD.name:
            argv = argv if self.machine.collects() else reaper.wrapped(argv)
            kvm.hand_over()
        process = self.machine.spawn(argv, log)
        self.ledger.add(Started(name, process))
        limit = time.monotonic() + PATIENCE
        while not ready():
            if self.machine.process(process.pid) != process:
                raise Failure(f"{name} ended as soon as it was started", tail(log), f"read {log}")
            if time.monotonic() > limit:
                raise Failure(f"{name} does not answer after {PATIENCE:.0f} s", tail(log), f"read {log}")
            time.sleep(0.02)  # a service that stays in the foreground tells nobody that it is ready

    def _switch(self) -> None:
        """Start Open vSwitch without its own starter, which gives up where the kernel lacks the module."""
        database = Path("/etc/openvswitch/conf.db")
        run = OVSDB.socket.parent
        run.mkdir(parents=True, exist_ok=True)
        try:
            if not database.exists():
                database.parent.mkdir(parents=True, exist_ok=True)
                self.machine.run(["ovsdb-tool", "create", database, "/usr/share/openvswitch/vswitch.ovsschema"])
            if not self._answers(OVSDB):
                listen = [f"--remote=punix:{OVSDB.socket}", "--remote=db:Open_vSwitch,Open_vSwitch,manager_options"]
                served: list[str | Path] = [database, *listen, f"--pidfile={run}/ovsdb-server.pid", "-vconsole:warn"]
                self._spawn(OVSDB.name, served, lambda: self._answers(OVSDB))
            self.machine.run(["ovs-vsctl", "--no-wait", "init"])
            self.machine.run(["ovs-vsctl", "--no-wait", "set", "Open_vSwitch", ".", *self._facts()])
            if not self._switching():
                self._module()
                switching: list[str | Path] = [
                    f"unix:{OVSDB.socket}",
                    f"--pidfile={run}/{SWITCH}.pid",
                    "-vconsole:warn",
                ]
                self._spawn(SWITCH, switching, self._switching)
        except CommandError as error:
            why = f"{error}\n{error.stderr.strip()}"
            raise Failure("Open vSwitch could not be started", why, f"read {self.place.setup_log.parent}") from error

    def _facts(self) -> list[str]:
        version = self.machine.run(["ovs-vswitchd", "--version"]).stdout.split()
        return [f"ovs-version={version[3] if len(version) > 3 else 'unknown'}"]

    def _module(self) -> None:
        """Load the kernel's switch where there is one; where not, Open vSwitch switches by itself."""
        if Path("/sys/module/openvswitch").exists() or self.machine.which("modprobe") is None:
            return
        try:
            self.machine.run(["modprobe", "--quiet", "openvswitch"])
        except CommandError:
            return  # the network room finds out what the kernel can do, and says so


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return "it has written nothing"
    return "\n".join(text.splitlines()[-lines:]) or "it has written nothing"


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
