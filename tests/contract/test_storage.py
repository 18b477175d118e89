"""Every repository driver whose disks can be written keeps the promises of cenote.storage.contract."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest

from cenote.storage import fake
from cenote.storage.contract import (
    MAXIMUM_DEPTH,
    MAXIMUM_SIZE,
    DiskSource,
    Format,
    Kind,
    Repository,
    RepositorySpec,
    VolumeFacts,
)
from cenote.storage.errors import (
    Cancelled,
    ChainTooDeep,
    ImageBroken,
    NoSpace,
    RepositoryBusy,
    RepositoryNotEmpty,
    RepositoryUnavailable,
    SizeInvalid,
    Unsupported,
    VolumeExists,
    VolumeInUse,
    VolumeReadOnly,
    VolumeUnknown,
)
from cenote.storage.file import FileRepository

MIB = 2**20


class Bench(Protocol):
    """How a suite makes repositories of one type, and does what a guest does to their disks."""

    def repository(self, uuid: str) -> Repository:
        """A driver for the repository of that uuid, as a daemon that starts would make it."""
        ...

    def abandon(self, repository: Repository) -> None:
        """What the end of a process does to its driver: locks are gone, nothing is tidied."""
        ...

    def put(self, source: DiskSource, offset: int, length: int, byte: int) -> None:
        """Write ``length`` bytes of that value."""
        ...

    def has(self, source: DiskSource, offset: int, length: int, byte: int) -> bool:
        """Those bytes all have that value."""
        ...

    def replace(self, source: DiskSource, data: bytes) -> None:
        """What a hypervisor does that saves a guest: cut all off and write ``data``."""
        ...


class FileBench:
    """Directories, and qemu-io as the guest."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def repository(self, uuid: str) -> FileRepository:
        return FileRepository(RepositorySpec(uuid, {"location": str(self.home / uuid)}))

    def abandon(self, repository: Repository) -> None:
        assert isinstance(repository, FileRepository)
        repository._directory.unlock()  # pyright: ignore[reportPrivateUsage]

    def put(self, source: DiskSource, offset: int, length: int, byte: int) -> None:
        self._io(source, f"write -P {byte} {offset} {length}")

    def has(self, source: DiskSource, offset: int, length: int, byte: int) -> bool:
        return "verification failed" not in self._io(source, f"read -P {byte} {offset} {length}")

    def replace(self, source: DiskSource, data: bytes) -> None:
        with Path(source.path).open("wb") as file:
            file.write(data)

    def _io(self, source: DiskSource, command: str) -> str:
        mode = ["-r"] if source.read_only else []
        words = ["qemu-io", *mode, "-f", source.format, "-c", command, source.path]
        done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
        assert "bytes at offset" in done.stdout or "verification failed" in done.stdout, done.stdout + done.stderr
        return done.stdout


class FakeBench:
    """Memory."""

    def repository(self, uuid: str) -> fake.FakeRepository:
        return fake.FakeRepository(RepositorySpec(uuid))

    def abandon(self, repository: Repository) -> None:
        assert isinstance(repository, fake.FakeRepository)
        repository.medium.held = False

    def put(self, source: DiskSource, offset: int, length: int, byte: int) -> None:
        fake.write(source, offset, bytes([byte]) * length)

    def has(self, source: DiskSource, offset: int, length: int, byte: int) -> bool:
        return fake.read(source, offset, length) == bytes([byte]) * length

    def replace(self, source: DiskSource, data: bytes) -> None:
        fake.replace(source, data)


