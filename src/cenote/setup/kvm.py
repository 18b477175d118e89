"""``/dev/kvm`` as udev's own rules leave it, for machines where no udev runs.

A libvirtd whose guests' account may not open a device that is there asks QEMU what it can do again and again: each
start of a guest takes half a minute then (libvirt 9.0 keeps no answer that it takes for outdated).
"""

from __future__ import annotations

import grp
import os
import stat
from pathlib import Path

DEVICE = Path("/dev/kvm")
GROUP = "kvm"
MODE = 0o660
"""Group and mode as in systemd's 50-udev-default.rules."""


def hand_over(device: Path = DEVICE) -> bool:
    """Let the group ``kvm`` use the device, if nobody but root may so far; answers whether anything was changed.

    Only root can; for anybody else nothing is done.
    """
    if os.geteuid() != 0:
        return False
    try:
        found = device.stat()
        group = grp.getgrnam(GROUP).gr_gid
    except (FileNotFoundError, KeyError):
        return False
    if not stat.S_ISCHR(found.st_mode) or found.st_gid != 0 or stat.S_IMODE(found.st_mode) & 0o066:
        return False
    os.chown(device, 0, group)
    device.chmod(MODE)
    return True
