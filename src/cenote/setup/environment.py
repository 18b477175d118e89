"""The locked virtual environment: made with the system's Python, filled by a pinned uv from lock files with hashes."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import shutil
import site
import sys
import textwrap
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cenote.base.command import CommandError
from cenote.setup.failure import Failure
from cenote.setup.machine import Machine
from cenote.setup.place import Place
from cenote.setup.screen import Report
from cenote.setup.step import Step

SYSTEM_PYTHON = "/usr/bin/python3"
"""Debian's own: python3-dev has the headers for it."""
SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
STAMP = "cenote.json"

_OFFLINE = re.compile(
    r"dns error|[Tt]emporary failure in name|[Ff]ailed to resolve|[Nn]etwork is unreachable|connect error|timed out"
)
_WAY_OF_PIP = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}
"""The settings of pip that say where packages come from, and the variables by which uv knows the same."""


def step(machine: Machine, place: Place, *, develop: bool = False) -> Step:
    """The step that makes the virtual environment hold what the lock says: that to run Cenote, or to develop it."""
    kind = "dev" if develop else "run"
    lock = place.checkout / "requirements" / f"{kind}.lock"

    def there() -> str | None:
        stamp = read_stamp(place)
        enough = {"dev"} if develop else {"run", "dev"}
        fits = stamp.get("kind") in enough and stamp.get("locks", {}).get(stamp["kind"]) == digest(place, stamp["kind"])
        if not fits or not works(machine, place):
            return None
        join(place)
        return f"{stamp['packages']} packages, as locked"

    def do(report: Report) -> str:
        Environment(machine, place, report).fill(lock)
        count = len(re.findall(r"^[a-zA-Z0-9][^ ]*==", lock.read_text(encoding="utf-8"), re.MULTILINE))
        found = {"kind": kind, "packages": count, "locks": {kind: digest(place, kind)}}
        (place.venv / STAMP).write_text(json.dumps(found), encoding="utf-8")
        join(place)
        return f"{count} packages, as locked"

    return Step("Python environment", there, do)


def digest(place: Place, kind: str) -> str:
    """What the environment must be filled anew for: a change of the lock, or of what the project says of itself."""
    known = hashlib.sha256((place.checkout / "requirements" / f"{kind}.lock").read_bytes())
    about = tomllib.loads((place.checkout / "pyproject.toml").read_text(encoding="utf-8"))
    known.update(repr((about["project"], about["build-system"])).encode())
    return known.hexdigest()


