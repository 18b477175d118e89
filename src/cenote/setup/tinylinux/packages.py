"""The Debian packages that the tiny Linux is made of, fetched and unpacked by the host's own apt.

Nothing here is installed: a package is downloaded, checked by apt against its signed lists, and unpacked into a folder.
"""

import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from cenote.base.command import CommandError, Output, run
from cenote.setup.tinylinux.errors import BuildError
from cenote.setup.tinylinux.tool import PROGRAMS, tool

HOST_PACKAGES = tuple(sorted({*PROGRAMS.values()} - {"apt", "dpkg"}))
"""What must be installed on the host for a build, besides apt and dpkg, which every Debian has."""

KERNEL = "linux-image-cloud-amd64"
ROOTS = (
    KERNEL, "busybox-static", "dropbear-bin", "qemu-guest-agent", "syslinux", "syslinux-common", "systemd-boot-efi",
)  # fmt: skip
"""What the tiny Linux is made of; their shared libraries come with them."""

_FOLLOWED = re.compile(r"lib|zlib1g$|linux-image-[0-9].*-cloud-amd64$")
MARK = ".version"
_TOO_LONG = 900.0  # seconds: a slow mirror may need minutes for the kernel's 27 MB


@dataclass(frozen=True, slots=True)
class Package:
    """A package at the version that this host's apt would install."""

    name: str
    version: str


def dependencies(listing: str) -> dict[str, list[str]]:
    """Package -> what it depends on, from what ``apt-cache depends --recurse`` prints. Virtual names are left out."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in listing.splitlines():
        if line and not line[0].isspace():
            current = found.setdefault(line.strip(), [])
        elif (match := re.match(r"\s+\|?(?:Pre)?Depends: ([^<\s]+)", line)) is not None:
            current.append(match[1])
    return found


def closure(roots: Iterable[str], known: dict[str, list[str]]) -> list[str]:
    """``roots``, the shared libraries that they need, and the kernel that its meta package names: sorted names."""
    found: set[str] = set()
    todo = list(roots)
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        todo.extend(other for other in known.get(name, ()) if _FOLLOWED.match(other))
    return sorted(found)


def resolve() -> list[Package]:
    """The packages for a build, as this host's apt would choose them. Raises :class:`BuildError`."""
    listing = _apt([tool("apt-cache"), "depends", "--recurse", "--important", *ROOTS], "find the packages").stdout
    names = closure(ROOTS, dependencies(listing))
    shown = _apt([tool("apt-cache"), "show", "--no-all-versions", *names], "read the versions of the packages").stdout
    versions = dict(re.findall(r"^Package: (\S+)$.*?^Version: (\S+)$", shown, re.MULTILINE | re.DOTALL))
    missing = [name for name in names if name not in versions]
    if missing:
        raise BuildError(f"apt knows no version of {', '.join(missing)}", _REFRESH)
    return [Package(name, versions[name]) for name in names]


def fetch(packages: Iterable[Package], folder: Path, progress: Callable[[str], None]) -> None:
    """Download every package and unpack it into ``folder/<name>``; call ``progress`` with what is done next.

    A package that is there in this version is taken as it is: it was renamed into place when it was whole. So a build
    that was interrupted goes on from where it was. Raises :class:`BuildError`.
    """
    missing = [package for package in packages if not _is_there(package, folder / package.name)]
    kernel = [package for package in missing if package.name.startswith("linux-image-")]
    rest = [package for package in missing if package not in kernel]
    for group, what in ((rest, f"downloading {len(rest)} packages"), (kernel, "downloading the kernel")):
        if group:
            progress(what)
            _fetch(group, folder)


def _is_there(package: Package, where: Path) -> bool:
    mark = where / MARK
    return mark.is_file() and mark.read_text() == package.version


def _fetch(packages: list[Package], folder: Path) -> None:
    loaded = folder / "loaded.part"
    shutil.rmtree(loaded, ignore_errors=True)
    loaded.mkdir(parents=True)
    # Root's apt would hand the download to its user _apt, who may not write here; the files are checked all the same.
    wanted = [f"{package.name}={package.version}" for package in packages]
    names = ", ".join(package.name for package in packages)
    _apt([tool("apt-get"), "download", "-q", "-o", "APT::Sandbox::User=root", *wanted], f"download {names}", loaded)
    for package in packages:
        _unpack(package, loaded, folder / package.name)
    shutil.rmtree(loaded)


def _unpack(package: Package, loaded: Path, where: Path) -> None:
    part = where.with_name(f"{package.name}.part")
    for stale in (where, part):
        shutil.rmtree(stale, ignore_errors=True)
    # apt writes the version's colon as %3a in the file's name; the name alone is unique here
    for deb in loaded.glob(f"{package.name}_*.deb"):
        _apt([tool("dpkg-deb"), "--extract", deb, part], f"unpack {package.name}")
    (part / MARK).write_text(package.version)
    part.rename(where)


_REFRESH = "run `apt-get update` as root and see that /etc/apt names a Debian mirror that answers"


def _apt(argv: list[str | Path], what: str, cwd: Path | None = None) -> Output:
    try:
        return run(argv, timeout=_TOO_LONG, cwd=cwd)
    except CommandError as error:
        raise BuildError(f"could not {what}: {error}", _REFRESH) from error
