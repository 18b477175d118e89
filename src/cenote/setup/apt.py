"""Debian packages: which are missing, and installing them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from cenote.setup.failure import Failure
from cenote.setup.machine import Machine
from cenote.setup.packages import Package
from cenote.setup.screen import Report
from cenote.setup.step import Step

LISTS = Path("/var/lib/apt/lists")
RELEASE = Path("/etc/os-release")
PATIENCE = 300  # seconds to wait for another apt: unattended upgrades take minutes
TRIED = {"12", "13"}
"""The releases of Debian that the tests run on."""

APT = (
    # apt closes the status descriptor for the scripts of packages: it must be another one than their output.
    "sh", "-c", 'exec 9>&1; exec "$@"', "sh",
    "apt-get",
    "-o", "APT::Status-Fd=9",
    "-o", f"DPkg::Lock::Timeout={PATIENCE}",
    "-o", "Dpkg::Use-Pty=0",
    "-o", "Dpkg::Options::=--force-confdef",
    "-o", "Dpkg::Options::=--force-confold",
    "-o", "Acquire::Retries=3",
)  # fmt: skip
QUIET = {
    "DEBIAN_FRONTEND": "noninteractive",
    "APT_LISTCHANGES_FRONTEND": "none",
    "NEEDRESTART_MODE": "l",
    "LC_ALL": "C.UTF-8",
}

_STATUS = re.compile(r"(dlstatus|pmstatus):[^:]*(?::[^:]*)??:([0-9.]+):(.*)")
_STALE = re.compile(
    r"404 +Not Found|Unable to locate package|has no installation candidate|Unable to fetch some archives"
)
_BROKEN = re.compile(r"dpkg was interrupted|Unmet dependencies|dpkg --configure -a|--fix-broken")
_LOCKED = re.compile(r"Could not get lock (\S+?)\.? .*held by process (\d+)(?: \(([^)]*)\))?")
_OFFLINE = re.compile(
    r"Temporary failure resolving|Could not resolve|Could not connect|Connection timed out|Network is unreachable"
)
_FULL = re.compile(r"No space left on device|don't have enough free space")


def step(
    machine: Machine, packages: Sequence[Package], log: Path, release: Path = RELEASE, lists: Path = LISTS
) -> Step:
    """The step that makes ``packages`` be there."""

    def there() -> str | None:
        if machine.which("dpkg-query") is None:
            raise _not_debian(release)
        return None if missing(machine, packages) else f"all {len(packages)} are there"

    def do(report: Report) -> str:
        lacking = missing(machine, packages)
        check(machine, lacking, release)
        Installation(machine, log, report, lists).install([package.name for package in lacking])
        still = missing(machine, packages)
        if still:
            raise Failure("Debian packages are still missing", ", ".join(package.name for package in still), *_LOOK)
        return f"{len(lacking)} installed"

    return Step("Debian packages", there, do)


def missing(machine: Machine, packages: Iterable[Package]) -> list[Package]:
    """Those of ``packages`` that are not installed."""
    listing = machine.run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n"]).stdout
    there = {line.split()[0] for line in listing.splitlines() if line.endswith(" installed")}
    return [package for package in packages if package.name not in there]


def check(machine: Machine, lacking: Sequence[Package], release: Path = RELEASE) -> None:
    """Refuse where the packages can't be installed: another distribution or processor, no rights."""
    about = os_release(release)
    if "debian" not in (about.get("ID"), *about.get("ID_LIKE", "").split()):
        raise _not_debian(release)
    if machine.architecture() != "x86_64":
        why = f"this machine's processor is {machine.architecture()}"
        raise Failure("Cenote runs on 64-bit PCs (x86_64)", why, "use a machine with an Intel or AMD processor")
    if not machine.root():
        names = " ".join(package.name for package in lacking)
        raise Failure(
            "Debian packages are missing, and only root may install them",
            "\n".join(f"{package.name}: {package.purpose}" for package in lacking),
            f"as root: apt-get update && apt-get install --no-install-recommends -y {names}",
            "then run this again as yourself",
        )


