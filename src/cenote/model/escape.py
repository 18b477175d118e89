"""Text as XML character data."""

from __future__ import annotations

from typing import cast

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_UNPRINTABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 65534, 65535, *range(55296, 57344)], 65533)
_ESCAPE_TABLE = {ord(char): text for char, text in _ESCAPES.items()} | cast("dict[int, str]", _UNPRINTABLE)
_PLAIN = frozenset(chr(code) for code in range(32, 127)) - set(_ESCAPES)


def escape(text: str) -> str:
    """``text`` as XML character data; characters that XML 1.0 can't carry become U+FFFD."""
    if _PLAIN.issuperset(text):
        return text
    return text.translate(_ESCAPE_TABLE)
