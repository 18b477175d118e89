"""Every command of ``xe`` but ``help``: the generic ones of each class, and those that stand in the rooms here."""

from __future__ import annotations

from functools import cache

from cenote.cli.command import Command
from cenote.cli.commands import console, device, host, image, install, lifecycle, notice, simple, snapshot, storage
from cenote.cli.generic import commands, families
from cenote.cli.parameter import parameters_of
from cenote.model.sealed import CATALOGUE


@cache
def table() -> dict[str, Command]:
    """Every command by name."""
    found = {
        command.name: command
        for family in families(CATALOGUE)
        for command in commands(family, parameters_of(CATALOGUE, family.cls).values())
    }
    for room in (console, device, host, image, install, lifecycle, notice, snapshot, storage):
        found.update({command.name: command for command in room.book.commands})
    found.update({command.name: command for command in simple.commands(CATALOGUE)})
    return found
