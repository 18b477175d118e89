"""The files of the project, as the linters look at them."""

from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PASSED_BY = {"node_modules", "__pycache__", "build", "dist"}
"""Folders that hold what tools made; those whose names begin with a dot do as well."""


def files(under: str = "") -> Iterator[Path]:
    """Every file of the project below a folder, in order; hidden folders but `.github` and `.ci` left out."""
    for path in sorted((CHECKOUT / under).iterdir()):
        hidden = path.name.startswith(".") and path.name not in {".github", ".ci"}
        if path.is_dir() and not path.is_symlink():
            if not hidden and path.name not in PASSED_BY and path.suffix != ".egg-info":
                yield from files(str(path.relative_to(CHECKOUT)))
        elif not hidden:
            yield path


def modules(under: str) -> list[Path]:
    """The Python modules below a folder."""
    return [path for path in files(under) if path.suffix == ".py"]


def scripts() -> list[Path]:
    """Files that the Bourne shell reads, by their first line."""
    return [path for path in files() if path.suffix != ".py" and _first_line(path) in SHELLS]


def text(path: Path) -> str:
    """The content of a file that is text; empty for one that is not."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


SHELLS = {"#!/bin/sh", "#!/bin/bash", "#!/usr/bin/env bash"}


def _first_line(path: Path) -> str:
    with path.open("rb") as opened:
        return opened.readline(64).decode("utf-8", "replace").strip()
