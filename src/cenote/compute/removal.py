"""Waiting until a guest has let a device go."""

import threading
from types import TracebackType
from typing import Self

from cenote.compute.bulletin import Bulletin
from cenote.compute.errors import GuestRefused
from cenote.compute.event import Device, DomainEvent, EventKind

ENDS = {EventKind.DEVICE_REMOVED, EventKind.DEVICE_KEPT}


class Removal:
    """Listens from before a device is unplugged until its fate is known."""

    def __init__(self, bulletin: Bulletin, uuid: str, device: Device) -> None:
        self._bulletin, self._uuid, self._device = bulletin, uuid, device
        self._known = threading.Event()
        self._kept = False

    def __enter__(self) -> Self:
        self._leave = self._bulletin.subscribe(self._hear)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def wait(self, seconds: float) -> None:
        """Return when the device is gone. Raises `GuestRefused` when the guest says no, or nothing for so long."""
        if not self._known.wait(seconds) or self._kept:
            raise GuestRefused(self._uuid, f"release {self._device}")

    def _hear(self, event: DomainEvent) -> None:
        if event.uuid != self._uuid:
            return
        ours = event.kind in ENDS and event.device == self._device
        if ours or event.kind is EventKind.STOPPED:
            self._kept = event.kind is EventKind.DEVICE_KEPT
            self._known.set()
