"""Where things lie on the disk, which packages are taken, what the boot files say."""

import os
import struct
from pathlib import Path

import pytest

from cenote.setup.tinylinux import BuildError, disk, key, packages, root, tool
from cenote.setup.tinylinux.image import COMMAND_LINE, boot_files, find, recipe, release

MIB = disk.MIB


@pytest.mark.parametrize(("content", "boot"), [(0, 33), (1, 33), (20 * MIB, 33), (40 * MIB, 45), (40 * MIB + 1, 46)])
def test_the_boot_partition_has_room(content: int, boot: int) -> None:
    layout = disk.plan(content, data=8 * MIB)
    assert (layout.boot.start, layout.boot.size) == (MIB, boot * MIB)
    assert (layout.data.start, layout.data.size) == ((1 + boot) * MIB, 8 * MIB)
    assert layout.size == (9 + boot) * MIB
    assert layout.boot.size // disk.CLUSTER > 4085, "with fewer clusters it would be FAT12"


def test_the_boot_record_names_both_partitions() -> None:
    record = disk.record(b"code", disk.plan(0, data=2 * MIB), 0x01020304)
    assert len(record) == 512
    assert record.startswith(b"code\0")
    assert record[440:446] == bytes([4, 3, 2, 1, 0, 0])
    assert record[510:] == b"\x55\xaa"
    entries = [struct.unpack_from("<B3xB3xII", record, 446 + 16 * number) for number in range(4)]
    assert entries == [(0x80, 0xEF, 2048, 33 * 2048), (0, 0x83, 34 * 2048, 2 * 2048), (0, 0, 0, 0), (0, 0, 0, 0)]


def test_start_code_must_fit() -> None:
    with pytest.raises(ValueError, match="441 bytes"):
        disk.record(bytes(441), disk.plan(0), 1)


LISTING = """\
agent
  PreDepends: init-helpers
  Depends: libglib
 |Depends: <virtual>
    other
  Depends: libc6
libglib
  Depends: libc6
libc6
linux-image-cloud-amd64
  Depends: linux-image-6.1.0-1-cloud-amd64
linux-image-6.1.0-1-cloud-amd64
  Depends: kmod
  Depends: initramfs-tools
<virtual>
"""


def test_only_libraries_and_the_kernel_come_with_the_roots() -> None:
    known = packages.dependencies(LISTING)
    assert known["agent"] == ["init-helpers", "libglib", "libc6"]
    assert packages.closure(["agent", "linux-image-cloud-amd64"], known) == [
        "agent",
        "libc6",
        "libglib",
        "linux-image-6.1.0-1-cloud-amd64",
        "linux-image-cloud-amd64",
    ]


def test_both_firmwares_boot_the_same_files(tmp_path: Path) -> None:
    loader = tmp_path / "systemd-boot-efi/usr/lib/systemd/boot/efi/systemd-bootx64.efi"
    loader.parent.mkdir(parents=True)
    loader.write_bytes(b"MZ")
    made = boot_files(tmp_path, b"kernel", b"archive")
    assert made["EFI/BOOT/BOOTX64.EFI"] == b"MZ"
    for path in ("syslinux/syslinux.cfg", "loader/entries/tiny.conf"):
        text = made[path].decode()
        assert COMMAND_LINE in text
        assert "/vmlinuz" in text
        assert "/root.zst" in text
    assert (made["vmlinuz"], made["root.zst"]) == (b"kernel", b"archive")


def test_a_missing_file_says_which(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"no package holds a/\*/b.*What to do: "):
        root.find(tmp_path, "a/*/b", "usr/a/*/b")


def test_a_missing_program_says_which_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(program: str, path: str) -> None:
        assert "/sbin" in path, f"{program} may be where only root looks"

    monkeypatch.setattr("shutil.which", nothing)
    with pytest.raises(BuildError, match="install the Debian package mtools"):
        tool.tool("mcopy")
    with pytest.raises(BuildError, match="apt-get install apt dpkg e2fsprogs mtools qemu-utils zstd"):
        tool.require()


def test_the_guest_says_what_it_is() -> None:
    lines = dict(line.split("=", 1) for line in release("12", "6.1.0-1").splitlines())
    assert lines["ID"] == '"cenote-tiny"'
    assert lines["VERSION_ID"] == '"12"'
    assert lines["VERSION"] == '"12 (kernel 6.1.0-1)"'


def test_keys_are_new_each_time() -> None:
    first, second = key.make(), key.make()
    assert first != second
    assert first.public.startswith("ssh-ed25519 AAAA")
    assert first.private.startswith(b"-----BEGIN OPENSSH PRIVATE KEY-----")


def test_the_newest_image_of_this_recipe_is_found(tmp_path: Path) -> None:
    assert find(tmp_path) is None
    for name, kernel, age in ((f"{recipe()}-a", "old", 1), (f"{recipe()}-b", "new", 2), ("0000-c", "foreign", 3)):
        manifest = tmp_path / name / "manifest.json"
        manifest.parent.mkdir()
        manifest.write_text(f'{{"kernel": "{kernel}", "fingerprint": "{name}"}}')
        os.utime(manifest, (age, age))
    found = find(tmp_path)
    assert found is not None
    assert (found.kernel, found.image) == ("new", tmp_path / f"{recipe()}-b" / "tinylinux.qcow2")
