"""libvirt's events in this room's words. The callbacks run on the event loop's thread: they only post."""

from collections.abc import Callable

import libvirt

from cenote.compute.domainxml.card import ALIAS as NIC_ALIAS
from cenote.compute.domainxml.drive import ALIAS as DISK_ALIAS
from cenote.compute.event import Device, DeviceKind, DomainEvent, EventKind, Reason

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


def register(connection: libvirt.virConnect, post: Post) -> None:
    """Have every event of ``connection`` posted, for as long as it lives."""

    def on_lifecycle(_c: object, domain: libvirt.virDomain, event: int, detail: int, _o: object) -> None:
        found = lifecycle(domain.UUIDString(), event, detail)
        if found is not None:
            post(found)

    def on_reboot(_c: object, domain: libvirt.virDomain, _o: object) -> None:
        post(DomainEvent(EventKind.REBOOTED, domain.UUIDString()))

    def on_agent(_c: object, domain: libvirt.virDomain, state: int, _reason: int, _o: object) -> None:
        up = state == libvirt.VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED
        post(DomainEvent(EventKind.AGENT_UP if up else EventKind.AGENT_DOWN, domain.UUIDString()))

    def on_balloon(_c: object, domain: libvirt.virDomain, actual: int, _o: object) -> None:
        post(DomainEvent(EventKind.BALLOON, domain.UUIDString(), value=actual * 1024))

    def on_clock(_c: object, domain: libvirt.virDomain, offset: int, _o: object) -> None:
        post(DomainEvent(EventKind.CLOCK, domain.UUIDString(), value=offset))

    def on_tray(_c: object, domain: libvirt.virDomain, alias: str, reason: int, _o: object) -> None:
        opened = reason == libvirt.VIR_DOMAIN_EVENT_TRAY_CHANGE_OPEN
        post(DomainEvent(EventKind.TRAY, domain.UUIDString(), device=device_of(alias), value=int(opened)))

    connection.domainEventRegisterAny(None, libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE, on_lifecycle, None)
    connection.domainEventRegisterAny(None, libvirt.VIR_DOMAIN_EVENT_ID_REBOOT, on_reboot, None)
    connection.domainEventRegisterAny(None, libvirt.VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE, on_agent, None)
    connection.domainEventRegisterAny(None, libvirt.VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE, on_balloon, None)
    connection.domainEventRegisterAny(None, libvirt.VIR_DOMAIN_EVENT_ID_RTC_CHANGE, on_clock, None)
    connection.domainEventRegisterAny(None, libvirt.VIR_DOMAIN_EVENT_ID_TRAY_CHANGE, on_tray, None)
    register_devices(connection, post)


def register_devices(connection: libvirt.virConnect, post: Post) -> None:
    """Have the coming and going of devices posted."""
    kinds = (
        (libvirt.VIR_DOMAIN_EVENT_ID_DEVICE_ADDED, EventKind.DEVICE_ADDED),
        (libvirt.VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED, EventKind.DEVICE_REMOVED),
        (libvirt.VIR_DOMAIN_EVENT_ID_DEVICE_REMOVAL_FAILED, EventKind.DEVICE_KEPT),
    )
    for number, kind in kinds:

        def on_device(_c: object, domain: libvirt.virDomain, alias: str, _o: object, kind: EventKind = kind) -> None:
            device = device_of(alias)
            if device is not None:
                post(DomainEvent(kind, domain.UUIDString(), device=device))

        connection.domainEventRegisterAny(None, number, on_device, None)
