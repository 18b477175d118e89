"""`script/up` as a whole: its command line, its lock, its places, the ports that it tells."""

import socket
from pathlib import Path

import pytest
from tests.run import LEFT_OUT, arguments

from cenote.setup import packages, up
from cenote.setup.failure import Failure
from cenote.setup.place import find
from cenote.setup.port import Listener, parse


def test_the_places_follow_the_environment(tmp_path: Path) -> None:
    named = {f"CENOTE_{name}_DIR": str(tmp_path / name.lower()) for name in ("STATE", "RUN", "CACHE")}
    place = find({"CENOTE_CONFIG": str(tmp_path / "none.toml"), **named})
    assert place.setup_log == tmp_path / "state" / "log" / "setup.log"
    assert place.started == tmp_path / "run" / "started.json"
    assert place.cache == tmp_path / "cache"


def test_a_bad_configuration_is_a_failure_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "cenote.toml"
    path.write_text("state_dir = 5\n")
    with pytest.raises(Failure) as caught:
        find({"CENOTE_CONFIG": str(path)})
    assert str(path) in caught.value.advice[0]


def test_two_at_a_time_are_refused(tmp_path: Path) -> None:
    place = find({"CENOTE_CONFIG": str(tmp_path / "none.toml"), "CENOTE_STATE_DIR": str(tmp_path)})
    with up.alone(place), pytest.raises(Failure, match="Another script/up is at work"), up.alone(place):
        pass
    with up.alone(place):
        pass


def test_each_package_is_named_once_and_says_its_purpose() -> None:
    for develop in (False, True):
        everything = packages.wanted(root=True, develop=develop)
        assert len({each.name for each in everything}) == len(everything)
        assert all(each.purpose for each in everything)
    ordinary = {each.name for each in packages.wanted(root=False)}
    assert "openvswitch-switch" not in ordinary
    assert "qemu-system-x86" in ordinary


@pytest.mark.parametrize(
    ("line", "listener"),
    [
        (
            "0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 77 1",
            Listener("127.0.0.1", 80),
        ),
        (
            "1: 00000000:20FB 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 77 1",
            Listener("0.0.0.0", 8443),
        ),
        ("2: 00000000000000000000000001000000:01BB 0:0 0A 0:0 00:0 0 0 0 77 1", Listener("::1", 443)),
        ("3: 0100007F:0050 0100007F:D431 01 00000000:00000000 00:00000000 00000000 0 0 77 1", None),
    ],
)
def test_the_kernels_table_of_sockets_is_read(line: str, listener: Listener | None) -> None:
    assert socket.htonl(1) != 1, "the lines are those of a little-endian machine"
    assert parse(line) == ("77", listener)


def test_all_groups_are_tested_unless_something_is_named(tmp_path: Path) -> None:
    for name in ("unit", "hypervisor"):
        (tmp_path / "tests" / name).mkdir(parents=True)
    assert arguments([], tmp_path) == ["-m", LEFT_OUT, "tests/unit", "tests/hypervisor"]
    assert arguments(["-k", "console"], tmp_path)[-2:] == ["tests/unit", "tests/hypervisor"]
    assert arguments(["-x", "tests/unit"], tmp_path) == ["-m", LEFT_OUT, "-x", "tests/unit"]
    assert arguments(["-m", "soak", "tests/unit::test_a"], tmp_path) == ["-m", "soak", "tests/unit::test_a"]
