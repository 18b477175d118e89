"""What a test can do to the hypervisor in memory."""

import threading
from collections.abc import Callable

import pytest

from cenote.compute.errors import DomainUnknown, GuestAgentSilent, NoSpace
from cenote.compute.event import DomainEvent, EventKind, Reason
from cenote.compute.facts import GuestFacts
from cenote.compute.fake import FakeHypervisor
from cenote.compute.spec import DomainSpec

SPEC = DomainSpec("8d6a31a4-6d3f-4c0e-9a57-0d3c7c3f5a11", "one", 1 << 26, 1 << 26, 1, 1)


def heard(fake: FakeHypervisor, act: Callable[[], object]) -> list[DomainEvent]:
    """The events that ``act`` causes."""
    events: list[DomainEvent] = []
    fake.subscribe(events.append)
    act()
    fake.close()
    return events


def test_an_injected_failure_strikes_once() -> None:
    fake = FakeHypervisor()
    fake.fail("create", NoSpace("/x"))
    with pytest.raises(NoSpace):
        fake.create(SPEC)
    assert fake.domains() == ()
    assert fake.create(SPEC).domid == 1
    fake.close()


@pytest.mark.parametrize("reason", [Reason.SHUTDOWN, Reason.CRASHED, Reason.FAILED])
def test_a_guest_ends_by_itself(reason: Reason) -> None:
    fake = FakeHypervisor()
    fake.create(SPEC)
    assert heard(fake, lambda: fake.end(SPEC.uuid, reason))[-1] == DomainEvent(EventKind.STOPPED, SPEC.uuid, reason)


def test_a_guest_may_ignore_the_power_button() -> None:
    fake = FakeHypervisor()
    fake.create(SPEC)
    fake.running(SPEC.uuid).obeys = False
    fake.shutdown(SPEC.uuid)
    fake.reboot(SPEC.uuid, hard=False)
    assert fake.state(SPEC.uuid).domid == 1
    fake.running(SPEC.uuid).obeys = True
    fake.shutdown(SPEC.uuid)
    with pytest.raises(DomainUnknown):
        fake.state(SPEC.uuid)
    fake.close()


def test_an_agent_comes_and_goes() -> None:
    facts = GuestFacts(os_name="Tiny")
    fake = FakeHypervisor(agent=facts)
    events = heard(fake, lambda: fake.create(SPEC))
    assert [event.kind for event in events] == [EventKind.STARTED, EventKind.AGENT_UP]
    fake = fake.reopened()
    assert fake.guest(SPEC.uuid) == facts
    fake.agent_down(SPEC.uuid)
    with pytest.raises(GuestAgentSilent):
        fake.guest(SPEC.uuid)
    fake.close()


def test_events_come_on_a_thread_of_their_own() -> None:
    fake, threads = FakeHypervisor(), set[int]()
    fake.subscribe(lambda _event: threads.add(threading.get_ident()))
    fake.create(SPEC)
    fake.close()
    assert threads
    assert threading.get_ident() not in threads


def test_a_guest_restarts_by_itself() -> None:
    fake = FakeHypervisor()
    fake.create(SPEC)
    assert heard(fake, lambda: fake.restart(SPEC.uuid))[-1].kind is EventKind.REBOOTED
