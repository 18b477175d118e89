"""The one place that runs qemu-img. Every format is stated, never guessed, so no image can pass for another format."""

import json
import os
import re
import selectors
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cenote.base.command import CommandError, run
from cenote.storage.contract import Cancel, DiskSource, Format, Progress, unstoppable, unwatched
from cenote.storage.errors import Cancelled, ImageBroken, ImageLocked, NoSpace, StorageError, ToolFailed, ToolMissing

_PROGRAM = "qemu-img"
_DONE = re.compile(rb"\((\d+(?:\.\d+)?)/100%\)")  # what -p prints, ended by a carriage return
_ASK_EVERY = 0.25  # seconds between two looks at ``cancel`` while the program prints nothing
_LEAKS_ONLY = 3  # exit status of check: clusters are lost, nothing is damaged
_CANNOT_CHECK = 63  # exit status of check: the format has no check


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What qemu-img says about an image; sizes in bytes."""

    format: str
    virtual_size: int
    physical_size: int
    backing: str | None


def info(source: DiskSource) -> ImageFacts:
    """Facts of an image, also of one that a guest has open. ``ImageBroken``, ``ToolMissing``."""
    said = _asked(source.path, "info", "--force-share", "-f", source.format, source.path)
    return ImageFacts(
        format=str(said["format"]),
        virtual_size=int(said["virtual-size"]),
        physical_size=int(said.get("actual-size", 0)),
        backing=said.get("backing-filename"),
    )


def measure(source: DiskSource) -> int:
    """Bytes that a full copy into qcow2 would take, were its zeroes not found. ``ImageBroken``, ``ImageLocked``."""
    return int(_asked(source.path, "measure", "-f", source.format, "-O", "qcow2", source.path)["required"])


def probe(path: Path) -> None:
    """Nobody has this qcow2 file open for writing: ``ImageLocked`` when a program has. ``ImageBroken``."""
    _ran(path, "info", "-f", "qcow2", str(path))


def create(path: Path, size: int, backing: str | None = None) -> None:
    """A new qcow2 file of ``size`` bytes; ``backing`` is the file name of a qcow2 beside it. ``NoSpace``."""
    under = () if backing is None else ("-b", backing, "-F", "qcow2")
    _ran(path, "create", "-q", "-f", "qcow2", *under, str(path), str(size))


def resize(path: Path, size: int) -> None:
    """Grow a qcow2 file to ``size`` bytes. ``NoSpace``, ``ImageLocked``, ``ImageBroken``."""
    _ran(path, "resize", "-q", "-f", "qcow2", str(path), str(size))


def check(source: DiskSource) -> None:
    """Look at all of an image's structure. ``ImageBroken`` when it is damaged; lost clusters are no damage."""
    try:
        _ran(Path(source.path), "check", "-q", "-f", source.format, source.path)
    except ToolFailed as error:
        status = error.__cause__.status if isinstance(error.__cause__, CommandError) else None
        if status not in {_LEAKS_ONLY, _CANNOT_CHECK}:
            raise ImageBroken(source.path, error.why) from error


def convert(source: DiskSource, target: Path, *, progress: Progress = unwatched, cancel: Cancel = unstoppable) -> None:
    """Copy an image with all it stands on into the new qcow2 ``target``, which is on the disk when this returns.

    Whatever was written of ``target`` is removed on the way out of an error: ``Cancelled``, ``NoSpace``,
    ``ImageBroken``, ``ImageLocked``, ``ToolMissing``.
    """
    words = [_PROGRAM, "convert", "-p", "-f", source.format, "-O", "qcow2", source.path, str(target)]
    _written(words, target, progress, cancel)


def rebase(path: Path, backing: str, *, progress: Progress = unwatched, cancel: Cancel = unstoppable) -> None:
    """Let a qcow2 stand on ``backing`` beside it instead, copying into it what that lacks; on the disk on return.

    Convert with a backing file would not do: it takes that to be the very layer that the source stands on.
    The file is removed on the way out of an error; errors as :func:`convert`.
    """
    words = [_PROGRAM, "rebase", "-p", "-f", "qcow2", "-F", "qcow2", "-b", backing, str(path)]
    _written(words, path, progress, cancel)


def _written(words: Sequence[str], target: Path, progress: Progress, cancel: Cancel) -> None:
    try:
        _watched(words, target, progress, cancel)
        with target.open("rb") as file:
            os.fsync(file.fileno())
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def fraction(text: bytes) -> float | None:
    """How much is done (0.0 to 1.0) by the last report in what the program printed, None when there is none."""
    reports = _DONE.findall(text)
    return min(float(reports[-1]) / 100, 1.0) if reports else None


def _watched(words: Sequence[str], target: Path, progress: Progress, cancel: Cancel) -> None:
    try:
        child = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=target.parent,
            env=_env(),
            umask=0o077,
        )
    except FileNotFoundError as error:
        raise ToolMissing(_PROGRAM, "qemu-utils") from error
    said = b""
    with child:
        try:
            for stderr, text in _output(child):
                _go_on(cancel)
                said += text if stderr else b""
                done = None if stderr else fraction(text)
                if done is not None:
                    progress(done)
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        raise _meaning(said.decode(errors="replace") or f"exit status {child.returncode}", str(target), target.parent)
    progress(1.0)


def _go_on(cancel: Cancel) -> None:
    if cancel():
        raise Cancelled


def _output(child: subprocess.Popen[bytes]) -> Iterator[tuple[bool, bytes]]:
    """What the program prints, as (is it stderr, text) until it ends; (False, b"") after a quiet moment."""
    with selectors.DefaultSelector() as waiting:
        for stream in (child.stdout, child.stderr):
            if stream is not None:
                waiting.register(stream, selectors.EVENT_READ)
        while waiting.get_map():
            ready = waiting.select(_ASK_EVERY)
            if not ready:
                yield False, b""
            for key, _ in ready:
                text = os.read(key.fd, 65536)
                if text:
                    yield key.fileobj is child.stderr, text
                else:
                    waiting.unregister(key.fileobj)


def _asked(path: str, verb: str, *words: str) -> dict[str, Any]:
    where = Path(path).parent
    said: dict[str, Any] = json.loads(_ran(where / "_", verb, "--output=json", *words, broken=path))
    return said


def _ran(path: Path, *words: str, broken: str | None = None) -> str:
    try:
        return run([_PROGRAM, *words], cwd=path.parent if path.is_absolute() else None, env=_env()).stdout
    except CommandError as error:
        if error.status is None and error.cause.startswith("not found"):
            raise ToolMissing(_PROGRAM, "qemu-utils") from error
        raise _meaning(error.stderr or error.cause, broken or str(path), path.parent) from error


def _meaning(why: str, path: str, where: Path) -> StorageError:
    """The error that qemu-img's stderr stands for; the words are those of QEMU 7.2 and 10."""
    why = "; ".join(line.removeprefix("qemu-img: ") for line in why.strip().splitlines())
    if "No space left" in why or "Disk quota exceeded" in why:
        room = os.statvfs(where)
        return NoSpace(0, room.f_bavail * room.f_frsize)
    if "lock" in why and ("Failed to get" in why or "another process" in why):
        return ImageLocked(path)
    if "Could not open" in why or "not in qcow2 format" in why or "corrupt" in why:
        return ImageBroken(path, why)
    return ToolFailed(_PROGRAM, why)


def _env() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C"}


def raw(path: Path) -> DiskSource:
    """A file read byte by byte."""
    return DiskSource(str(path), Format.RAW, read_only=True)
