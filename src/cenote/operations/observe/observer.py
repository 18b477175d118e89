"""Listens to the hypervisor and writes what it says; ``power_state`` and its like have no other writer."""

from __future__ import annotations

import logging
import queue
import threading
from datetime import datetime

from cenote.compute.errors import DomainUnknown, GuestAgentSilent, HypervisorError, HypervisorUnavailable
from cenote.compute.event import DomainEvent, EventKind, Reason
from cenote.compute.facts import DomainState, Power
from cenote.model.classes.host import host
from cenote.model.classes.host_metrics import host_metrics
from cenote.model.classes.VDI import VDI
from cenote.model.classes.vm import VM
from cenote.model.core import NULL, ApiError, Draft, Ref
from cenote.operations.context import Rooms
from cenote.operations.observe import apply, guest, leftover
from cenote.operations.observe.polling import Polling
from cenote.operations.vm import resources, state
from cenote.store.contract import StoreError

log = logging.getLogger(__name__)


RETRY = 5.0
"""Seconds after which all is read again when something could not be recorded: the disk was full, a call hung."""
AGAIN = DomainEvent(EventKind.RECONNECTED)
"""Nothing happened; everything is to be read again."""


class Observer:
    """One thread that takes the hypervisor's events in order and makes the records true."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._events: queue.SimpleQueue[DomainEvent | None] = queue.SimpleQueue()
        self._behind = False
        """Whether something that happened could not be recorded, so that all has to be read again."""
        self._polling = Polling(self._ask, rooms.clock.monotonic)
        self._thread = threading.Thread(target=self._run, name="observer", daemon=True)
        self._unsubscribe = rooms.hypervisor.subscribe(self._events.put)

    def start(self) -> None:
        """Take over the guests that run already, then follow the events."""
        self._guarded(AGAIN)
        leftover.settle(self._rooms)
        self._thread.start()

    def close(self) -> None:
        """Stop listening; guests run on."""
        self._unsubscribe()
        self._events.put(None)
        if self._thread.is_alive():
            self._thread.join()
        self._polling.close()

    def _run(self) -> None:
        while True:
            try:
                event = self._events.get(timeout=RETRY if self._behind else None)
            except queue.Empty:
                self._guarded(AGAIN)
                continue
            if event is None:
                return
            self._guarded(event)

    def _guarded(self, event: DomainEvent) -> None:
        try:
            self._take(event)
        except HypervisorUnavailable as error:  # all is read again when it is back
            log.warning("an event could not be recorded: %s: %s", event.kind.value, error, extra={"object": event.uuid})
        except (HypervisorError, StoreError, ApiError) as error:
            self._behind = True
            log.error("an event could not be recorded: %s: %s", event.kind.value, error, extra={"object": event.uuid})
        except Exception:
            self._behind = True
            log.exception("an event could not be recorded", extra={"object": event.uuid})

    def _take(self, event: DomainEvent) -> None:
        log.debug("event: %s", event.kind.value, extra={"object": event.uuid})
        match event.kind:
            case EventKind.RECONNECTED:
                self._behind = False
                self._live(self._answers())
                self.reconcile()
            case EventKind.STARTED:
                self._began(event.uuid)
            case EventKind.DISCONNECTED:
                self._live(False)
            case EventKind.DEGRADED:
                log.warning("%d calls to the hypervisor hang", event.value or 0)
            case EventKind.STOPPED:
                self.refresh(event.uuid, event.reason)
            case EventKind.REBOOTED:
                self._rebooted(event.uuid)
            case EventKind.AGENT_UP:
                self._polling.begin(event.uuid)
            case EventKind.AGENT_DOWN:
                self._silent(event.uuid)
            case EventKind.CLOCK:
                pass
            case _:
                self._changed(event.uuid)

    def _answers(self) -> bool:
        """Whether the hypervisor is there now; when it went, its return will be told."""
        try:
            self._rooms.hypervisor.facts()
        except HypervisorUnavailable:
            return False
        return True

    def _began(self, uuid: str) -> None:
        """Read a guest that began. One that has ended since is noted to have run: who started it waits for that."""
        vm = self._find(uuid)
        if self._state(uuid) is not None:
            self.refresh(uuid)
        elif vm is not None and vm.power_state not in apply.ALIVE:
            self._rebooted(uuid)

    def reconcile(self) -> None:
        """Compare every VM with every guest: the daemon, or the hypervisor, has been away."""
        view = self._rooms.store.state
        there = {each.uuid for each in self._rooms.hypervisor.domains()}
        for vm in list(view.all(VM)):
            if vm.is_control_domain:
                continue
            if vm.uuid in there or (vm.power_state in apply.ALIVE and vm.resident_on == self._rooms.host):
                self.refresh(vm.uuid)
        known = {vm.uuid for vm in view.all(VM)}
        for stray in sorted(there - known):
            log.warning("a guest runs that no record knows; it is left alone", extra={"object": stray})

    def refresh(self, uuid: str, reason: Reason | None = None) -> None:
        """Read one guest and write what it is doing."""
        vm = self._find(uuid)
        if vm is None:
            return
        guest_state = self._state(uuid)
        now = self._rooms.clock.now()
        if guest_state is None or guest_state.power in {Power.SHUT_OFF, Power.CRASHED}:
            self._polling.end(uuid)
            if vm.power_state in apply.ALIVE:
                self._ended(vm, reason, now)
            return
        here, url = self._rooms.host, self._rooms.settings.url

        resources.release_gone(self._rooms, vm, guest_state)

        def write(draft: Draft) -> Ref[VDI]:
            useless = apply.present(draft, draft.get(VM, vm.ref), guest_state, here, now, url)
            apply.memory(draft, here)
            return useless

        state.drop(self._rooms, self._rooms.store.transact(write))
        if guest_state.agent:
            self._polling.follow(uuid)

    def _ended(self, vm: VM, reason: Reason | None, now: datetime) -> None:
        """Let go of what the guest had, then write that it is gone: who sees that can use its disks at once."""
        resources.release(self._rooms, vm.ref)
        if not apply.saving(vm):
            state.detach(self._rooms, vm.suspend_VDI)

        def write(draft: Draft) -> Ref[VDI]:
            useless = apply.absent(draft, draft.get(VM, vm.ref), reason, now)
            apply.memory(draft, self._rooms.host)
            return useless

        useless = self._rooms.store.transact(write)
        if reason is Reason.SAVED and vm.suspend_VDI == NULL:
            log.error("it was saved, but not by a suspension of ours: it counts as halted", extra={"object": vm.ref})
        log.info("ended: %s", "missing" if reason is None else reason.value, extra={"object": vm.ref})
        state.drop(self._rooms, useless)

    def _changed(self, uuid: str) -> None:
        """Read a guest that something happened to. One that has gone meanwhile says so, and why, by its own event."""
        if self._state(uuid) is not None:
            self.refresh(uuid)

    def _state(self, uuid: str) -> DomainState | None:
        try:
            return self._rooms.hypervisor.state(uuid)
        except DomainUnknown:
            return None

    def _find(self, uuid: str) -> VM | None:
        view = self._rooms.store.state
        ref = view.uuids.get(("VM", uuid))
        return None if ref is None else view.find(VM, Ref[VM](ref))

    def _rebooted(self, uuid: str) -> None:
        vm = self._find(uuid)
        if vm is not None:
            now = self._rooms.clock.now()
            self._rooms.store.transact(lambda draft: apply.restarted(draft, draft.get(VM, vm.ref), now))

    def _silent(self, uuid: str) -> None:
        self._polling.end(uuid)
        vm = self._find(uuid)
        if vm is not None:
            self._rooms.store.transact(lambda draft: guest.silent(draft, draft.get(VM, vm.ref)))

    def _ask(self, uuid: str) -> bool:
        """Ask a guest's agent and write its answer; false ends the asking."""
        vm = self._find(uuid)
        if vm is None or vm.power_state not in apply.ALIVE:
            return False
        try:
            facts = self._rooms.hypervisor.guest(uuid)
        except DomainUnknown:
            return False
        except GuestAgentSilent:
            return True
        except HypervisorError as error:
            log.info("the agent could not be asked: %s", error, extra={"object": vm.ref})
            return True
        now = self._rooms.clock.now()

        def write(draft: Draft) -> None:
            current = draft.find(VM, vm.ref)
            if current is not None and current.power_state in apply.ALIVE:
                guest.tell(draft, current, facts, now)

        self._rooms.store.transact(write)
        return True

    def _live(self, live: bool) -> None:
        """Whether this host can run guests: placement and clients read it."""
        now = self._rooms.clock.now()

        def write(draft: Draft) -> None:
            metrics = draft.get(host, self._rooms.host).metrics
            draft.update(metrics, host_metrics.live.to(live), host_metrics.last_updated.to(now))

        self._rooms.store.transact(write)
