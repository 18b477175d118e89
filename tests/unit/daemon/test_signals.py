"""Being told to stop."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from cenote.daemon.signals import STOP, stops


@pytest.mark.parametrize("number", sorted(STOP))
def test_a_signal_that_came_before_the_waiting_counts(number: signal.Signals) -> None:
    before = {each: signal.getsignal(each) for each in STOP}
    with stops() as wait:
        os.kill(os.getpid(), number)
        wait()
    assert {each: signal.getsignal(each) for each in STOP} == before


def test_a_signal_ends_the_waiting() -> None:
    with stops() as wait:
        teller = threading.Thread(target=os.kill, args=(os.getpid(), signal.SIGTERM))
        teller.start()
        wait()
        teller.join()


def _heard(number: int, frame: object) -> None:
    """A handler, so that the signal's number is told."""


def test_another_signal_does_not() -> None:
    before = signal.signal(signal.SIGUSR1, _heard)
    done: list[str] = []
    try:
        with stops() as wait:

            def tell() -> None:
                os.kill(os.getpid(), signal.SIGUSR1)
                done.append("another")
                os.kill(os.getpid(), signal.SIGTERM)

            teller = threading.Thread(target=tell)
            teller.start()
            wait()
            assert done == ["another"]
            teller.join()
    finally:
        signal.signal(signal.SIGUSR1, before)
