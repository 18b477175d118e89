"""Run a program and wait for it: the one door to subprocesses that end."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Output:
    """What a program that succeeded has printed."""

    stdout: str
    stderr: str


class CommandError(Exception):
    """A program is missing, failed, or passed its deadline; the text names it, the cause and what it printed."""

    def __init__(self, argv: Sequence[str], cause: str, stderr: str = "", status: int | None = None) -> None:
        said = stderr.strip().splitlines()
        super().__init__(f"{argv[0]}: {cause}" + (f": {said[-1]}" if said else ""))
        self.argv = tuple(argv)
        self.cause = cause
        self.stderr = stderr
        self.status = status


def run(
    argv: Sequence[str | Path],
    *,
    stdin: str | None = None,
    timeout: float = 60.0,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Output:
    """Run ``argv`` and return what it printed.

    ``timeout`` is in seconds; the program is killed when it passes. ``env`` replaces the environment.
    Raises :class:`CommandError` when the program can't be run, exits non-zero or passes its deadline.
    """
    words = [str(word) for word in argv]
    try:
        done = subprocess.run(
            words,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            cwd=cwd,
            env=None if env is None else dict(env),
            check=False,
        )
    except FileNotFoundError as error:
        raise CommandError(words, f"not found ({error.filename})") from error
    except PermissionError as error:
        raise CommandError(words, f"not permitted ({error.filename})") from error
    except OSError as error:
        raise CommandError(words, f"can't be run ({error.strerror})") from error
    except subprocess.TimeoutExpired as error:
        raise CommandError(words, f"no end after {timeout:g} s") from error
    if done.returncode != 0:
        raise CommandError(words, f"exit status {done.returncode}", done.stderr or done.stdout, done.returncode)
    return Output(done.stdout, done.stderr)
