"""Who sends a request that is no call: a session by query or cookie, a name and password, or a Unix socket's peer."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from cenote.dispatch.answer import Failure
from cenote.wire.call import Calls
from cenote.wire.request import Request

ORIGINATOR = "http"


class Unauthorised(Exception):
    """Nobody that we know; the client is asked for a name and a password."""


def query_of(request: Request) -> dict[str, str]:
    """The query of a request, the first of each name. CONNECT's too, where the target is a path."""
    _, _, query = request.raw_path.partition("?")
    return {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}


def session_named(request: Request) -> str:
    """The session that cookie or query name; empty where they don't."""
    try:
        cookie = SimpleCookie(request.headers.get("Cookie", "")).get("session_id")
    except CookieError:
        cookie = None
    return cookie.value if cookie is not None else query_of(request).get("session_id", "")


def basic(request: Request) -> tuple[str, str] | None:
    """Name and password of Basic authentication; None where there is none. Raises :class:`Unauthorised`."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return None
    try:
        name, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Unauthorised from error
    if scheme.lower() != "basic" or not colon:
        raise Unauthorised
    return name, password


@asynccontextmanager
async def session(request: Request, calls: Calls) -> AsyncGenerator[str]:
    """The session of a request; one that was opened for it is closed at the end. Raises :class:`Unauthorised`.

    A named session is not looked up here: whoever uses it finds out whether it is one.
    """
    named = session_named(request)
    if named:
        yield named
        return
    given = basic(request)
    if given is None and request.origin[1] is None:
        raise Unauthorised
    name, password = given or ("", "")
    answer = await calls.ask("session.login_with_password", [name, password, "", ORIGINATOR], request.peer)
    if isinstance(answer, Failure):
        raise Unauthorised
    try:
        yield str(answer.value)
    finally:
        await calls.ask("session.logout", [str(answer.value)], request.peer)
