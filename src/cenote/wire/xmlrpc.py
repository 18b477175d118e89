"""XML-RPC in the form of the published API: calls are read leniently, replies are written exactly.

A call of plain values, by far the most common, is read by two regular expressions; everything else by expat, without
document types or entities. Values read are str, bool, int, float, datetime, None, list and dict.
"""

from __future__ import annotations

import re
from typing import Final

from cenote.dispatch.answer import Answer, Failure
from cenote.model.shapes import escape
from cenote.wire import expat
from cenote.wire.contract import Value
from cenote.wire.malformed import Malformed

_CHARS: Final = r"[^<&\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*"
_HEAD: Final = re.compile(
    r"\s*(?:<\?xml\s+version=(?:'1\.0'|\"1\.0\")(?:\s+encoding=['\"](?i:utf-8)['\"])?\s*\?>\s*)?"
    r"<methodCall>\s*<methodName>([\w.:/-]+)</methodName>\s*<params>\s*",
    re.ASCII,
)
_PARAM: Final = re.compile(
    rf"<param>\s*<value>(?:<string>({_CHARS})</string>|<(?:i4|int|i8)>(-?[0-9]{{1,18}})</(?:i4|int|i8)>"
    rf"|<boolean>([01])</boolean>|({_CHARS}))</value>\s*</param>\s*"
)
_TAIL: Final = re.compile(r"</params>\s*</methodCall>\s*")

_OPEN: Final = '<?xml version="1.0"?><methodResponse><params><param>'
_CLOSE: Final = "</param></params></methodResponse>"
_SUCCESS: Final = (
    f"{_OPEN}<value><struct><member><name>Status</name><value>Success</value></member><member><name>Value</name><value>"
)
_FAILURE: Final = (
    f"{_OPEN}<value><struct><member><name>Status</name><value>Failure</value></member>"
    "<member><name>ErrorDescription</name><value><array><data>"
)


def read(body: bytes) -> tuple[str, list[Value]]:
    """The method and the parameters of a call; raises :class:`~cenote.wire.malformed.Malformed`."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return expat.read(body)  # another encoding, declared, or a clear error
    head = _HEAD.match(text)
    if head is None:
        return expat.read(body)
    params: list[Value] = []
    at = head.end()
    while found := _PARAM.match(text, at):
        string, number, boolean, bare = found.groups()
        if string is not None:
            params.append(string)
        elif bare is not None:
            params.append(bare)
        elif number is not None:
            params.append(int(number))
        else:
            params.append(boolean == "1")
        at = found.end()
    if _TAIL.fullmatch(text, at) is None:
        return expat.read(body)
    return head[1], params


def write(answer: Answer) -> bytes:
    """The body of a reply."""
    if isinstance(answer, Failure):
        words = "".join([f"<value>{escape(word)}</value>" for word in (answer.code, *answer.params)])
        return f"{_FAILURE}{words}</data></array></value></member></struct></value>{_CLOSE}".encode()
    value = "" if answer.shape is None else answer.shape.xml(answer.value)
    if answer.bare:
        return f"{_OPEN}<value>{value}</value>{_CLOSE}".encode()
    return f"{_SUCCESS}{value}</value></member></struct></value>{_CLOSE}".encode()


__all__ = ["Malformed", "read", "write"]
