"""``cenoted`` as it is started: its configuration, its signals, its exit status."""

from __future__ import annotations

import logging
import os
import resource
import signal
import threading
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.daemon.house import WAIT, XenAPI

from cenote import __version__
from cenote.compute.errors import HypervisorUnavailable
from cenote.compute.fake import FakeHypervisor
from cenote.daemon import main as cenoted
from cenote.daemon.config import Config
from cenote.daemon.rooms import Drivers
from cenote.network.fake import FakeWiring


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Signals and limits stay the test's own; the log is not set up anew."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    monkeypatch.setattr("cenote.base.log.set_up", _not_set_up)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    for number, handler in handlers.items():
        signal.signal(number, handler)


def _not_set_up(*, verbose: bool) -> None:
    """The log is pytest's."""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration whose daemon has fake drivers."""
    path = tmp_path / "cenote.toml"
    path.write_text(
        f'state_dir = "{tmp_path}/state"\nrun_dir = "{tmp_path}/run"\n'
        '[listen]\nhttps = ["127.0.0.1:0"]\nhttp = ["127.0.0.1:0"]\n[login]\npam = false\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(cenoted, "drivers", _fakes)
    return path


def _fakes(config: Config) -> Drivers:
    return Drivers(FakeHypervisor(), FakeWiring(), "a test's")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_until_it_is_told_to_stop(
    config: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, number: signal.Signals
) -> None:
    told: list[str] = []
    ready = threading.Event()

    def notify(state: str) -> None:
        told.append(state)
        ready.set()

    def stop() -> None:
        assert ready.wait(WAIT)
        os.kill(os.getpid(), number)

    monkeypatch.setattr(cenoted, "notify", notify)
    stopper = threading.Thread(target=stop)
    stopper.start()
    with caplog.at_level(logging.INFO):
        assert cenoted.main(["--config", str(config)]) == 0
    stopper.join(WAIT)
    assert told == ["READY=1", "STOPPING=1"]
    assert f"Cenote {__version__} answers at https://" in caplog.text
    assert "guests run on" in caplog.text
    assert not (config.parent / "run" / "cenote.sock").exists()
    assert (config.parent / "state").stat().st_mode & 0o777 == 0o711


def fails(config: Path, caplog: pytest.LogCaptureFixture) -> str:
    """What the log says when it can't start."""
    assert cenoted.main(["--config", str(config)]) == 1
    return next(each.getMessage() for each in caplog.records if each.levelno == logging.CRITICAL)


def test_a_wrong_configuration(config: Path, caplog: pytest.LogCaptureFixture) -> None:
    config.write_text("[listen]\nport = 7\n", encoding="utf-8")
    assert fails(config, caplog) == f"cenoted can't start: {config}: no key listen.port; there are: https, http, socket"


def test_an_address_that_is_taken(config: Path, caplog: pytest.LogCaptureFixture) -> None:
    with XenAPI.socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        config.write_text(
            config.read_text(encoding="utf-8").replace('http = ["127.0.0.1:0"]', f'http = ["127.0.0.1:{port}"]')
        )
        assert "Address already in use" in fails(config, caplog)


def test_no_hypervisor(config: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(config: Config) -> Drivers:
        raise HypervisorUnavailable("qemu:///system", "no such socket")

    monkeypatch.setattr(cenoted, "drivers", none)
    assert "the hypervisor at qemu:///system is not available: no such socket" in fails(config, caplog)


def test_a_store_that_can_not_be_read(config: Path, caplog: pytest.LogCaptureFixture) -> None:
    state = config.parent / "state"
    state.mkdir()
    (state / "cenote.db").write_bytes(b"rubbish" * 1000)
    assert "can't be read: file is not a database" in fails(config, caplog)


@pytest.mark.skipif(os.geteuid() != 0, reason="hardware: only root can hand a directory to another user")
def test_a_directory_of_another_user(config: Path, caplog: pytest.LogCaptureFixture) -> None:
    run = config.parent / "run"
    run.mkdir()
    os.chown(run, 4711, 4711)
    assert f"{run} belongs to another user" in fails(config, caplog)


def test_wrong_usage() -> None:
    with pytest.raises(SystemExit) as ended:
        cenoted.main(["--no-such-option"])
    assert ended.value.code == 2


def test_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cenoted.main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"Cenote {__version__}\n")
