"""The xe program as a process, against a host that plays a part: output, input, files, the terminal, exit codes."""

from __future__ import annotations

import os
import pty
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Protocol

import pytest

from cenote.client import thincli

SOURCE = Path(__file__).parents[3] / "src"
START = f"import sys; sys.path.insert(0, {str(SOURCE)!r}); from cenote.cli.xe import main; sys.exit(main())"

Part = Callable[["Line"], None]
PIPE = subprocess.PIPE


class Line:
    """The host's end of a connection."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.head: list[str] = []
        self.body = ""

    def read(self, size: int) -> bytes:
        return self.sock.recv(size)

    def write(self, data: bytes) -> None:
        self.sock.sendall(data)

    def request(self) -> None:
        """Take the head and the body of a request."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.sock.recv(1)
        self.head = data.decode().split("\r\n")
        sizes = [each.partition(":")[2] for each in self.head if each.lower().startswith("content-length")]
        self.body = thincli.exactly(self, int(sizes[0])).decode() if sizes and "POST" in self.head[0] else ""

    def say(self, *messages: thincli.Message) -> None:
        for each in messages:
            thincli.send(self, each)


class Host:
    """Listens on a Unix socket and plays one part for each connection, in turn."""

    def __init__(self, path: Path, *parts: Part) -> None:
        self.path = path
        self.lines: list[Line] = []
        self.problems: list[BaseException] = []
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        self._thread = threading.Thread(target=self._play, args=parts)
        self._thread.start()

    def _play(self, *parts: Part) -> None:
        try:
            for part in parts:
                sock, _ = self._server.accept()
                with sock:
                    line = Line(sock)
                    self.lines.append(line)
                    line.request()
                    part(line)
        except BaseException as problem:
            self.problems.append(problem)

    def close(self) -> None:
        self._thread.join(20)
        self._server.close()
        assert not self.problems


class Hosting(Protocol):
    """Makes a host."""

    def __call__(self, *parts: Part) -> Host: ...


@pytest.fixture
def hosted(tmp_path: Path) -> Generator[Hosting]:
    hosts: list[Host] = []

    def make(*parts: Part) -> Host:
        hosts.append(Host(tmp_path / "socket", *parts))
        return hosts[-1]

    yield make
    for each in hosts:
        each.close()


def talk(*messages: thincli.Message) -> Part:
    """Greet, and say this."""

    def part(line: Line) -> None:
        thincli.greet(line)
        thincli.greeted(line)
        line.say(*messages)

    return part


def start(
    tmp_path: Path, *arguments: str, streams: tuple[int, int, int] = (PIPE, PIPE, PIPE)
) -> subprocess.Popen[bytes]:
    environment = {"CENOTE_SOCKET": str(tmp_path / "socket"), "HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-I", "-S", "-c", START, *arguments]
    into, out, err = streams
    return subprocess.Popen(command, env=environment, cwd=tmp_path, stdin=into, stdout=out, stderr=err)


def xe(tmp_path: Path, *arguments: str, typed: bytes = b"") -> tuple[int, str, str]:
    """Run the program; answers its exit code, output and error output."""
    process = start(tmp_path, *arguments)
    out, err = process.communicate(typed, 30)
    return process.returncode, out.decode(), err.decode()


def test_output_and_exit_code(tmp_path: Path, hosted: Hosting) -> None:
    host = hosted(
        talk(thincli.Print("out"), thincli.PrintStderr("err\n"), thincli.Error("E", ["a", "b"]), thincli.Exit(3))
    )
    assert xe(tmp_path, "vm-list", "--minimal", "name=ä") == (
        3,
        "out\n",
        "err\nError code: E\nError parameters: a, b\n",
    )
    (line,) = host.lines
    assert line.head[0] == "POST /cli HTTP/1.0"
    assert "User-agent: cenote-xe ()" in line.head
    assert line.body == "vm-list\n--minimal\nname=ä"


def test_names_are_sent_where_they_are_given(tmp_path: Path, hosted: Hosting) -> None:
    host = hosted(talk(thincli.Exit(0)))
    assert xe(tmp_path, "-u", "root", "-pw", "x", "vm-list")[0] == 0
    assert host.lines[0].body == "vm-list\nusername=root\npassword=x"


def test_completion(tmp_path: Path, hosted: Hosting) -> None:
    host = hosted(talk(thincli.Exit(0)))
    assert xe(tmp_path, "--complete", "-u", "root", "-pw", "x", "vm-start", "--force", "vm=h")[0] == 0
    assert host.lines[0].body.split("\n")[:4] == ["completion", "word:0=vm-start", "word:1=--force", "word:2=vm=h"]


