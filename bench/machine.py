"""What machine a figure is of: a number without it says nothing."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from cenote import __version__
from cenote.base.command import run


def describe() -> dict[str, str]:
    """The processor, memory, kernel and the versions that matter."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        "unknown",
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": model,
        "cores": str(os.cpu_count()),
        "memory": f"{memory / 2**30:.0f} GiB",
        "kernel": platform.release(),
        "python": platform.python_version(),
        "qemu": run(["qemu-system-x86_64", "--version"]).stdout.splitlines()[0],
        "libvirt": run(["libvirtd", "--version"]).stdout.strip(),
        "cenote": __version__,
    }