@pytest.fixture(params=["file", "fake"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    return FileBench(tmp_path) if request.param == "file" else FakeBench()


@pytest.fixture
def repository(bench: Bench) -> Iterator[Repository]:
    made = bench.repository(str(uuid4()))
    made.create()
    made.attach()
    yield made
    bench.abandon(made)


@pytest.fixture
def disk(repository: Repository, bench: Bench) -> str:
    """A disk of 4 MiB whose first is all 0x11 and whose second is all 0x22."""
    uuid = str(uuid4())
    repository.create_volume(uuid, 4 * MIB)
    write(bench, repository, uuid, 0, 0x11)
    write(bench, repository, uuid, MIB, 0x22)
    return uuid


@pytest.fixture
def image(tmp_path: Path) -> DiskSource:
    """A raw image of 2 MiB: 0x33, then zeroes."""
    path = tmp_path / "image.raw"
    path.write_bytes(b"\x33" * MIB + bytes(MIB))
    return DiskSource(str(path), Format.RAW, read_only=True)


def write(bench: Bench, repository: Repository, uuid: str, offset: int, byte: int) -> None:
    bench.put(repository.attach_volume(uuid, "guest"), offset, MIB, byte)
    repository.detach_volume(uuid, "guest")


def holds(bench: Bench, repository: Repository, uuid: str, *content: int) -> bool:
    """The disk's mebibytes have these values, from the first."""
    source = repository.attach_volume(uuid, "reader", read_only=True)
    same = [bench.has(source, at * MIB, MIB, byte) for at, byte in enumerate(content)]
    repository.detach_volume(uuid, "reader")
    return all(same)


def kinds(repository: Repository) -> list[Kind]:
    return sorted(volume.kind for volume in repository.scan())


def test_a_created_disk_reads_as_zeroes_and_is_as_large_as_said(repository: Repository, bench: Bench) -> None:
    uuid = str(uuid4())
    made = repository.create_volume(uuid, 3 * MIB)
    assert (made.uuid, made.virtual_size, made.kind, made.parent, made.depth) == (uuid, 3 * MIB, Kind.DISK, None, 0)
    assert repository.volume(uuid) == made
    assert repository.scan() == (made,)
    assert holds(bench, repository, uuid, 0, 0, 0)


def test_a_size_is_rounded_up_to_the_sector(repository: Repository) -> None:
    assert repository.create_volume(str(uuid4()), 1).virtual_size == 512
    assert repository.create_volume(str(uuid4()), 513).virtual_size == 1024


@pytest.mark.parametrize("size", [0, -1, MAXIMUM_SIZE + 1])
def test_a_size_out_of_bounds_is_refused(repository: Repository, size: int) -> None:
    with pytest.raises(SizeInvalid) as caught:
        repository.create_volume(str(uuid4()), size)
    assert (caught.value.size, caught.value.maximum) == (size, MAXIMUM_SIZE)
    assert repository.scan() == ()


def test_the_largest_disk_is_made_without_taking_its_space(repository: Repository) -> None:
    made = repository.create_volume(str(uuid4()), MAXIMUM_SIZE)
    assert made.virtual_size == MAXIMUM_SIZE
    assert made.physical_utilisation < 16 * MIB


def test_a_uuid_is_used_once(repository: Repository, disk: str, image: DiskSource, bench: Bench) -> None:
    other = str(uuid4())
    repository.create_volume(other, MIB)
    verbs: tuple[Callable[[], object], ...] = (
        lambda: repository.create_volume(disk, MIB),
        lambda: repository.adopt_volume(disk, image),
        lambda: repository.clone_volume(other, disk),
        lambda: repository.snapshot_volume(other, disk),
    )
    for verb in verbs:
        with pytest.raises(VolumeExists):
            verb()
    assert holds(bench, repository, disk, 0x11, 0x22)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 36, "A1B2C3D4-0000-0000-0000-000000000000", "x\0y"])
def test_what_is_no_uuid_is_unknown(repository: Repository, disk: str, name: str) -> None:
    verbs: tuple[Callable[[], object], ...] = (
        lambda: repository.create_volume(name, MIB),
        lambda: repository.volume(name),
        lambda: repository.attach_volume(name, "guest"),
        lambda: repository.destroy_volume(name),
        lambda: repository.clone_volume(name, str(uuid4())),
        lambda: repository.clone_volume(disk, name),
        lambda: repository.resize_volume(name, MIB),
    )
    for verb in verbs:
        with pytest.raises(VolumeUnknown):
            verb()
    assert [volume.uuid for volume in repository.scan()] == [disk]


def test_a_clone_has_the_content_and_its_own_future(repository: Repository, bench: Bench, disk: str) -> None:
    clone = str(uuid4())
    made = repository.clone_volume(disk, clone)
    assert (made.kind, made.read_only, made.virtual_size) == (Kind.DISK, False, 4 * MIB)
    write(bench, repository, disk, 0, 0xAA)
    write(bench, repository, clone, MIB, 0xBB)
    assert holds(bench, repository, disk, 0xAA, 0x22, 0)
    assert holds(bench, repository, clone, 0x11, 0xBB, 0)


