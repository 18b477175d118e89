"""A parent that collects orphans: tried as the process that it is."""

import subprocess
import sys
import time
from pathlib import Path

from cenote.setup import reaper


def start(script: str) -> subprocess.Popen[str]:
    """A shell below the parent, its output for us to read."""
    argv = [str(word) for word in reaper.wrapped(["sh", "-c", script])]
    return subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_it_answers_as_the_program_does() -> None:
    with start("exit 5") as parent:
        assert parent.wait() == 5


def test_it_stays_for_what_the_program_left() -> None:
    with start("(read line; echo heard) <&0 & exit 4") as parent:
        said, _ = parent.communicate("go on\n")
        assert said == "heard\n"
        assert parent.returncode == 4


def test_an_orphan_that_ended_is_collected_meanwhile() -> None:
    with start("sh -c 'true & echo $!'; read line") as parent:
        assert parent.stdout is not None
        orphan = Path(f"/proc/{int(parent.stdout.readline())}")
        limit = time.monotonic() + 10
        while orphan.exists() and time.monotonic() < limit:
            time.sleep(0.01)
        assert not orphan.exists()
        assert parent.poll() is None
        parent.communicate("done\n")


def test_told_to_end_it_tells_the_program_and_goes() -> None:
    with start("exec 3<&0; trap 'echo told; exit 7' TERM; echo ready; read line <&3 & wait") as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        parent.terminate()
        assert parent.stdout.readline() == "told\n"
        assert parent.wait() == 7


def test_the_command_is_run_by_this_python() -> None:
    assert reaper.wrapped(["libvirtd"])[0] == sys.executable
