"""libvirt's events in this room's words. The callbacks run on the event loop's thread: they only post."""

import logging
from collections.abc import Callable

import libvirt

from cenote.compute.domainxml.card import ALIAS as NIC_ALIAS
from cenote.compute.domainxml.drive import ALIAS as DISK_ALIAS
from cenote.compute.event import Device, DeviceKind, DomainEvent, EventKind, Reason

log = logging.getLogger(__name__)

Post = Callable[[DomainEvent], None]

STOPPED = {
    libvirt.VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN: Reason.SHUTDOWN,
    libvirt.VIR_DOMAIN_EVENT_STOPPED_DESTROYED: Reason.DESTROYED,
    libvirt.VIR_DOMAIN_EVENT_STOPPED_CRASHED: Reason.CRASHED,
    libvirt.VIR_DOMAIN_EVENT_STOPPED_MIGRATED: Reason.MIGRATED,
    libvirt.VIR_DOMAIN_EVENT_STOPPED_SAVED: Reason.SAVED,
    libvirt.VIR_DOMAIN_EVENT_STOPPED_FAILED: Reason.FAILED,
}
PAUSED = {
    libvirt.VIR_DOMAIN_EVENT_SUSPENDED_PAUSED: Reason.ASKED,
    libvirt.VIR_DOMAIN_EVENT_SUSPENDED_MIGRATED: Reason.MIGRATED,
    libvirt.VIR_DOMAIN_EVENT_SUSPENDED_IOERROR: Reason.IO_ERROR,
    libvirt.VIR_DOMAIN_EVENT_SUSPENDED_RESTORED: Reason.ASKED,
}
PLAIN = {
    libvirt.VIR_DOMAIN_EVENT_STARTED: EventKind.STARTED,
    libvirt.VIR_DOMAIN_EVENT_RESUMED: EventKind.RESUMED,
    libvirt.VIR_DOMAIN_EVENT_CRASHED: EventKind.CRASHED,
}

DEVICES = {
    libvirt.VIR_DOMAIN_EVENT_ID_DEVICE_ADDED: EventKind.DEVICE_ADDED,
    libvirt.VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED: EventKind.DEVICE_REMOVED,
    libvirt.VIR_DOMAIN_EVENT_ID_DEVICE_REMOVAL_FAILED: EventKind.DEVICE_KEPT,
}


def device_of(alias: str) -> Device | None:
    """The device that an alias names; None for those that Cenote does not count (controllers and the like)."""
    for kind, prefix in ((DeviceKind.DISK, DISK_ALIAS), (DeviceKind.NIC, NIC_ALIAS)):
        number = alias.removeprefix(prefix)
        if number != alias and number.isdecimal():
            return Device(kind, int(number))
    return None


def lifecycle(uuid: str, event: int, detail: int) -> DomainEvent | None:
    """The event for libvirt's lifecycle event; None for those that say nothing new."""
    if event == libvirt.VIR_DOMAIN_EVENT_STOPPED:
        return DomainEvent(EventKind.STOPPED, uuid, STOPPED.get(detail, Reason.UNKNOWN))
    if event == libvirt.VIR_DOMAIN_EVENT_SUSPENDED:
        return DomainEvent(EventKind.PAUSED, uuid, PAUSED.get(detail, Reason.UNKNOWN))
    kind = PLAIN.get(event)
    return None if kind is None else DomainEvent(kind, uuid)


class Signals:
    """Posts every event of a connection until :meth:`close`, without which the connection would never be freed."""

    def __init__(self, connection: libvirt.virConnect, post: Post) -> None:
        self._connection, self._post = connection, post
        callbacks: dict[int, Callable[..., None]] = {
            libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE: self._on_lifecycle,
            libvirt.VIR_DOMAIN_EVENT_ID_REBOOT: self._on_reboot,
            libvirt.VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE: self._on_agent,
            libvirt.VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE: self._on_balloon,
            libvirt.VIR_DOMAIN_EVENT_ID_RTC_CHANGE: self._on_clock,
            libvirt.VIR_DOMAIN_EVENT_ID_TRAY_CHANGE: self._on_tray,
            libvirt.VIR_DOMAIN_EVENT_ID_DEVICE_ADDED: self._on_device,
            libvirt.VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED: self._on_device,
            libvirt.VIR_DOMAIN_EVENT_ID_DEVICE_REMOVAL_FAILED: self._on_device,
        }
        self._numbers = [
            connection.domainEventRegisterAny(None, event, callback, DEVICES.get(event))
            for event, callback in callbacks.items()
        ]

    def close(self) -> None:
        """Stop posting. On a connection that was lost only this side forgets. Idempotent."""
        numbers, self._numbers = self._numbers, []
        for number in numbers:
            try:
                self._connection.domainEventDeregisterAny(number)
            except libvirt.libvirtError as error:
                log.debug("an event of a lost connection: %s", error)

    def _on_lifecycle(self, _c: object, domain: libvirt.virDomain, event: int, detail: int, _o: object) -> None:
        found = lifecycle(domain.UUIDString(), event, detail)
        if found is not None:
            self._post(found)

    def _on_reboot(self, _c: object, domain: libvirt.virDomain, _o: object) -> None:
        self._post(DomainEvent(EventKind.REBOOTED, domain.UUIDString()))

    def _on_agent(self, _c: object, domain: libvirt.virDomain, state: int, _reason: int, _o: object) -> None:
        up = state == libvirt.VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED
        self._post(DomainEvent(EventKind.AGENT_UP if up else EventKind.AGENT_DOWN, domain.UUIDString()))

    def _on_balloon(self, _c: object, domain: libvirt.virDomain, actual: int, _o: object) -> None:
        self._post(DomainEvent(EventKind.BALLOON, domain.UUIDString(), value=actual * 1024))

    def _on_clock(self, _c: object, domain: libvirt.virDomain, offset: int, _o: object) -> None:
        self._post(DomainEvent(EventKind.CLOCK, domain.UUIDString(), value=offset))

    def _on_tray(self, _c: object, domain: libvirt.virDomain, alias: str, reason: int, _o: object) -> None:
        opened = reason == libvirt.VIR_DOMAIN_EVENT_TRAY_CHANGE_OPEN
        self._post(DomainEvent(EventKind.TRAY, domain.UUIDString(), device=device_of(alias), value=int(opened)))

    def _on_device(self, _c: object, domain: libvirt.virDomain, alias: str, kind: EventKind) -> None:
        device = device_of(alias)
        if device is not None:
            self._post(DomainEvent(kind, domain.UUIDString(), device=device))
