"""Why a command ends before its time, in the words that XenServer's xe uses where scripts may look for them."""

from __future__ import annotations

from collections.abc import Sequence


class Refusal(Exception):
    """The command can't be done as asked: ``Error: ...`` on standard error, exit code 1."""


class SyntaxRefusal(Exception):
    """The command line makes no sense: ``Syntax error: ...`` and where to find help."""


class UnknownCommand(Exception):
    """There is no such command: ``Unknown command: ...``."""


class ParameterMissing(Exception):
    """A required parameter is not there: ``Required parameter not found: ...``."""


class UnknownParameter(Exception):
    """The class has no such parameter: ``Error code: Missing parameter``."""


class Ending(Exception):
    """End with this exit code; all has been said."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class SeveralFailed(Exception):
    """Some of several objects failed: (uuid, why) of each."""

    def __init__(self, failed: Sequence[tuple[str, str]]) -> None:
        super().__init__(failed)
        self.failed = list(failed)
