"""Where xe connects."""

from __future__ import annotations

import pytest

from cenote.cli.connect import SOCKET, socket_paths, split_url


@pytest.mark.parametrize(
    ("environment", "paths"),
    [
        ({}, [SOCKET]),
        ({"XDG_RUNTIME_DIR": "/run/user/7"}, [SOCKET, "/run/user/7/cenote/cenote.sock"]),
        ({"CENOTE_SOCKET": "/s", "XDG_RUNTIME_DIR": "/run/user/7"}, ["/s"]),
    ],
)
def test_socket_paths(environment: dict[str, str], paths: list[str]) -> None:
    assert socket_paths(environment) == paths


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("/console?uuid=1", (None, None, "/console?uuid=1")),
        ("https://h/console?uuid=1", ("h", None, "/console?uuid=1")),
        ("https://h:8443/x", ("h", 8443, "/x")),
        ("https://[::1]/x", ("::1", None, "/x")),
        ("https://[::1]:8443/x", ("::1", 8443, "/x")),
    ],
)
def test_split_url(url: str, parts: tuple[str | None, int | None, str]) -> None:
    assert split_url(url) == parts
