"""Commands and what they print, byte for byte, in files of their own.

A file is a talk with one small pool: after ``$`` a command line, after ``<`` what the person types, then what came of
it: ``|`` standard output, ``!`` standard error, ``>`` a message to the API that may change something, ``@`` what the
client was told to do, ``=`` the exit code where it is not 0. ``#`` is a remark, ``·`` a blank at a line's end.
``REWRITE=1`` in the environment writes the files anew.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest
from tests.golden.xe.api import Api
from tests.golden.xe.world import world

from cenote.cli.engine import run
from cenote.cli.terminal import Features

HERE = Path(__file__).parent / "talks"
FILES = sorted(HERE.glob("*.txt"))


class Screen:
    """A terminal that writes down what happens."""

    def __init__(self, features: Features, typed: list[str]) -> None:
        self.features = features
        self.typed = typed
        self.seen: list[tuple[str, str]] = []

    def _note(self, mark: str, text: str) -> None:
        if self.seen and self.seen[-1][0] == mark:
            text = self.seen.pop()[1] + text
        self.seen.append((mark, text))

    def print(self, text: str) -> None:
        self._note("|", text + "\n")

    def error(self, text: str) -> None:
        self._note("!", text)

    def fail(self, code: str, params: list[str]) -> None:
        self._note("!", f"Error code: {code}\nError parameters: {', '.join(params)}\n")

    def ask(self) -> str:
        return self.typed.pop(0)

    def load(self, filename: str) -> bytes | None:
        self._note("@", f"load {filename}\n")
        return None if "missing" in filename else b"contents"

    def download(self, filename: str, path: str) -> bool:
        self._note("@", f"get {path} into {filename}\n")
        return True

    def upload(self, filename: str, path: str) -> bool:
        self._note("@", f"put {filename} to {path}\n")
        return True

    def connect(self, url: str) -> bool:
        self._note("@", f"connect {url}\n")
        return "none" not in url

    def check(self) -> None:
        self._note("@", "are you there?\n")

    def lines(self) -> list[str]:
        found: list[str] = []
        for mark, text in self.seen:
            found += [_shown(f"{mark} {line}" if line else mark) for line in text.split("\n")[:-1]]
            if not text.endswith("\n"):
                found.append(f"{mark} {text.split(chr(10))[-1]}\\")
        return found


def _shown(line: str) -> str:
    bare = line.rstrip(" ")
    return bare + "·" * (len(line) - len(bare))


def talk(api: Api, command: str, typed: list[str]) -> list[str]:
    """What comes of one command line."""
    arguments = shlex.split(command)[1:]
    color = "color" in arguments
    screen = Screen(Features(tty=color, color=color), typed)
    before = len(api.calls)
    code = run([each for each in arguments if each != "color"], screen, api.session())
    calls = [f"> {each}" for each in api.calls[before:]]
    return [*calls, *screen.lines(), *([f"= {code}"] if code else [])]


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_talk(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    api = world()
    got: list[str] = []
    asked = [line for line in text.splitlines() if line.startswith(("$", "<", "#")) or not line]
    for number, line in enumerate(asked):
        got.append(line)
        following = asked[number + 1] if number + 1 < len(asked) else ""
        if line.startswith("$") and not following.startswith("<"):
            got += talk(api, line[2:], [])
        elif line.startswith("<"):
            got += talk(api, asked[number - 1][2:], [line[2:]])
    if os.environ.get("REWRITE"):
        file.write_text("\n".join(got).rstrip("\n") + "\n", encoding="utf-8")
        text = file.read_text(encoding="utf-8")
    assert "\n".join(got).rstrip("\n") + "\n" == text


def test_there_are_talks() -> None:
    assert len(FILES) > 8
