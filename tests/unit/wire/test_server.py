"""CONNECT on a path."""

from __future__ import annotations

from cenote.wire.server import quoted


def test_what_no_host_may_hold_is_quoted_in_the_target_alone() -> None:
    request = b"CONNECT /console?ref=OpaqueRef:[1]&a=b@c HTTP/1.0\r\nHost: [::1]:80\r\n\r\nRFB:@"
    assert quoted(request) == (
        b"CONNECT /console?ref=OpaqueRef%3A%5B1%5D&a=b%40c HTTP/1.0\r\nHost: [::1]:80\r\n\r\nRFB:@"
    )


def test_a_line_without_an_end_stays_as_it_is() -> None:
    assert quoted(b"CONNECT /x") == b"CONNECT /x"
