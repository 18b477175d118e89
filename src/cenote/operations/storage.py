"""Where operations meet storage: the repositories attached to this host, and their errors in the published words."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from cenote.model.classes.SR import SR
from cenote.model.classes.VDI import VDI
from cenote.model.core import NULL, ApiError, Ref
from cenote.model.errors.general import InvalidValue, TaskCancelled
from cenote.model.errors.storage import (
    SrBackendFailure,
    SrFull,
    SrNotAttached,
    SrNotEmpty,
    SrOperationNotSupported,
    SrUnknownDriver,
    VdiInUse,
    VdiMissing,
    VdiNotAvailable,
    VdiReadonly,
    VdiTooLarge,
    VdiTooSmall,
)
from cenote.operations.context import Context
from cenote.storage import errors
from cenote.storage.contract import MAXIMUM_SIZE, Repository, RepositorySpec
from cenote.storage.registry import repository, types


class Repositories:
    """The repositories attached to this host, by the SR's uuid."""

    def __init__(self) -> None:
        self._open: dict[str, Repository] = {}
        self._lock = threading.Lock()

    def make(self, type_: str, uuid: str, device_config: dict[str, str]) -> Repository:
        """A repository that is not attached yet; raises a :class:`~cenote.storage.errors.StorageError`."""
        return repository(type_, RepositorySpec(uuid, device_config))

    def check(self, type_: str) -> None:
        """Raise a :class:`~cenote.storage.errors.StorageError` when there is no driver for the type."""
        if type_ not in types():
            raise errors.UnknownType(type_, tuple(types()))

    def add(self, made: Repository) -> None:
        """Remember an attached repository."""
        with self._lock:
            self._open[made.spec.uuid] = made

    def drop(self, uuid: str) -> None:
        """Forget one that was detached."""
        with self._lock:
            self._open.pop(uuid, None)

    def find(self, uuid: str) -> Repository | None:
        """The attached repository of that SR, or None."""
        return self._open.get(uuid)

    def of(self, record: SR) -> Repository:
        """The attached repository of an SR; raises ``SR_NOT_ATTACHED``."""
        found = self._open.get(record.uuid)
        if found is None:
            raise SrNotAttached(record.ref)
        return found

    def close(self) -> None:
        """Let go of all of them; what guests have open stays open."""
        with self._lock:
            self._open.clear()


def home(context: Context, vdi: VDI) -> Repository:
    """The repository that holds a disk."""
    return context.rooms.repositories.of(context.view.get(SR, vdi.SR))


@contextmanager
def published(
    *,
    sr: Ref[SR] = NULL,
    vdi: Ref[VDI] = NULL,
    operation: str = "",
    task: Ref[Any] | None = None,
) -> Generator[None]:
    """Translate what a driver raises inside the block into the published error, about that SR and that VDI."""
    try:
        yield
    except errors.StorageError as error:
        raise _translate(error, sr, vdi, operation, str(task)) from error


def _translate(error: errors.StorageError, sr: Ref[SR], vdi: Ref[VDI], operation: str, task: str) -> ApiError:
    match error:
        case errors.Cancelled():
            return TaskCancelled(task)
        case errors.NoSpace(needed=needed, free=free):
            return SrFull(needed, free)
        case errors.VolumeInUse() | errors.ImageLocked():
            return VdiInUse(vdi, operation)
        case errors.VolumeUnknown():
            return VdiMissing(sr, vdi)
        case errors.VolumeReadOnly():
            return VdiReadonly(vdi)
        case errors.ImageBroken() if vdi != NULL:
            return VdiNotAvailable(vdi)
        case errors.SizeInvalid(size=size, minimum=minimum, maximum=maximum):
            return _size(vdi, size, minimum, maximum)
        case errors.RepositoryNotEmpty():
            return SrNotEmpty()
        case errors.Unsupported():
            return SrOperationNotSupported(sr)
        case errors.UnknownType(type=type_):
            return SrUnknownDriver(type_)
        case errors.ConfigInvalid(key=key):
            return InvalidValue(f"device_config:{key}", str(error))
        case _:
            return SrBackendFailure(type(error).__name__, "", str(error))


def _size(vdi: Ref[VDI], size: int, minimum: int, maximum: int) -> ApiError:
    if vdi == NULL:
        return InvalidValue("virtual_size", f"{size} (from {minimum} to {maximum} bytes)")
    return VdiTooSmall(vdi, minimum) if size < minimum else VdiTooLarge(vdi, min(maximum, MAXIMUM_SIZE))