def test_a_clone_and_its_origin_stand_on_a_hidden_base(repository: Repository, disk: str) -> None:
    clone = repository.clone_volume(disk, str(uuid4()))
    origin = repository.volume(disk)
    base = repository.volume(origin.parent or "")
    assert (origin.parent, origin.depth, clone.depth) == (clone.parent, 1, 1)
    assert (base.kind, base.read_only, base.depth) == (Kind.BASE, True, 0)
    with pytest.raises(VolumeReadOnly):
        repository.destroy_volume(base.uuid)
    with pytest.raises(VolumeReadOnly):
        repository.attach_volume(base.uuid, "guest")


def test_cloning_again_without_a_write_between_uses_the_same_base(repository: Repository, disk: str) -> None:
    clones = [repository.clone_volume(disk, str(uuid4())) for _ in range(3)]
    assert {clone.parent for clone in clones} == {repository.volume(disk).parent}
    assert kinds(repository) == [Kind.BASE, *[Kind.DISK] * 4]


def test_the_last_leaf_takes_its_bases_along(repository: Repository, bench: Bench, disk: str) -> None:
    first = repository.clone_volume(disk, str(uuid4())).uuid
    write(bench, repository, disk, 0, 0x44)
    second = repository.clone_volume(disk, str(uuid4())).uuid
    assert kinds(repository) == [Kind.BASE, Kind.BASE, Kind.DISK, Kind.DISK, Kind.DISK]
    repository.destroy_volume(disk)
    assert holds(bench, repository, first, 0x11, 0x22)
    assert holds(bench, repository, second, 0x44, 0x22)
    repository.destroy_volume(second)
    assert holds(bench, repository, first, 0x11, 0x22)
    assert kinds(repository) == [Kind.BASE, Kind.DISK]
    repository.destroy_volume(first)
    assert repository.scan() == ()


def test_a_snapshot_is_read_only_and_stays_as_it_was(repository: Repository, bench: Bench, disk: str) -> None:
    snapshot = repository.snapshot_volume(disk, str(uuid4()))
    assert (snapshot.kind, snapshot.read_only) == (Kind.SNAPSHOT, True)
    write(bench, repository, disk, 0, 0x55)
    assert holds(bench, repository, snapshot.uuid, 0x11, 0x22)
    with pytest.raises(VolumeReadOnly):
        repository.attach_volume(snapshot.uuid, "guest")
    with pytest.raises(VolumeReadOnly):
        repository.resize_volume(snapshot.uuid, 8 * MIB)
    clone = repository.clone_volume(snapshot.uuid, str(uuid4()))
    assert clone.kind is Kind.DISK
    write(bench, repository, clone.uuid, 0, 0x66)
    assert holds(bench, repository, clone.uuid, 0x66, 0x22)
    assert holds(bench, repository, snapshot.uuid, 0x11, 0x22)
    repository.destroy_volume(snapshot.uuid)
    assert holds(bench, repository, disk, 0x55, 0x22)


def test_the_chain_is_bounded_and_coalescing_shortens_it(repository: Repository, bench: Bench, disk: str) -> None:
    for number in range(MAXIMUM_DEPTH):
        write(bench, repository, disk, 2 * MIB, number + 1)
        repository.destroy_volume(repository.snapshot_volume(disk, str(uuid4())).uuid)
    assert repository.volume(disk).depth == MAXIMUM_DEPTH
    write(bench, repository, disk, 2 * MIB, 0x77)
    with pytest.raises(ChainTooDeep) as caught:
        repository.clone_volume(disk, str(uuid4()))
    assert (caught.value.depth, caught.value.limit) == (MAXIMUM_DEPTH, MAXIMUM_DEPTH)
    assert repository.coalesce_volume(disk).depth == 0
    assert holds(bench, repository, disk, 0x11, 0x22, 0x77, 0)
    assert kinds(repository) == [Kind.DISK]


