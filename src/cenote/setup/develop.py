"""What the tests and checks need: the packages, the environment with the tools, and the tiny Linux for real guests."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cenote.setup import apt, environment, image, packages
from cenote.setup.failure import Failure
from cenote.setup.machine import Machine, ThisMachine
from cenote.setup.place import CHECKOUT, Place, find
from cenote.setup.screen import Screen
from cenote.setup.step import Step, take


def place() -> Place:
    """The folders of the tests: all inside the checkout, so that they touch no installation of this machine."""
    cache = Path(os.environ.get("CENOTE_TEST_CACHE") or CHECKOUT / ".cache")
    here = find({**os.environ, "CENOTE_CONFIG": str(cache / "cenote.toml")})
    return replace(here, config=replace(here.config, state_dir=cache, run_dir=cache / "run"), cache=cache)


def steps(machine: Machine, where: Place, *, guests: bool) -> list[Step]:
    """The steps; the tiny Linux only where ``guests`` are wanted."""
    wanted = packages.wanted(root=machine.root(), develop=True)
    found = [apt.step(machine, wanted, where.setup_log), environment.step(machine, where, develop=True)]
    return [*found, image.step(where)] if guests else found


def main(words: Sequence[str] | None = None) -> int:
    """Set it up; answers the exit status. Says nothing where all is there."""
    parser = argparse.ArgumentParser("develop", description=__doc__)
    parser.add_argument("--no-guests", action="store_true", help="leave out what only tests with guests need")
    wanted = parser.parse_args(words)
    screen = Screen(sys.stderr)
    where: Place | None = None
    try:
        machine = ThisMachine()
        where = place()
        todo = [step for step in steps(machine, where, guests=not wanted.no_guests) if step.there() is None]
        take(todo, screen)
    except Failure as failure:
        screen.failure(failure, str(where.setup_log) if where is not None and where.setup_log.exists() else None)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
