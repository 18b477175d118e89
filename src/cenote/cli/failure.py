"""The words for what went wrong, as XenServer's xe prints them."""

from __future__ import annotations

import inspect

from cenote.cli import refusal
from cenote.cli.names import Names
from cenote.cli.terminal import Terminal
from cenote.client.failure import Failure
from cenote.model.core import ERRORS

HELP = "For usage run: 'xe help'\n"


def labels(code: str, count: int) -> list[str] | None:
    """The names of the parameters of a declared error, ``count`` of them at least; None for an undeclared one."""
    declared = ERRORS.get(code)
    if declared is None:
        return None
    names = list(declared.names)
    return [*names, *["<extra>"] * (count - len(names))]


def describe(failure: Failure, names: Names | None) -> list[str]:
    """The lines that tell of an error of the API: what it means, then its parameters by name."""
    declared = ERRORS.get(failure.code)
    shown = [names.explain(each) if names else each for each in failure.params]
    heads = labels(failure.code, len(shown))
    if declared is None or heads is None:
        return [f"Error code: {failure.code}", f"Error parameters: {', '.join(shown)}"]
    values = [*shown, *["<unknown>"] * (len(heads) - len(shown))]
    text = " ".join((inspect.getdoc(declared) or failure.code).split())
    return [text, *(f"{head}: {value}" for head, value in zip(heads, values, strict=True))]


def tell(error: Exception, terminal: Terminal, names: Names | None) -> None:
    """Tell the person why a command ended; raises ``error`` again where it is none that a command may end with."""
    if isinstance(error, refusal.Ending):
        return
    if isinstance(error, refusal.SeveralFailed):
        for uuid, why in error.failed:
            terminal.print(f"operation failed on {uuid}: {why}")
    elif isinstance(error, refusal.Refusal):
        terminal.error(f"Error: {error}\n")
    elif isinstance(error, refusal.UnknownParameter):
        terminal.fail("Missing parameter", [str(error)])
    elif isinstance(error, Failure):
        _tell_failure(error, terminal, names)
    else:
        head = _USAGE.get(type(error))
        if head is None:
            raise error
        terminal.error(f"{head}: {error}\n")
        terminal.error(HELP)


_USAGE: dict[type[Exception], str] = {
    refusal.SyntaxRefusal: "Syntax error",
    refusal.UnknownCommand: "Unknown command",
    refusal.ParameterMissing: "Required parameter not found",
}


def _tell_failure(failure: Failure, terminal: Terminal, names: Names | None) -> None:
    if failure.code == "SESSION_AUTHENTICATION_FAILED":
        named = bool(failure.params and failure.params[0])
        terminal.error(("Authentication failed" if named else "Username/password must be specified") + "\n")
        terminal.error(HELP)
    elif failure.code in ERRORS:
        for each in describe(failure, names):
            terminal.error(each + "\n")
    else:
        terminal.fail(failure.code, [names.explain(each) if names else each for each in failure.params])
