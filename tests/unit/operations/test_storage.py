"""The storage drivers' errors in the published words, and the repositories that are attached."""

from __future__ import annotations

import pytest
from tests.unit.records import World

from cenote.model.classes.SR import SR
from cenote.model.classes.task import task
from cenote.model.classes.VDI import VDI
from cenote.model.core import NULL, ApiError, Ref
from cenote.model.errors.storage import SrNotAttached
from cenote.operations import storage
from cenote.operations.storage import Repositories, published
from cenote.storage import errors
from cenote.storage.contract import MAXIMUM_SIZE, RepositorySpec
from cenote.storage.errors import StorageError
from cenote.storage.fake import FakeRepository, Medium

REPO: Ref[SR] = Ref("OpaqueRef:sr")
DISK: Ref[VDI] = Ref("OpaqueRef:vdi")
TASK: Ref[task] = Ref("OpaqueRef:task")
UUID = "00000000-0000-0000-0000-000000000001"

TABLE: dict[type[StorageError], tuple[StorageError, tuple[str, list[str]]]] = {
    StorageError: (StorageError(), ("SR_BACKEND_FAILURE", ["StorageError", "", "storage failed"])),
    errors.UnknownType: (errors.UnknownType("tape", ("file",)), ("SR_UNKNOWN_DRIVER", ["tape"])),
    errors.ConfigInvalid: (
        errors.ConfigInvalid("location", "missing"),
        ("INVALID_VALUE", ["device_config:location", "device_config 'location': missing"]),
    ),
    errors.RepositoryUnavailable: (
        errors.RepositoryUnavailable("r", "gone"),
        ("SR_BACKEND_FAILURE", ["RepositoryUnavailable", "", "repository r is not available: gone"]),
    ),
    errors.RepositoryBusy: (
        errors.RepositoryBusy("r", "/p"),
        ("SR_BACKEND_FAILURE", ["RepositoryBusy", "", "repository r is in use by another process, which holds /p"]),
    ),
    errors.RepositoryNotEmpty: (errors.RepositoryNotEmpty("r", ("a",)), ("SR_NOT_EMPTY", [])),
    errors.VolumeUnknown: (errors.VolumeUnknown(UUID), ("VDI_MISSING", [REPO, DISK])),
    errors.VolumeExists: (
        errors.VolumeExists(UUID),
        ("SR_BACKEND_FAILURE", ["VolumeExists", "", f"there is a volume {UUID} already"]),
    ),
    errors.VolumeInUse: (errors.VolumeInUse(UUID, ("x",)), ("VDI_IN_USE", [DISK, "destroy"])),
    errors.VolumeReadOnly: (errors.VolumeReadOnly(UUID), ("VDI_READONLY", [DISK])),
    errors.NoSpace: (errors.NoSpace(2, 1), ("SR_FULL", ["2", "1"])),
    errors.SizeInvalid: (errors.SizeInvalid(1, 2, 3), ("VDI_TOO_SMALL", [DISK, "2"])),
    errors.ImageBroken: (errors.ImageBroken("/p", "odd"), ("VDI_NOT_AVAILABLE", [DISK])),
    errors.ImageLocked: (errors.ImageLocked("/p"), ("VDI_IN_USE", [DISK, "destroy"])),
    errors.ChainTooDeep: (
        errors.ChainTooDeep(UUID, 31, 30),
        ("SR_BACKEND_FAILURE", ["ChainTooDeep", "", f"volume {UUID} stands on 31 layers, the limit is 30"]),
    ),
    errors.Cancelled: (errors.Cancelled(), ("TASK_CANCELLED", [TASK])),
    errors.Unsupported: (errors.Unsupported("iso", "resize"), ("SR_OPERATION_NOT_SUPPORTED", [REPO])),
    errors.ToolMissing: (
        errors.ToolMissing("qemu-img", "qemu-utils"),
        ("SR_BACKEND_FAILURE", ["ToolMissing", "", "qemu-img is not installed; Debian has it in qemu-utils"]),
    ),
    errors.ToolFailed: (
        errors.ToolFailed("qemu-img", "no"),
        ("SR_BACKEND_FAILURE", ["ToolFailed", "", "qemu-img: no"]),
    ),
}


def told(error: StorageError, vdi: Ref[VDI] = DISK) -> tuple[str, list[str]]:
    with pytest.raises(ApiError) as caught, published(sr=REPO, vdi=vdi, operation="destroy", task=TASK):
        raise error
    assert caught.value.__cause__ is error
    return caught.value.code, caught.value.params


def test_no_error_of_the_drivers_is_left_out() -> None:
    assert TABLE.keys() == {StorageError, *StorageError.__subclasses__()}


@pytest.mark.parametrize("kind", list(TABLE), ids=lambda kind: kind.__name__)
def test_published_errors(kind: type[StorageError]) -> None:
    error, expected = TABLE[kind]
    assert told(error) == expected


def test_sizes() -> None:
    assert told(errors.SizeInvalid(9, 2, 3)) == ("VDI_TOO_LARGE", [DISK, "3"])
    assert told(errors.SizeInvalid(2**70, 2, 2**65)) == ("VDI_TOO_LARGE", [DISK, str(MAXIMUM_SIZE)])
    assert told(errors.SizeInvalid(1, 2, 3), NULL) == ("INVALID_VALUE", ["virtual_size", "1 (from 2 to 3 bytes)"])


def test_an_image_that_is_no_disks() -> None:
    assert told(errors.ImageBroken("/p", "odd"), NULL)[0] == "SR_BACKEND_FAILURE"


def test_other_errors_pass() -> None:
    with pytest.raises(KeyError), published():
        raise KeyError("ours")


def test_repositories_by_uuid() -> None:
    world, repositories = World(), Repositories()
    record = world.get(SR, world.sr)
    with pytest.raises(SrNotAttached):
        repositories.of(record)
    assert repositories.find(record.uuid) is None
    made = FakeRepository(RepositorySpec(record.uuid, {}), Medium())
    repositories.add(made)
    assert repositories.of(record) is repositories.find(record.uuid) is made
    repositories.drop(record.uuid)
    repositories.drop(record.uuid)
    assert repositories.find(record.uuid) is None
    repositories.add(made)
    repositories.close()
    assert repositories.find(record.uuid) is None


def test_types() -> None:
    Repositories().check("file")
    with pytest.raises(errors.UnknownType) as caught:
        Repositories().check("tape")
    assert "file" in caught.value.known


def test_a_disk_is_at_home_in_its_repository() -> None:
    world = World()
    context = world.context()
    vdi = world.get(VDI, world.add_vdi())
    with pytest.raises(SrNotAttached):
        storage.home(context, vdi)
    made = FakeRepository(RepositorySpec(world.get(SR, world.sr).uuid, {}), Medium())
    context.rooms.repositories.add(made)
    assert storage.home(context, vdi) is made
