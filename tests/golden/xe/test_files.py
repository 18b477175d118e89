"""The files that xe reads: ~/.xe and the password file."""

from __future__ import annotations

from pathlib import Path

import pytest

from cenote.cli.options import UsageError, parse


def test_later_wins_and_the_rest_is_passed_on(tmp_path: Path) -> None:
    (tmp_path / ".xe").write_text("server=rc\nusername=rc\nminimal=true\n\n")
    chosen = parse(
        ["vm-list", "-u", "line"],
        {"HOME": str(tmp_path), "XE_EXTRA_ARGS": ",username=extra,password=a\\,b,params=uuid"},
    )
    assert (chosen.server, chosen.username, chosen.password) == ("rc", "line", "a,b")
    assert chosen.arguments == ["vm-list", "params=uuid", "minimal=true"]
    assert chosen.own == 1


def test_a_broken_rc_file_sets_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".xe").write_text("server=rc\nnonsense\n")
    assert parse(["vm-list"], {"HOME": str(tmp_path)}).server is None
    assert capsys.readouterr().err == "Error parsing rc file. No defaults loaded\n"


def test_password_file(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("root\nsecret\n")
    chosen = parse(["vm-list", "-pwf", str(tmp_path / "pw")], {})
    assert (chosen.username, chosen.password) == ("root", "secret")


def test_password_file_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("root\n")
    with pytest.raises(UsageError, match="username on the first line"):
        parse(["vm-list", "-pwf", str(tmp_path / "pw")], {})


def test_password_file_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="Error opening password file '/nowhere/pw'"):
        parse(["vm-list", "-pwf", "/nowhere/pw"], {})
