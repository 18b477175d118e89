"""The configuration: defaults by who runs the daemon, and every mistake named with its place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from cenote.daemon.config import KNOWN, Config, ConfigError, default_path, load

NOTHING: Mapping[str, str] = MappingProxyType({})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cenote.toml"


@pytest.fixture(params=[0, 1000], ids=["root", "a user"])
def uid(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    uid: int = request.param
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    return uid


def as_user(monkeypatch: pytest.MonkeyPatch, uid: int = 1000) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: uid)


def written(path: Path, text: str, environment: Mapping[str, str] = NOTHING) -> Config:
    path.write_text(text, encoding="utf-8")
    return load(path, environment=environment)


def test_root(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(monkeypatch, 0)
    assert load(path, environment={"XDG_DATA_HOME": "/data", "XDG_RUNTIME_DIR": "/run/user/0"}) == Config(
        state_dir=Path("/var/lib/cenote"),
        run_dir=Path("/run/cenote"),
        https=(),
        http=(),
        socket=Path("/run/cenote/cenote.sock"),
        pam=True,
        password_file=Path("/var/lib/cenote/password"),
        compute_uri="auto",
        network_backend="auto",
        verbose=False,
    )


def test_a_user(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(monkeypatch)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/alice"))
    config = load(path, verbose=True, environment={})
    assert config.state_dir == Path("/home/alice/.local/share/cenote")
    assert config.run_dir == Path("/tmp/cenote-1000")
    assert config.password_file == config.state_dir / "password"
    assert (config.pam, config.verbose) == (False, True)
    there = load(path, environment={"XDG_DATA_HOME": "/data", "XDG_RUNTIME_DIR": "/run/user/1000"})
    assert (there.state_dir, there.run_dir) == (Path("/data/cenote"), Path("/run/user/1000/cenote"))
    assert there.socket == Path("/run/user/1000/cenote/cenote.sock")


def test_the_environment_moves_the_directories(path: Path, uid: int) -> None:
    environment = {"CENOTE_STATE_DIR": "/s", "CENOTE_RUN_DIR": "/r"}
    config = load(path, environment=environment)
    assert (config.state_dir, config.run_dir, config.socket) == (Path("/s"), Path("/r"), Path("/r/cenote.sock"))
    file = written(path, 'state_dir = "/file/s"\nrun_dir = "/file/r"', environment)
    assert (file.state_dir, file.run_dir) == (Path("/file/s"), Path("/file/r"))


def test_everything_can_be_set(path: Path, uid: int) -> None:
    config = written(
        path,
        """
        state_dir = "/s"
        run_dir = "/r"
        [listen]
        https = ["0.0.0.0:443", "[::]:443"]
        http = []
        socket = "/elsewhere/sock"
        [login]
        pam = false
        password_file = "/p"
        [compute]
        uri = "qemu:///session"
        [network]
        backend = "user"
        """,
    )
    assert config == Config(
        Path("/s"),
        Path("/r"),
        ("0.0.0.0:443", "[::]:443"),
        (),
        Path("/elsewhere/sock"),
        False,
        Path("/p"),
        "qemu:///session",
        "user",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour = 1", "no key colour; there are: state_dir, run_dir"),
        ("[cluster]\nsize = 3", "no table [cluster]; there are: listen, login, compute, network"),
        ("[listen]\nport = 3", "no key listen.port; there are: https, http, socket"),
        ("state_dir = 1", "state_dir must be a string, not 1"),
        ('[login]\npam = "yes"', "login.pam must be a boolean, not 'yes'"),
        ('[listen]\nhttps = "0.0.0.0:443"', "listen.https must be a list of strings, not '0.0.0.0:443'"),
        ("[listen]\nhttps = [443]", "listen.https must be a list of strings, not [443]"),
        ("listen = 3", "listen must be a table, not 3"),
        ('[compute.uri]\nx = "y"', "compute.uri must be a string, not {'x': 'y'}"),
        ("state_dir =", "Invalid value"),
    ],
)
def test_mistakes(path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        written(path, text)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)


def test_a_file_that_can_not_be_read(path: Path) -> None:
    path.write_bytes(b"\xff")
    with pytest.raises(ConfigError, match=str(path)):
        load(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(ConfigError, match=str(path)):
        load(path)


def test_every_table_has_keys() -> None:
    assert all(KNOWN.values())


def test_where_it_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(monkeypatch, 0)
    assert default_path({"XDG_CONFIG_HOME": "/c"}) == Path("/etc/cenote/cenote.toml")
    assert default_path({"CENOTE_CONFIG": "/x.toml"}) == Path("/x.toml")
    as_user(monkeypatch)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/alice"))
    assert default_path({"XDG_CONFIG_HOME": "/c"}) == Path("/c/cenote/cenote.toml")
    assert default_path({}) == Path("/home/alice/.config/cenote/cenote.toml")
    assert default_path({"CENOTE_CONFIG": "/x.toml"}) == Path("/x.toml")
