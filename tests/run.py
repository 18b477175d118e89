"""Run the tests in one pytest, the quick ones first: what `script/test` does once everything is there."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

GROUPS = ("unit", "contract", "golden", "daemon", "lint", "hypervisor")
"""In the order of their cost, so that what is wrong shows early."""
LEFT_OUT = "not nested and not peers and not soak"
"""Marks that `.ci/run` and `script/soak` ask for."""


def arguments(words: Sequence[str], checkout: Path) -> list[str]:
    """What pytest gets: all groups where no file or folder is named."""
    named = any((checkout / word.partition("::")[0]).exists() for word in words if not word.startswith("-"))
    marked = any(word.startswith("-m") for word in words)
    groups = [] if named else [f"tests/{group}" for group in GROUPS if (checkout / "tests" / group).is_dir()]
    return [*([] if marked else ["-m", LEFT_OUT]), *words, *groups]


if __name__ == "__main__":
    sys.exit(pytest.main(arguments(sys.argv[1:], Path(__file__).parents[1])))
