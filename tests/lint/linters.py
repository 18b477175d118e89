"""The linters: each a name, what it is for and what to run; told how it went by its exit status."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.lint.files import CHECKOUT, scripts

HERE = Path(sys.executable).parent
"""The environment's programs."""
ENVIRONMENT = {**os.environ, "PYTHONPATH": "src", "PATH": f"{HERE}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}


@dataclass(frozen=True, slots=True)
class Linter:
    """A program that looks at the code."""

    name: str
    purpose: str
    command: Callable[[], list[str]]

    def run(self) -> tuple[bool, str]:
        """Whether it is content, and what it says where it is not."""
        done = subprocess.run(
            self.command(),
            cwd=CHECKOUT,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode == 0, (done.stdout + done.stderr).strip()


def _tool(*words: str) -> Callable[[], list[str]]:
    return lambda: [str(HERE / words[0]), *words[1:]]


LINTERS = (
    Linter("ruff", "mistakes and style", _tool("ruff", "check", "--quiet")),
    Linter("format", "one way to lay code out", _tool("ruff", "format", "--check", "--quiet", "--diff")),
    Linter("floors", "imports only go down", _tool("lint-imports", "--no-logo")),
    Linter("shellcheck", "the shell scripts", lambda: ["shellcheck", *(str(path) for path in scripts())]),
    Linter("mypy", "types", _tool("mypy")),
    Linter("pyright", "types, by another mind", _tool("pyright")),
)
