"""Who knows passwords, who needs none, and how wrong ones are slowed down."""

from __future__ import annotations

import logging
import pwd
from pathlib import Path
from types import SimpleNamespace

import pam
import pytest
from tests.unit.records import Hands, World

from cenote.dispatch import login
from cenote.dispatch.answer import Peer, Success
from cenote.dispatch.call import parse
from cenote.dispatch.login import FORGET, METHODS, SLOWEST, FileAuthority, Logins, PamAuthority, Throttle
from cenote.dispatch.sessions import Sessions
from cenote.model.errors.access import SessionAuthenticationFailed
from cenote.model.sealed import CATALOGUE

PEER = Peer("192.0.2.9", user_agent="a client")


class Book:
    """An authority that knows one password, and what it was asked."""

    def __init__(self, **known: str) -> None:
        self.known = known
        self.asked: list[str] = []

    def knows(self, user: str, password: str) -> bool:
        self.asked.append(user)
        return self.known.get(user) == password


class Door:
    """Logins whose held-back answers are counted instead of waited for."""

    def __init__(self, *authorities: login.Authority, trusted: frozenset[int] = frozenset()) -> None:
        world = World()
        self.held: list[float] = []
        self.sessions = Sessions(world.store, world.clock, world.host)
        self.logins = Logins(authorities, Throttle(world.clock.monotonic), trusted, self.held.append)

    def open(self, user: str, password: str, peer: Peer = PEER, originator: str = "") -> str:
        return self.logins.open(user, password, originator, peer, self.sessions)


def test_a_right_password_opens_a_session() -> None:
    door = Door(Book(root="secret"))
    caller = door.sessions.find(door.open("root", "secret"))
    assert (caller.user, caller.originator, door.held) == ("root", "a client", [])
    assert door.sessions.find(door.open("root", "secret", originator="xe")).originator == "xe"


def test_any_authority_will_do() -> None:
    first, second = Book(), Book(root="secret")
    Door(first, second).open("root", "secret")
    assert (first.asked, second.asked) == (["root"], ["root"])


def test_a_wrong_password_is_held_back_logged_and_refused(caplog: pytest.LogCaptureFixture) -> None:
    door = Door(Book(root="secret"))
    with caplog.at_level(logging.WARNING), pytest.raises(SessionAuthenticationFailed) as caught:
        door.open("root", "hunter2")
    assert caught.value.params == ["root", "Authentication failure"]
    assert len(door.held) == 1
    assert "'root' from 192.0.2.9" in caplog.text
    assert "hunter2" not in caplog.text


def test_without_an_authority_nobody_gets_in() -> None:
    with pytest.raises(SessionAuthenticationFailed):
        Door().open("root", "")


def test_trusted_peers_need_no_password() -> None:
    book = Book()
    door = Door(book, trusted=frozenset({0, 1000}))
    assert door.sessions.find(door.open("", "", Peer("unix", 1000))).user == "root"
    assert door.sessions.find(door.open("alice", "", Peer("unix", 0))).user == "alice"
    assert book.asked == []
    for peer in (Peer("unix", 1001), Peer("unix"), Peer("127.0.0.1")):
        with pytest.raises(SessionAuthenticationFailed):
            door.open("root", "", peer)


def test_a_right_password_forgets_the_wrong_ones() -> None:
    door = Door(Book(root="secret"))
    for _ in range(3):
        with pytest.raises(SessionAuthenticationFailed):
            door.open("root", "wrong")
    door.open("root", "secret")
    with pytest.raises(SessionAuthenticationFailed):
        door.open("root", "wrong")
    assert door.held == [0.5, 1.0, 2.0, 0.5]


def test_the_message(caplog: pytest.LogCaptureFixture) -> None:
    door = Door(Book(root="secret"))
    params = ["root", "secret", "2.21", "originator"]
    call = parse(door.sessions, "session.login_with_password", params, PEER)
    answer = door.logins.log_in(call, door.sessions)
    assert isinstance(answer, Success)
    assert answer.shape is call.signature.result
    assert door.sessions.find(answer.value).originator == "originator"
    local = parse(door.sessions, "session.slave_local_login_with_password", params[:2], PEER)
    assert door.sessions.find(door.logins.log_in(local, door.sessions).value).originator == "a client"


def test_it_handles_what_logs_in() -> None:
    logins = Door().logins
    handled = {name for name, signature in CATALOGUE.signatures.items() if logins.handles(signature)}
    assert handled == METHODS


def test_each_wrong_password_doubles_the_wait() -> None:
    throttle = Throttle(Hands().monotonic)
    assert [throttle.wrong("a") for _ in range(7)] == [0.5, 1.0, 2.0, 4.0, 8.0, SLOWEST, SLOWEST]
    assert throttle.wrong("b") == 0.5
    throttle.right("a")
    throttle.right("nobody")
    assert throttle.wrong("a") == 0.5


def test_no_number_of_wrong_passwords_is_too_many() -> None:
    throttle = Throttle(Hands().monotonic)
    assert {throttle.wrong("a") for _ in range(2000)} == {0.5, 1.0, 2.0, 4.0, 8.0}


def test_wrong_passwords_are_forgotten_after_a_while() -> None:
    clock = Hands()
    throttle = Throttle(clock.monotonic)
    throttle.wrong("a")
    clock.advance(FORGET)
    assert throttle.wrong("a") == 1.0
    clock.advance(FORGET + 1)
    assert throttle.wrong("a") == 0.5


def authority(path: Path) -> FileAuthority:
    return FileAuthority(path, ("root", "admin"))


def test_the_password_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = authority(tmp_path / "state" / "password")
    file.ensure()
    assert file.path.stat().st_mode & 0o777 == 0o600
    password = file.path.read_text().strip()
    assert len(password) >= 24
    file.ensure()
    assert file.path.read_text().strip() == password
    other = authority(tmp_path / "other")
    other.ensure()
    assert other.path.read_text().strip() != password


def test_the_password_in_the_file(tmp_path: Path) -> None:
    file = authority(tmp_path / "password")
    file.ensure()
    password = file.path.read_text().strip()
    assert file.knows("root", password)
    assert file.knows("admin", password)
    assert not file.knows("alice", password)
    for wrong in ("", password[:-1], f"{password}\n", "pässword", "\ud800"):
        assert not file.knows("root", wrong)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe"])
def test_a_password_file_without_a_password_opens_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "password"
    path.write_bytes(content)
    assert not authority(path).knows("root", "")
    assert not authority(path).knows("root", content.decode("latin-1"))


def test_a_password_file_that_is_gone_opens_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert not authority(tmp_path / "nothing").knows("root", "")
    assert "can't be read" in caplog.text


def test_pam_is_asked_about_the_superuser_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str, str]] = []

    def authenticate(user: str, password: str, service: str) -> bool:
        asked.append((user, password, service))
        return password == "secret"

    def getpwnam(name: str) -> SimpleNamespace:
        return SimpleNamespace(pw_uid={"root": 0, "alice": 1000}[name])

    monkeypatch.setattr(pwd, "getpwnam", getpwnam)
    monkeypatch.setattr(pam, "pam", lambda: SimpleNamespace(authenticate=authenticate))
    found = [PamAuthority("xapi").knows(*each) for each in [("root", "secret"), ("root", "wrong")]]
    assert found == [True, False]
    assert not PamAuthority().knows("alice", "secret")
    assert not PamAuthority().knows("nobody at all", "secret")
    assert asked == [("root", "secret", "xapi"), ("root", "wrong", "xapi")]


def test_a_name_that_can_be_no_ones() -> None:
    assert not PamAuthority().knows("a\0b", "x")