def test_coalescing_keeps_what_others_stand_on(repository: Repository, bench: Bench, disk: str) -> None:
    clone = repository.clone_volume(disk, str(uuid4())).uuid
    write(bench, repository, disk, 0, 0x88)
    repository.destroy_volume(repository.snapshot_volume(disk, str(uuid4())).uuid)
    write(bench, repository, disk, 3 * MIB, 0x99)
    assert (repository.volume(disk).depth, repository.volume(clone).depth) == (2, 1)
    repository.coalesce_volume(disk)
    assert (repository.volume(disk).depth, repository.volume(clone).depth) == (1, 1)
    assert holds(bench, repository, disk, 0x88, 0x22, 0, 0x99)
    assert holds(bench, repository, clone, 0x11, 0x22, 0, 0)
    before = repository.volume(disk)
    assert repository.coalesce_volume(disk) == before


def test_a_disk_grows_and_never_shrinks(repository: Repository, bench: Bench, disk: str) -> None:
    assert repository.resize_volume(disk, 6 * MIB - 100).virtual_size == 6 * MIB
    assert repository.resize_volume(disk, 6 * MIB).virtual_size == 6 * MIB
    assert holds(bench, repository, disk, 0x11, 0x22, 0, 0, 0, 0)
    write(bench, repository, disk, 5 * MIB, 0x10)
    with pytest.raises(SizeInvalid) as caught:
        repository.resize_volume(disk, 5 * MIB)
    assert (caught.value.minimum, caught.value.size) == (6 * MIB, 5 * MIB)
    assert repository.volume(disk).virtual_size == 6 * MIB


def test_a_clone_can_outgrow_its_base(repository: Repository, bench: Bench, disk: str) -> None:
    clone = repository.clone_volume(disk, str(uuid4())).uuid
    repository.resize_volume(clone, 8 * MIB)
    second = repository.clone_volume(clone, str(uuid4()))
    assert second.virtual_size == 8 * MIB
    assert holds(bench, repository, second.uuid, 0x11, 0x22, 0, 0, 0, 0, 0, 0)
    assert repository.volume(disk).virtual_size == 4 * MIB


def test_a_copy_stands_alone(repository: Repository, bench: Bench, disk: str) -> None:
    clone = repository.clone_volume(disk, str(uuid4())).uuid
    write(bench, repository, clone, 0, 0x12)
    seen: list[float] = []
    source = repository.attach_volume(clone, "copy", read_only=True)
    copy = repository.copy_volume(str(uuid4()), source, progress=seen.append)
    repository.detach_volume(clone, "copy")
    assert (copy.parent, copy.depth, copy.virtual_size) == (None, 0, 4 * MIB)
    assert holds(bench, repository, copy.uuid, 0x12, 0x22, 0, 0)
    assert seen == sorted(seen)
    assert (seen[0] >= 0.0, seen[-1]) == (True, 1.0)


def test_a_copy_crosses_repositories(repository: Repository, bench: Bench, disk: str) -> None:
    other = bench.repository(str(uuid4()))
    other.create()
    other.attach()
    source = repository.attach_volume(disk, "copy", read_only=True)
    copy = other.copy_volume(disk, source, size=5 * MIB)
    repository.detach_volume(disk, "copy")
    repository.destroy_volume(disk)
    assert copy.virtual_size == 5 * MIB
    assert holds(bench, other, disk, 0x11, 0x22, 0, 0, 0)
    bench.abandon(other)


def test_a_copy_can_not_be_smaller_than_its_source(repository: Repository, disk: str) -> None:
    source = repository.attach_volume(disk, "copy", read_only=True)
    with pytest.raises(SizeInvalid):
        repository.copy_volume(str(uuid4()), source, size=MIB)
    assert len(repository.scan()) == 1


def test_a_cancelled_copy_leaves_nothing(repository: Repository, disk: str) -> None:
    source = repository.attach_volume(disk, "copy", read_only=True)
    before, wanted = repository.facts().virtual_allocation, str(uuid4())
    with pytest.raises(Cancelled):
        repository.copy_volume(wanted, source, cancel=lambda: True)
    assert [volume.uuid for volume in repository.scan()] == [disk]
    assert repository.facts().virtual_allocation == before
    assert repository.copy_volume(wanted, source).uuid == wanted


def test_an_image_is_adopted_and_enlarged(repository: Repository, bench: Bench, image: DiskSource) -> None:
    made = repository.adopt_volume(str(uuid4()), image, size=3 * MIB)
    assert (made.virtual_size, made.kind) == (3 * MIB, Kind.DISK)
    assert holds(bench, repository, made.uuid, 0x33, 0, 0)


