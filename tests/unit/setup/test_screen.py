"""What a person sees: live on a terminal, plain lines elsewhere."""

import io

import pytest

from cenote.setup.failure import Failure
from cenote.setup.screen import QUIET, Look, Screen, look_of, seconds
from cenote.setup.step import Step, take


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    """An output that is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def plain(clock: Time) -> tuple[Screen, io.StringIO]:
    out = io.StringIO()
    return Screen(out, Look(live=False, unicode=True, colour=False), clock), out


@pytest.mark.parametrize(
    ("elapsed", "text"), [(0.04, "0.0 s"), (9.94, "9.9 s"), (14.2, "14 s"), (60, "1 min 00 s"), (125.4, "2 min 05 s")]
)
def test_times_read_as_people_say_them(elapsed: float, text: str) -> None:
    assert seconds(elapsed) == text


def test_a_log_gets_a_line_at_first_and_then_now_and_then() -> None:
    clock = Time()
    screen, out = plain(clock)
    with screen.step("Packages") as line:
        line("reading", 0.0)
        line("fetching 1", 0.25)
        clock.now = QUIET
        line("fetching 2", 0.5)
        clock.now += 2
        line.end("3 installed")
    assert [" ".join(each.split()) for each in out.getvalue().splitlines()] == [
        ". Packages reading, 0%",
        ". Packages fetching 2, 50% (10 s)",
        "✓ Packages 3 installed 12 s",
    ]


def test_what_was_there_takes_no_time_and_one_line() -> None:
    screen, out = plain(Time())
    take([Step("Packages", lambda: "all there", lambda report: pytest.fail("nothing to do"))], screen)
    assert out.getvalue().split() == ["✓", "Packages", "all", "there"]


def test_a_failed_step_ends_the_run_and_is_marked() -> None:
    screen, out = plain(Time())

    def fail(report: object) -> str:
        raise Failure("No room", "the disk is full", "make room")

    with pytest.raises(Failure, match="the disk is full"):
        take([Step("Packages", lambda: None, fail), Step("Never", lambda: pytest.fail("went on"), fail)], screen)
    assert out.getvalue().split() == ["✗", "Packages", "failed"]


def test_a_failure_says_what_why_and_what_to_do() -> None:
    screen, out = plain(Time())
    screen.failure(Failure("No room", "the disk is full\n0 bytes", "make room", "or another disk"), "/log")
    text = out.getvalue()
    assert (
        text.index("✗ No room") < text.index("    the disk is full\n    0 bytes") < text.index("- make room\n    - or")
    )
    assert text.endswith("Everything that was printed: /log\n")


def test_a_live_line_is_wiped_before_its_end() -> None:
    out = Terminal()
    screen = Screen(out, Look(live=True, unicode=False, colour=False), Time())
    with screen.step("Packages") as line:
        line("fetching", 0.5)
        line.end("done")
    assert out.getvalue().rpartition("\r\033[K")[2].split() == ["+", "Packages", "done"]


@pytest.mark.parametrize(
    ("environment", "live", "spinner", "colour"),
    [
        ({"TERM": "xterm"}, True, "⠋", True),
        ({"TERM": "linux"}, True, "|", True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True, "⠋", False),
        ({"TERM": "dumb"}, False, "⠋", False),
        ({}, False, "⠋", False),
    ],
)
def test_the_look_suits_the_terminal(environment: dict[str, str], live: bool, spinner: str, colour: bool) -> None:
    look = look_of(Terminal(), environment)
    assert (look.live, look.spinner[0], look.colour) == (live, spinner, colour)


def test_a_bar_is_never_wider_than_its_room() -> None:
    look = Look(live=True, unicode=False, colour=False)
    assert [look.bar(fraction, 4) for fraction in (-1, 0, 0.5, 1, 7)] == ["....", "....", "##..", "####", "####"]
