"""Calls with a deadline, without waiting for any."""

import threading

import pytest

from cenote.compute.deadline import Calls
from cenote.compute.errors import CallTimedOut, HypervisorUnavailable

SOON = 30.0


def hang(calls: Calls, name: str = "hang") -> threading.Event:
    """A call that has passed its deadline; the answer lets it return."""
    gate, begun = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        gate.wait(SOON)

    job = calls.submit(name, work)
    assert begun.wait(SOON)
    with pytest.raises(CallTimedOut) as refusal:
        calls.abandon(job, 0.0)
    assert refusal.value.started
    return gate


def test_a_call_returns_what_it_returns() -> None:
    calls = Calls("test")
    assert calls.run("one", lambda: 1, SOON) == 1
    calls.close()


def test_a_call_raises_what_it_raises() -> None:
    def fail() -> None:
        raise ValueError("no")

    calls = Calls("test")
    with pytest.raises(ValueError, match="no"):
        calls.run("fail", fail, SOON)
    assert calls.run("next", lambda: 2, SOON) == 2
    calls.close()


def test_a_call_that_never_began_never_will() -> None:
    calls = Calls("test", size=1)
    gate, ran = threading.Event(), threading.Event()
    first = calls.submit("first", lambda: gate.wait(SOON))
    second = calls.submit("second", ran.set)
    with pytest.raises(CallTimedOut) as refusal:
        calls.abandon(second, 0.0)
    assert not refusal.value.started
    gate.set()
    assert first.wait(SOON)
    assert calls.run("third", lambda: 3, SOON) == 3
    assert not ran.is_set()
    assert calls.hung == 0
    calls.close()


def test_hanging_calls_do_not_starve_the_others() -> None:
    calls = Calls("test", size=1)
    gates = [hang(calls) for _ in range(3)]
    assert calls.hung == 3
    assert calls.run("other", lambda: 4, SOON) == 4
    for gate in gates:
        gate.set()
    calls.close()


def test_hanging_calls_are_counted_until_they_return() -> None:
    calls, counts, none_left = Calls("test"), list[int](), threading.Event()

    def count(hung: int) -> None:
        counts.append(hung)
        if hung == 0:
            none_left.set()

    calls.on_hung = count
    gates = [hang(calls), hang(calls)]
    for gate in gates:
        gate.set()
    assert none_left.wait(SOON)
    assert counts == [1, 2, 1, 0]
    assert calls.run("after", lambda: 5, SOON) == 5
    calls.close()


def test_too_many_hanging_calls_refuse_new_ones_at_once() -> None:
    calls = Calls("test", patience=2)
    gates = [hang(calls), hang(calls)]
    with pytest.raises(HypervisorUnavailable) as refusal:
        calls.run("other", lambda: 6, SOON)
    assert "2 calls hang" in str(refusal.value)
    for gate in gates:
        gate.set()
    calls.close()


def test_a_call_that_ends_at_the_last_moment_has_ended() -> None:
    calls = Calls("test")
    job = calls.submit("quick", lambda: 7)
    assert job.wait(SOON)
    calls.abandon(job, 0.0)
    assert job.result() == 7
    calls.close()


def test_nothing_is_called_after_the_end() -> None:
    calls = Calls("test")
    calls.close()
    calls.close()
    with pytest.raises(HypervisorUnavailable):
        calls.run("late", lambda: 8, SOON)


def test_the_error_says_which_call_and_how_long() -> None:
    assert str(CallTimedOut("start the guest", 30.0, True)) == "start the guest: no answer after 30 s"
    assert str(CallTimedOut("list", 0.5, False)) == "list: no answer after 0.5 s (never started)"
