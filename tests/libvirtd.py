"""A libvirtd of the tests' own: private directories, a network of its own, gone when the tests end.

As root it lives in new mount, network and process namespaces with empty directories bound over libvirt's, so that its
default paths work and nothing on the machine is touched; ending the namespaces' first process ends every guest too.
Without root it is a session daemon whose XDG directories are private.
"""

import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

SETTINGS = 'auth_unix_rw = "none"\nauth_unix_ro = "none"\nmax_clients = 100\n'
QEMU_SETTINGS = (
    'security_driver = "none"\nremember_owner = 0\nstdio_handler = "file"\nnamespaces = []\ncgroup_controllers = []\n'
    'user = "root"\ngroup = "root"\ndynamic_ownership = 0\n'
)
ENTER = """
set -e
mount -t tmpfs tmpfs /run
mkdir -p /run/lock
for pair in {pairs}; do mkdir -p "${{pair#*:}}"; mount --bind "${{pair%%:*}}" "${{pair#*:}}"; done
mount -t proc proc /proc
ip link set lo up
echo ready
sleep infinity &
wait
"""  # the shell stays: the first process must reap what QEMU leaves behind, or libvirtd waits 40 s for each


def child(pid: int) -> int:
    """The one child of the process ``pid``."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


@dataclass
class Libvirtd:
    """One private libvirtd; `start` and `kill` may alternate, guests live on in between."""

    home: Path
    session: bool
    holder: subprocess.Popen[str] | None = None
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def socket(self) -> Path:
        """Its Unix socket, reachable from outside the namespaces."""
        return self.home / ("run/libvirt/libvirt-sock" if self.session else "sock/libvirt-sock")

    @property
    def uri(self) -> str:
        """The connection URI that leads to it."""
        return f"qemu+unix:///{'session' if self.session else 'system'}?socket={self.socket}"

    @property
    def log(self) -> Path:
        """What it and its guests' QEMU complain about."""
        return self.home / "libvirtd.log"

    def prepare(self) -> None:
        """Make the directories and, as root, the namespaces."""
        (self.home / "sock").mkdir(parents=True)
        settings = SETTINGS if self.session else SETTINGS + f'unix_sock_dir = "{self.home}/sock"\n'
        (self.home / "libvirtd.conf").write_text(settings)
        if self.session:
            for name, folder in (("RUNTIME_DIR", "run"), ("CONFIG_HOME", "config"), ("CACHE_HOME", "cache")):
                (self.home / folder).mkdir(mode=0o700)
                self.environment[f"XDG_{name}"] = str(self.home / folder)
            (self.home / "config/libvirt").mkdir()
            (self.home / "config/libvirt/qemu.conf").write_text('stdio_handler = "file"\n')
            return
        bound = {
            "etc": "/etc/libvirt",
            "lib": "/var/lib/libvirt",
            "log": "/var/log/libvirt",
            "cache": "/var/cache/libvirt",
        }
        for folder in bound:
            (self.home / folder).mkdir()
        (self.home / "etc/qemu.conf").write_text(QEMU_SETTINGS)
        pairs = " ".join(f"{self.home / folder}:{place}" for folder, place in bound.items())
        self.holder = subprocess.Popen(
            ["unshare", "-m", "-n", "-p", "-f", "--kill-child", "sh", "-c", ENTER.format(pairs=pairs)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.holder.stdout is not None
        assert self.holder.stdout.readline() == "ready\n", "the namespaces could not be made"

    def start(self) -> None:
        """Start the daemon and wait until its socket answers."""
        argv = ["libvirtd", "--config", str(self.home / "libvirtd.conf")]
        if self.holder is not None:
            argv = ["nsenter", "-t", str(child(self.holder.pid)), "-m", "-n", "-p", *argv]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                argv, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        limit = time.monotonic() + 20
        while not self.answers():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < limit, "libvirtd does not answer"
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether somebody accepts on its socket."""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket)) == 0

    def freeze(self) -> None:
        """Let the daemon hang until `thaw`."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the daemon go on, and nsenter, which has stopped itself because its child had."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGCONT)
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        assert self.process is not None
        os.kill(self.process.pid if self.holder is None else child(self.process.pid), number)

    def kill(self) -> None:
        """End the daemon the hard way; its guests run on."""
        self._signal(signal.SIGKILL)
        assert self.process is not None
        self.process.wait()
        self.process = None

    def close(self) -> None:
        """End the daemon, its guests and its namespaces."""
        if self.session:
            for record in (self.home / "run/libvirt/qemu/run").glob("*.pid"):
                os.kill(int(record.read_text()), signal.SIGKILL)
        if self.process is not None and self.process.poll() is None:
            self.kill()
        if self.holder is not None:
            self.holder.kill()
            self.holder.wait()
            assert self.holder.stdout is not None
            self.holder.stdout.close()


def begin(home: Path, *, session: bool | None = None) -> Libvirtd:
    """A running private libvirtd under ``home`` (a short path: Unix sockets allow 107 bytes)."""
    daemon = Libvirtd(home, os.geteuid() != 0 if session is None else session)
    try:
        daemon.prepare()
        daemon.start()
    except BaseException:
        daemon.close()
        raise
    return daemon
