"""``xe``: a thin client. It hands its arguments to the host and does what the host then tells it.

Commands, parameters and texts all live in the host, so this program works with other versions of it and with
XenServer. It starts in about the time of an empty Python program: it imports no more than it needs on the way.
"""

from __future__ import annotations

import os
import sys

from cenote.cli import connect, options
from cenote.cli.talk import Refused, Talk, VersionError, permitted, say
from cenote.client import thincli

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Journal:
    """Where debugging text goes: standard error at once, a list for later, or nowhere."""

    def __init__(self) -> None:
        self.loud = False
        self.kept: list[str] | None = None

    def __call__(self, text: str) -> None:
        """Take note of ``text``."""
        if self.loud:
            say(text)
        elif self.kept is not None:
            self.kept.append(text)


def announcement(environment: Mapping[str, str]) -> str:
    """What the host may do for a person at this terminal; scripts announce nothing and get plain text."""
    words: list[str] = []
    if sys.stdout.isatty():
        words.append("tty")
        words.append(f"width={_width()}")
        if environment.get("TERM", "dumb") != "dumb" and not environment.get("NO_COLOR"):
            words.append("color")
    if sys.stderr.isatty():
        words.append("progress")
    return " ".join(words)


def _width() -> int:
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except OSError:
        return 80


def login(chosen: options.Options, over_unix: bool) -> list[str]:
    """The arguments that say who asks. On the Unix socket the kernel tells the host, where nobody else is named."""
    if over_unix and chosen.username is None and chosen.password is None:
        return []
    name = chosen.username if chosen.username is not None else "root"
    word = chosen.password
    if word is None and not over_unix and sys.stdin.isatty() and sys.stderr.isatty():
        import getpass  # noqa: PLC0415 - only people who type a password wait for it

        word = getpass.getpass(f"Password of {name}: ")
    return [f"username={name}", f"password={word if word is not None else 'null'}"]


def post(connection: connect.Connection, chosen: options.Options, body: bytes, environment: Mapping[str, str]) -> None:
    """Send the request that starts the talk."""
    said = announcement(environment)
    headers = [f"User-agent: cenote-xe ({said})", "originator: cli", f"content-length: {len(body)}"]
    if chosen.traceparent:
        headers.append(f"traceparent: {chosen.traceparent}")
    if baggage := environment.get("BAGGAGE"):
        headers.append(f"baggage: {baggage}")
    connect.request(connection, "POST", "/cli", headers)
    connection.write(body)


def complete(words: list[str], environment: Mapping[str, str]) -> options.Options:
    """The options of ``xe --complete WORD...``, which the shells call: the words up to the one at the cursor.

    The host gets them as parameters and prints what may stand at the cursor.
    """
    chosen = options.parse(words[:-1], environment)
    given = [*chosen.arguments[: chosen.own], *words[-1:]]
    chosen.arguments = ["completion", *(f"word:{number}={word}" for number, word in enumerate(given))]
    return chosen


def run(arguments: list[str], environment: Mapping[str, str], journal: Journal) -> int:
    """Run one command; answers its exit code."""
    if arguments[:1] == ["--complete"]:
        chosen = complete(arguments[1:], environment)
    else:
        chosen = options.parse(arguments, environment)
    if not chosen.arguments:
        raise options.UsageError("")
    journal.loud = chosen.debug
    journal.kept = [] if chosen.debug_on_fail else None
    dialer = connect.Dialer(chosen, environment, sys.stdout.flush)
    connection = dialer.dial()
    journal(f"Connected to {'the Unix socket' if dialer.over_unix else chosen.server or '127.0.0.1'}\n")
    body = "\n".join([*chosen.arguments, *login(chosen, dialer.over_unix)]).encode("utf-8", "surrogateescape")
    try:
        post(connection, chosen, body, environment)
        return Talk(connection, dialer, permitted(chosen.arguments), journal).run()
    finally:
        connection.close()


NOT_OURS = "Failed to contact a running management agent.\nTry specifying a server name and port.\n"
MISFORTUNES: dict[type[Exception], str] = {
    connect.ConnectError: "Unable to contact server. Please check server and port settings.\n{0}\n",
    thincli.Closed: "Lost connection to the server.\n",
    thincli.ProtocolError: NOT_OURS,
    VersionError: "Protocol version mismatch: {0}.\nTry specifying a server name and port on the command-line.\n",
    Refused: "File not permitted: {0}",
}


def misfortune(error: Exception) -> str:
    """What to tell the person about a talk that broke off."""
    if isinstance(error, thincli.ProtocolError) and error.read[:4].upper() == b"HTTP":
        status = error.read.decode("latin-1").partition("\r")[0]
        return f"The server refused the command: {status}\n"
    return MISFORTUNES.get(type(error), "Error: {0}\n").format(error)


def main() -> int:
    """The program: 0 where the host says so, 1 where it can't be reached or the person interrupts."""
    journal = Journal()
    name = os.path.basename(sys.argv[0])  # noqa: PTH119 - pathlib loads slowly
    if "-version" in sys.argv:
        sys.stdout.write(f"ThinCLI protocol: {thincli.MAJOR}.{thincli.MINOR}\n")
        return 0
    code = 1
    try:
        code = run(sys.argv[1:], os.environ, journal)
        sys.stdout.flush()
    except options.UsageError as error:
        say(str(error) + options.USAGE.format(name=name))
        return 1 if str(error) else 0
    except KeyboardInterrupt:
        say("\n" if sys.stderr.isatty() else "")
    except BrokenPipeError:
        code = 1
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, thincli.ProtocolError, connect.ConnectError, VersionError, Refused) as error:
        journal(f"{type(error).__name__}: {error}\n")
        say(misfortune(error))
    if code and journal.kept:
        say("\nDebug info:\n\n" + "".join(journal.kept))
    return code
