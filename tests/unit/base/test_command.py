"""Programs that end, and those that fail to."""

from __future__ import annotations

from pathlib import Path

import pytest

from cenote.base.command import CommandError, run


def test_what_a_program_says() -> None:
    output = run(["sh", "-c", "echo out; echo err >&2"])
    assert (output.stdout, output.stderr) == ("out\n", "err\n")


def test_a_program_reads_what_it_is_given_and_else_nothing() -> None:
    assert run(["cat"], stdin="héllo").stdout == "héllo"
    assert run(["cat"]).stdout == ""


def test_surroundings(tmp_path: Path) -> None:
    said = run(["/bin/sh", "-c", "pwd; echo $WORD$HOME"], cwd=tmp_path, env={"WORD": "yes"})
    assert said.stdout == f"{tmp_path}\nyes\n"


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert run(["printf", r"\377"]).stdout == "�"


def test_a_missing_program_is_named() -> None:
    with pytest.raises(CommandError, match=r"^no-such-program: not found") as caught:
        run(["no-such-program", "--help"])
    assert caught.value.argv == ("no-such-program", "--help")
    assert caught.value.status is None


def test_a_program_that_may_not_be_run_is_named(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.touch(mode=0o600)
    with pytest.raises(CommandError, match=f"^{program}: not permitted"):
        run([program])


def test_a_file_that_is_no_program_is_named(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("no program")
    program.chmod(0o700)
    with pytest.raises(CommandError, match=f"^{program}: can't be run"):
        run([program])


def test_a_failure_tells_the_status_and_the_last_words() -> None:
    with pytest.raises(CommandError) as caught:
        run(["sh", "-c", "echo first >&2; echo last >&2; exit 3"])
    assert str(caught.value) == "sh: exit status 3: last"
    assert (caught.value.status, caught.value.cause) == (3, "exit status 3")
    assert caught.value.stderr == "first\nlast\n"


def test_a_failure_without_an_error_text_tells_the_output() -> None:
    with pytest.raises(CommandError, match="exit status 1: told on stdout"):
        run(["sh", "-c", "echo told on stdout; exit 1"])


def test_a_program_that_passes_its_deadline_is_ended() -> None:
    with pytest.raises(CommandError, match=r"^sleep: no end after 0\.01 s$"):
        run(["sleep", "600"], timeout=0.01)
