"""Run one of the network's programs; its failures become this room's errors."""

import os
import shutil
from collections.abc import Sequence

from cenote.base.command import CommandError, run
from cenote.network.errors import PermissionDenied, ToolFailed, ToolMissing

PACKAGES = {
    "ip": "iproute2",
    "nft": "nftables",
    "dnsmasq": "dnsmasq-base",
    "ovs-vsctl": "openvswitch-switch",
    "ovs-dpctl": "openvswitch-switch",
    "unshare": "util-linux",
}
"""The program -> Debian's package."""

_DEADLINE = 30.0  # seconds; each of these answers in milliseconds unless the host is in trouble
_FORBIDDEN = ("Operation not permitted", "Permission denied", "must be root")


def search() -> str:
    """Where programs are looked for: Debian keeps these where a user's PATH doesn't lead."""
    return f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin:/sbin"


def there(program: str) -> bool:
    """The program is installed."""
    return shutil.which(program, path=search()) is not None


def ran(argv: Sequence[str], stdin: str | None = None) -> str:
    """What the program printed. ``ToolMissing``, ``PermissionDenied``, ``ToolFailed``."""
    try:
        return run(argv, stdin=stdin, timeout=_DEADLINE, env={**os.environ, "LC_ALL": "C", "PATH": search()}).stdout
    except CommandError as error:
        if error.status is None and error.cause.startswith("not found"):
            raise ToolMissing(argv[0], PACKAGES.get(argv[0], argv[0])) from error
        lines = error.stderr.strip().splitlines()
        why = "; ".join(line.removeprefix(f"{argv[0]}: ") for line in lines) or error.cause
        if any(words in why for words in _FORBIDDEN):
            raise PermissionDenied(f"{' '.join(argv)}: {why}") from error
        raise ToolFailed(argv[0], why) from error
