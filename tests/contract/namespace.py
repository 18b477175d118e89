"""Let a test work in network and mount namespaces of its own, so that nothing it does reaches the machine.

Namespaces belong to a thread: the test's thread moves, and the programs that it starts are born there.
"""

import ctypes
import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager

import pytest

_NEWNS = 0x00020000  # CLONE_NEWNS and CLONE_NEWNET of sched.h
_NEWNET = 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)


def needs_root() -> None:
    """Skip the test where namespaces can't be made."""
    if os.geteuid() != 0:
        pytest.skip("needs root to make namespaces")


@contextmanager
def namespaces(*, network: bool) -> Generator[None]:
    """Be in a fresh mount namespace, and in a fresh network namespace with its own /sys when asked to."""
    needs_root()
    kinds = {"mnt": _NEWNS} | ({"net": _NEWNET} if network else {})
    kept = {kind: os.open(f"/proc/thread-self/ns/{kind}", os.O_RDONLY | os.O_CLOEXEC) for kind in kinds}
    here = os.getcwd()  # noqa: PTH109
    try:
        _checked(_LIBC.unshare(sum(kinds.values())))
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)
        if network:
            subprocess.run(["mount", "-t", "sysfs", "sysfs", "/sys"], check=True)
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        yield
    finally:
        for kind, handle in kept.items():
            _checked(_LIBC.setns(handle, kinds[kind]))
            os.close(handle)
        os.chdir(here)


def _checked(status: int) -> None:
    if status:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
