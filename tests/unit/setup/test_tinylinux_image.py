"""What a build leaves behind when it fails, and what a second one does; apt and the tools are played."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from cenote.base.command import CommandError
from cenote.setup.tinylinux import BuildError, build, packages

ROOM = "cenote.setup.tinylinux.image"


class Played:
    """Stands in for apt and for what makes the image."""

    def __init__(self) -> None:
        self.version = "1"
        self.made = 0
        self.failure: Exception | None = None

    def resolve(self) -> list[packages.Package]:
        return [packages.Package("busybox-static", self.version)]

    def fetch(self, chosen: Sequence[packages.Package], folder: Path, progress: object) -> None:
        assert chosen
        assert callable(progress)
        (folder / "busybox-static").mkdir(parents=True)

    def make(self, folder: Path, unpacked: Path, versions: dict[str, str], progress: object) -> None:
        assert unpacked.is_dir()
        assert callable(progress)
        (folder / "tinylinux.qcow2").write_bytes(b"half")
        if self.failure is not None:
            raise self.failure
        self.made += 1
        manifest = {"kernel": "6.1", "fingerprint": versions["busybox-static"]}
        (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Played:
    it = Played()
    monkeypatch.setattr(f"{ROOM}.packages.resolve", it.resolve)
    monkeypatch.setattr(f"{ROOM}.packages.fetch", it.fetch)
    monkeypatch.setattr(f"{ROOM}.tool.require", lambda: None)
    monkeypatch.setattr(f"{ROOM}._make", it.make)
    return it


def quiet(what: str, fraction: float) -> None:
    assert what
    assert 0 <= fraction <= 1


def test_a_second_build_returns_the_first(played: Played, tmp_path: Path) -> None:
    first = build(tmp_path, quiet)
    played.version = "2"
    assert build(tmp_path, quiet) == first
    assert played.made == 1
    assert first.image.read_bytes() == b"half"
    assert not (tmp_path / "packages").exists()


def test_a_refresh_builds_only_when_packages_changed(played: Played, tmp_path: Path) -> None:
    first = build(tmp_path, quiet)
    assert build(tmp_path, quiet, refresh=True) == first
    played.version = "2"
    second = build(tmp_path, quiet, refresh=True)
    assert (second.fingerprint, played.made) == ("2", 2)
    assert first.image.exists(), "a guest may still stand on it"


@pytest.mark.parametrize(
    "failure",
    [
        BuildError("no room", "make some"),
        OSError("disk full"),
        CommandError(["mcopy"], "exit status 1"),
        KeyboardInterrupt(),
    ],
)
def test_a_failed_build_leaves_no_image(played: Played, tmp_path: Path, failure: Exception) -> None:
    played.failure = failure
    expected = KeyboardInterrupt if isinstance(failure, KeyboardInterrupt) else BuildError
    with pytest.raises(expected):
        build(tmp_path, quiet)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lock", "packages"]


def test_what_a_killed_build_left_is_swept(played: Played, tmp_path: Path) -> None:
    (tmp_path / "building.x").mkdir(parents=True)
    build(tmp_path, quiet)
    assert not (tmp_path / "building.x").exists()
    assert played.made == 1
