"""The command line of xe: what it keeps for itself and what it passes on."""

from __future__ import annotations

import pytest

from cenote.cli import options
from cenote.cli.options import UsageError, parse


def test_switches_are_taken_wherever_they_stand() -> None:
    chosen = parse(["vm-list", "-s", "h", "-p", "8443", "-u", "root", "-pw", "x", "--minimal", "params=uuid"], {})
    assert (chosen.server, chosen.port, chosen.username, chosen.password) == ("h", 8443, "root", "x")
    assert chosen.arguments == ["vm-list", "--minimal", "params=uuid"]


def test_settings_as_pairs() -> None:
    chosen = parse(["server=h", "nossl=true", "vm-list", "username=u", "password=p=q", "debug=true"], {})
    assert (chosen.server, chosen.tls, chosen.username, chosen.password, chosen.debug) == ("h", False, "u", "p=q", True)
    assert chosen.arguments == ["vm-list"]


@pytest.mark.parametrize(
    ("given", "local"),
    [([], True), (["-s", "localhost"], True), (["-s", "127.0.0.1", "-p", "443"], False), (["-s", "other"], False)],
)
def test_local(given: list[str], local: bool) -> None:
    assert parse(["vm-list", *given], {}).local is local


@pytest.mark.parametrize("port", ["x", "70000", "-1"])
def test_port_that_is_none(port: str) -> None:
    with pytest.raises(UsageError, match="Port number must be an integer"):
        parse(["vm-list", "-p", port], {})


@pytest.mark.parametrize("word", ["--help", "-help"])
def test_help_is_usage(word: str) -> None:
    with pytest.raises(UsageError, match=r"^$"):
        parse(["vm-list", word], {})


def test_usage_names_every_switch() -> None:
    assert all(f"{switch} " in options.USAGE for switch in {*options.PAIRS, *options.FLAGS} - {"-h"})
