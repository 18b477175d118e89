"""The bar of a task."""

from __future__ import annotations

import threading

import pytest

from cenote.cli import progress
from cenote.cli.progress import Bar
from cenote.cli.terminal import Features
from cenote.model.classes.task import task
from cenote.model.core import Ref


class Screen:
    """A terminal of which only the error output matters."""

    def __init__(self, features: Features) -> None:
        self.features = features
        self.shown = ""
        self.drawn = threading.Event()

    def error(self, text: str) -> None:
        self.shown += text
        self.drawn.set()

    def print(self, text: str) -> None:
        raise AssertionError(text)

    def fail(self, code: str, params: list[str]) -> None:
        raise AssertionError(code)

    def ask(self) -> str:
        raise AssertionError

    def load(self, filename: str) -> bytes | None:
        raise AssertionError(filename)

    def download(self, filename: str, path: str) -> bool:
        raise AssertionError(filename)

    def upload(self, filename: str, path: str) -> bool:
        raise AssertionError(filename)

    def connect(self, url: str) -> bool:
        raise AssertionError(url)

    def check(self) -> None:
        raise AssertionError


def at(share: float) -> task:
    return task(Ref("OpaqueRef:t"), {"progress": share})


def test_nothing_for_scripts() -> None:
    screen = Screen(Features())
    with Bar(screen, "VM.start", always=False) as bar:
        bar.show(at(0.5))
    assert screen.shown == ""


def test_lines_where_they_are_asked_for() -> None:
    screen = Screen(Features())
    with Bar(screen, "VM.start", always=True) as bar:
        bar.show(at(0.1))
        bar.show(at(1.0))
    assert screen.shown == f"\r  10% - {'#' * 7}\r 100% | {'#' * 70}\n"


def test_nothing_for_what_is_quick() -> None:
    screen = Screen(Features(progress=True))
    with Bar(screen, "VM.start", always=False) as bar:
        bar.show(at(0.5))
    assert screen.shown == ""


def test_a_bar_for_people_that_is_wiped_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    screen = Screen(Features(progress=True, width=60))
    with Bar(screen, "VM.start", always=False) as bar:
        bar.show(at(0.5))
        assert screen.drawn.wait(20)
    assert "VM.start [" in screen.shown
    assert screen.shown.endswith("\r\x1b[K")


@pytest.mark.parametrize("width", [20, 60, 200])
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_bar_fits(width: int, share: float) -> None:
    bar = Bar(Screen(Features(width=width)), "VM.start", always=True)
    bar.show(at(share))
    assert len(bar.line(10.0)) < width


def test_what_a_bar_says() -> None:
    bar = Bar(Screen(Features(width=60)), "VM.start", always=True)
    bar.show(at(0.25))
    assert bar.line(10.0) == "| VM.start [######                  ]  25%, 10 s, 30 s left"
