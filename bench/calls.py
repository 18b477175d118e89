"""Small calls per second: ``VM.get_name_label`` over XML-RPC on keep-alive connections, as clients send it."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path
from typing import Any

from cenote.client.xmlrpc import request
from cenote.model.core import Ref
from cenote.model.sealed import CATALOGUE

CLIENTS = 4


def per_second(unix: Path, token: str, vm: Ref[Any], seconds: float) -> float:
    """Calls answered each second by :data:`CLIENTS` connections that ask again as soon as they are answered."""
    body = request(CATALOGUE.signatures["VM.get_name_label"], [token, vm], False)
    head = f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    message = head.encode() + body
    counts = [0] * CLIENTS
    end = time.monotonic() + seconds

    def ask(at: int) -> None:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(unix))
            while time.monotonic() < end:
                connection.sendall(message)
                if b"Success" not in connection.recv(65536):
                    raise AssertionError("a call was refused")
                counts[at] += 1

    threads = [threading.Thread(target=ask, args=(at,)) for at in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds
