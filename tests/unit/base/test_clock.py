"""The clock of this machine."""

from __future__ import annotations

from datetime import UTC, timedelta

from cenote.base.clock import SystemClock


def test_wall_time_is_in_utc_and_whole_seconds() -> None:
    now = SystemClock().now()
    assert (now.tzinfo, now.microsecond) == (UTC, 0)
    assert SystemClock().now() - now < timedelta(hours=1)


def test_monotonic_time_never_goes_back() -> None:
    clock = SystemClock()
    times = [clock.monotonic() for _ in range(100)]
    assert times == sorted(times)
