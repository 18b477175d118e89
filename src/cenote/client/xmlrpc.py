"""The transport outside: XML-RPC over HTTPS, HTTP or a Unix socket, to Cenote and to XenServer alike."""

from __future__ import annotations

import http.client
import select
import socket
import ssl
import xmlrpc.client
from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlsplit
from xml.parsers.expat import ExpatError

from cenote.client.failure import Failure
from cenote.model.catalogue import Signature
from cenote.model.core import Ref
from cenote.model.shapes import STRING, Shape, escape

TIMEOUT = 24 * 3600.0
"""Seconds to wait for an answer: verbs take as long as they take."""


UNDECODED = frozenset({"event.from", "event.next"})
"""Messages whose results are given as they were parsed: events hold records of any class."""


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket's path."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _connect(url: str, context: ssl.SSLContext | None, timeout: float) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return _UnixConnection(parts.path, timeout)
    if parts.hostname is None or parts.scheme not in {"http", "https"}:
        raise ValueError(f"not the address of an API: {url}")
    if parts.scheme == "http":
        return http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=timeout)
    return http.client.HTTPSConnection(parts.hostname, parts.port or 443, timeout=timeout, context=context)


class XmlRpc:
    """Messages as XML-RPC calls over one kept-alive connection.

    ``url`` is ``https://host[:port]``, ``http://host[:port]`` or ``unix:///path``. ``context`` says whose certificates
    are trusted: without one those of the system's authorities; hosts sign their own, so give one for them.
    """

    def __init__(self, url: str, context: ssl.SSLContext | None = None, timeout: float = TIMEOUT) -> None:
        self._connection = _connect(url, context, timeout)

    def send(self, signature: Signature, params: Sequence[Any], asynchronous: bool = False) -> Any:
        """Send one message; raises :class:`~cenote.client.failure.Failure`, OSError, ValueError for another answer."""
        value = unwrap(self._post(request(signature, params, asynchronous)))
        if asynchronous:
            return Ref[Any](str(value))
        if signature.result is None:
            return None
        return value if signature.wire_name in UNDECODED else signature.result.decode(value)

    def _post(self, body: bytes) -> bytes:
        sock = self._connection.sock
        if sock is not None and select.select([sock], [], [], 0)[0]:
            # The API has closed the kept-alive connection. Found out now: a message is never sent twice.
            self._connection.close()
        self._connection.request("POST", "/", body, {"Content-Type": "text/xml"})
        response = self._connection.getresponse()
        data = response.read()
        if response.status != http.client.OK:
            raise ValueError(f"the API answered HTTP {response.status} {response.reason}")
        return data

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def request(signature: Signature, params: Sequence[Any], asynchronous: bool = False) -> bytes:
    """The XML of a call: the session, where the message wants one, is the first of ``params``."""
    first: list[Shape[Any]] = [STRING] if signature.session_required else []
    shapes = [*first, *(param.shape for param in signature.params)]
    values = "".join(
        f"<param><value>{shape.xml(value)}</value></param>" for shape, value in zip(shapes, params, strict=False)
    )
    name = escape(("Async." if asynchronous else "") + signature.wire_name)
    call = f"<methodCall><methodName>{name}</methodName><params>{values}</params></methodCall>"
    return f"<?xml version='1.0'?>{call}".encode()


def unwrap(reply: bytes) -> object:
    """The result in an answer; raises :class:`~cenote.client.failure.Failure`, ValueError for something else."""
    try:
        (found,), _ = xmlrpc.client.loads(reply.decode())
    except xmlrpc.client.Fault as fault:
        raise Failure(str(fault.faultString), [str(fault.faultCode)]) from fault
    except (ExpatError, xmlrpc.client.ResponseError, UnicodeDecodeError) as error:
        raise ValueError(f"not an XML-RPC answer: {error}") from error
    if not isinstance(found, Mapping):
        return found
    answer = cast("Mapping[str, Any]", found)
    if answer.get("Status") == "Success":
        return _plain(answer.get("Value", ""))
    code, *rest = [str(each) for each in answer.get("ErrorDescription", ["INTERNAL_ERROR"])]
    raise Failure(code, rest)


def _plain(value: object) -> object:
    """A parsed value with its dates as the text of the wire: the library's own parsing refuses their Z."""
    if isinstance(value, xmlrpc.client.DateTime):
        return str(value)
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_plain(each) for each in cast("list[object]", value)]
    return value