def test_a_missing_image_is_broken(repository: Repository, tmp_path: Path) -> None:
    for format_ in Format:
        with pytest.raises(ImageBroken) as caught:
            repository.adopt_volume(str(uuid4()), DiskSource(str(tmp_path / "none"), format_, read_only=True))
        assert caught.value.path == str(tmp_path / "none")
    assert repository.scan() == ()


def test_filling_replaces_the_content_and_keeps_the_size(
    repository: Repository, bench: Bench, disk: str, image: DiskSource
) -> None:
    clone = repository.clone_volume(disk, str(uuid4())).uuid
    assert repository.fill_volume(disk, image).virtual_size == 4 * MIB
    assert holds(bench, repository, disk, 0x33, 0, 0, 0)
    assert holds(bench, repository, clone, 0x11, 0x22, 0, 0)


def test_a_cancelled_fill_leaves_the_content(
    repository: Repository, bench: Bench, disk: str, image: DiskSource
) -> None:
    with pytest.raises(Cancelled):
        repository.fill_volume(disk, image, cancel=lambda: True)
    assert holds(bench, repository, disk, 0x11, 0x22, 0, 0)


def test_an_image_larger_than_the_disk_does_not_fill_it(repository: Repository, image: DiskSource) -> None:
    small = repository.create_volume(str(uuid4()), MIB).uuid
    with pytest.raises(SizeInvalid) as caught:
        repository.fill_volume(small, image)
    assert (caught.value.size, caught.value.maximum) == (2 * MIB, MIB)


def test_one_writer_or_many_readers(repository: Repository, disk: str) -> None:
    repository.attach_volume(disk, "a", read_only=True)
    repository.attach_volume(disk, "b", read_only=True)
    assert repository.holders(disk) == ("a", "b")
    with pytest.raises(VolumeInUse) as caught:
        repository.attach_volume(disk, "c")
    assert caught.value.holders == ("a", "b")
    repository.detach_volume(disk, "a")
    repository.detach_volume(disk, "b")
    first = repository.attach_volume(disk, "c")
    assert repository.attach_volume(disk, "c") == first
    for read_only in (True, False):
        with pytest.raises(VolumeInUse):
            repository.attach_volume(disk, "d", read_only=read_only)
    with pytest.raises(VolumeInUse):
        repository.attach_volume(disk, "c", read_only=True)
    repository.detach_volume(disk, "c")
    repository.detach_volume(disk, "c")
    repository.detach_volume(str(uuid4()), "c")
    assert repository.holders(disk) == ()


def test_nothing_touches_a_disk_that_is_attached_for_writing(
    repository: Repository, bench: Bench, disk: str, image: DiskSource
) -> None:
    source = repository.attach_volume(disk, "guest")
    before = repository.scan()
    verbs: tuple[Callable[[], object], ...] = (
        lambda: repository.clone_volume(disk, str(uuid4())),
        lambda: repository.snapshot_volume(disk, str(uuid4())),
        lambda: repository.coalesce_volume(disk),
        lambda: repository.resize_volume(disk, 8 * MIB),
        lambda: repository.fill_volume(disk, image),
        lambda: repository.destroy_volume(disk),
        repository.detach,
    )
    for verb in verbs:
        with pytest.raises(VolumeInUse) as caught:
            verb()
        assert (caught.value.uuid, caught.value.holders) == (disk, ("guest",))
    assert repository.scan() == before
    bench.put(source, 0, MIB, 0x21)
    repository.detach_volume(disk, "guest")
    assert holds(bench, repository, disk, 0x21, 0x22)


def test_a_disk_that_is_only_read_can_be_cloned_but_not_changed(repository: Repository, disk: str) -> None:
    repository.attach_volume(disk, "reader", read_only=True)
    assert repository.clone_volume(disk, str(uuid4())).depth == 1
    for verb in (lambda: repository.resize_volume(disk, 8 * MIB), lambda: repository.destroy_volume(disk)):
        with pytest.raises(VolumeInUse):
            verb()


def test_a_disk_that_is_being_filled_is_in_use(repository: Repository, disk: str, image: DiskSource) -> None:
    refused: list[str] = []

    def meddle(_: float) -> None:
        for verb in (repository.attach_volume, repository.clone_volume):
            try:
                verb(disk, str(uuid4()))
            except VolumeInUse as error:
                refused.append(error.uuid)

    repository.fill_volume(disk, image, progress=meddle)
    assert set(refused) == {disk}
    assert len(refused) >= 2


