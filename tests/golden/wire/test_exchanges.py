"""Requests and the replies that they get, byte for byte, in files of their own.

A file holds a request after ``>>>`` and the reply after ``<<<``; lines of the heads end in CR LF on the wire, and
Host and Content-Length are added to requests. ``REWRITE=1`` in the environment writes the replies anew.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.golden.wire.door import Door, opened, post

HERE = Path(__file__).parent / "exchanges"
FILES = sorted(HERE.glob("*.txt"))


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Generator[Door]:
    with opened(tmp_path_factory.mktemp("door")) as door:
        yield door


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_exchange(file: Path, door: Door) -> None:
    text = file.read_text(encoding="utf-8")
    request, _, expected = text.removeprefix(">>> ").partition("\n<<< ")
    head, _, body = request.partition("\n\n")
    got = written(door.exchange(sent(head, body)))
    if os.environ.get("REWRITE"):
        file.write_text(f">>> {request}\n<<< {got}", encoding="utf-8")
        expected = got
    assert got == expected


def sent(head: str, body: str) -> bytes:
    """A request as it goes over the wire."""
    first, *lines = head.split("\n")
    verb, path, version = first.split(" ")
    if verb == "POST":
        return post(path, body.removesuffix("\n"), *lines, version=version)
    host = ["Host: test"] if version == "HTTP/1.1" else []
    return "\r\n".join([first, *host, *lines, "", ""]).encode()


def written(reply: bytes) -> str:
    """A reply as it stands in a file."""
    head, _, body = reply.partition(b"\r\n\r\n")
    return f"{head.decode().replace(chr(13), '')}\n\n{body.decode()}\n"
