"""The arguments of a command as the host reads them: the command's name, then parameters by name.

``--name`` is ``name=true``, ``-u VALUE`` and its kin are ``username=VALUE``, all else ``name=value``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cenote.cli.refusal import ParameterMissing, Refusal, SyntaxRefusal

SWITCHES = {"-u": "username", "-pw": "password", "-s": "server", "-h": "server", "-p": "port"}
"""Switches with a value that older clients leave in the arguments."""

STANDARD = frozenset(
    {
        "server",
        "password",
        "port",
        "username",
        "minimal",
        "json",
        "force",
        "multiple",
        "all",
        "message-priority",
        "trace",
    }
)
"""Parameters that mean the same for every command, and so are never filters."""

_SIZE = re.compile(r"\s*(\d+)\s*([a-z]*)\s*", re.IGNORECASE)
_UNITS = {"": 0, "b": 0, "bytes": 0} | {
    letter + rest: power for power, letter in enumerate("kmgt", 1) for rest in ("", "b", "ib")
}
_YES = frozenset({"true", "t", "yes", "y", "1"})
_NO = frozenset({"false", "f", "no", "n", "0"})


class Line:
    """A command and its parameters in the order given; a name may stand several times."""

    def __init__(self, command: str, params: Iterable[tuple[str, str]]) -> None:
        self.command = command
        self.params = list(params)

    def __contains__(self, name: str) -> bool:
        return any(each == name for each, _ in self.params)

    def find(self, name: str) -> str | None:
        """The first value of that name, or None."""
        return next((value for each, value in self.params if each == name), None)

    def get(self, name: str, default: str = "") -> str:
        """The first value of that name, or ``default``."""
        found = self.find(name)
        return default if found is None else found

    def need(self, name: str) -> str:
        """The first value of that name; raises :class:`ParameterMissing`."""
        found = self.find(name)
        if found is None:
            raise ParameterMissing(name)
        return found

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no; raises :class:`Refusal` for another word."""
        found = self.find(name)
        return default if found is None else boolean(found, name)

    def number(self, name: str, default: int) -> int:
        """An integer; raises :class:`Refusal`."""
        found = self.find(name)
        return default if found is None else integer(found, name)

    def size(self, name: str) -> int:
        """A number of bytes, perhaps with a unit; raises :class:`ParameterMissing`, :class:`Refusal`."""
        return size(self.need(name), name)

    def map(self, name: str) -> dict[str, str]:
        """The pairs given as ``name:key=value``, or in the older way ``name-key=value``."""
        start = len(name) + 1
        return {
            key[start:]: value
            for key, value in self.params
            if len(key) > start and key.startswith(name) and key[start - 1] in ":-"
        }

    def parts(self, name: str) -> list[str]:
        """A value's parts between commas."""
        return [part for part in self.get(name).split(",") if part]

    def is_parameter(self, name: str, *taken: str) -> bool:
        """Whether a name is neither standard nor one of ``taken``."""
        return name not in STANDARD and name not in taken

    def filters(self, *ignored: str) -> list[tuple[str, str]]:
        """The parameters that select objects: all but the standard ones and ``ignored``, and maps of those names."""
        return [(name, value) for name, value in self.params if name.partition(":")[0] not in STANDARD.union(ignored)]


def parse(arguments: list[str]) -> Line:
    """The command line that these arguments make; raises :class:`SyntaxRefusal`.

    ``--switches`` may stand before the command as well: people type ``xe --json vm-list``.
    """
    start = next((number for number, each in enumerate(arguments) if not each.startswith("--")), 0)
    arguments = [*arguments[start:], *arguments[:start]]
    if not arguments or not arguments[0] or "=" in arguments[0]:
        raise SyntaxRefusal("command name is missing")
    params: list[tuple[str, str]] = []
    rest = iter(arguments[1:])
    for argument in rest:
        if argument.startswith("--"):
            params.append((argument[2:], "true"))
        elif argument.startswith("-"):
            if argument not in SWITCHES:
                raise SyntaxRefusal(f"Unknown switch: {argument}")
            value = next(rest, None)
            if value is None:
                raise SyntaxRefusal(f"Switch {argument} requires a parameter")
            params.append((SWITCHES[argument], value))
        else:
            name, _, value = argument.partition("=")
            params.append((name, value))
    return Line(arguments[0], params)


def boolean(text: str, name: str) -> bool:
    """A yes or no that a person typed; raises :class:`Refusal`."""
    word = text.lower()
    if word in _YES or word in _NO:
        return word in _YES
    expected = "Expected 'true','t','yes','y','1','false','f','no','n','0'"
    raise Refusal(f"Failed to parse parameter '{name}': {expected} got {text}")


def integer(text: str, name: str) -> int:
    """A whole number that a person typed; raises :class:`Refusal`."""
    try:
        return int(text, 0)
    except ValueError as error:
        raise Refusal(f"Failed to parse parameter '{name}': expecting an integer") from error


def size(text: str, name: str) -> int:
    """A number of bytes that a person typed: ``2GiB``, ``512 MiB``, ``1024``; raises :class:`Refusal`."""
    match = _SIZE.fullmatch(text)
    power = _UNITS.get(match[2].lower()) if match else None
    if match is None or power is None:
        expected = "expecting an integer (possibly with suffix KiB, MiB, GiB, TiB)"
        raise Refusal(f"Failed to parse field '{name}': {expected}, got '{text}'")
    return int(match[1]) << 10 * power
