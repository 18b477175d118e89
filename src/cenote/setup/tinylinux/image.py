"""Build the image, once: everything lies in a cache folder, and a second build finds it there."""

import fcntl
import hashlib
import json
import platform
import shutil
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from cenote.base.command import CommandError
from cenote.setup.tinylinux import disk, key, packages, root, tool
from cenote.setup.tinylinux.errors import BuildError

Progress = Callable[[str, float], None]

IMAGE, PRIVATE, PUBLIC, MANIFEST = "tinylinux.qcow2", "id_ed25519", "id_ed25519.pub", "manifest.json"
COMMAND_LINE = "console=tty0 console=ttyS0,115200 quiet cryptomgr.notests memhp_default_state=online"
"""What the kernel is told: no self tests of its ciphers (0.15 s under emulation); memory that the host adds is used."""


@dataclass(frozen=True, slots=True)
class TinyLinux:
    """A built image: a qcow2 disk for BIOS and UEFI, and the private key (mode 0600) that opens it as root over SSH.

    ``fingerprint`` names what it was made of (this recipe, the packages' versions); ``kernel`` is its kernel's release.
    """

    image: Path
    key: Path
    fingerprint: str
    kernel: str


def build(cache: Path, progress: Progress, *, refresh: bool = False) -> TinyLinux:
    """The image in ``cache``; built first if this recipe was not built there on this release of Debian.

    ``progress`` hears what is done and the fraction that is behind. ``refresh`` asks apt whether the packages are still
    the same and builds again if not. A build that fails or is killed leaves no image; the next goes on with the
    packages that it had. Two builds at a time wait for each other. Raises :class:`BuildError`.
    """
    try:
        with _locked(cache):
            return _build(cache, progress, refresh)
    except (OSError, CommandError) as error:
        raise BuildError(str(error), f"see that {cache} can be written and has 300 MB to spare") from error


def find(cache: Path) -> TinyLinux | None:
    """The newest image in ``cache`` that this recipe made, if there is one."""
    built = sorted(cache.glob(f"{recipe()}-*/{MANIFEST}"), key=lambda path: path.stat().st_mtime_ns)
    return _read(built[-1].parent) if built else None


def recipe() -> str:
    """A short digest of what decides over the image besides the packages: this code, the guest's files, the release."""
    digest = hashlib.sha256(debian_release().encode())
    for path, data in sorted(root.own(files("cenote.setup.tinylinux"))):
        if not path.endswith(".pyc"):
            digest.update(f"\0{path}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()[:16]


def debian_release() -> str:
    """The VERSION_ID of the host's os-release file ("12", "13"); that of its packages, and so the guest's."""
    try:
        return platform.freedesktop_os_release().get("VERSION_ID", "unstable")
    except OSError:
        return "unknown"


def _build(cache: Path, progress: Progress, refresh: bool) -> TinyLinux:
    known = find(cache)
    if known is not None and not refresh:
        return known
    tool.require()
    progress("asking apt for the packages", 0.0)
    chosen = packages.resolve()
    versions = {package.name: package.version for package in chosen}
    target = cache / f"{recipe()}-{_digest(versions)}"
    if (target / MANIFEST).is_file():
        return _read(target)
    unpacked = cache / "packages"
    packages.fetch(chosen, unpacked, lambda what: progress(what, 0.3 if "kernel" in what else 0.1))
    for stale in cache.glob("building.*"):
        shutil.rmtree(stale)
    part = Path(tempfile.mkdtemp(prefix="building.", dir=cache))
    try:
        _make(part, unpacked, versions, progress)
        part.chmod(0o755)
        part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(unpacked)
    progress("the tiny Linux is built", 1.0)
    return _read(target)


def _make(folder: Path, unpacked: Path, versions: dict[str, str], progress: Progress) -> None:
    """Write image, keys and manifest into ``folder``."""
    pair = key.make()
    vmlinuz = root.find(unpacked, "linux-image-*/boot/vmlinuz-*")
    kernel = vmlinuz.name.removeprefix("vmlinuz-")
    progress("putting the root file system together", 0.7)
    archive, packed, raw = folder / "root.cpio", folder / "root.cpio.zst", folder / "disk.raw"
    archive.write_bytes(root.assemble(unpacked, kernel, release(debian_release(), kernel), pair.public))
    disk.compress(archive, packed)
    progress("writing the disk", 0.85)
    content = boot_files(unpacked, vmlinuz.read_bytes(), packed.read_bytes())
    layout = disk.plan(sum(len(data) for data in content.values()))
    syslinux = root.find(unpacked, "syslinux/usr/bin/syslinux")
    loader = root.find(unpacked, "syslinux-common/usr/lib/syslinux/mbr/mbr.bin").read_bytes()
    disk.write(raw, layout, content, syslinux, loader)
    progress("compressing the disk", 0.9)
    disk.pack(raw, folder / IMAGE)
    for scrap in (archive, packed, raw):
        scrap.unlink()
    (folder / PRIVATE).touch(0o600)
    (folder / PRIVATE).write_bytes(pair.private)
    (folder / PUBLIC).write_text(f"{pair.public}\n")
    manifest = {"kernel": kernel, "fingerprint": f"{recipe()}-{_digest(versions)}", "packages": versions}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")


def boot_files(unpacked: Path, kernel: bytes, archive: bytes) -> dict[str, bytes]:
    """The files of the boot partition: kernel, archive, and what BIOS (syslinux) and UEFI (systemd-boot) read."""
    boot = root.find(unpacked, "systemd-boot-efi/usr/lib/systemd/boot/efi/systemd-bootx64.efi").read_bytes()
    entry = f"title Cenote tiny Linux\nlinux /vmlinuz\ninitrd /root.zst\noptions {COMMAND_LINE}\n"
    syslinux = f"DEFAULT tiny\nPROMPT 0\nLABEL tiny\n LINUX /vmlinuz\n INITRD /root.zst\n APPEND {COMMAND_LINE}\n"
    return {
        "vmlinuz": kernel,
        "root.zst": archive,
        "syslinux/syslinux.cfg": syslinux.encode(),
        "EFI/BOOT/BOOTX64.EFI": boot,
        "loader/loader.conf": b"timeout 0\nauto-entries no\nauto-firmware no\n",
        "loader/entries/tiny.conf": entry.encode(),
    }


def release(version: str, kernel: str) -> str:
    """The guest's os-release file (man 5 os-release); the guest agent reports it to the host."""
    fields = {
        "NAME": "Cenote tiny Linux",
        "PRETTY_NAME": f"Cenote tiny Linux on Debian {version}",
        "ID": "cenote-tiny",
        "ID_LIKE": "debian",
        "VERSION_ID": version,
        "VERSION": f"{version} (kernel {kernel})",
    }
    return "".join(f'{name}="{value}"\n' for name, value in fields.items())


def _digest(versions: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(versions, sort_keys=True).encode()).hexdigest()[:16]


def _read(folder: Path) -> TinyLinux:
    manifest = json.loads((folder / MANIFEST).read_text())
    return TinyLinux(folder / IMAGE, folder / PRIVATE, manifest["fingerprint"], manifest["kernel"])


@contextmanager
def _locked(cache: Path) -> Generator[None]:
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
