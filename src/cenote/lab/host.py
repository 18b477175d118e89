"""A host in namespaces: mounts, network, processes and a host name of its own, with a libvirtd and a ``cenoted``.

Its default paths (``/run``, ``/etc/libvirt``, ``/var/lib/libvirt``) are private, so nothing on the machine is touched.
Ending its first process ends all of it at once, guests included, as a power cut would. Needs root.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from cenote.base.command import Output, run

QEMU_CONF = """security_driver = "none"
remember_owner = 0
stdio_handler = "file"
namespaces = []
cgroup_controllers = []
user = "root"
group = "root"
"""
"""libvirt's settings for guests in a host without cgroups of its own; see libvirt's qemu.conf."""

PRIVATE = ("/etc/libvirt", "/var/lib/libvirt", "/var/log/libvirt", "/var/cache/libvirt", "/etc/openvswitch")
"""Directories of the machine that the host has its own of."""

ENTER = """set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p /run/lock
for place in {places}; do
    [ -d "$place" ] || continue
    mkdir -p "{home}/private$place"
    mount --bind "{home}/private$place" "$place"
done
mount -t proc proc /proc
hostname {name}
ip link set lo up
echo ready
while :; do sleep 86400 & wait $!; done
"""
"""The first process: it must stay, and reap what daemons leave behind."""


class LabError(Exception):
    """A host can't be made or does not answer; the text says what its log says."""


class Host:
    """One host. A context manager: leaving cuts its power."""

    def __init__(self, home: Path, name: str = "lab1") -> None:
        """``home`` holds everything of the host; a short path, since Unix sockets allow 107 bytes."""
        self.home = home
        self.name = name
        self.state_dir = home / "state"
        self.run_dir = home / "run"
        self._first: subprocess.Popen[str] | None = None
        self._daemon: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """The Unix socket of its ``cenoted``, reachable from outside."""
        return self.run_dir / "cenote.sock"

    @property
    def log(self) -> Path:
        """What its ``cenoted`` has to say."""
        return self.home / "cenoted.log"

    @property
    def password(self) -> str:
        """The generated password of its root."""
        return (self.state_dir / "password").read_text(encoding="ascii").strip()

    def __enter__(self) -> Self:
        try:
            self.power_on()
            self.start_libvirt()
        except BaseException:
            self.power_off()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.power_off()

    def power_on(self) -> None:
        """Make the namespaces."""
        conf = self.home / "private/etc/libvirt"
        conf.mkdir(parents=True, exist_ok=True)
        (conf / "qemu.conf").write_text(QEMU_CONF)
        script = ENTER.format(places=" ".join(PRIVATE), home=self.home, name=self.name)
        words = ["unshare", "--mount", "--net", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "sh", "-c", script]
        self._first = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        assert self._first.stdout is not None
        if self._first.stdout.readline() != "ready\n":
            raise LabError("the namespaces can't be made: that needs root")

    def power_off(self) -> None:
        """End everything of the host at once."""
        if self._first is not None:
            self._first.kill()
            self._first.wait()
            assert self._first.stdout is not None
            self._first.stdout.close()
            self._first = None
        if self._daemon is not None:
            self._daemon.wait()
            self._daemon = None

    def inside(self, argv: Sequence[str | Path]) -> list[str]:
        """The command that runs ``argv`` inside the host."""
        assert self._first is not None
        return ["nsenter", "-t", str(_child(self._first.pid)), "-m", "-n", "-u", "-i", "-p", "--", *map(str, argv)]

    def run(self, argv: Sequence[str | Path], *, timeout: float = 60.0) -> Output:
        """Run a program inside the host and wait; raises :class:`~cenote.base.command.CommandError`."""
        return run(self.inside(argv), timeout=timeout)

    def start_libvirt(self) -> None:
        """Start ``virtlogd`` and ``libvirtd``."""
        self.run(["virtlogd", "-d"])
        self.run(["libvirtd", "-d"])

    def start(self, *words: str, configuration: str = "") -> None:
        """Start ``cenoted`` and wait until it answers; ``configuration`` is TOML beyond the directories."""
        file = self.home / "cenote.toml"
        file.write_text(f'state_dir = "{self.state_dir}"\nrun_dir = "{self.run_dir}"\n{configuration}')
        argv = [sys.executable, "-m", "cenote.daemon.main", "--config", str(file), *words]
        with self.log.open("ab") as log:
            self._daemon = subprocess.Popen(self.inside(argv), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while not self.answers():
            if self._daemon.poll() is not None or time.monotonic() > deadline:
                raise LabError(f"cenoted does not answer; its log:\n{self.log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.01)

    def answers(self) -> bool:
        """Whether somebody accepts on the socket."""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket)) == 0

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Stop ``cenoted`` by a signal and wait for its end; guests run on."""
        if self._daemon is not None:
            os.kill(self.daemon_pid, number)
            self._daemon.wait()
            self._daemon = None

    @property
    def daemon_pid(self) -> int:
        """The process of ``cenoted``, as this machine counts them."""
        assert self._daemon is not None
        return _child(self._daemon.pid)


def _child(pid: int) -> int:
    """The one child of a process."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
