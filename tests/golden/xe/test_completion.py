"""The completion script of bash, with a stand-in for xe."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import cenote.cli

SCRIPT = Path(cenote.cli.__file__).parent / "completion" / "xe.bash"

HARNESS = r"""
set -u
source "$1"
COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDBREAKS=$' \t\n"'"'"'><=;|&(:'
# The words as bash splits them: = and : stand for themselves.
read -r -a pieces <<<"$(sed -E 's/([=:]+)/ \1 /g' <<<"$2")"
[[ $2 == *[[:space:]] ]] && pieces+=("")
COMP_WORDS=("${pieces[@]}") COMP_CWORD=$((${#pieces[@]} - 1))
compopt() { :; }
_xe_complete
printf '%s\n' "${COMPREPLY[@]+"${COMPREPLY[@]}"}"
"""

ANSWERS = {
    "--complete vm-st": "vm-start\tStarts VMs",
    "--complete vm-start vm=w": "vm=web, front",
    "--complete vm-start ": "vm=\nforce=",
    "--complete vm-list other-config:f": "other-config:folder=",
    "--complete vm-list power-state=": "power-state=halted\npower-state=running",
    "--complete sr-create device-config:lo": "device-config:location=",
}


def completed(tmp_path: Path, line: str) -> list[str]:
    xe = tmp_path / "xe"
    cases = "".join(f"  {_quoted(words)}) printf '%b\\n' {_quoted(answer)};;\n" for words, answer in ANSWERS.items())
    xe.write_text(f'#!/bin/sh\ncase "$*" in\n{cases}esac\n')
    xe.chmod(0o755)
    done = subprocess.run(
        ["bash", "-c", HARNESS, "bash", str(SCRIPT), line],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        check=True,
        timeout=30,
    )
    assert done.stderr == b""
    return done.stdout.decode().split("\n")[:-1]


def _quoted(text: str) -> str:
    return "'" + text.replace("\t", "\\t").replace("\n", "\\n") + "'"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("xe vm-st", ["vm-start"]),
        ("xe vm-start vm=w", ["web\\,\\ front"]),
        ("xe vm-start ", ["vm=", "force="]),
        ("xe vm-list other-config:f", ["folder="]),
        ("xe vm-list power-state=", ["halted", "running"]),
        ("xe sr-create device-config:lo", ["location="]),
        ("xe nothing-", [""]),
    ],
)
def test_bash(tmp_path: Path, line: str, expected: list[str]) -> None:
    assert completed(tmp_path, line) == expected


def test_zsh_reads_its_script() -> None:
    zsh = shutil.which("zsh")
    if zsh is None:
        pytest.skip("zsh is not here")
    subprocess.run([zsh, "-n", str(SCRIPT.parent / "_xe")], check=True, timeout=30)
