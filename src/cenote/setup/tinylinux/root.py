"""Put the guest's root file system together: an archive that the kernel unpacks into memory."""

from collections.abc import Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from cenote.base.command import run
from cenote.setup.tinylinux import cpio, elf, module
from cenote.setup.tinylinux.errors import BuildError

LIBRARIES = "lib/x86_64-linux-gnu"
LOADER = "ld-linux-x86-64.so.2"
FOLDERS = (
    ".", "bin", "dev", "etc", "lib", LIBRARIES, "lib64", "lib/modules", "mnt", "proc", "root", "run", "sbin", "sys",
    "tmp", "usr", "usr/bin", "usr/sbin", "var",
)  # fmt: skip
PROGRAMS = ("qemu-guest-agent/usr/sbin/qemu-ga", "dropbear-bin/usr/sbin/dropbear", "dropbear-bin/usr/bin/dropbearkey")


def guest() -> Traversable:
    """The folder of the guest's own files, as they lie in this package."""
    return files("cenote.setup.tinylinux") / "guest"


def own(folder: Traversable, below: str = "") -> Iterator[tuple[str, bytes]]:
    """Each of the guest's own files: path in the guest and content."""
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        path = f"{below}{item.name}"
        if item.is_dir():
            yield from own(item, path + "/")
        else:
            yield path, item.read_bytes()


def libraries(packages: Path, programs: Iterable[bytes]) -> dict[str, bytes]:
    """Every shared library that ``programs`` need, directly or through another: soname -> content.

    ``packages`` holds the unpacked packages. Raises :class:`BuildError` when a library is in none of them.
    """
    places = {path.name: path for path in sorted(packages.rglob("*.so*")) if path.parent.name == "x86_64-linux-gnu"}
    found: dict[str, bytes] = {}
    todo = [name for program in programs for name in elf.needed(program)]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        if name not in places:
            raise BuildError(f"no package holds the library {name}", "report this: the list of packages is out of date")
        found[name] = places[name].read_bytes()
        todo.extend(elf.needed(found[name]))
    return found


def assemble(packages: Path, kernel: str, release: str, key: str) -> bytes:
    """The whole archive. ``release`` is the guest's os-release file, ``key`` the line of its authorized key."""
    programs = {path: (packages / path).read_bytes() for path in PROGRAMS}
    entries = [cpio.folder(path) for path in FOLDERS]
    entries += [cpio.folder("etc/acpi"), cpio.folder("etc/acpi/PWRF")]
    entries += [cpio.link("etc/dropbear", "/root/.dropbear")]  # host keys live where a reboot keeps them
    entries += [cpio.character("dev/console", 5, 1), cpio.character("dev/null", 1, 3, 0o666)]
    entries += [cpio.file(path, data, 0o755 if _runs(data) else 0o644) for path, data in own(guest())]
    entries += [cpio.file("etc/os-release", release.encode()), cpio.file("etc/authorized_keys", f"{key}\n".encode())]
    entries += [cpio.file(path.partition("/")[2], data, 0o755) for path, data in programs.items()]
    entries += [*_libraries(packages, programs.values()), *_modules(packages, kernel)]
    taken = {entry.path for entry in entries}
    entries += [entry for entry in _busybox(packages) if entry.path not in taken]
    return cpio.archive(entries)


def _runs(data: bytes) -> bool:
    return data.startswith(b"#!")


def _libraries(packages: Path, programs: Iterable[bytes]) -> Iterator[cpio.Entry]:
    for name, data in libraries(packages, programs).items():
        yield cpio.file(f"lib64/{name}" if name == LOADER else f"{LIBRARIES}/{name}", data, 0o755)


def _modules(packages: Path, kernel: str) -> Iterator[cpio.Entry]:
    base = f"lib/modules/{kernel}"
    chosen = module.choose(find(packages, f"*/{base}/kernel", f"*/usr/{base}/kernel"))
    paths = {f"{base}/kernel/{each.path}" for each in chosen}
    yield from (cpio.folder(path) for path in sorted({path for each in paths for path in _parents(each, base)}))
    yield from (cpio.file(f"{base}/kernel/{each.path}", each.data) for each in chosen)
    yield from (cpio.file(f"{base}/{name}", data) for name, data in module.indexes(chosen).items())


def _parents(path: str, base: str) -> Iterator[str]:
    while path != base:
        path = path.rpartition("/")[0]
        yield path


def _busybox(packages: Path) -> Iterator[cpio.Entry]:
    program = find(packages, "busybox-static/bin/busybox", "busybox-static/usr/bin/busybox")
    yield cpio.file("bin/busybox", program.read_bytes(), 0o755)
    yield cpio.link("init", "bin/busybox")
    listed = run([program, "--list-full"]).stdout.split()
    yield from (cpio.link(path, "/bin/busybox") for path in listed if path != "bin/busybox")


def find(packages: Path, *patterns: str) -> Path:
    """The first path below ``packages`` that one of ``patterns`` matches: Debian 13 moved some files below usr.

    Raises :class:`BuildError` when there is none.
    """
    for pattern in patterns:
        for path in sorted(packages.glob(pattern)):
            return path
    raise BuildError(f"no package holds {patterns[0]}", "report this: the list of packages is out of date")