def test_other_disks_can_be_used_while_one_is_copied(repository: Repository, disk: str) -> None:
    source = repository.attach_volume(disk, "copy", read_only=True)
    made: list[VolumeFacts] = []

    def meanwhile(_: float) -> None:
        thread = threading.Thread(target=lambda: made.append(repository.create_volume(str(uuid4()), MIB)))
        thread.start()
        thread.join(30)

    repository.copy_volume(str(uuid4()), source, progress=meanwhile)
    assert made
    assert len(repository.scan()) == 2 + len(made)


def test_threads_that_clone_the_same_disk_all_get_theirs(repository: Repository, bench: Bench, disk: str) -> None:
    clones = [str(uuid4()) for _ in range(8)]
    threads = [threading.Thread(target=repository.clone_volume, args=(disk, clone)) for clone in clones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert kinds(repository) == [Kind.BASE, *[Kind.DISK] * 9]
    assert all(holds(bench, repository, clone, 0x11, 0x22) for clone in clones)


def test_the_sum_of_promised_sizes_leaves_bases_out(repository: Repository, disk: str) -> None:
    repository.clone_volume(disk, str(uuid4()))
    facts = repository.facts()
    assert facts.virtual_allocation == 8 * MIB
    assert 0 < facts.physical_utilisation <= facts.physical_size


def test_a_repository_is_created_once(repository: Repository, bench: Bench) -> None:
    repository.detach()
    with pytest.raises(RepositoryNotEmpty):
        bench.repository(repository.spec.uuid).create()


def test_a_repository_is_destroyed_when_it_is_detached_and_empty(repository: Repository, disk: str) -> None:
    with pytest.raises(RepositoryUnavailable):
        repository.destroy()
    repository.detach()
    with pytest.raises(RepositoryNotEmpty) as caught:
        repository.destroy()
    assert disk in caught.value.found
    repository.attach()
    repository.destroy_volume(disk)
    repository.detach()
    repository.destroy()
    with pytest.raises(RepositoryUnavailable):
        repository.attach()
    repository.create()
    repository.destroy()
    repository.create()
    repository.attach()
    assert repository.scan() == ()


def test_nothing_works_on_a_detached_repository(repository: Repository, disk: str) -> None:
    repository.detach()
    repository.detach()
    verbs: tuple[Callable[[], object], ...] = (
        repository.scan,
        repository.facts,
        lambda: repository.volume(disk),
        lambda: repository.create_volume(str(uuid4()), MIB),
        lambda: repository.attach_volume(disk, "guest"),
        lambda: repository.destroy_volume(disk),
    )
    for verb in verbs:
        with pytest.raises(RepositoryUnavailable):
            verb()
    repository.attach()
    repository.attach()
    assert repository.volume(disk).uuid == disk


def test_a_second_driver_is_kept_out(repository: Repository, bench: Bench) -> None:
    second = bench.repository(repository.spec.uuid)
    with pytest.raises(RepositoryBusy):
        second.attach()
    repository.detach()
    second.attach()
    bench.abandon(second)


def test_disks_and_their_holders_outlive_the_driver(repository: Repository, bench: Bench, disk: str) -> None:
    clone = repository.clone_volume(disk, str(uuid4())).uuid
    source = repository.attach_volume(disk, "guest")
    before = repository.scan()
    bench.abandon(repository)
    again = bench.repository(repository.spec.uuid)
    again.attach()
    assert again.scan() == before
    assert again.holders(disk) == ("guest",)
    assert again.attach_volume(disk, "guest") == source
    with pytest.raises(VolumeInUse):
        again.destroy_volume(disk)
    assert holds(bench, again, clone, 0x11, 0x22)
    bench.abandon(again)


@pytest.fixture
def state(repository: Repository) -> str:
    """A state made for 3 MiB."""
    uuid = str(uuid4())
    repository.create_volume(uuid, 3 * MIB, kind=Kind.STATE)
    return uuid


def test_a_state_takes_no_space_until_it_is_written(repository: Repository) -> None:
    before = repository.facts().virtual_allocation
    made = repository.create_volume(str(uuid4()), 3 * MIB - 1, kind=Kind.STATE)
    assert (made.kind, made.virtual_size, made.read_only) == (Kind.STATE, 3 * MIB, False)
    assert (made.parent, made.depth, made.fault) == (None, 0, None)
    assert made.physical_utilisation < MIB
    assert repository.scan() == (made,)
    assert repository.facts().virtual_allocation == before + 3 * MIB


@pytest.mark.parametrize("length", [0, 700, 2 * MIB - 100, 5 * MIB + 1])
def test_a_state_is_as_large_as_what_was_saved(repository: Repository, bench: Bench, state: str, length: int) -> None:
    source = repository.attach_volume(state, "save")
    assert (source.format, source.read_only) == (Format.RAW, False)
    bench.replace(source, b"\x44" * length)
    repository.detach_volume(state, "save")
    facts = repository.volume(state)
    assert (facts.kind, facts.virtual_size) == (Kind.STATE, -(-length // 512) * 512)
    assert length <= facts.physical_utilisation + 512 < length + 2 * MIB
    again = repository.attach_volume(state, "restore", read_only=True)
    assert (again.path, again.format, again.read_only) == (source.path, Format.RAW, True)
    assert bench.has(again, 0, length // 512 * 512, 0x44) or not length


def test_a_state_has_one_writer_or_many_readers(repository: Repository, state: str) -> None:
    repository.attach_volume(state, "save")
    for verb in (
        lambda: repository.attach_volume(state, "restore", read_only=True),
        lambda: repository.destroy_volume(state),
        repository.detach,
    ):
        with pytest.raises(VolumeInUse):
            verb()
    repository.detach_volume(state, "save")
    repository.attach_volume(state, "restore", read_only=True)
    with pytest.raises(VolumeInUse):
        repository.destroy_volume(state)
    repository.detach_volume(state, "restore")
    repository.destroy_volume(state)
    assert repository.scan() == ()


def test_nothing_is_done_to_a_state_that_is_for_disks(
    repository: Repository, bench: Bench, state: str, disk: str, image: DiskSource
) -> None:
    bench.replace(repository.attach_volume(state, "save"), b"\x45" * MIB)
    repository.detach_volume(state, "save")
    before = repository.scan()
    verbs: tuple[Callable[[], object], ...] = (
        lambda: repository.clone_volume(state, str(uuid4())),
        lambda: repository.snapshot_volume(state, str(uuid4())),
        lambda: repository.coalesce_volume(state),
        lambda: repository.resize_volume(state, 8 * MIB),
        lambda: repository.fill_volume(state, image),
    )
    for verb in verbs:
        with pytest.raises(Unsupported):
            verb()
    assert repository.scan() == before
    assert bench.has(repository.attach_volume(state, "restore", read_only=True), 0, MIB, 0x45)
    assert holds(bench, repository, disk, 0x11, 0x22)


def test_a_state_and_a_disk_share_no_uuid(repository: Repository, state: str, disk: str) -> None:
    with pytest.raises(VolumeExists):
        repository.create_volume(disk, MIB, kind=Kind.STATE)
    with pytest.raises(VolumeExists):
        repository.create_volume(state, MIB)


@pytest.mark.parametrize("kind", [Kind.SNAPSHOT, Kind.BASE, Kind.ISO])
def test_other_kinds_are_not_created(repository: Repository, kind: Kind) -> None:
    with pytest.raises(Unsupported):
        repository.create_volume(str(uuid4()), MIB, kind=kind)
    assert repository.scan() == ()


def test_a_state_that_has_no_room_is_refused_beforehand(repository: Repository) -> None:
    wanted = repository.facts().physical_size - repository.facts().physical_utilisation + MIB
    with pytest.raises(NoSpace) as caught:
        repository.create_volume(str(uuid4()), wanted, kind=Kind.STATE)
    assert (caught.value.needed, caught.value.free < wanted) == (wanted, True)
    assert repository.scan() == ()


def test_a_state_and_its_holder_outlive_the_driver(repository: Repository, bench: Bench, state: str) -> None:
    bench.replace(repository.attach_volume(state, "save"), b"\x46" * MIB)
    before = repository.scan()
    bench.abandon(repository)
    again = bench.repository(repository.spec.uuid)
    again.attach()
    assert (again.scan(), again.holders(state)) == (before, ("save",))
    bench.abandon(again)
