"""Headers of qcow2 files, from bytes."""

import struct

import pytest

from cenote.storage.qcow2 import Header, NotQcow2, parse


def header(
    *,
    magic: bytes = b"QFI\xfb",
    version: int = 3,
    backing: bytes = b"",
    backing_at: int = 0x200,
    size: int = 2**30,
    crypt: int = 0,
    entries: int = 2,
    features: int = 0,
) -> bytes:
    at = backing_at if backing else 0
    fixed = struct.pack(
        ">4sIQIIQIIQQIIQ", magic, version, at, len(backing), 16, size, crypt, entries, 0x30000, 0x10000, 1, 0, 0
    )
    return (fixed + struct.pack(">Q", features)).ljust(0x200, b"\0") + backing


def test_a_plain_image() -> None:
    assert parse(header()) == Header(3, 2**30, None, False, False, 0x30000, 16)


def test_a_layer_names_its_base() -> None:
    assert parse(header(backing=b"base.qcow2")).backing == "base.qcow2"


def test_version_2_has_no_features() -> None:
    assert parse(header(version=2, features=0xFF)).corrupt is False


@pytest.mark.parametrize(("features", "corrupt", "external"), [(2, True, False), (4, False, True), (1, False, False)])
def test_features(features: int, corrupt: bool, external: bool) -> None:
    read = parse(header(features=features))
    assert (read.corrupt, read.external_data) == (corrupt, external)


@pytest.mark.parametrize(
    ("start", "why"),
    [
        (b"", "not a qcow2 file"),
        (b"QFI\xfb" + bytes(10), "not a qcow2 file"),
        (header(magic=b"conn"), "not a qcow2 file"),
        (header(version=1), "version 1"),
        (header(crypt=2), "encrypted"),
        (header(backing=b"x" * 1024), "outside"),
        (header(backing=b"x", backing_at=2**63), "outside"),
        (header(entries=2**31), "too large"),
    ],
)
def test_what_can_not_be_used(start: bytes, why: str) -> None:
    with pytest.raises(NotQcow2, match=why):
        parse(start)
