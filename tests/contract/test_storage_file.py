"""What only disks in files can suffer: crashes between two steps, full and missing file systems, forged images."""

import contextlib
import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.contract.namespace import namespaces

from cenote.storage.contract import DiskSource, Format, Kind, RepositorySpec
from cenote.storage.errors import (
    ConfigInvalid,
    ImageBroken,
    NoSpace,
    RepositoryBusy,
    RepositoryNotEmpty,
    RepositoryUnavailable,
    StorageError,
    ToolMissing,
    VolumeInUse,
)
from cenote.storage.file import FileRepository
from cenote.storage.files import Files

MIB = 2**20
SR = "11111111-2222-3333-4444-555555555555"
DISK = "aaaaaaaa-0000-0000-0000-000000000000"
SNAPSHOT = "bbbbbbbb-0000-0000-0000-000000000000"
NEW = "cccccccc-0000-0000-0000-000000000000"

Verb = Callable[[FileRepository, DiskSource], object]

VERBS: dict[str, Verb] = {
    "create": lambda sr, _: sr.create_volume(NEW, MIB),
    "create a state": lambda sr, _: sr.create_volume(NEW, MIB, kind=Kind.STATE),
    "adopt": lambda sr, image: sr.adopt_volume(NEW, image),
    "fill": lambda sr, image: sr.fill_volume(DISK, image),
    "clone": lambda sr, _: sr.clone_volume(DISK, NEW),
    "clone a snapshot": lambda sr, _: sr.clone_volume(SNAPSHOT, NEW),
    "snapshot": lambda sr, _: sr.snapshot_volume(DISK, NEW),
    "coalesce": lambda sr, _: sr.coalesce_volume(DISK),
    "destroy": lambda sr, _: sr.destroy_volume(DISK),
    "attach": lambda sr, _: sr.attach_volume(DISK, "guest"),
}


class Steps(Files):
    """Counts steps; the one numbered ``stop`` doesn't happen, nor any after it when ``dead``."""

    def __init__(self, error: OSError, *, dead: bool) -> None:
        self.count = 0
        self.stop: int | None = None
        self._error = error
        self._dead = dead

    def _step(self) -> None:
        self.count += 1
        if self.stop is not None and (self.count == self.stop or (self._dead and self.count > self.stop)):
            raise self._error

    def layer(self, path: Path, size: int, backing: str | None = None) -> None:
        self._step()
        super().layer(path, size, backing)

    def hollow(self, path: Path, size: int) -> None:
        self._step()
        super().hollow(path, size)

    def link(self, path: Path, other: Path) -> None:
        self._step()
        super().link(path, other)

    def rename(self, path: Path, other: Path) -> None:
        self._step()
        super().rename(path, other)

    def remove(self, path: Path) -> None:
        self._step()
        super().remove(path)

    def seal(self, path: Path) -> None:
        self._step()
        super().seal(path)

    def unseal(self, path: Path) -> None:
        self._step()
        super().unseal(path)

    def touch(self, path: Path) -> None:
        self._step()
        super().touch(path)

    def write(self, path: Path, text: str) -> None:
        self._step()
        super().write(path, text)

    def settle(self, directory: Path) -> None:
        self._step()
        super().settle(directory)


def spec(home: Path) -> RepositorySpec:
    return RepositorySpec(SR, {"location": str(home)})


def put(path: str, offset: int, byte: int) -> None:
    subprocess.run(
        ["qemu-io", "-f", "qcow2", "-c", f"write -P {byte} {offset} 64k", path], check=True, capture_output=True
    )


def content(repository: FileRepository, uuid: str) -> bytes:
    """All the bytes of a disk, by way of a raw copy beside the repository."""
    source = repository.attach_volume(uuid, "reader", read_only=True)
    raw = Path(source.path).parent.with_suffix(".raw")
    words = ["qemu-img", "convert", "-U", "-f", source.format, "-O", "raw", source.path, str(raw)]
    subprocess.run(words, check=True, timeout=30)
    repository.detach_volume(uuid, "reader")
    return raw.read_bytes()