def os_release(path: Path = RELEASE) -> Mapping[str, str]:
    """The settings of os-release(5); empty where there is no such file."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {name: value.strip().strip("\"'") for name, _, value in pairs}


class Installation:
    """One installation of packages, with the repairs that an earlier, broken one may need."""

    def __init__(self, machine: Machine, log: Path, report: Report, lists: Path = LISTS) -> None:
        self.machine = machine
        self.log = log
        self.report = report
        self.lists = lists
        self._printed: list[str] = []

    def install(self, names: Sequence[str]) -> None:
        """Install packages; raises :class:`Failure`."""
        updated = not any(self.lists.glob("*_Packages*"))
        if updated:
            self._update()
        self.report(f"{len(names)} packages: looking up what they need", 0.0)
        if self._apt_install(names) == 0:
            return
        if self._said(_BROKEN):
            self._repair()
        if not updated and self._said(_STALE):
            self._update()
        elif not self._said(_BROKEN):
            raise self._failure("Debian packages could not be installed")
        if self._apt_install(names) != 0:
            raise self._failure("Debian packages could not be installed")

    def _apt_install(self, names: Sequence[str]) -> int:
        return self._run([*APT, "install", "--no-install-recommends", "-y", *names], _Meter(self.report))

    def _update(self) -> None:
        before = self._printed
        self.report("reading the lists of packages")
        if self._run([*APT, "update"], _Meter(self.report, download=1.0)) != 0:
            raise self._failure("Debian's lists of packages could not be read")
        self._printed = before + self._printed

    def _repair(self) -> None:
        said = self._printed
        self.report("finishing an installation that was interrupted")
        for argv in (["dpkg", "--configure", "-a"], [*APT, "--fix-broken", "install", "-y"]):
            if self._run(argv, _Meter(self.report)) != 0:
                raise self._failure("An interrupted installation could not be finished")
        self._printed = said

    def _run(self, argv: Sequence[str], meter: _Meter) -> int:
        self._printed = []

        def seen(line: str) -> None:
            if meter(line):
                return
            self._printed.append(line)
            if (held := _LOCKED.search(line)) is not None:
                self.report(f"waiting for process {held[2]} ({held[3] or 'another apt'}), which installs packages")

        return self.machine.follow(argv, self.log, seen, QUIET)

    def _said(self, pattern: re.Pattern[str]) -> bool:
        return any(pattern.search(line) for line in self._printed)

    def _failure(self, what: str) -> Failure:
        lines = [
            line for line in self._printed if line.startswith(("E:", "Err:", "W:", "dpkg: error"))
        ] or self._printed
        why = "\n".join(lines[-6:]) or "apt-get says nothing about the cause"
        if self._said(_LOCKED):
            return Failure(
                what, why, f"another program has been installing packages for {PATIENCE // 60} minutes: let it end"
            )
        if self._said(_FULL):
            return Failure(what, why, "make room on the disk (df -h /var /usr), then run this again")
        if self._said(_OFFLINE):
            return Failure(
                what,
                why,
                "see that this machine reaches the mirror named in /etc/apt/sources.list or /etc/apt/sources.list.d",
                "where there is a proxy, name it to apt: Acquire::http::Proxy in /etc/apt/apt.conf.d",
            )
        return Failure(what, why, *_LOOK)


class _Meter:
    """Reads apt's status lines (APT::Status-Fd): downloads are the first ``download`` of the bar, dpkg the rest."""

    def __init__(self, report: Report, download: float = 0.5) -> None:
        self.report: Callable[[str, float | None], object] = report
        self.download = download

    def __call__(self, line: str) -> bool:
        """Show a status line; answers whether it was one."""
        match = _STATUS.fullmatch(line)
        if match is None:
            return line.startswith(("dlstatus:", "pmstatus:", "pmconffile:"))
        kind, percent, text = match[1], float(match[2]) / 100, match[3]
        if kind == "dlstatus":
            self.report(text[:1].lower() + text[1:], percent * self.download)
        else:
            self.report(text[:1].lower() + text[1:], self.download + percent * (1 - self.download))
        return True


_LOOK = ("read the end of the log named below; `apt-get -f install` as root repairs most half-done installations",)


def _not_debian(release: Path) -> Failure:
    name = os_release(release).get("PRETTY_NAME", "an unknown system")
    return Failure(
        "Cenote's set-up knows Debian 12 and 13 only",
        f"this machine runs {name}",
        "run it on Debian 12 or 13: a virtual machine or a container will do",
    )
