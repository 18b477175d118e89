"""The programs of the host that a build runs."""

import os
import shutil
from pathlib import Path

from cenote.setup.tinylinux.errors import BuildError

PROGRAMS = {
    "apt-cache": "apt",
    "apt-get": "apt",
    "dpkg-deb": "dpkg",
    "mcopy": "mtools",
    "mformat": "mtools",
    "mke2fs": "e2fsprogs",
    "mmd": "mtools",
    "qemu-img": "qemu-utils",
    "zstd": "zstd",
}
"""Program -> the Debian package that brings it."""


def tool(program: str) -> Path:
    """Where ``program`` is. Also looked for in the folders that only root has in its PATH.

    Raises :class:`BuildError` when it is not installed.
    """
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"))
    found = shutil.which(program, path=path)
    if found is None:
        raise BuildError(f"the program {program} is missing", f"install the Debian package {PROGRAMS[program]}")
    return Path(found)


def require() -> None:
    """Look for every program, so that a build does not begin that can't end. Raises :class:`BuildError`."""
    missing: set[str] = set()
    for program, package in PROGRAMS.items():
        try:
            tool(program)
        except BuildError:
            missing.add(package)
    if missing:
        names = " ".join(sorted(missing))
        raise BuildError(f"programs of these packages are missing: {names}", f"apt-get install {names}")
