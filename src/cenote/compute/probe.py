"""Which hypervisor this host has, found by trying."""

import os
import tempfile
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from cenote.base.command import CommandError, run

XEN_CAPABILITIES = Path("/proc/xen/capabilities")
KVM_DEVICE = Path("/dev/kvm")
EMULATOR = "qemu-system-x86_64"
LIMIT = 3.0  # seconds for a guest that needs a tenth of one
ANSWER = 0x2A
EXIT_PORT = 0xF4


class Driver(Enum):
    """What runs guests."""

    XEN = "xen"
    KVM = "kvm"
    QEMU = "qemu"


@dataclass(frozen=True, slots=True)
class Choice:
    """The hypervisor to use, and one sentence that says what was found and why."""

    driver: Driver
    uri: str
    sentence: str


def boot_sector() -> bytes:
    """A disk whose whole system writes `ANSWER` to QEMU's exit port: mov al, answer; mov dx, port; out dx, al; halt."""
    code = bytes([0xB0, ANSWER, 0xBA, EXIT_PORT, 0x00, 0xEE, 0xF4, 0xEB, 0xFD])
    return code.ljust(510, b"\0") + b"\x55\xaa"


def probe_guest(accelerator: str, emulator: str = EMULATOR) -> str:
    """Run a guest for a moment; "" when it really ran, else why not."""
    with tempfile.TemporaryDirectory(prefix="cenote-probe-") as folder:
        disk = Path(folder, "disk")
        disk.write_bytes(boot_sector())
        machine = [
            "-machine",
            "pc",
            "-accel",
            accelerator,
            "-m",
            "16",
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
        ]
        processor = ["-cpu", "host" if accelerator == "kvm" else "max"]
        devices = ["-device", f"isa-debug-exit,iobase={EXIT_PORT},iosize=1"]
        drive = ["-drive", f"file={disk},format=raw,if=floppy,readonly=on"]
        try:
            run([emulator, *machine, *processor, *devices, *drive], timeout=LIMIT)
        except CommandError as error:
            ran = error.status == ANSWER << 1 | 1  # how isa-debug-exit turns a byte into an exit status
            return "" if ran else f"a trial guest on {accelerator.upper()} failed ({error})"
        return f"a trial guest on {accelerator.upper()} ended without a word"


def choose(uri: str = "auto") -> Choice:
    """The hypervisor of this host; a configured ``uri`` only has its acceleration probed."""
    if uri == "auto":
        uri = default_uri(xen=is_xen(), root=os.geteuid() == 0)
    if uri.startswith("xen"):
        return Choice(Driver.XEN, uri, f"Xen runs the guests ({uri}): this is its control domain")
    return accelerated(uri, obstacle(KVM_DEVICE) or probe_guest("kvm"))


def default_uri(*, xen: bool, root: bool) -> str:
    """Where libvirt is found: Xen's in its control domain, else the system's QEMU for root, else one's own."""
    if xen:
        return "xen:///system"
    return "qemu:///system" if root else "qemu:///session"


def accelerated(uri: str, why: str) -> Choice:
    """QEMU at ``uri``: with KVM, unless ``why`` says why not."""
    if why:
        return Choice(Driver.QEMU, uri, f"QEMU emulates the guests' processors ({uri}): {why}")
    return Choice(Driver.KVM, uri, f"QEMU with KVM runs the guests ({uri}): a trial guest ran")


def obstacle(device: Path) -> str:
    """Why KVM can't even be tried; "" when it can."""
    if not device.exists():
        return f"{device} is not there"
    return "" if os.access(device, os.R_OK | os.W_OK) else f"{device} may not be opened"


def is_xen() -> bool:
    """Whether this is the control domain of a Xen host."""
    try:
        return "control_d" in XEN_CAPABILITIES.read_text()
    except OSError:
        return False
