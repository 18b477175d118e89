"""What ``xe`` takes from its command line for itself: where to connect and as whom; all else goes to the host.

Settings come from ``~/.xe``, then ``XE_EXTRA_ARGS``, then the command line; the later wins. What none of them knows
is passed on in the order command line, ``XE_EXTRA_ARGS``, ``~/.xe``, as XenServer's xe does.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

PAIRS = {
    "-s": "server",
    "-h": "server",
    "-p": "port",
    "-u": "username",
    "-pw": "password",
    "-pwf": "passwordfile",
    "--traceparent": "traceparent",
}
"""Switches that take the next argument."""
FLAGS = {"--nossl": "nossl", "--debug": "debug", "--debug-on-fail": "debugonfail"}
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})

USAGE = """\
Usage:
  {name} <command>
    [ -s <server> ]            the host to talk to (without it, the one on this machine)
    [ -p <port> ]              its port
    [ -u <username> -pw <password> | -pwf <password file> ]
                               who you are; on this machine the Unix socket already knows
    [ --nossl ]                HTTP instead of HTTPS
    [ --debug ]                say what goes over the wire
    [ --debug-on-fail ]        the same, only when the command fails
    [ --minimal ]              only values, separated by commas
    [ --json ]                 lists, records and values as JSON
    [ --traceparent <value> ]  the trace that this call belongs to
    [ --trace ]                show where the host failed
    [ <name>=<value> ... ]     the parameters of the command

All commands, and each in detail:
  {name} help --all
  {name} help <command>
"""


class UsageError(Exception):
    """The command line can't be used; the text says why, and is empty where the usage itself was asked for."""


class Options:
    """Where to connect, as whom, and the arguments that the host gets."""

    __slots__ = (
        "arguments",
        "debug",
        "debug_on_fail",
        "own",
        "password",
        "passwordfile",
        "port",
        "server",
        "tls",
        "traceparent",
        "username",
    )

    def __init__(self) -> None:
        self.server: str | None = None
        self.port: int | None = None
        self.username: str | None = None
        self.password: str | None = None
        self.passwordfile: str | None = None
        self.tls = True
        self.debug = False
        self.debug_on_fail = False
        self.traceparent: str | None = None
        self.arguments: list[str] = []
        self.own = 0
        """How many of the arguments stood on the command line itself."""

    @property
    def local(self) -> bool:
        """Whether the host of this machine is meant, so that its Unix socket will do."""
        return self.port is None and (self.server is None or self.server in LOCAL)

    def set(self, key: str, value: str) -> bool:
        """Take a setting; false where it is none of ours."""
        if key in {"server", "username", "password", "passwordfile", "traceparent"}:
            setattr(self, key, value)
        elif key == "port":
            self.port = _port(value)
        elif key == "nossl":
            self.tls = value != "true"
        elif key == "debug":
            self.debug = value == "true"
        elif key == "debugonfail":
            self.debug_on_fail = value == "true"
        else:
            return False
        return True

    def take(self, arguments: list[str]) -> list[str]:
        """Take the settings among ``arguments``; answers the others."""
        rest: list[str] = []
        at = 0
        while at < len(arguments):
            argument = arguments[at]
            at += 1
            if argument in PAIRS and at < len(arguments):
                self.set(PAIRS[argument], arguments[at])
                at += 1
            elif argument in FLAGS:
                self.set(FLAGS[argument], "true")
            else:
                key, equals, value = argument.partition("=")
                if not (equals and self.set(key, value)):
                    rest.append(argument)
        return rest


def _port(text: str) -> int:
    if text.isdecimal() and int(text) <= 65535:
        return int(text)
    raise UsageError("Port number must be an integer (0-65535)\n")


def read_defaults(path: str) -> list[tuple[str, str]]:
    """The settings of ``~/.xe``, one ``key=value`` a line; a file that can't be read holds none."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123 - pathlib loads slowly
            lines = [line.rstrip("\r\n") for line in file]
    except OSError:
        return []
    if any(line and "=" not in line for line in lines):
        sys.stderr.write("Error parsing rc file. No defaults loaded\n")
        return []
    return [(key, value) for key, _, value in (line.partition("=") for line in lines if line)]


def split_extra(text: str) -> list[str]:
    """The arguments in ``XE_EXTRA_ARGS``: separated by commas; a backslash keeps a comma."""
    parts: list[str] = []
    part = ""
    escaped = False
    for char in text:
        if char == "," and not escaped:
            parts.append(part)
            part = ""
        elif char != "\\":
            part += char
        escaped = char == "\\"
    return [each for each in [*parts, part] if each]


def _read_password(options: Options, path: str) -> None:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123 - pathlib loads slowly
            lines = [file.readline(), file.readline()]
    except OSError as error:
        raise UsageError(f"Error opening password file '{path}'\n") from error
    if not all(lines):
        raise UsageError(
            "Error: password file format: expecting username on the first line, password on the second line\n"
        )
    options.username, options.password = (line.rstrip("\r\n") for line in lines)


def parse(arguments: list[str], environment: Mapping[str, str]) -> Options:
    """The options of a command line; raises :class:`UsageError`."""
    options = Options()
    defaults = [
        f"{key}={value}"
        for key, value in read_defaults(environment.get("HOME", "") + "/.xe")
        if not options.set(key, value)
    ]
    extra = options.take(split_extra(environment.get("XE_EXTRA_ARGS", "")))
    options.traceparent = environment.get("TRACEPARENT", options.traceparent)
    rest = options.take([each for each in arguments if each not in {"-help", "--help"}])
    if len(set(arguments) & {"-help", "--help"}):
        raise UsageError("")
    if options.passwordfile:
        _read_password(options, options.passwordfile)
    options.arguments = [*rest, *extra, *defaults]
    options.own = len(rest)
    return options
