"""`script/check`: the linters and budgets, without a test runner around them."""

import sys
import time
from collections.abc import Callable, Sequence

from tests.lint import imports, measure
from tests.lint.budget import entries
from tests.lint.linters import LINTERS


def _budgets() -> tuple[bool, str]:
    found = entries()
    return all(entry.kept for entry in found), "\n".join(str(entry) for entry in found)


def _none(look: Callable[[], list[str]]) -> Callable[[], tuple[bool, str]]:
    def check() -> tuple[bool, str]:
        found = look()
        return not found, "\n".join(found)

    return check


CHECKS: dict[str, tuple[str, Callable[[], tuple[bool, str]]]] = {
    **{linter.name: (linter.purpose, linter.run) for linter in LINTERS},
    "imports": ("who imports what from outside", _none(imports.violations)),
    "names": ("modules say what they are", _none(measure.empty_names)),
    "leftovers": ("no marks of unfinished work", _none(measure.left_over)),
    "budgets": ("lengths and silenced warnings", _budgets),
}


def main(words: Sequence[str]) -> int:
    """Run the named checks, or all; answers the exit status."""
    unknown = [word for word in words if word not in CHECKS]
    if unknown:
        print(f"script/check: no check {', '.join(unknown)}; there are:")
        for name, (purpose, _) in CHECKS.items():
            print(f"  {name:12}{purpose}")
        return 0 if unknown[0] in {"-h", "--help"} else 2
    failed = 0
    for name in words or CHECKS:
        purpose, check = CHECKS[name]
        began = time.monotonic()
        content, said = check()
        print(f"  {'ok  ' if content else 'FAIL'}  {name:12}{purpose:34}{time.monotonic() - began:5.1f} s", flush=True)
        if not content or name == "budgets":
            print("".join(f"        {line}\n" for line in said.splitlines()), flush=True)
        failed += not content
    print(f"{len(words or CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