def read_stamp(place: Place) -> Mapping[str, Any]:
    """What the environment was last filled with; empty where it never was."""
    try:
        found: dict[str, Any] = json.loads((place.venv / STAMP).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found


def works(machine: Machine, place: Place) -> bool:
    """Whether the environment's Python runs and is of our version: it does not after an upgrade of the distribution."""
    try:
        machine.run([place.python, "-S", "-c", f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"])
    except CommandError:
        return False
    return True


def join(place: Place) -> None:
    """Let this process import what is installed there: the later steps need it, and its Python is of our version."""
    major, minor = sys.version_info[:2]
    site.addsitedir(str(place.venv / "lib" / f"python{major}.{minor}" / "site-packages"))


class Environment:
    """Makes and fills the virtual environment; raises :class:`Failure`."""

    def __init__(self, machine: Machine, place: Place, report: Report) -> None:
        self.machine = machine
        self.place = place
        self.report = report
        self._printed: list[str] = []

    def fill(self, lock: Path) -> None:
        """Have exactly the packages of ``lock``, and the project itself as it stands in the checkout."""
        uv = self.uv()
        if not works(self.machine, self.place):
            self.report("making the environment", 0.2)
            shutil.rmtree(self.place.venv, ignore_errors=True)
            self._run([self._python(), "-m", "venv", "--without-pip", self.place.venv])
        (self.place.venv / STAMP).unlink(missing_ok=True)
        build = self.place.checkout / "requirements" / "build.lock"
        ways = self.ways()
        shared: list[str | Path] = ["--python", self.place.python, "--build-constraints", build, "--no-progress"]
        self.report("fetching the packages", 0.25)
        self._run([uv, "pip", "sync", *shared, "--require-hashes", lock], ways)
        self.report("installing Cenote itself", 0.95)
        self._run([uv, "pip", "install", *shared, "--no-deps", "--editable", self.place.checkout], ways)

    def uv(self) -> Path:
        """The pinned uv, in an environment of its own: filling ours would remove it."""
        lock = self.place.checkout / "requirements" / "uv.lock"
        home = self.place.tools / f"uv-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
        uv = home / "bin" / "uv"
        try:
            self.machine.run([uv, "--version"])
        except CommandError:
            self.report("fetching uv, which installs Python packages", 0.05)
            shutil.rmtree(self.place.tools, ignore_errors=True)
            self._run([self._python(), "-m", "venv", home])
            self._run([home / "bin" / "pip", "install", "--no-input", "--require-hashes", "--no-deps", "-r", lock])
        return uv

    def ways(self) -> dict[str, str]:
        """How uv reaches packages: as uv is told in the environment, else as pip is configured on this machine."""
        known = self.machine.environment
        found = {"UV_NO_MANAGED_PYTHON": "1", "UV_LINK_MODE": "copy", **self._ways_of_pip(known)}
        if Path(SYSTEM_CERTIFICATES).exists():
            found["UV_SYSTEM_CERTS"] = found["UV_NATIVE_TLS"] = "1"  # the second is the older name
        return found

    def _ways_of_pip(self, known: Mapping[str, str]) -> dict[str, str]:
        if any(name in known for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_CONFIG_FILE")):
            return {}
        pip = next(self.place.tools.glob("uv-*/bin/pip"))
        found: dict[str, str] = {}
        for line in self.machine.run([pip, "config", "list"]).stdout.splitlines():
            key, _, value = line.partition("=")
            variable = _WAY_OF_PIP.get(key.rpartition(".")[2])
            if variable is not None and variable not in known:
                found[variable] = " ".join("".join(shlex.split(value)).split())
        if "UV_INDEX" in found:
            found["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # as pip does; the hashes say what is the right file
        if "UV_FIND_LINKS" in found:
            found["UV_FIND_LINKS"] = ",".join(found["UV_FIND_LINKS"].split())
        return found

    def _python(self) -> str:
        return SYSTEM_PYTHON if Path(SYSTEM_PYTHON).exists() else "python3"

    def _run(self, argv: Sequence[str | Path], env: Mapping[str, str] | None = None) -> None:
        self._printed = []

        def seen(line: str) -> None:
            self._printed.append(line)
            if (text := _spoken(line)) is not None:
                self.report(text, 0.6 if "libvirt" in text else None)

        if self.machine.follow(argv, self.place.setup_log, seen, env) != 0:
            raise self._failure()

    def _failure(self) -> Failure:
        what = "The Python environment could not be made"
        why = textwrap.dedent("\n".join(line for line in self._printed[-12:] if line.strip()))
        everything = "\n".join(self._printed)
        if _OFFLINE.search(everything):
            return Failure(
                what,
                why,
                "see that this machine reaches the Python package index",
                "or name your mirror: PIP_INDEX_URL in the environment, or index-url in /etc/pip.conf",
            )
        if "No space left" in everything:
            return Failure(what, why, "make room on the disk, then run this again")
        return Failure(what, why, f"remove {self.place.venv} and run this again", "if that fails too, read the log")


def _spoken(line: str) -> str | None:
    """What uv and pip say that a person may want to see, in our words."""
    match = re.match(r"\s*(Building|Downloading|Collecting|Prepared|Installed) ([\w.-]+)(?:==([\w.]+))?", line)
    if match is None:
        return None
    if match[1] == "Prepared":
        return f"fetched: {match[2]}"
    if match[1] == "Installed":
        return f"installed: {match[2]}"
    verb = "building" if match[1] == "Building" else "fetching"
    return f"{verb} {match[2]}" + (" (a C compiler at work)" if "libvirt" in match[2] else "")
