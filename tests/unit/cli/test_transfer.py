"""The bar of a transfer."""

from __future__ import annotations

import pytest

from cenote.cli.transfer import amount, bar


@pytest.mark.parametrize(
    ("size", "shown"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (3 << 30, "3.0 GiB"), (2 << 40, "2.0 TiB")]
)
def test_amount(size: int, shown: str) -> None:
    assert amount(size) == shown


def test_bar_with_a_known_end() -> None:
    line = bar("Sending", 50, 100, 2.0, 60)
    assert line == "Sending [########         ]  50% of 100 B, 25 B/s, 2 s left"


def test_bar_without_one() -> None:
    assert bar("Receiving", 2048, None, 1.0, 80) == "Receiving 2.0 KiB, 2.0 KiB/s"


@pytest.mark.parametrize("width", [10, 20, 200])
def test_bar_fits(width: int) -> None:
    assert len(bar("Sending", 1, 3, 0.0, width)) < width
