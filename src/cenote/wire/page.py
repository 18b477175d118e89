"""Pages for HTTP statuses, in xapi's words; clients look for the status, people read the text."""

from __future__ import annotations

from html import escape

from cenote.wire.reply import HTML, Reply

_PLEASE = (
    "An unexpected error occurred; please wait a while and try again. If the problem persists, "
    "please contact your support representative."
)


def _page(status: int, reason: str, inner: str, extra: str = "") -> Reply:
    body = f"<html><body>{inner}</body></html>".encode("utf-8", "replace")
    return Reply(body, HTML, status=status, reason=reason, extra=extra, close=True)


def bad_request() -> Reply:
    """400."""
    return _page(
        400, "Bad Request", "<h1>HTTP 400 bad request</h1>The HTTP request was malformed. Please correct and retry."
    )


def unauthorised(realm: str) -> Reply:
    """401, asking for a name and a password."""
    return _page(
        401,
        "Unauthorised",
        "<h1>HTTP 401 unauthorised</h1>Please check your credentials and retry.",
        f'WWW-Authenticate: Basic realm="{realm}"\r\n',
    )


def forbidden() -> Reply:
    """403: the answer to every unknown path too."""
    return _page(403, "Forbidden", "<h1>HTTP 403 forbidden</h1>Access to the requested resource is forbidden.")


def missing() -> Reply:
    """404."""
    return _page(404, "Not Found", "<h1>HTTP 404 not found</h1>What was asked for is not there.")


def too_slow() -> Reply:
    """408."""
    return _page(408, "Request Timeout", "<h1>HTTP 408 request timeout</h1>Timed out waiting for the request.")


def too_large(most: int) -> Reply:
    """413; ``most`` is the limit in bytes."""
    return _page(
        413,
        "Payload Too Large",
        f"<h1>HTTP 413 payload too large</h1>The body of a request may have {most} bytes on this path.",
    )


def internal_error(text: str) -> Reply:
    """500, and what went wrong."""
    return _page(
        500,
        "Internal Error",
        f"<h1>HTTP 500 internal server error</h1>{_PLEASE}<h1> Additional information </h1>{escape(text)}",
    )


def not_implemented(method: str) -> Reply:
    """501: a verb that no path knows."""
    return _page(
        501,
        "Method not implemented",
        f"<h1>HTTP 501 Method Not Implemented</h1><p>Unknown {escape(method)} not supported.<br /></p>",
    )


def not_built(what: str) -> Reply:
    """501: a published path that this version does not answer."""
    text = f"<h1>HTTP 501 Method Not Implemented</h1><p>{escape(what)} is not built yet.</p>"
    return _page(501, "Method not implemented", text)
