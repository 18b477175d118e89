"""The archive's bytes, ELF reading and the choice of kernel modules."""

import lzma
import struct
from pathlib import Path

import pytest

from cenote.setup.tinylinux import BuildError, cpio, elf, module, root


def members(data: bytes) -> dict[str, tuple[int, bytes, tuple[int, int]]]:
    """A newc archive read back: path -> mode, content, device."""
    found: dict[str, tuple[int, bytes, tuple[int, int]]] = {}
    at = 0
    while True:
        assert data[at : at + 6] == b"070701"
        fields = [int(data[at + 6 + 8 * n : at + 14 + 8 * n], 16) for n in range(13)]
        name = data[at + 110 : at + 110 + fields[11] - 1].decode()
        start = at + 110 + fields[11] + -(110 + fields[11]) % 4
        if name == "TRAILER!!!":
            return found
        found[name] = (fields[1], data[start : start + fields[6]], (fields[9], fields[10]))
        at = start + fields[6] + -fields[6] % 4


def test_an_archive_reads_back() -> None:
    entries = [cpio.file("etc/name", b"cenote\n"), cpio.folder("etc"), cpio.character("console", 5, 1)]
    found = members(cpio.archive([*entries, cpio.link("init", "bin/busybox")]))
    assert found == {
        "console": (0o20600, b"", (5, 1)),
        "etc": (0o40755, b"", (0, 0)),
        "etc/name": (0o100644, b"cenote\n", (0, 0)),
        "init": (0o120777, b"bin/busybox", (0, 0)),
    }
    assert list(found) == sorted(found)


def test_an_archive_has_each_path_once() -> None:
    with pytest.raises(ValueError, match="in the archive twice: etc"):
        cpio.archive([cpio.folder("etc"), cpio.folder("etc")])


def elf_file(**sections: bytes) -> bytes:
    """A smallest ELF file with these sections; ``dynamic`` holds the names that it needs, one after another."""
    names = b"\0"
    strings = b"\0"
    content: list[tuple[int, int, bytes, int]] = []
    for name, data in sections.items():
        label, kind, body = "." + name, 1, data
        if name == "dynamic":
            kind, body = 6, b""
            for each in data.split():
                body += struct.pack("<QQ", 1, len(strings))
                strings += each + b"\0"
            body += struct.pack("<QQ", 0, 0)
        content.append((len(names), kind, body, len(sections) + 1))
        names += label.encode() + b"\0"
    content.append((len(names), 3, strings, 0))
    names += b".dynstr\0"
    content.append((len(names), 3, names + b".shstrtab\0", 0))
    headers, body, at = struct.pack("<IIQQQQIIQQ", *[0] * 10), b"", 64
    for label_at, kind, data, linked in content:
        headers += struct.pack("<IIQQQQIIQQ", label_at, kind, 0, 0, at + len(body), len(data), linked, 0, 0, 0)
        body += data
    start = b"\x7fELF\x02\x01".ljust(0x28, b"\0") + struct.pack("<QIHHHHHH", at + len(body), 0, 64, 0, 0, 64, 0, 0)
    start = start[:0x3A] + struct.pack("<HHH", 64, len(content) + 1, len(content))
    return start + body + headers


def test_a_program_names_its_libraries() -> None:
    assert elf.needed(elf_file(dynamic=b"libc.so.6 libz.so.1")) == ("libc.so.6", "libz.so.1")
    assert elf.needed(elf_file(text=b"static")) == ()


@pytest.mark.parametrize("data", [b"", b"#!/bin/sh\n", b"\x7fELF\x01\x01" + bytes(64)])
def test_what_is_not_elf_is_refused(data: bytes) -> None:
    with pytest.raises(elf.NotElfError):
        elf.needed(data)


def test_a_module_tells_about_itself() -> None:
    data = elf_file(modinfo=b"alias=pci:a*\0alias=pci:b*\0depends=x,y\0license=GPL\0")
    assert elf.module_information(data) == {"alias": ("pci:a*", "pci:b*"), "depends": ("x,y",), "license": ("GPL",)}
    assert elf.module_information(elf_file(text=b"")) == {}


@pytest.fixture
def kernel(tmp_path: Path) -> Path:
    """A kernel's folder with four modules, one of them compressed."""
    for path, information in {
        "net/top-one.ko": b"depends=low,middle\0alias=pci:t*\0",
        "net/middle.ko": b"depends=low\0",
        "lib/low.ko": b"depends=\0",
        "other.ko": b"depends=low\0",
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(elf_file(modinfo=information))
    packed = tmp_path / "lib/low.ko"
    packed.with_suffix(".ko.xz").write_bytes(lzma.compress(packed.read_bytes()))
    packed.unlink()
    return tmp_path


def test_a_module_brings_what_it_needs(kernel: Path) -> None:
    chosen = module.choose(kernel, ["top_one", "builtin"])
    assert [each.path for each in chosen] == ["lib/low.ko", "net/middle.ko", "net/top-one.ko"]
    assert all(each.data.startswith(b"\x7fELF") for each in chosen)


def test_the_indexes_name_dependencies_rightmost_first(kernel: Path) -> None:
    written = module.indexes(module.choose(kernel, ["top-one"]))
    assert written["modules.dep"].decode().splitlines() == [
        "kernel/lib/low.ko:",
        "kernel/net/middle.ko: kernel/lib/low.ko",
        "kernel/net/top-one.ko: kernel/net/middle.ko kernel/lib/low.ko",
    ]
    assert written["modules.alias"] == b"alias pci:t* top_one\n"


def test_a_missing_library_says_which(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"no package holds the library liblost\.so\.1"):
        root.libraries(tmp_path, [elf_file(dynamic=b"liblost.so.1")])
