"""What is no call, against a whole daemon: consoles, commands, health, the certificate."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from tests.daemon.house import Client, House


def connected(house: House) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(20)
    sock.connect(str(house.config.socket))
    return sock


def until(sock: socket.socket, wanted: bytes) -> bytes:
    got = b""
    while wanted not in got:
        part = sock.recv(65536)
        assert part, got
        got += part
    return got


@pytest.mark.parametrize(
    ("protocol", "said", "heard"), [("rfb", b"", b"RFB 003.008\n"), ("vt100", b"knock\r", b"knock")]
)
def test_the_consoles_of_a_running_vm(client: Client, protocol: str, said: bytes, heard: bytes) -> None:
    vm = client.vm()
    client.api.VM.start(vm, False, False)
    records: list[dict[str, str]] = [client.api.console.get_record(each) for each in client.api.VM.get_consoles(vm)]
    uuid = next(record["uuid"] for record in records if record["protocol"] == protocol)
    with connected(client.house) as sock:
        sock.sendall(f"CONNECT /console?uuid={uuid} HTTP/1.0\r\n\r\n".encode())
        sock.sendall(said)
        assert until(sock, heard).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_halted_vm_has_no_console(client: Client) -> None:
    with connected(client.house) as sock:
        sock.sendall(f"CONNECT /console?ref={client.vm()} HTTP/1.0\r\n\r\n".encode())
        assert until(sock, b"\r\n\r\n").startswith(b"HTTP/1.0 404 Not Found\r\n")


def xe(house: House, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the xe program against the daemon's Unix socket."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "CENOTE_SOCKET": str(house.config.socket),
        **more,
    }
    return subprocess.run(
        [sys.executable, "-c", "from cenote.cli.xe import main; raise SystemExit(main())", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_xe_over_the_unix_socket_without_a_password(client: Client, tmp_path: Path) -> None:
    vm = client.vm("by xe")
    uuid = client.uuid(vm)
    done = xe(client.house, "vm-list", "name-label=by xe", "--minimal", HOME=str(tmp_path))
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, uuid, "")
    assert xe(client.house, "vm-start", f"uuid={uuid}", HOME=str(tmp_path)).returncode == 0
    assert client.api.VM.get_power_state(vm) == "Running"
    failed = xe(client.house, "vm-start", f"uuid={uuid}", HOME=str(tmp_path))
    assert failed.returncode == 1
    assert uuid in failed.stderr


def test_health(house: House) -> None:
    with urllib.request.urlopen(f"{house.url}/healthz", timeout=20) as answer:
        told = json.load(answer)
    assert told["status"] == "ok"
    assert told["store"]["revision"] > 0
    house.hypervisor.lose()
    with urllib.request.urlopen(f"{house.url}/healthz", timeout=20) as answer:
        assert answer.status == 200


def test_https_with_the_certificate_that_was_made(house: House) -> None:
    host, port = house.daemon.edge.bound.https[0]
    context = ssl.create_default_context(cafile=str(house.config.state_dir / "certificate.pem"))
    request = urllib.request.Request(f"https://{host}:{port}/healthz")
    with urllib.request.urlopen(request, timeout=20, context=context) as answer:
        assert answer.status == 200
