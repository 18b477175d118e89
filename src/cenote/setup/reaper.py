"""A parent for libvirtd where the first process of a container does not collect the orphans that end.

QEMU leaves its parent when it starts. When it ends, it stays in the process table until somebody asks how it ended,
which is init's work; libvirtd waits for it to disappear, 40 s in vain for each. Many containers run a program as their
first process that never asks. This one stays between: it starts the program, collects whatever ends below it, and goes
when all of that has ended; told to end (SIGTERM), it tells the program and goes with it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of linux/prctl.h
_PATIENCE = 1.0  # seconds for init to collect an orphan: one that does takes a moment


def needed() -> bool:
    """Whether an orphan that has ended stays in the process table."""
    told = subprocess.run(["/bin/sh", "-c", "/bin/true & echo $!"], capture_output=True, text=True, check=True).stdout
    orphan = Path(f"/proc/{int(told)}")
    limit = time.monotonic() + _PATIENCE
    while orphan.exists():
        if time.monotonic() > limit:
            return True
        time.sleep(0.01)  # whose child it is now decides who hears of its end: not we
    return False


def wrapped(argv: Sequence[str | Path]) -> list[str | Path]:
    """The command that runs ``argv`` below a parent of this kind."""
    return [sys.executable, "-S", "-E", "-P", __file__, *argv]


def main(argv: Sequence[str]) -> int:
    """Run ``argv`` and collect what ends below; answers its exit status."""
    if ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    told: list[int] = []
    children: list[int] = []

    def pass_on(number: int, _: object) -> None:
        told.append(number)
        for each in children:
            with suppress(ProcessLookupError):  # it has ended just now
                os.kill(each, number)

    signal.signal(signal.SIGTERM, pass_on)
    child = os.posix_spawnp(argv[0], list(argv), os.environ)
    children.append(child)
    if told:  # before there was anybody to tell
        os.kill(child, signal.SIGTERM)
    status, running = 0, True
    while running or not told:
        try:
            ended, how = os.wait()
        except ChildProcessError:
            break
        if ended == child:
            children.clear()
            status, running = os.waitstatus_to_exitcode(how), False
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
