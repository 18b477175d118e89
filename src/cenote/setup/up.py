"""`script/up`: everything from a bare Debian to a first virtual machine, and back down."""

from __future__ import annotations

import argparse
import fcntl
import sys
import traceback
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cenote.setup import apt, daemon, environment, image, packages, service
from cenote.setup.failure import Failure
from cenote.setup.machine import Machine, ThisMachine
from cenote.setup.place import Place, find
from cenote.setup.screen import Screen
from cenote.setup.step import Step, take

ABOUT = """\
Sets up all that is missing, starts the toolstack, boots a first virtual machine and says where everything is.
Run it again whenever you like: what is there already is left as it is, and what failed goes on from there.
"""
MORE = """\
Where things lie (root / anybody else):
  CENOTE_CONFIG      the configuration: /etc/cenote/cenote.toml / ~/.config/cenote/cenote.toml
  CENOTE_STATE_DIR   records, disks, logs: /var/lib/cenote / ~/.local/share/cenote
  CENOTE_RUN_DIR     sockets, process numbers: /run/cenote / $XDG_RUNTIME_DIR/cenote
  CENOTE_CACHE_DIR   the tiny Linux: /var/cache/cenote / ~/.cache/cenote
These variables move them, so that several can live on one machine.
"""


def options(words: Sequence[str]) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        "script/up", description=ABOUT, epilog=MORE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--prepare", action="store_true", help="only fetch, build and install; start nothing")
    parser.add_argument(
        "--down", action="store_true", help="shut down the guests, stop what was started, leave the data"
    )
    parser.add_argument(
        "--force", action="store_true", help="with --down: power off guests that do not shut down in time"
    )
    parser.add_argument("--no-hello", action="store_true", help="start no first virtual machine")
    parser.add_argument("--verbose", action="store_true", help="show every line that the programs print")
    return parser.parse_args(words)


def steps(machine: Machine, place: Place) -> list[Step]:
    """The steps up to a daemon that answers: first what needs the network, then what is started."""
    return [*preparation(machine, place), service.step(machine, place), daemon.step(machine, place)]


def preparation(machine: Machine, place: Place) -> list[Step]:
    """The steps that fetch and build; they start nothing."""
    return [
        apt.step(machine, packages.wanted(root=machine.root()), place.setup_log),
        environment.step(machine, place),
        image.step(place),
    ]


def run(wanted: argparse.Namespace, machine: Machine, place: Place, screen: Screen) -> None:
    """Do what the command line asks for; raises :class:`Failure`."""
    if wanted.prepare:
        take(preparation(machine, place), screen)
        return
    # What speaks to the API loads the whole model, which takes a while: only where it is needed.
    if wanted.down:
        from cenote.setup import down  # noqa: PLC0415

        take(down.steps(machine, place, force=wanted.force), screen)
        screen.say(f"\nDown in {screen.elapsed()}. The data stays in {place.config.state_dir}.")
        return
    take(steps(machine, place), screen)
    from cenote.setup import first  # noqa: PLC0415

    first.take_steps(machine, place, screen, guest=not wanted.no_hello)


@contextmanager
def alone(place: Place) -> Generator[None]:
    """Be the only set-up at work here; raises :class:`Failure`."""
    lock = place.config.state_dir / "setup.lock"
    try:
        lock.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        held = lock.open("a")
    except OSError as error:
        raise Failure("The state can't be kept", str(error), f"see that {lock.parent} can be written") from error
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Failure(
                "Another script/up is at work", f"it holds {lock}", "let it end, then run this again"
            ) from error
        yield


def _mistake(error: Exception, log: Path | None) -> Failure:
    """What to say of an error that no step foresaw."""
    text = "".join(traceback.format_exception(error))
    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as kept:
            kept.write(text)
    lines = text.strip().splitlines()
    return Failure("script/up itself has a mistake", "\n".join(lines[-3:]), "report it, with the log named below")


def main(words: Sequence[str] | None = None) -> int:
    """Run it; answers the exit status."""
    wanted = options(sys.argv[1:] if words is None else words)
    screen = Screen(verbose=wanted.verbose)
    log: Path | None = None
    try:
        machine = ThisMachine()
        place = find()
        with alone(place):
            log = place.setup_log
            about = apt.os_release().get("PRETTY_NAME", "an unknown system")
            screen.say(
                screen.look.paint("Cenote", "1") + f" on {about}, as {'root' if machine.root() else 'an ordinary user'}"
            )
            screen.say()
            run(wanted, machine, place, screen)
    except Failure as failure:
        screen.failure(failure, str(log) if log is not None and log.exists() else None)
        return 1
    except Exception as error:  # the last door: a person gets words, the log the rest
        screen.failure(_mistake(error, log), str(log) if log is not None and log.exists() else None)
        return 1
    except KeyboardInterrupt:
        screen.say("\nInterrupted. Run it again: it goes on from here.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
