"""Starting and stopping `cenoted`, and asking whether it answers."""

from __future__ import annotations

import hashlib
import http.client
import socket
import time
from pathlib import Path

from cenote.base.command import CommandError
from cenote.setup.failure import Failure
from cenote.setup.machine import Machine
from cenote.setup.place import Place
from cenote.setup.screen import Report
from cenote.setup.service import tail
from cenote.setup.started import Ledger, Started
from cenote.setup.step import Step

NAME = "cenoted"
PATIENCE = 180.0  # seconds to answer: at first QEMU is asked for its abilities and tried with a guest
UNIT = Path("/etc/systemd/system/cenoted.service")
UNIT_TEXT = """\
[Unit]
Description=Cenote, the toolstack that speaks XenServer's API
After=network-online.target libvirtd.service openvswitch-switch.service
Wants=network-online.target libvirtd.service openvswitch-switch.service

[Service]
Type=notify
ExecStart={program} --config {config}
# Guests belong to libvirt and stay when the daemon goes.
KillMode=process
TimeoutStartSec=180
TimeoutStopSec=90
Restart=on-failure
RestartSec=2

[Install]
WantedBy=multi-user.target
"""


def step(machine: Machine, place: Place) -> Step:
    """The step that makes the daemon run, with the code that stands in the checkout."""
    daemon = Daemon(machine, place)
    return Step("Cenote's daemon", daemon.there, daemon.start)


def version(place: Place) -> str:
    """What tells two states of the code apart: the names, sizes and times of its files."""
    known = hashlib.sha256()
    for path in sorted((place.checkout / "src").rglob("*.py")):
        if "setup" not in path.parts:
            about = path.stat()
            known.update(f"{path}:{about.st_size}:{about.st_mtime_ns}\n".encode())
    return known.hexdigest()[:16]


class Connection(http.client.HTTPConnection):
    """HTTP over the daemon's Unix socket."""

    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


def healthy(path: Path) -> bool:
    """Whether a daemon on that socket says that it is well."""
    connection = Connection(path, 5.0)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class Daemon:
    """The daemon of this installation."""

    def __init__(self, machine: Machine, place: Place) -> None:
        self.machine = machine
        self.place = place
        self.ledger = Ledger(place.started)

    def there(self) -> str | None:
        """Where it answers, and runs the code of the checkout."""
        if not healthy(self.place.config.socket):
            return None
        ours = self.ledger.running(self.machine, NAME)
        return None if ours is not None and ours.version != version(self.place) else "running"

    def start(self, report: Report) -> str:
        """Start it, or start it anew where the code has changed; raises :class:`Failure`."""
        ours = self.ledger.running(self.machine, NAME)
        if ours is not None:
            report("the code has changed: starting it anew; guests go on")
            self.stop(ours)
        report("starting; a first start makes a certificate and tries the hypervisor")
        for folder in (self.place.config.state_dir, self.place.config.run_dir):
            folder.mkdir(mode=0o711 if self.machine.root() else 0o700, parents=True, exist_ok=True)
        if self.machine.systemd() and self.machine.root() and self.place.config.run_dir == Path("/run/cenote"):
            self._start_unit()
        else:
            argv: list[str | Path] = [self.place.venv / "bin" / "cenoted", "--config", self.place.config_path]
            process = self.machine.spawn(argv, self.place.daemon_log)
            self.ledger.add(Started(NAME, process, version=version(self.place)))
        self._wait()
        return "started"

    def stop(self, ours: Started) -> None:
        """Stop it; guests go on. Raises :class:`Failure`."""
        if ours.unit is not None:
            self.machine.run(["systemctl", "disable", "--now", ours.unit], timeout=PATIENCE)
        elif ours.process is not None and not self.machine.stop(ours.process, PATIENCE):
            why = f"process {ours.process.pid} is still there {PATIENCE:.0f} s after it was asked to end"
            raise Failure("Cenote's daemon does not end", why, f"read {self.place.daemon_log}")
        self.ledger.remove(NAME)

    def pid(self) -> int | None:
        """The number of its process; None where it is not known."""
        ours = self.ledger.running(self.machine, NAME)
        if ours is not None and ours.process is not None:
            return ours.process.pid
        if not self.machine.systemd():
            return None
        try:
            said = self.machine.run(["systemctl", "show", "--property=MainPID", "--value", UNIT.name]).stdout.strip()
        except CommandError:
            return None  # no such unit: somebody else started it
        return int(said) or None

    def _start_unit(self) -> None:
        text = UNIT_TEXT.format(program=self.place.venv / "bin" / "cenoted", config=self.place.config_path)
        try:
            if not UNIT.exists() or UNIT.read_text(encoding="utf-8") != text:
                UNIT.write_text(text, encoding="utf-8")
                self.machine.run(["systemctl", "daemon-reload"])
            self.machine.run(["systemctl", "enable", "--now", UNIT.name], timeout=PATIENCE)
        except CommandError as error:
            raise Failure(
                "cenoted.service could not be started", str(error), "look at: journalctl -u cenoted"
            ) from error
        self.ledger.add(Started(NAME, unit=UNIT.name, version=version(self.place)))

    def _wait(self) -> None:
        limit = time.monotonic() + PATIENCE
        while not healthy(self.place.config.socket):
            if self.ledger.running(self.machine, NAME) is None:
                raise Failure(
                    "Cenote's daemon ended as soon as it was started", self._said(), f"read {self.place.daemon_log}"
                )
            if time.monotonic() > limit:
                why = f"nothing answers on {self.place.config.socket} after {PATIENCE:.0f} s\n{self._said()}"
                raise Failure("Cenote's daemon does not answer", why, f"read {self.place.daemon_log}")
            time.sleep(0.03)  # it may be the first start of a socket that is not there yet

    def _said(self) -> str:
        ours = self.ledger.entries()
        if any(each.name == NAME and each.unit for each in ours):
            return self.machine.run(["journalctl", "-u", UNIT.name, "-n", "12", "--no-pager", "-o", "cat"]).stdout
        return tail(self.place.daemon_log)
