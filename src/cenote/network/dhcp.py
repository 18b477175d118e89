"""DHCP (and DNS) for an internal bridge by dnsmasq: one process a bridge, which outlives the daemon.

It listens on its bridge alone (``bind-dynamic`` with one interface, the loopback excepted), reads none of the host's
configuration, and is known by its pid file and its command line together: a pid alone may be somebody else's by now.
Where cenoted is a systemd service, its unit must say ``KillMode=process``, or a restart takes the servers along.
"""

import fcntl
import logging
import os
import select
import signal
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

from cenote.network.contract import DhcpRange, Lease
from cenote.network.errors import PermissionDenied, ToolFailed
from cenote.network.tool import ran

log = logging.getLogger(__name__)

_LEASE = "12h"
_PATIENCE = 5.0  # seconds to end on SIGTERM; dnsmasq takes milliseconds


@dataclass(frozen=True, slots=True)
class DhcpSpec:
    """One server; ``routed``: the bridge's address is the way out and answers DNS, else guests are told of neither."""

    bridge: str
    address: IPv4Interface
    range: DhcpRange
    mtu: int
    routed: bool


class Dhcp:
    """The servers of this host. ``run``: pid files, lost when the machine restarts; ``state``: leases."""

    def __init__(self, run: Path, state: Path) -> None:
        self._run = run
        self._state = state

    def ensure(self, spec: DhcpSpec) -> int:
        """Let a server with exactly this spec run; the pid. Returns when it listens.

        ``ToolMissing``, ``ToolFailed`` (such as a port that another server has), ``PermissionDenied``.
        """
        with self._alone(spec.bridge):
            found = self._found(spec.bridge)
            if found is not None and found[1] in (self.argv(spec, dns=True), self.argv(spec, dns=False)):
                return found[0]
            if found is not None:
                self._end(found[0], spec.bridge)
            self._start(spec)
            started = self._found(spec.bridge)
            if started is None:
                raise ToolFailed("dnsmasq", f"it ended right after its start for {spec.bridge}")
            return started[0]

    def stop(self, bridge: str) -> None:
        """End the bridge's server and forget its leases; none running is success."""
        if not self._run.is_dir():
            return
        with self._alone(bridge):
            found = self._found(bridge)
            if found is not None:
                self._end(found[0], bridge)
            self._pid_file(bridge).unlink(missing_ok=True)
            self._lease_file(bridge).unlink(missing_ok=True)

    def running(self, bridge: str) -> int | None:
        """The pid of the bridge's server, None when it isn't running."""
        found = self._found(bridge)
        return found[0] if found else None

    def leases(self, bridge: str) -> tuple[Lease, ...]:
        """What the bridge's server gave away."""
        try:
            text = self._lease_file(bridge).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ()
        return parse_leases(bridge, text)

    def bridges(self) -> tuple[str, ...]:
        """The bridges that a server was started for."""
        return tuple(sorted(path.stem.removeprefix("dhcp-") for path in self._run.glob("dhcp-*.pid")))

    def argv(self, spec: DhcpSpec, *, dns: bool) -> list[str]:
        """The command line, which is all the configuration there is. ``dns``: answer DNS, if there is a way out."""
        first, last, mask = spec.range.first, spec.range.last, spec.address.netmask
        way_out = f",{spec.address.ip}" if spec.routed else ""  # an option without a value is not sent
        return [
            "dnsmasq",
            "--conf-file=",
            "--bind-dynamic",
            f"--interface={spec.bridge}",
            "--except-interface=lo",
            "--no-hosts",
            "--no-ping",  # it would hold back a guest's first address for 3 s
            *([] if spec.routed and dns else ["--port=0"]),
            f"--dhcp-range={first},{last},{mask},{_LEASE}",
            f"--dhcp-lease-max={int(last) - int(first) + 1}",
            "--dhcp-authoritative",
            "--dhcp-no-override",
            f"--dhcp-option=option:mtu,{spec.mtu}",
            f"--dhcp-option=option:router{way_out}",
            f"--dhcp-option=option:dns-server{way_out}",
            f"--dhcp-leasefile={self._lease_file(spec.bridge)}",
            f"--pid-file={self._pid_file(spec.bridge)}",
        ]

    def _start(self, spec: DhcpSpec) -> None:
        """Where a DNS server of the host has the port on every address already, it serves the guests too."""
        try:
            ran(self.argv(spec, dns=True))
        except ToolFailed as error:
            if not (spec.routed and "in use" in error.why):
                raise
            log.warning("a DNS server of this host has port 53 on %s; guests ask that one", spec.address.ip)
            ran(self.argv(spec, dns=False))

    def _found(self, bridge: str) -> tuple[int, list[str]] | None:
        """The running server: its pid and command line."""
        try:
            pid = int(self._pid_file(bridge).read_text(encoding="ascii"))
            argv = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return None
        return (pid, argv) if f"--pid-file={self._pid_file(bridge)}" in argv else None

    def _end(self, pid: int, bridge: str) -> None:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            return
        try:
            if self._found(bridge) is None:  # the pid was given to another process before it was held
                return
            for number in (signal.SIGTERM, signal.SIGKILL):
                signal.pidfd_send_signal(handle, number)
                if select.select([handle], [], [], _PATIENCE)[0]:
                    return
            raise ToolFailed("dnsmasq", f"process {pid} does not end")
        except ProcessLookupError:
            return
        finally:
            os.close(handle)

    @contextmanager
    def _alone(self, bridge: str) -> Generator[None]:
        """One change at a time to a bridge's server, also among processes."""
        try:
            for directory in (self._run, self._state):
                directory.mkdir(mode=0o755, parents=True, exist_ok=True)
            handle = os.open(self._lock_file(bridge), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except PermissionError as error:
            raise PermissionDenied(str(error)) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _pid_file(self, bridge: str) -> Path:
        return self._run / f"dhcp-{bridge}.pid"

    def _lock_file(self, bridge: str) -> Path:
        return self._run / f"dhcp-{bridge}.lock"

    def _lease_file(self, bridge: str) -> Path:
        return self._state / f"dhcp-{bridge}.leases"


def parse_leases(bridge: str, text: str) -> tuple[Lease, ...]:
    """dnsmasq's lease file: expiry, MAC, address, host name or ``*``, client id. Other lines are passed over."""
    found: list[Lease] = []
    for line in text.splitlines():
        words = line.split()
        if len(words) == 5 and words[0].isdecimal() and ":" in words[1] and "." in words[2]:
            name = "" if words[3] == "*" else words[3]
            found.append(Lease(bridge, words[1], IPv4Address(words[2]), name, int(words[0])))
    return tuple(found)
