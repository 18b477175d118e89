"""The locked environment: when it is filled, and by which ways packages come."""

import json
import shutil
from pathlib import Path

import pytest

from cenote.setup import environment
from cenote.setup.environment import Environment
from cenote.setup.failure import Failure
from cenote.setup.fake import FakeMachine
from cenote.setup.place import CHECKOUT, Place, find


class Checkout:
    """A checkout with lock files, and a machine on which uv and Python do as they are told."""

    def __init__(self, tmp_path: Path) -> None:
        (tmp_path / "requirements").mkdir()
        shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
        for name in ("run", "dev", "uv", "build"):
            (tmp_path / "requirements" / f"{name}.lock").write_text(
                "aiohttp==3\n    --hash=sha256:0\nlibvirt-python==9\n"
            )
        self.machine = FakeMachine()
        self.uv: tuple[int, str] = (0, "")
        self.pip = ""
        self.machine.programs = {
            "python": lambda words: (0, ""),
            "python3": self.venv,
            "pip": lambda words: (0, self.pip),
            "uv": lambda words: self.uv if "sync" in words else (0, ""),
        }
        self.place: Place = find({"CENOTE_STATE_DIR": str(tmp_path / "state"), "HOME": str(tmp_path)}, tmp_path)
        self.told: list[str] = []
        (tmp_path / ".venv").mkdir()
        (self.place.tools / "uv-0" / "bin").mkdir(parents=True)
        (self.place.tools / "uv-0" / "bin" / "pip").touch()

    def venv(self, words: list[str]) -> tuple[int, str]:
        """Make a folder, as `python3 -m venv` does."""
        Path(words[-1]).mkdir(parents=True, exist_ok=True)
        return 0, ""

    def report(self, what: str, fraction: float | None = None) -> None:
        """Remember what a person would see."""
        self.told.append(what)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_a_filled_environment_is_there_until_the_lock_changes(checkout: Checkout) -> None:
    step = environment.step(checkout.machine, checkout.place)
    assert step.there() is None
    assert step.do(checkout.report) == "2 packages, as locked"
    assert step.there() == "2 packages, as locked"
    lock = checkout.place.checkout / "requirements" / "run.lock"
    lock.write_text(lock.read_text() + "orjson==3\n")
    assert step.there() is None


def test_that_to_develop_is_enough_to_run_but_not_the_other_way_round(checkout: Checkout) -> None:
    run = environment.step(checkout.machine, checkout.place)
    develop = environment.step(checkout.machine, checkout.place, develop=True)
    run.do(checkout.report)
    assert develop.there() is None
    develop.do(checkout.report)
    assert run.there() is not None


def test_a_python_that_no_longer_runs_is_made_anew(checkout: Checkout) -> None:
    step = environment.step(checkout.machine, checkout.place)
    step.do(checkout.report)
    checkout.machine.programs["python"] = lambda words: (1, "no such library")
    assert step.there() is None
    step.do(checkout.report)
    assert "making the environment" in checkout.told


def test_a_run_that_fails_leaves_no_stamp(checkout: Checkout) -> None:
    step = environment.step(checkout.machine, checkout.place)
    step.do(checkout.report)
    checkout.uv = (2, "error: Failed to fetch\n  cause: dns error")
    with pytest.raises(Failure) as caught:
        step.do(checkout.report)
    assert "mirror" in " ".join(caught.value.advice)
    assert environment.read_stamp(checkout.place) == {}


def test_only_hashes_of_the_locks_are_accepted(checkout: Checkout) -> None:
    environment.step(checkout.machine, checkout.place).do(checkout.report)
    synced = next(words for words in checkout.machine.ran if "sync" in words)
    assert "--require-hashes" in synced
    assert synced[-1].endswith("requirements/run.lock")


def test_uv_goes_the_ways_of_pip(checkout: Checkout) -> None:
    checkout.pip = (
        "global.cert='/etc/site.crt'\nglobal.extra-index-url='https://a/simple\\nhttps://b/simple'\n"
        "global.timeout='60'\n:env:.find-links='/wheels /more'\n:env:.index-url='https://mirror/simple'\n"
    )
    checkout.machine.environment = {"SSL_CERT_FILE": "/own.crt"}
    ways = Environment(checkout.machine, checkout.place, checkout.report).ways()
    assert ways["UV_DEFAULT_INDEX"] == "https://mirror/simple"
    assert ways["UV_FIND_LINKS"] == "/wheels,/more"
    assert "SSL_CERT_FILE" not in ways  # uv is told that already
    assert ways["UV_INDEX_STRATEGY"] == "unsafe-best-match"


def test_what_uv_is_told_itself_goes_before(checkout: Checkout) -> None:
    checkout.pip = "global.index-url='https://mirror/simple'\n"
    checkout.machine.environment = {"UV_DEFAULT_INDEX": "https://own/simple"}
    assert "UV_DEFAULT_INDEX" not in Environment(checkout.machine, checkout.place, checkout.report).ways()


def test_a_broken_stamp_is_no_stamp(checkout: Checkout) -> None:
    (checkout.place.venv / environment.STAMP).write_text("{")
    assert environment.read_stamp(checkout.place) == {}
    (checkout.place.venv / environment.STAMP).write_text(json.dumps({"kind": "run"}))
    assert environment.step(checkout.machine, checkout.place).there() is None


def test_what_takes_long_is_told(checkout: Checkout) -> None:
    checkout.uv = (0, "Resolved 17 packages in 150ms\n   Building libvirt-python==12.8.0\nPrepared 3 packages in 9s\n")
    environment.step(checkout.machine, checkout.place).do(checkout.report)
    assert "building libvirt-python (a C compiler at work)" in checkout.told
    assert "fetched: 3" in checkout.told