def test_prompt(tmp_path: Path, hosted: Hosting) -> None:
    def part(line: Line) -> None:
        talk(thincli.Print("Sure?"), thincli.Prompt())(line)
        line.say(thincli.Print(thincli.receive_blob(line, 100).decode()), thincli.Exit(0))

    hosted(part)
    assert xe(tmp_path, "vm-uninstall", typed=b"yes\n") == (0, "Sure?\nyes\n", "")


def test_load(tmp_path: Path, hosted: Hosting) -> None:
    def part(line: Line) -> None:
        talk(thincli.Load("key.txt"))(line)
        assert thincli.receive(line) == thincli.Ok()
        line.say(thincli.Print(thincli.receive_blob(line, 100).decode()), thincli.Exit(0))

    (tmp_path / "key.txt").write_text("secret")
    hosted(part)
    assert xe(tmp_path, "sr-create", "device-config:key-filename=key.txt") == (0, "secret\n", "")


def test_only_files_that_were_named(tmp_path: Path, hosted: Hosting) -> None:
    hosted(talk(thincli.Load("/etc/passwd")))
    code, out, err = xe(tmp_path, "sr-create", "device-config:key-filename=key.txt")
    assert (code, out) == (1, "")
    assert "Blocked upload/download of the file /etc/passwd" in err


def test_download(tmp_path: Path, hosted: Hosting) -> None:
    def part(line: Line) -> None:
        talk(thincli.HttpGet("disk.raw", "/export?x=1"))(line)
        other, _ = host._server.accept()  # pyright: ignore[reportPrivateUsage]
        with other:
            file = Line(other)
            file.request()
            assert file.head[0] == "GET /export?x=1 HTTP/1.0"
            file.write(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello")
        assert thincli.receive(line) == thincli.Ok()
        line.say(thincli.Exit(0))

    host = hosted(part)
    assert xe(tmp_path, "vdi-export", "filename=disk.raw")[0] == 0
    assert (tmp_path / "disk.raw").read_bytes() == b"hello"


def test_download_does_not_overwrite(tmp_path: Path, hosted: Hosting) -> None:
    def part(line: Line) -> None:
        talk(thincli.HttpGet("disk.raw", "/export"))(line)
        other, _ = host._server.accept()  # pyright: ignore[reportPrivateUsage]
        with other:
            file = Line(other)
            file.request()
            file.write(b"HTTP/1.1 200 OK\r\n\r\nhello")
        assert thincli.receive(line) == thincli.Failed()

    (tmp_path / "disk.raw").write_text("mine")
    host = hosted(part)
    assert xe(tmp_path, "vdi-export", "filename=disk.raw") == (
        1,
        "",
        "Operation failed. Error: disk.raw: File exists\n",
    )
    assert (tmp_path / "disk.raw").read_text() == "mine"


@pytest.mark.parametrize("early", [True, False], ids=["answer first", "answer last"])
def test_upload(tmp_path: Path, hosted: Hosting, early: bool) -> None:
    got: list[bytes] = []
    ok = b"HTTP/1.1 200 OK\r\n\r\n"

    def part(line: Line) -> None:
        talk(thincli.HttpPut("disk.raw", "/import"))(line)
        other, _ = host._server.accept()  # pyright: ignore[reportPrivateUsage]
        with other:
            file = Line(other)
            file.request()
            if early:
                file.write(ok)
            got.append(thincli.exactly(file, 3 << 20))
            if not early:
                file.write(ok)
        assert thincli.receive(line) == thincli.Ok()
        line.say(thincli.Exit(0))

    (tmp_path / "disk.raw").write_bytes(b"x" * (3 << 20))
    host = hosted(part)
    assert xe(tmp_path, "vdi-import", "filename=disk.raw") == (0, "", "")
    assert got == [b"x" * (3 << 20)]


def test_console(tmp_path: Path, hosted: Hosting) -> None:
    def part(line: Line) -> None:
        talk(thincli.HttpConnect("/console?uuid=1"))(line)
        other, _ = host._server.accept()  # pyright: ignore[reportPrivateUsage]
        with other:
            far = Line(other)
            far.request()
            assert far.head[0] == "CONNECT /console?uuid=1 HTTP/1.0"
            far.write(b"HTTP/1.1 200 OK\r\n\r\nlogin: ")
            assert far.read(100) == b"root\x03\r"
            far.write(b"# ")
            assert far.read(100) == b""
        assert thincli.receive(line) == thincli.Ok()
        line.say(thincli.Exit(0))

    host = hosted(part)
    keyboard, theirs = pty.openpty()
    with start(tmp_path, "console", "vm=web", streams=(theirs, theirs, theirs)) as process:
        os.close(theirs)
        until(keyboard, b"login: ")
        os.write(keyboard, b"root\x03\r")
        until(keyboard, b"# ")
        os.write(keyboard, b"\x1d")
        assert process.wait(30) == 0
    os.close(keyboard)


def until(descriptor: int, text: bytes) -> None:
    """Read from a terminal until ``text`` has come."""
    data = b""
    while text not in data:
        data += os.read(descriptor, 1000)


def test_console_that_is_not_there(tmp_path: Path, hosted: Hosting) -> None:
    def part(line: Line) -> None:
        talk(thincli.HttpConnect("/console?uuid=1"))(line)
        other, _ = host._server.accept()  # pyright: ignore[reportPrivateUsage]
        with other:
            far = Line(other)
            far.request()
            far.write(b"HTTP/1.1 404 Not Found\r\n\r\n")
        assert thincli.receive(line) == thincli.Failed()
        line.say(thincli.Exit(1))

    host = hosted(part)
    assert xe(tmp_path, "console") == (1, "", "Server replied with HTTP 404: the console is not available\n")


def test_broken_pipe_is_quiet(tmp_path: Path, hosted: Hosting) -> None:
    closed = threading.Event()

    def part(line: Line) -> None:
        talk()(line)
        assert closed.wait(20)
        line.write(thincli.encode(thincli.Print("x")) + thincli.encode(thincli.Exit(0)))

    hosted(part)
    with start(tmp_path, "vm-list") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        closed.set()
        assert process.stderr.read() == b""
        assert process.wait(30) == 1


def test_interrupt_is_quiet(tmp_path: Path, hosted: Hosting) -> None:
    def part(line: Line) -> None:
        talk(thincli.Print("waiting"))(line)
        assert line.read(1) == b""

    hosted(part)
    with start(tmp_path, "event-wait") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"waiting\n"
        process.send_signal(2)
        assert process.communicate(timeout=30)[1] == b""
        assert process.returncode == 1


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n" + b"x" * 40, "The server refused the command: HTTP/1.1 403 Forbidden\n"),
        (b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n", "Failed to contact a running management agent.\n"),
        (thincli.MAGIC + bytes([9, 0, 0, 0, 0, 0, 0, 0]), "Protocol version mismatch: 9.0 there, 0.2 here.\n"),
        (b"", "Lost connection to the server.\n"),
    ],
    ids=["refused", "another", "version", "closed"],
)
def test_no_such_talk(tmp_path: Path, hosted: Hosting, reply: bytes, said: str) -> None:
    def part(line: Line) -> None:
        line.write(reply)

    hosted(part)
    code, out, err = xe(tmp_path, "vm-list")
    assert (code, out) == (1, "")
    assert err.startswith(said)