def names(home: Path) -> set[str]:
    return {path.name for path in home.iterdir()}


def release(repository: FileRepository) -> None:
    """What the end of the process does."""
    repository._directory.unlock()  # pyright: ignore[reportPrivateUsage]


@pytest.fixture
def image(tmp_path: Path) -> DiskSource:
    path = tmp_path / "image.raw"
    path.write_bytes(b"\x33" * 65536 + bytes(MIB - 65536))
    return DiskSource(str(path), Format.RAW, read_only=True)


def furnished(home: Path, files: Files | None = None) -> FileRepository:
    """A repository with DISK (written before and after) and its SNAPSHOT, and one more base in between."""
    repository = FileRepository(spec(home), files)
    repository.create()
    repository.attach()
    repository.create_volume(DISK, MIB)
    for byte in (1, 2):
        put(repository.attach_volume(DISK, "guest").path, 65536 * byte, byte)
        repository.detach_volume(DISK, "guest")
        repository.snapshot_volume(DISK, SNAPSHOT if byte == 1 else NEW)
    repository.destroy_volume(NEW)
    put(repository.attach_volume(DISK, "guest").path, 65536 * 3, 3)
    repository.detach_volume(DISK, "guest")
    return repository


def stops(verb: Verb, image: DiskSource, home: Path) -> Iterator[int]:
    """The number of every step that the verb takes when all goes well."""
    steps = Steps(OSError(), dead=False)
    repository = furnished(home, steps)
    first = steps.count + 1
    verb(repository, image)
    release(repository)
    yield from range(1, steps.count - first + 2)


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS.keys())
def test_a_crash_at_any_step_loses_nothing(tmp_path: Path, verb: Verb, image: DiskSource) -> None:
    for stop in stops(verb, image, tmp_path / "well"):
        home = tmp_path / f"stop{stop}"
        steps = Steps(OSError(errno.EIO, "the machine stopped"), dead=True)
        repository = furnished(home, steps)
        before = {uuid: content(repository, uuid) for uuid in (DISK, SNAPSHOT)}
        steps.stop = steps.count + stop
        with pytest.raises(StorageError):
            verb(repository, image)
        release(repository)
        again = FileRepository(spec(home))
        again.attach()
        again.detach_volume(DISK, "guest")
        survivors = {volume.uuid: volume for volume in again.scan()}
        assert all(volume.fault is None for volume in survivors.values()), stop
        changed = {content(again, DISK)} if DISK in survivors else set[bytes]()
        assert changed <= allowed(verb, before[DISK], image), stop
        assert content(again, SNAPSHOT) == before[SNAPSHOT], stop
        if NEW in survivors:
            assert content(again, NEW) in {before[DISK], before[SNAPSHOT], bytes(MIB), Path(image.path).read_bytes()}
        parents = {volume.parent for volume in survivors.values()}
        assert all(volume.uuid in parents for volume in survivors.values() if volume.kind is Kind.BASE), stop
        assert not [name for name in names(home) if name.endswith(".part")], stop
        release(again)


def allowed(verb: Verb, before: bytes, image: DiskSource) -> set[bytes]:
    """What DISK may hold after the verb was cut short: its content, or the whole of a new one."""
    return {before, Path(image.path).read_bytes()} if verb is VERBS["fill"] else {before}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS.keys())
