"""Choose kernel modules from an unpacked kernel package and write the indexes that busybox's modprobe reads."""

import lzma
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cenote.setup.tinylinux import elf

WANTED = (
    # the machine: buses, power button, memory that the host gives and takes
    "virtio_pci", "virtio_balloon", "virtio_mem", "virtio_rng", "button", "evdev", "virtio_input",
    # the channel of the guest agent
    "virtio_console",
    # disks and CD drives
    "virtio_blk", "virtio_scsi", "sd_mod", "sr_mod", "ata_piix", "ata_generic",
    "isofs", "vfat", "nls_cp437", "nls_ascii",
    # networks; the cloud kernel has no driver for e1000, e1000e and rtl8139
    "virtio_net", "vmxnet3", "8139cp", "e1000", "e1000e",
    # SATA, where a kernel has it (the cloud kernel doesn't)
    "ahci",
    # Xen's own devices
    "xen-blkfront", "xen-netfront",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Module:
    """A kernel module: ``path`` below ``kernel/``, without a compression's suffix; ``data`` is uncompressed."""

    name: str
    path: str
    data: bytes
    depends: tuple[str, ...]
    aliases: tuple[str, ...]


def plain(name: str) -> str:
    """A module's name as the kernel compares it: a dash equals an underscore."""
    return name.replace("-", "_")


def read(folder: Path, path: Path) -> Module:
    """The module in the file ``path`` below ``folder`` (``lib/modules/<version>/kernel``).

    Debian 13 compresses modules with xz; unpacked here once, and not at every boot.
    """
    data = path.read_bytes()
    if path.suffix == ".xz":
        data = lzma.decompress(data)
    known = elf.module_information(data)
    depends = tuple(plain(name) for item in known.get("depends", ()) for name in item.split(",") if name)
    where = str(path.relative_to(folder)).removesuffix(".xz")
    return Module(plain(Path(where).stem), where, data, depends, known.get("alias", ()))


def available(folder: Path) -> dict[str, Path]:
    """Every module below ``folder`` by its plain name."""
    files = (path for path in folder.rglob("*.ko*") if path.suffix in {".ko", ".xz"})
    return {plain(path.name.partition(".ko")[0]): path for path in files}


def choose(folder: Path, wanted: Iterable[str] = WANTED) -> list[Module]:
    """The wanted modules that this kernel has as files, with all they depend on, each once, dependencies first.

    What the kernel does not have as a file is left out: it is built in, or the kernel lacks it.
    """
    files = available(folder)
    chosen: dict[str, Module] = {}

    def take(name: str) -> None:
        if name in chosen or name not in files:
            return
        module = read(folder, files[name])
        for other in module.depends:
            take(other)
        chosen[name] = module

    for name in wanted:
        take(plain(name))
    return list(chosen.values())


def indexes(modules: Iterable[Module]) -> Mapping[str, bytes]:
    """The files ``modules.dep`` and ``modules.alias`` for ``modules``, as depmod(8) would write them."""
    known = {module.name: module for module in modules}
    depends = [
        f"kernel/{module.path}: {' '.join('kernel/' + known[name].path for name in _closure(module, known))}".rstrip()
        for module in known.values()
    ]
    aliases = [f"alias {alias} {module.name}" for module in known.values() for alias in module.aliases]
    return {
        "modules.dep": "".join(line + "\n" for line in depends).encode(),
        "modules.alias": "".join(line + "\n" for line in aliases).encode(),
    }


def _closure(module: Module, known: Mapping[str, Module]) -> list[str]:
    """What must be loaded for ``module``: read from the right, each comes after what it needs itself."""
    found: list[str] = []

    def visit(name: str) -> None:
        if name in known and name not in found:
            for other in known[name].depends:
                visit(other)
            found.append(name)

    for name in module.depends:
        visit(name)
    return found[::-1]
