"""Medians of several runs, the two sides in turn, so that a machine that changes its speed changes both."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: medians in ``unit``, and ours over the peer's where there is a peer."""

    name: str
    ours: float
    unit: str
    peer_name: str = ""
    peer: float | None = None
    aim: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours over the peer's."""
        return None if self.peer is None else self.ours / self.peer

    def facts(self) -> dict[str, object]:
        """As JSON."""
        return {**asdict(self), "ratio": self.ratio}


def timed(work: Callable[[], object]) -> float:
    """Seconds that ``work`` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def program(argv: Sequence[str]) -> Callable[[], object]:
    """Runs a program whose output nobody wants; it must succeed."""
    return lambda: subprocess.run(list(argv), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def in_turn(ours: Callable[[], float], peer: Callable[[], float], runs: int) -> tuple[float, float]:
    """The medians of both sides, run in turn after one warm-up of each; each answers its own seconds."""
    ours()
    peer()
    pairs = [(ours(), peer()) for _ in range(runs)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def table(rows: Sequence[Row]) -> str:
    """The rows for people."""
    lines = [f"{'':44} {'ours':>12} {'peer':>12} {'ratio':>7}  peer, aim"]
    for row in rows:
        peer = "" if row.peer is None else f"{row.peer:,.4g}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        about = ", ".join(filter(None, (row.peer_name, row.aim)))
        lines.append(f"{row.name:44} {row.ours:>8,.4g} {row.unit:<3} {peer:>12} {ratio:>7}  {about}")
    return "\n".join(lines)