def test_a_full_disk_at_any_step_leaves_everything_as_it_was(tmp_path: Path, verb: Verb, image: DiskSource) -> None:
    for stop in stops(verb, image, tmp_path / "well"):
        home = tmp_path / f"stop{stop}"
        steps = Steps(OSError(errno.ENOSPC, "full"), dead=False)
        repository = furnished(home, steps)
        before, disk = names(home), content(repository, DISK)
        steps.stop = steps.count + stop
        with pytest.raises(NoSpace):
            verb(repository, image)
        committed = DISK not in {volume.uuid for volume in repository.scan()}
        if not (committed or verb in {VERBS["coalesce"], VERBS["fill"]}):
            assert names(home) == before, stop
        if DISK in {volume.uuid for volume in repository.scan()}:
            assert content(repository, DISK) in allowed(verb, disk, image), stop
        assert not [name for name in names(home) if name.endswith(".part")], stop
        release(repository)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MiB."""
    place = tmp_path / "small"
    place.mkdir()
    with namespaces(network=False):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], check=True)
        yield place


def test_a_copy_that_can_not_fit_is_refused_before_it_starts(small: Path, tmp_path: Path) -> None:
    repository = FileRepository(spec(small))
    repository.create()
    repository.attach()
    path = tmp_path / "large.raw"
    path.write_bytes(os.urandom(MIB) * 10)
    told: list[float] = []
    with pytest.raises(NoSpace) as caught:
        repository.adopt_volume(NEW, DiskSource(str(path), Format.RAW, read_only=True), progress=told.append)
    assert caught.value.needed > 10 * MIB
    assert 0 < caught.value.free <= 8 * MIB
    assert (told, repository.scan()) == ([], ())
    release(repository)


def test_a_file_system_that_fills_up_leaves_nothing_half_made(small: Path, tmp_path: Path) -> None:
    repository = FileRepository(spec(small))
    repository.create()
    repository.attach()
    repository.create_volume(DISK, MIB)
    put(repository.attach_volume(DISK, "guest").path, 0, 7)
    repository.detach_volume(DISK, "guest")
    path = tmp_path / "large.raw"
    path.write_bytes(os.urandom(MIB) * 5)
    image = DiskSource(str(path), Format.RAW, read_only=True)

    def crowd(_: float) -> None:
        with (small / "other").open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(65536)):
                pass

    with pytest.raises(NoSpace):
        repository.adopt_volume(NEW, image, progress=crowd)
    assert names(small) == {".cenote", "other", f"{DISK}.qcow2"}
    crowd(0)
    verbs: tuple[Callable[[], object], ...] = (
        lambda: repository.create_volume(NEW, MIB),
        lambda: repository.clone_volume(DISK, NEW),
    )
    for verb in verbs:
        with pytest.raises(NoSpace):
            verb()
    assert names(small) == {".cenote", "other", f"{DISK}.qcow2"}
    repository.attach_volume(DISK, "guest")  # what runs must be able to stop, and to start again
    repository.detach_volume(DISK, "guest")
    repository.destroy_volume(DISK)
    assert names(small) == {".cenote", "other"}
    (small / "other").unlink()
    repository.create_volume(DISK, MIB)
    assert content(repository, DISK) == bytes(MIB)
    release(repository)


def test_a_directory_that_was_unmounted_is_not_an_empty_one(tmp_path: Path) -> None:
    home = tmp_path / "sr"
    repository = furnished(home)
    home.rename(tmp_path / "away")
    home.mkdir()
    for verb in (repository.scan, repository.facts, lambda: repository.create_volume(NEW, MIB)):
        with pytest.raises(RepositoryUnavailable):
            verb()
    assert names(home) == set()
    release(repository)


def test_a_missing_place_is_named(tmp_path: Path) -> None:
    lost = FileRepository(spec(tmp_path / "no" / "such"))
    with pytest.raises(RepositoryUnavailable) as caught:
        lost.create()
    assert str(tmp_path / "no" / "such") in caught.value.why
    with pytest.raises(RepositoryUnavailable):
        FileRepository(spec(tmp_path / "no")).attach()


def test_a_place_with_files_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "sr").mkdir()
    (tmp_path / "sr" / "lost+found").mkdir()
    (tmp_path / "sr" / "letter").write_text("dear")
    with pytest.raises(RepositoryNotEmpty) as caught:
        FileRepository(spec(tmp_path / "sr")).create()
    assert caught.value.found == ("letter",)
    (tmp_path / "sr" / "letter").unlink()
    FileRepository(spec(tmp_path / "sr")).create()


def test_another_repository_s_directory_is_refused(tmp_path: Path) -> None:
    furnished(tmp_path / "sr").detach()
    other = FileRepository(RepositorySpec(NEW, {"location": str(tmp_path / "sr")}))
    with pytest.raises(RepositoryUnavailable) as caught:
        other.attach()
    assert SR in caught.value.why


@pytest.mark.parametrize("place", ["", "relative", "/tmp/../etc", "/a\0b"])
def test_a_place_must_be_absolute(place: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        FileRepository(RepositorySpec(SR, {"location": place}))
    assert caught.value.key == "location"


def test_another_process_is_kept_out(tmp_path: Path) -> None:
    furnished(tmp_path / "sr").detach()
    lock = tmp_path / "sr" / ".cenote" / "lock"
    with subprocess.Popen(["flock", str(lock), "sh", "-c", "echo held; read x"], stdin=-1, stdout=-1) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(RepositoryBusy):
            FileRepository(spec(tmp_path / "sr")).attach()
        holder.communicate(b"\n")
    FileRepository(spec(tmp_path / "sr")).attach()


def test_a_disk_that_a_guest_has_open_unknown_to_us_is_in_use(tmp_path: Path, image: DiskSource) -> None:
    repository = furnished(tmp_path / "sr")
    before = repository.scan()
    path = repository.attach_volume(DISK, "guest").path
    repository.detach_volume(DISK, "guest")
    with subprocess.Popen(["qemu-io", "-f", "qcow2", path], stdin=-1, stdout=-1) as guest:
        assert guest.stdin is not None
        assert guest.stdout is not None
        guest.stdin.write(b"write -P 4 0 64k\n")
        guest.stdin.flush()
        while b"ops" not in guest.stdout.readline():
            pass
        verbs: tuple[Callable[[], object], ...] = (
            lambda: repository.clone_volume(DISK, NEW),
            lambda: repository.resize_volume(DISK, 2 * MIB),
            lambda: repository.fill_volume(DISK, image),
            lambda: repository.coalesce_volume(DISK),
        )
        for verb in verbs:
            with pytest.raises(VolumeInUse) as caught:
                verb()
            assert caught.value.uuid == DISK
        guest.communicate(b"quit\n")
    after = repository.scan()
    assert [volume.uuid for volume in after] == [volume.uuid for volume in before]
    release(repository)


def test_a_forged_image_can_not_read_the_host_s_files(tmp_path: Path) -> None:
    repository = furnished(tmp_path / "sr")
    secret = tmp_path / "secret"
    secret.write_bytes(b"s" * MIB)
    backed, external = tmp_path / "backed.qcow2", tmp_path / "external.qcow2"
    run = subprocess.run
    run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", str(secret), "-F", "raw", str(backed), "1M"], check=True)
    options = f"data_file={tmp_path / 'data'},data_file_raw=on"
    run(["qemu-img", "create", "-q", "-f", "qcow2", "-o", options, str(external), "1M"], check=True)
    for path in (backed, external):
        for verb in (repository.adopt_volume, repository.fill_volume):
            uuid = NEW if verb == repository.adopt_volume else DISK
            with pytest.raises(ImageBroken) as caught:
                verb(uuid, DiskSource(str(path), Format.QCOW2, read_only=True))
            assert caught.value.path == str(path)
    assert NEW not in {volume.uuid for volume in repository.scan()}
    release(repository)


def test_an_image_that_is_not_what_it_says_is_broken(tmp_path: Path, image: DiskSource) -> None:
    repository = furnished(tmp_path / "sr")
    for source in (
        DiskSource(image.path, Format.QCOW2, read_only=True),
        DiskSource(str(damaged(tmp_path)), Format.QCOW2, read_only=True),
    ):
        with pytest.raises(ImageBroken):
            repository.adopt_volume(NEW, source)
    assert not [name for name in names(tmp_path / "sr") if name.startswith(NEW)]
    release(repository)


def damaged(tmp_path: Path) -> Path:
    """A qcow2 whose cluster table points into the middle of a cluster."""
    path = tmp_path / "damaged.qcow2"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", str(path), "1M"], check=True)
    put(str(path), 0, 1)
    with path.open("r+b") as file:
        file.seek(3 * 65536)
        file.write(b"\x80" + bytes(4) + b"\x12\x34\x56")
    return path


def test_a_broken_layer_shows_and_the_others_live_on(tmp_path: Path) -> None:
    repository = furnished(tmp_path / "sr")
    (tmp_path / "sr" / f"{NEW}.qcow2").write_text("no image")
    faults = {volume.uuid: volume.fault for volume in repository.scan()}
    assert faults.pop(NEW) == "not a qcow2 file"
    assert set(faults.values()) == {None}
    with pytest.raises(ImageBroken):
        repository.attach_volume(NEW, "guest")
    bases = {volume.uuid for volume in repository.scan() if volume.kind is Kind.BASE}
    repository.destroy_volume(SNAPSHOT)
    assert bases <= {volume.uuid for volume in repository.scan()}
    repository.destroy_volume(NEW)
    repository.destroy_volume(DISK)
    assert repository.scan() == ()
    release(repository)


def test_a_missing_base_makes_what_stands_on_it_faulty(tmp_path: Path) -> None:
    repository = furnished(tmp_path / "sr")
    base = repository.volume(SNAPSHOT).parent
    (tmp_path / "sr" / f"{base}.base.qcow2").unlink()
    assert base is not None
    assert base in (repository.volume(SNAPSHOT).fault or "")
    with pytest.raises(ImageBroken):
        repository.attach_volume(DISK, "guest")
    release(repository)


def test_a_repository_can_be_moved(tmp_path: Path) -> None:
    repository = furnished(tmp_path / "sr")
    before = content(repository, DISK)
    repository.detach()
    (tmp_path / "sr").rename(tmp_path / "moved")
    moved = FileRepository(spec(tmp_path / "moved"))
    moved.attach()
    assert content(moved, DISK) == before
    release(moved)


def test_others_may_pass_through_and_not_look(tmp_path: Path) -> None:
    repository = furnished(tmp_path / "sr")
    modes = {
        path.name.partition(".")[2]: oct(path.stat().st_mode & 0o777) for path in (tmp_path / "sr").glob("*.qcow2")
    }
    assert modes == {"qcow2": "0o600", "snapshot.qcow2": "0o400", "base.qcow2": "0o400"}
    assert oct((tmp_path / "sr").stat().st_mode & 0o777) == "0o711"
    assert oct((tmp_path / "sr" / ".cenote").stat().st_mode & 0o777) == "0o700"
    release(repository)


def test_uses_end_with_the_machine_s_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = furnished(tmp_path / "sr")
    repository.attach_volume(DISK, "guest")
    release(repository)
    (tmp_path / "boot").write_text("another-run\n")
    monkeypatch.setattr("cenote.storage.directory._BOOT", tmp_path / "boot")
    again = FileRepository(spec(tmp_path / "sr"))
    assert again.holders(DISK) == ()
    again.attach()
    again.attach_volume(DISK, "other")
    assert [path.name for path in (tmp_path / "sr" / ".cenote" / "attached").iterdir()] == ["another-run"]
    release(again)


def test_without_the_program_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = furnished(tmp_path / "sr")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing) as caught:
        repository.create_volume(NEW, MIB)
    assert (caught.value.tool, caught.value.package) == ("qemu-img", "qemu-utils")
    release(repository)