def test_nobody_there(tmp_path: Path) -> None:
    code, _, err = xe(tmp_path, "vm-list")
    assert code == 1
    assert err.startswith("Unable to contact server. Please check server and port settings.\n")
    assert f"{tmp_path}/socket: No such file or directory" in err


def test_usage(tmp_path: Path) -> None:
    code, out, err = xe(tmp_path)
    assert (code, out) == (0, "")
    assert err.startswith("Usage:\n")
    assert xe(tmp_path, "-version") == (0, "ThinCLI protocol: 0.2\n", "")


def test_debug_on_fail(tmp_path: Path, hosted: Hosting) -> None:
    hosted(talk(thincli.Exit(2)))
    code, _, err = xe(tmp_path, "--debug-on-fail", "vm-list")
    assert code == 2
    assert "Debug info:" in err
    assert "Read: Exit(2)" in err


def test_imports_stay_few(tmp_path: Path, hosted: Hosting) -> None:
    hosted(talk(thincli.Print("x"), thincli.Exit(0)))
    show = START.replace("sys.exit(main())", "main(); print(*sorted(sys.modules))")
    environment = {"CENOTE_SOCKET": str(tmp_path / "socket"), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", show, "vm-list"],
        env=environment,
        capture_output=True,
        check=True,
        timeout=30,
    )
    slow = {"argparse", "asyncio", "dataclasses", "enum", "json", "pathlib", "re", "socket", "ssl", "typing", "inspect"}
    assert not slow & set(done.stdout.decode().split())
