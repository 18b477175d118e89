"""ISO libraries: read-only, the same names after every scan, and nothing outside their directory."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cenote.storage.contract import DiskSource, Format, Kind, RepositorySpec
from cenote.storage.errors import RepositoryUnavailable, Unsupported, VolumeInUse, VolumeReadOnly, VolumeUnknown
from cenote.storage.iso import IsoRepository

SR = "11111111-2222-3333-4444-555555555555"
OTHER = "22222222-2222-3333-4444-555555555555"


def library(home: Path, uuid: str = SR) -> IsoRepository:
    return IsoRepository(RepositorySpec(uuid, {"location": str(home)}))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "isos").mkdir()
    (tmp_path / "isos" / "debian.iso").write_bytes(bytes(4096))
    (tmp_path / "isos" / "Tools.ISO").write_bytes(bytes(2048))
    (tmp_path / "isos" / "notes.txt").write_text("not a disk")
    (tmp_path / "isos" / "folder.iso").mkdir()
    return tmp_path / "isos"


@pytest.fixture
def repository(home: Path) -> IsoRepository:
    made = library(home)
    made.create()
    made.attach()
    return made


def test_every_iso_file_is_a_read_only_volume(repository: IsoRepository) -> None:
    found = {volume.name: volume for volume in repository.scan()}
    assert set(found) == {"debian.iso", "Tools.ISO"}
    debian = found["debian.iso"]
    assert (debian.virtual_size, debian.kind, debian.read_only, debian.parent) == (4096, Kind.ISO, True, None)
    assert repository.volume(debian.uuid) == debian
    assert repository.facts().virtual_allocation == 6144


def test_uuids_stay_and_differ_between_libraries(repository: IsoRepository, home: Path) -> None:
    again, other = library(home), library(home, OTHER)
    again.attach()
    other.attach()
    assert again.scan() == repository.scan()
    assert not {volume.uuid for volume in other.scan()} & {volume.uuid for volume in repository.scan()}


def test_it_is_attached_raw_and_only_to_read(repository: IsoRepository, home: Path) -> None:
    uuid = next(volume.uuid for volume in repository.scan() if volume.name == "debian.iso")
    source = repository.attach_volume(uuid, "a", read_only=True)
    assert source == DiskSource(str(home / "debian.iso"), Format.RAW, read_only=True)
    assert repository.attach_volume(uuid, "b", read_only=True) == source
    with pytest.raises(VolumeReadOnly):
        repository.attach_volume(uuid, "c")
    with pytest.raises(VolumeInUse) as caught:
        repository.detach()
    assert caught.value.holders == ("a", "b")
    repository.detach_volume(uuid, "a")
    repository.detach_volume(uuid, "b")
    repository.detach()


def test_a_link_out_of_the_directory_is_passed_over(repository: IsoRepository, home: Path, tmp_path: Path) -> None:
    (tmp_path / "shadow").write_text("secret")
    (home / "out.iso").symlink_to(tmp_path / "shadow")
    (home / "up.iso").symlink_to("../shadow")
    (home / "dangling.iso").symlink_to("nothing")
    (home / "latest.iso").symlink_to("debian.iso")
    assert {volume.name for volume in repository.scan()} == {"debian.iso", "Tools.ISO", "latest.iso"}


def test_an_iso_that_went_away_is_unknown(repository: IsoRepository, home: Path) -> None:
    uuid = next(volume.uuid for volume in repository.scan() if volume.name == "debian.iso")
    (home / "debian.iso").unlink()
    with pytest.raises(VolumeUnknown):
        repository.attach_volume(uuid, "a", read_only=True)
    assert len(repository.scan()) == 1


REFUSED: list[Callable[[IsoRepository, str], object]] = [
    lambda sr, uuid: sr.create_volume(uuid, 4096),
    lambda sr, uuid: sr.copy_volume(uuid, DiskSource("/x", Format.RAW, read_only=True)),
    lambda sr, uuid: sr.adopt_volume(uuid, DiskSource("/x", Format.RAW, read_only=True)),
    lambda sr, uuid: sr.fill_volume(uuid, DiskSource("/x", Format.RAW, read_only=True)),
    lambda sr, uuid: sr.clone_volume(uuid, OTHER),
    lambda sr, uuid: sr.snapshot_volume(uuid, OTHER),
    lambda sr, uuid: sr.coalesce_volume(uuid),
    lambda sr, uuid: sr.resize_volume(uuid, 8192),
    lambda sr, uuid: sr.destroy_volume(uuid),
]


@pytest.mark.parametrize("verb", REFUSED)
def test_what_it_can_not_do_it_says(repository: IsoRepository, verb: Callable[[IsoRepository, str], object]) -> None:
    with pytest.raises(Unsupported) as caught:
        verb(repository, repository.scan()[0].uuid)
    assert caught.value.type == "iso"


def test_the_directory_must_be_there(tmp_path: Path) -> None:
    lost = library(tmp_path / "none")
    with pytest.raises(RepositoryUnavailable):
        lost.attach()
    lost.create()
    lost.attach()
    assert lost.scan() == ()
    (tmp_path / "none").rmdir()
    with pytest.raises(RepositoryUnavailable):
        lost.scan()


def test_its_files_are_never_touched(repository: IsoRepository, home: Path) -> None:
    before = sorted(path.name for path in home.iterdir())
    with pytest.raises(RepositoryUnavailable):
        repository.destroy()
    repository.detach()
    repository.destroy()
    assert sorted(path.name for path in home.iterdir()) == before
    with pytest.raises(RepositoryUnavailable):
        repository.scan()
