"""Who may import what from outside the project: what the floors' own linter does not look at."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.lint.files import CHECKOUT, modules, text

ONLY_IN = {
    "libvirt": {"compute", "storage"},
    "libvirt_qemu": {"compute", "storage"},
    "sqlite3": {"store"},
    "asyncio": {"wire", "daemon"},
    "aiohttp": {"wire"},
}
"""Module -> the rooms that may import it."""
ALONE = {"base", "model", "client"}
"""Rooms that import the standard library alone: `xe` starts fast, and `script/up` runs before anything is installed."""
BEFORE_INSTALLATION = "setup"
"""The room whose modules do so when they are loaded; inside a function they may import what was installed by then."""


def violations() -> list[str]:
    """Each import that a rule forbids, as ``file:line module``."""
    return [each for path in modules("src/cenote") for each in _violations(path)]


def _violations(path: Path) -> Iterator[str]:
    inside = path.relative_to(CHECKOUT / "src/cenote").parts
    room = inside[0] if len(inside) > 1 else ""
    tree = ast.parse(text(path))
    at_load = {id(node) for node in _at_load(tree)}
    for node in ast.walk(tree):
        for name in _imported(node):
            top = name.partition(".")[0]
            foreign = top not in sys.stdlib_module_names and top != "cenote"
            alone = room in ALONE or (room == BEFORE_INSTALLATION and id(node) in at_load)
            if (top in ONLY_IN and room not in ONLY_IN[top]) or (foreign and alone):
                yield f"{path.relative_to(CHECKOUT)}:{getattr(node, 'lineno', 0)} {name}"


def _at_load(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
            yield from _at_load(node)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module is not None:
        return [node.module]
    return []
