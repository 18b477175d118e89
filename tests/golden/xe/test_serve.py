"""The daemon's half of the talk, from the greeting to the exit code, with an API in memory."""

from __future__ import annotations

import pytest
from tests.golden.xe.api import TOKEN
from tests.golden.xe.world import world

from cenote.cli.engine import serve, spoken
from cenote.cli.line import parse
from cenote.client import thincli
from cenote.client.failure import Failure
from cenote.client.session import Session
from cenote.client.thincli import Message

GREETING = thincli.MAGIC + bytes([0, 0, 0, 0, 2, 0, 0, 0])


class Tape:
    """A client whose answers are known beforehand."""

    def __init__(self, incoming: bytes = GREETING) -> None:
        self.incoming = incoming
        self.written = b""

    def read(self, size: int) -> bytes:
        part, self.incoming = self.incoming[:size], self.incoming[size:]
        return part

    def write(self, data: bytes) -> None:
        self.written += data

    def messages(self) -> list[Message]:
        """What the client was told."""
        assert self.written.startswith(GREETING)
        rest = Tape(self.written.removeprefix(GREETING))
        found: list[Message] = []
        while rest.incoming:
            found.append(thincli.receive(rest))
        return found


class Entrance:
    """Lets root in with the right password, and whom nobody names."""

    def __init__(self) -> None:
        self.api = world()
        self.asked: list[tuple[str | None, str | None]] = []

    def login(self, username: str | None, password: str | None) -> Session:
        self.asked.append((username, password))
        if (username, password) not in {("root", "right"), (None, None)}:
            raise Failure("SESSION_AUTHENTICATION_FAILED", [username or "", "no"])
        return self.api.session()

    def resume(self, token: str) -> Session:
        assert token == TOKEN
        return self.api.session()


def served(body: str, entrance: Entrance | None = None) -> list[Message]:
    tape = Tape()
    serve(tape, body, entrance or Entrance())
    return tape.messages()


def test_a_command() -> None:
    entrance = Entrance()
    said = served("vm-list\n--minimal\nusername=root\npassword=right", entrance)
    assert said == [thincli.Print("uuid-web,uuid-db,uuid-dom0"), thincli.Exit(0)]
    assert entrance.asked == [("root", "right")]
    assert entrance.api.calls == ["session.logout()"]


def test_nobody_named_and_xenservers_own_default_mean_the_peer() -> None:
    entrance = Entrance()
    served("vm-list", entrance)
    served("vm-list\r\nusername=root\r\npassword=null", entrance)
    assert entrance.asked == [(None, None), (None, None)]


def test_a_session_brought_along_stays_open() -> None:
    entrance = Entrance()
    assert served(f"session_id={TOKEN}\r\nvm-list\r\n--minimal", entrance)[-1] == thincli.Exit(0)
    assert (entrance.asked, entrance.api.calls) == ([], [])


@pytest.mark.parametrize(
    ("name", "said"), [("root", "Authentication failed\n"), ("", "Username/password must be specified\n")]
)
def test_wrong_password(name: str, said: str) -> None:
    assert served(f"vm-list\nusername={name}\npassword=wrong") == [
        thincli.PrintStderr(said),
        thincli.PrintStderr("For usage run: 'xe help'\n"),
        thincli.Exit(1),
    ]


def test_help_wants_no_login() -> None:
    entrance = Entrance()
    assert served("help\nvm-start\nusername=root\npassword=wrong", entrance)[-1] == thincli.Exit(0)
    assert entrance.asked == []


def test_trace() -> None:
    said = served("vm-start\nvm=nobody\n--trace")
    assert thincli.PrintStderr("Raised Refusal: No matching VMs found\nBacktrace:\n") in said
    assert said[-1] == thincli.Exit(1)


def test_a_fault_of_our_own_is_told(caplog: pytest.LogCaptureFixture) -> None:
    entrance = Entrance()
    entrance.api.records.clear()
    said = served("cd-list\nparams=all", entrance)
    assert said[-1] == thincli.Exit(0)
    said = served("vm-disk-add\nvm=x\ndisk-size=1\ndevice=0", entrance)
    assert isinstance(said[0], thincli.Error)
    assert (said[0].code, said[-1]) == ("INTERNAL_ERROR", thincli.Exit(1))
    assert "does not know" in caplog.text


def test_an_error_names_what_the_caller_may_see() -> None:
    def refuse(*_: object) -> None:
        raise Failure("RBAC_PERMISSION_DENIED", ["secret.get_all_records", "no"])

    def fail(*_: object) -> None:
        raise Failure("HANDLE_INVALID", ["VM", "OpaqueRef:nowhere"])

    entrance = Entrance()
    entrance.api.verbs |= {"secret.get_all_records": refuse, "VM.pause": fail}
    said = served("vm-pause\nvm=db", entrance)
    assert thincli.PrintStderr("handle: OpaqueRef:nowhere\n") in said


def test_another_version_is_left_alone() -> None:
    tape = Tape(thincli.MAGIC + bytes([1, 0, 0, 0, 0, 0, 0, 0]))
    serve(tape, "vm-list", Entrance())
    assert tape.written == GREETING


def test_a_client_that_goes_is_left_alone() -> None:
    serve(Tape(b""), "vm-list", Entrance())
    entrance = Entrance()
    serve(Tape(), "vm-uninstall\nvm=db", entrance)
    assert entrance.api.calls == ["session.logout()"]


def test_a_wait_ends_when_the_client_goes() -> None:
    tape = Tape()

    def write(data: bytes) -> None:
        if data == thincli.encode(thincli.Debug("waiting")):
            raise thincli.Closed("the client has gone")

    tape.write = write  # type: ignore[method-assign]
    entrance = Entrance()
    serve(tape, "event-wait\nclass=vm\nname-label=never", entrance)
    assert entrance.api.calls == ["session.logout()"]


def test_secrets_stay_out_of_the_log() -> None:
    line = parse(["secret-create", "value=hush", "username=root", "password=x", "master-password=y", "a=b"])
    assert spoken(line) == "secret-create value=(omitted) password=(omitted) master-password=(omitted) a=b"
