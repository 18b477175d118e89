"""`script/up --down`: shut the guests down, stop what was started, leave the data."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager

from cenote.base.command import CommandError
from cenote.client.failure import Failure as Refusal
from cenote.model.classes.vm import VM, vm_power_state
from cenote.network.choose import decide, probe, wiring
from cenote.network.contract import Wiring
from cenote.network.errors import NetworkError
from cenote.setup import daemon
from cenote.setup.api import Api
from cenote.setup.daemon import Daemon
from cenote.setup.failure import Failure
from cenote.setup.machine import Machine
from cenote.setup.place import Place
from cenote.setup.screen import Report
from cenote.setup.service import LIBVIRTD
from cenote.setup.started import Ledger, Started
from cenote.setup.step import Step

PATIENCE = 60.0  # seconds for the guests to shut down, all at once
SERVICE = 30.0  # seconds for a service to end
LIVE = {vm_power_state.RUNNING, vm_power_state.PAUSED}


def steps(machine: Machine, place: Place, *, force: bool) -> list[Step]:
    """The steps down, in their order."""
    down = Down(machine, place, force=force)
    return [
        Step("Guests", down.no_guests, down.guests),
        Step("Cenote's daemon", down.no_daemon, down.daemon),
        Step("Networks", down.no_networks, down.networks),
        Step("Services", down.no_services, down.services),
    ]


class Down:
    """Stops what we started, and nothing else."""

    def __init__(self, machine: Machine, place: Place, *, force: bool) -> None:
        self.machine = machine
        self.place = place
        self.force = force
        self.ledger = Ledger(place.started)
        self.api = Api(place)

    def no_guests(self) -> str | None:
        """Why there are no guests to shut down, where there are none."""
        if not daemon.healthy(self.place.config.socket):
            return "not asked: the daemon does not run"
        if not self.ledger.entries():
            return "not asked: this script started nothing"
        return "none is running" if not self._running() else None

    def guests(self, report: Report) -> str:
        """Shut them down, all at once; raises :class:`Failure` where some stay up and force is not wanted."""
        asked = self._running()
        with self.api.told("The guests could not be shut down"):
            for vm in asked:
                if vm.power_state is vm_power_state.PAUSED:
                    self.api.session.call(VM.unpause, vm.ref)
            for vm in asked:
                self.api.session.start(VM.clean_shutdown, vm.ref)
            left = self._wait(len(asked), report)
            if left and not self.force:
                names = ", ".join(vm.name_label or vm.uuid for vm in left)
                raise Failure(
                    "Not all guests shut down, so nothing was stopped",
                    f"still running after {PATIENCE:.0f} s: {names}",
                    "look at their consoles, then run script/up --down again",
                    "or power them off, as by pulling the plug: script/up --down --force",
                )
            for vm in left:
                self._power_off(vm)
        off = f", {len(left)} of them powered off" if left else ""
        return f"{len(asked)} shut down{off}"

    def no_daemon(self) -> str | None:
        """Why the daemon is not to be stopped, where it is not."""
        self.api.close()
        if self.ledger.running(self.machine, daemon.NAME) is not None:
            return None
        running = daemon.healthy(self.place.config.socket)
        return "runs, but not started by this script: left alone" if running else "does not run"

    def daemon(self, report: Report) -> str:
        """Stop it."""
        report("stopping")
        ours = self.ledger.running(self.machine, daemon.NAME)
        if ours is not None:
            Daemon(self.machine, self.place).stop(ours)
        return "stopped"

    def no_networks(self) -> str | None:
        """Why no bridge is to be removed, where none is."""
        if daemon.healthy(self.place.config.socket):
            return "the daemon runs: left alone"
        return None if self._bridges() else "none to remove"

    def networks(self, report: Report) -> str:
        """Remove the daemon's bridges with their DHCP servers; those that join a network card of the host stay."""
        removed = self._bridges()
        for name in removed:
            report(f"removing {name}")
            with self._wired():
                self._wiring().remove(name)
        return f"removed {', '.join(removed)}"

    def no_services(self) -> str | None:
        """Why no service is to be stopped, where none is."""
        return None if self._ours() else "none was started by this script"

    def services(self, report: Report) -> str:
        """Stop those that we started, the last first."""
        self._no_orphans()
        stopped: list[str] = []
        for each in self._ours():
            report(f"stopping {each.name}")
            self._stop(each)
            stopped.append(each.name)
        return f"stopped {', '.join(stopped)}"

    def _no_orphans(self) -> None:
        """Refuse to stop libvirtd under running guests: they would go on where nobody can reach them."""
        if self.ledger.running(self.machine, LIBVIRTD.name) is None:
            return
        try:
            names = self.machine.run(["virsh", "-q", "list", "--name"], timeout=SERVICE).stdout.split()
        except CommandError:
            return  # a libvirtd that does not answer is the better stopped
        if names and not self.force:
            raise Failure(
                "Guests are running that nobody has shut down",
                f"libvirt knows {len(names)}: {', '.join(names)}",
                "start the daemon, then take everything down: script/up && script/up --down",
                "or stop the services and let these guests go on: script/up --down --force",
            )

    def _bridges(self) -> list[str]:
        with self._wired():
            return [each.name for each in self._wiring().bridges() if each.ours and not each.ports]

    def _wiring(self) -> Wiring:
        config = self.place.config
        setting = None if config.network_backend == "auto" else config.network_backend
        choice = decide(probe(), setting)
        return wiring(choice, run=config.run_dir / "network", state=config.state_dir / "network")

    @contextmanager
    def _wired(self) -> Generator[None]:
        try:
            yield
        except NetworkError as error:
            raise Failure("The daemon's networks could not be removed", str(error), "look at: ip link") from error

    def _ours(self) -> list[Started]:
        return [each for each in reversed(self.ledger.entries()) if each.name != daemon.NAME]

    def _stop(self, each: Started) -> None:
        try:
            if each.unit is not None:
                self.machine.run(["systemctl", "disable", "--now", each.unit], timeout=SERVICE * 2)
        except CommandError as error:
            raise Failure(
                f"{each.name} could not be stopped", str(error), f"look at: journalctl -u {each.unit}"
            ) from error
        if each.process is not None and not self.machine.stop(each.process, SERVICE):
            why = f"process {each.process.pid} is still there {SERVICE:.0f} s after it was asked to end"
            raise Failure(f"{each.name} does not end", why, f"read {self.place.config.state_dir / 'log'}")
        self.ledger.remove(each.name)

    def _running(self) -> list[VM]:
        with self.api.told("The guests can't be seen"):
            records = self.api.session.records(VM)
        return [vm for vm in records if vm.power_state in LIVE and not vm.is_control_domain]

    def _wait(self, asked: int, report: Report) -> list[VM]:
        """Wait until all have shut down; those that are left when the time is over."""
        limit = time.monotonic() + PATIENCE
        for _ in self.api.session.changes(["vm"], timeout=2.0):
            left = self._running()
            report(f"shutting down, {len(left)} to go", 1 - len(left) / asked)
            if not left or time.monotonic() > limit:
                return left
        raise AssertionError("changes() ends only by an exception")

    def _power_off(self, vm: VM) -> None:
        try:
            self.api.session.call(VM.hard_shutdown, vm.ref)
        except Refusal:
            if self.api.session.get(VM.power_state, vm.ref) in LIVE:
                raise  # else it had gone by itself meanwhile
