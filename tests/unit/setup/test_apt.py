"""Installing packages: what is missing, what is refused, what is repaired, what a person is told."""

from pathlib import Path

import pytest

from cenote.setup import apt
from cenote.setup.failure import Failure
from cenote.setup.fake import FakeMachine
from cenote.setup.packages import Package

WANTED = (Package("qemu-utils", "disks"), Package("ovmf", "firmware"))
DEBIAN = 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'


class Debian:
    """A fake Debian: installed packages, and how apt-get answers, one answer a call."""

    def __init__(self, tmp_path: Path, *, root: bool = True, release: str = DEBIAN, fresh: bool = True) -> None:
        self.machine = FakeMachine(root=root)
        self.machine.programs = {"dpkg-query": self.query, "apt-get": self.get, "dpkg": lambda words: (0, "")}
        self.installed: list[str] = []
        self.answers: list[tuple[int, str]] = []
        self.release = tmp_path / "os-release"
        self.release.write_text(release)
        self.lists = tmp_path / "lists"
        self.lists.mkdir()
        if fresh:
            (self.lists / "mirror_main_binary-amd64_Packages").touch()
        self.told: list[tuple[str, float | None]] = []
        self.step = apt.step(self.machine, WANTED, tmp_path / "log", self.release, self.lists)

    def query(self, words: list[str]) -> tuple[int, str]:
        """Answer dpkg-query; one package is there but not set up."""
        return 0, "".join(f"{name} installed\n" for name in self.installed) + "ethtool half-configured\n"

    def get(self, words: list[str]) -> tuple[int, str]:
        """Answer apt-get; what is installed is there from then on."""
        status, text = self.answers.pop(0) if self.answers else (0, "")
        if status == 0 and "install" in words and "--fix-broken" not in words:
            self.installed += words[words.index("-y") + 1 :]
        return status, text

    def report(self, what: str, fraction: float | None = None) -> None:
        """Remember what a person would see."""
        self.told.append((what, fraction))

    def verbs(self) -> list[str]:
        """What was done, in order."""
        known = ("update", "--fix-broken", "install", "--configure")
        return [next(verb for verb in known if verb in words) for words in self.machine.ran if words[0] != "dpkg-query"]


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    debian = Debian(tmp_path)
    debian.installed = ["ovmf", "qemu-utils"]
    assert debian.step.there() == "all 2 are there"
    assert debian.verbs() == []


def test_only_what_is_missing_is_installed(tmp_path: Path) -> None:
    debian = Debian(tmp_path)
    debian.installed = ["ovmf"]
    assert debian.step.there() is None
    assert debian.step.do(debian.report) == "1 installed"
    assert debian.verbs() == ["install"]
    words = debian.machine.ran[-2]
    assert words[-3:] == ["--no-install-recommends", "-y", "qemu-utils"]


def test_lists_are_read_first_where_there_are_none(tmp_path: Path) -> None:
    debian = Debian(tmp_path, fresh=False)
    debian.step.do(debian.report)
    assert debian.verbs() == ["update", "install"]


def test_stale_lists_are_read_anew_and_it_is_tried_again(tmp_path: Path) -> None:
    debian = Debian(tmp_path)
    debian.answers = [(100, "E: Failed to fetch http://mirror/q.deb  404  Not Found"), (0, ""), (0, "")]
    debian.step.do(debian.report)
    assert debian.verbs() == ["install", "update", "install"]


def test_an_interrupted_installation_is_finished_first(tmp_path: Path) -> None:
    debian = Debian(tmp_path)
    debian.answers = [(100, "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct")]
    debian.step.do(debian.report)
    assert debian.verbs() == ["install", "--configure", "--fix-broken", "install"]


def test_another_apt_is_waited_for_and_named(tmp_path: Path) -> None:
    debian = Debian(tmp_path)
    line = (
        "Waiting for cache lock: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 77 (aptitude)..."
    )
    debian.answers = [(0, line)]
    debian.step.do(debian.report)
    assert "waiting for process 77 (aptitude), which installs packages" in [what for what, _ in debian.told]


@pytest.mark.parametrize(
    ("printed", "advice"),
    [
        ("E: Failed to fetch http://mirror/q.deb  Temporary failure resolving 'mirror'", "reaches the mirror"),
        ("E: You don't have enough free space in /var/cache/apt/archives/.", "make room"),
        ("E: Could not get lock /var/lib/dpkg/lock. It is held by process 9 (apt-get)", "let it end"),
        ("E: Sub-process /usr/bin/dpkg returned an error code (1)", "read the end of the log"),
    ],
)
def test_a_failure_says_what_to_do(tmp_path: Path, printed: str, advice: str) -> None:
    debian = Debian(tmp_path)
    debian.answers = [(100, printed)]
    with pytest.raises(Failure) as caught:
        debian.step.do(debian.report)
    assert caught.value.what == "Debian packages could not be installed"
    assert caught.value.why.splitlines()[-1] in printed.splitlines()[-1]
    assert advice in " ".join(caught.value.advice)


def test_what_dpkg_has_not_set_up_is_missing(tmp_path: Path) -> None:
    assert apt.missing(Debian(tmp_path).machine, [Package("ethtool", "cards")])


def test_without_root_the_line_for_root_is_given(tmp_path: Path) -> None:
    debian = Debian(tmp_path, root=False)
    with pytest.raises(Failure) as caught:
        debian.step.do(debian.report)
    assert "ovmf: firmware" in caught.value.why
    assert "apt-get install --no-install-recommends -y qemu-utils ovmf" in caught.value.advice[0]
    assert debian.verbs() == []


def test_another_distribution_is_refused_by_name(tmp_path: Path) -> None:
    debian = Debian(tmp_path, release='ID=fedora\nPRETTY_NAME="Fedora Linux 41"\n')
    with pytest.raises(Failure, match="Fedora Linux 41"):
        debian.step.do(debian.report)


def test_a_system_without_dpkg_is_refused(tmp_path: Path) -> None:
    debian = Debian(tmp_path)
    del debian.machine.programs["dpkg-query"]
    with pytest.raises(Failure, match="Debian 12 and 13 only"):
        debian.step.there()


def test_another_processor_is_refused(tmp_path: Path) -> None:
    debian = Debian(tmp_path)
    machine = FakeMachine(architecture="aarch64")
    with pytest.raises(Failure, match="aarch64"):
        apt.check(machine, WANTED, debian.release)


def test_the_status_lines_move_the_bar(tmp_path: Path) -> None:
    debian = Debian(tmp_path)
    printed = (
        "Reading package lists...\n"
        "dlstatus:3:50.0000:Retrieving file 3 of 6 (2min 3s remaining)\n"
        "pmstatus:libc6:amd64:20.0000:Unpacking libc6:amd64 (amd64)\n"
        "pmstatus:dpkg-exec:100.0000:Running dpkg\n"
    )
    debian.answers = [(0, printed)]
    debian.step.do(debian.report)
    assert debian.told[1:] == [
        ("retrieving file 3 of 6 (2min 3s remaining)", 0.25),
        ("unpacking libc6:amd64 (amd64)", 0.6),
        ("running dpkg", 1.0),
    ]
