"""What the budgets count: lengths of modules and functions, silenced warnings, names that say nothing."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.lint.files import CHECKOUT, files, modules, text

EMPTY_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "misc",
    "stuff",
    "tools",
    "lib",
    "base_classes",
}
"""Names for what nobody named."""
SILENCED = {
    "noqa": re.compile(r"#\s*noqa\b"),
    "type_ignore": re.compile(r"#\s*type:\s*ignore\b"),
    "pyright_ignore": re.compile(r"#\s*pyright:\s*ignore\b"),
}
LEFT_OVER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|^(<<<<<<<|>>>>>>>) |\bbreakpoint\(\)", re.MULTILINE)
"""What must not stay: what is not done stands in an issue, and what is done needs no mark."""


@dataclass(frozen=True, slots=True)
class Length:
    """How many lines a module or function has."""

    where: str
    lines: int


def module_lengths(under: str = "src") -> list[Length]:
    """Every module that is not empty, the longest first."""
    found = (Length(_name(path), len(text(path).splitlines())) for path in modules(under))
    return sorted((each for each in found if each.lines > 1), key=lambda each: -each.lines)


def function_lengths(under: str = "src") -> list[Length]:
    """Every function and method, its documentation not counted, the longest first."""
    found = [each for path in modules(under) for each in _functions(path)]
    return sorted(found, key=lambda each: -each.lines)


def middle(lengths: list[Length]) -> float:
    """The median length."""
    return median(each.lines for each in lengths)


def silenced() -> dict[str, int]:
    """How often each kind of warning is silenced, tests included."""
    everything = [text(path) for path in modules("src") + modules("tests") if path.parent.name != "lint"]
    return {name: sum(len(pattern.findall(each)) for each in everything) for name, pattern in SILENCED.items()}


def empty_names() -> list[str]:
    """Modules and folders whose name says nothing."""
    return [_name(path) for path in files("src") if EMPTY_NAMES & {path.stem, *path.relative_to(CHECKOUT).parts[:-1]}]


def left_over() -> list[str]:
    """Places with marks of unfinished work."""
    here = Path(__file__)
    found = [(path, match) for path in files() if path != here for match in LEFT_OVER.finditer(text(path))]
    return [f"{_name(path)}: {match[0]}" for path, match in found]


def _functions(path: Path) -> Iterator[Length]:
    for node in ast.walk(ast.parse(text(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            documented = ast.get_docstring(node) is not None
            first = node.body[0]
            about = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
            yield Length(
                f"{_name(path)}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1 - about
            )


def _name(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))
