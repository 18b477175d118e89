"""A real guest through the whole toolstack: the official client, a real libvirtd, a real bridge, a real boot."""

from __future__ import annotations

import base64
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
import XenAPI.XenAPI as official
from bench.pool import furnish
from bench.pool import session as typed

from cenote.lab.host import Host
from cenote.model.classes.vm import VM
from cenote.setup.tinylinux import TinyLinux, build

pytestmark = pytest.mark.guest

DEADLINE = 120.0
"""Seconds: far more than anything here takes, since a shared machine may be very slow."""

Api = Any
"""The official client's proxy: its messages are attributes made as they are asked for."""


@pytest.fixture(scope="session")
def tiny_linux() -> TinyLinux:
    cache = Path(os.environ.get("CENOTE_TEST_CACHE") or Path(__file__).parents[2] / ".cache")
    return build(cache / "tinylinux", lambda what, fraction: print(f"{fraction:4.0%} {what}"))


@pytest.fixture(scope="module")
def lab(tiny_linux: TinyLinux, tmp_path_factory: pytest.TempPathFactory) -> Generator[Host]:
    """A host with its toolstack, a repository and a template of the tiny Linux."""
    if os.geteuid() != 0:
        pytest.skip("a host in namespaces needs root")
    with Host(tmp_path_factory.mktemp("lab")) as host:
        host.start("--verbose")
        with typed(host) as session:
            vm = furnish(session, host, tiny_linux.image)
            session.set(VM.name_label, vm, "tiny")
            session.set(VM.is_a_template, vm, True)
        yield host


@contextmanager
def client(host: Host) -> Generator[Api]:
    """The official client over the host's Unix socket."""
    name = str(host.socket)
    assert "_" not in name, "the official client writes a path's slashes as underscores"
    transport = official.UDSTransport()
    session = official.Session(f"http://{name.replace('/', '_')}", transport=transport)
    session.xenapi.login_with_password("root", "", "1.0", "test")
    try:
        yield session.xenapi
    finally:
        if host.answers():
            session.xenapi.session.logout()
        transport.close()


@pytest.fixture
def api(lab: Host) -> Iterator[Api]:
    with client(lab) as proxy:
        yield proxy


@pytest.fixture
def hello(api: Api) -> Iterator[str]:
    """A halted VM of its own for each test; gone afterwards, and its disk too."""
    (template,) = api.VM.get_by_name_label("tiny")
    vm = api.VM.clone(template, "hello")
    api.VM.provision(vm)
    yield vm
    if api.VM.get_power_state(vm) != "Halted":
        api.VM.hard_shutdown(vm)
    disks = [api.VBD.get_VDI(vbd) for vbd in api.VM.get_VBDs(vm) if api.VBD.get_type(vbd) == "Disk"]
    api.VM.destroy(vm)
    for disk in disks:
        api.VDI.destroy(disk)


def until(api: Api, ready: Callable[[], Any], *classes: str) -> Any:
    """Wait on events until ``ready`` answers something."""
    token = ""
    while not (found := ready()):
        batch = api.event.__getattr__("from")(list(classes), token, DEADLINE)
        assert batch["events"], "nothing happened in time"
        token = batch["token"]
    return found


def address(api: Api, vm: str) -> str | None:
    metrics = api.VM.get_guest_metrics(vm)
    if metrics == "OpaqueRef:NULL":
        return None
    found: str | None = api.VM_guest_metrics.get_networks(metrics).get("0/ip")
    return found


def boot(api: Api, vm: str) -> str:
    """Start the VM and wait for its address."""
    api.VM.start(vm, False, False)
    assert api.VM.get_power_state(vm) == "Running"
    found: str = until(api, lambda: address(api, vm), "vm", "vm_guest_metrics")
    return found


def ssh(lab: Host, tiny: TinyLinux, where: str, command: str) -> str:
    """Run a command in the guest, from inside its host."""
    options = ["BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "ConnectTimeout=60"]
    words = ["ssh", "-F", "/dev/null", "-i", str(tiny.key)]
    for each in options:
        words += ["-o", each]
    return lab.run([*words, f"root@{where}", command], timeout=DEADLINE).stdout


def test_the_official_client_walks_a_guest_through_its_life(
    lab: Host, tiny_linux: TinyLinux, api: Api, hello: str
) -> None:
    where = boot(api, hello)
    record = api.VM.get_record(hello)
    assert int(record["domid"]) > 0
    assert record["resident_on"] == api.host.get_all()[0]
    assert "clean_shutdown" in record["allowed_operations"]
    assert "start" not in record["allowed_operations"]
    assert all(api.VBD.get_currently_attached(vbd) for vbd in record["VBDs"])
    assert {api.console.get_protocol(each) for each in record["consoles"]} == {"rfb", "vt100"}
    metrics = api.VM_guest_metrics.get_record(record["guest_metrics"])
    assert "Debian" in metrics["os_version"]["name"]
    assert metrics["live"]
    assert ssh(lab, tiny_linux, where, "uname -s") == "Linux\n"
    api.VM.pause(hello)
    assert api.VM.get_power_state(hello) == "Paused"
    api.VM.unpause(hello)
    api.VM.clean_shutdown(hello)
    record = api.VM.get_record(hello)
    assert (record["power_state"], record["domid"], record["consoles"]) == ("Halted", "-1", [])
    assert not any(api.VBD.get_currently_attached(vbd) for vbd in record["VBDs"])


def test_a_guest_boots_by_uefi(lab: Host, tiny_linux: TinyLinux, api: Api, hello: str) -> None:
    api.VM.set_HVM_boot_params(hello, {"order": "c", "firmware": "uefi"})
    where = boot(api, hello)
    assert ssh(lab, tiny_linux, where, "ls -d /sys/firmware/efi") == "/sys/firmware/efi\n"
    api.VM.clean_shutdown(hello)
    assert api.VM.get_power_state(hello) == "Halted"


def test_a_clean_reboot_is_seen_and_the_guest_comes_back(api: Api, hello: str) -> None:
    boot(api, hello)
    metrics = api.VM.get_metrics(hello)
    before = api.VM_metrics.get_start_time(metrics)
    api.VM.clean_reboot(hello)
    assert api.VM_metrics.get_start_time(metrics) > before
    assert until(api, lambda: address(api, hello), "vm", "vm_guest_metrics")


def test_guests_run_on_while_the_daemon_is_killed_and_are_taken_over(
    lab: Host, tiny_linux: TinyLinux, api: Api, hello: str
) -> None:
    where = boot(api, hello)
    born = ssh(lab, tiny_linux, where, "cut -d. -f1 /proc/uptime")
    lab.stop(signal.SIGKILL)
    assert int(ssh(lab, tiny_linux, where, "cut -d. -f1 /proc/uptime")) >= int(born)
    lab.start("--verbose")
    with client(lab) as again:
        assert again.VM.get_power_state(hello) == "Running"
        assert int(ssh(lab, tiny_linux, where, "cut -d. -f1 /proc/uptime")) >= int(born)
        again.VM.clean_shutdown(hello)
        assert again.VM.get_power_state(hello) == "Halted"


def test_a_guest_that_ended_while_the_daemon_was_away_is_halted(lab: Host, api: Api, hello: str) -> None:
    boot(api, hello)
    uuid = api.VM.get_uuid(hello)
    lab.stop(signal.SIGKILL)
    lab.run(["virsh", "destroy", uuid])
    lab.start("--verbose")
    with client(lab) as again:
        assert again.VM.get_power_state(hello) == "Halted"
        assert again.VM.get_current_operations(hello) == {}
        assert not any(again.VBD.get_currently_attached(vbd) for vbd in again.VM.get_VBDs(hello))


def test_disks_and_cards_are_plugged_into_a_running_guest(
    lab: Host, tiny_linux: TinyLinux, api: Api, hello: str
) -> None:
    where = boot(api, hello)
    sr = next(ref for ref, sr in api.SR.get_all_records().items() if sr["type"] == "file")
    disk = api.VDI.create(
        {
            "SR": sr,
            "name_label": "extra",
            "name_description": "",
            "virtual_size": str(64 * 2**20),
            "type": "user",
            "sharable": False,
            "read_only": False,
            "other_config": {},
        }
    )
    vbd = api.VBD.create(
        {
            "VM": hello,
            "VDI": disk,
            "userdevice": "1",
            "bootable": False,
            "mode": "RW",
            "type": "Disk",
            "unpluggable": True,
            "empty": False,
            "other_config": {},
            "qos_algorithm_type": "",
            "qos_algorithm_params": {},
        }
    )
    api.VBD.plug(vbd)
    assert api.VBD.get_currently_attached(vbd)
    size = ssh(
        lab,
        tiny_linux,
        where,
        "for n in $(seq 100); do [ -b /dev/vdb ] && break; sleep 0.1; done; cat /sys/block/vdb/size",
    )
    assert int(size) * 512 == 64 * 2**20
    api.VBD.unplug(vbd)
    assert not api.VBD.get_currently_attached(vbd)
    api.VDI.destroy(disk)
    assert vbd not in api.VM.get_VBDs(hello)


def console(host: Host, api: Api, vm: str, protocol: str) -> socket.socket:
    """A console's byte stream by CONNECT, as XenCenter opens it."""
    ref = next(each for each in api.VM.get_consoles(vm) if api.console.get_protocol(each) == protocol)
    uuid = api.console.get_uuid(ref)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(DEADLINE)
    line.connect(str(host.socket))
    basic = base64.b64encode(f"root:{host.password}".encode()).decode()
    line.sendall(f"CONNECT /console?uuid={uuid} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {basic}\r\n\r\n".encode())
    head = b""
    while b"\r\n\r\n" not in head:
        part = line.recv(1)
        assert part, head
        head += part
    assert head.startswith(b"HTTP/1.1 200"), head
    return line


def test_the_screen_speaks_rfb(lab: Host, api: Api, hello: str) -> None:
    boot(api, hello)
    with console(lab, api, hello, "rfb") as line:
        assert line.recv(12).startswith(b"RFB 003.")


def reads(line: socket.socket, wanted: bytes, said: bytes) -> None:
    """Say something until the console shows ``wanted``: what is typed before the log-in is ready is thrown away."""
    line.settimeout(2)
    end, seen = monotonic() + DEADLINE, b""
    while wanted not in seen:
        assert monotonic() < end, seen
        line.sendall(said)
        try:
            while wanted not in seen:
                part = line.recv(4096)
                assert part, seen
                seen += part
        except TimeoutError:
            continue


def test_the_serial_console_has_a_shell(lab: Host, api: Api, hello: str) -> None:
    boot(api, hello)
    with console(lab, api, hello, "vt100") as line:
        reads(line, b"# ", b"root\n")
        reads(line, b"seen-42", b"echo seen-$((6*7))\n")


def test_events_arrive_for_each_change(api: Api, hello: str) -> None:
    token = api.event.__getattr__("from")(["vm"], "", 5.0)["token"]
    changes: list[tuple[Callable[[], Any], str]] = [
        (lambda: api.VM.start(hello, True, False), "Paused"),
        (lambda: api.VM.unpause(hello), "Running"),
        (lambda: api.VM.hard_shutdown(hello), "Halted"),
    ]
    for change, expected in changes:
        change()
        batch = api.event.__getattr__("from")([f"vm/{hello}"], token, DEADLINE)
        token = batch["token"]
        assert batch["events"][-1]["snapshot"]["power_state"] == expected


def test_xe_starts_lists_and_stops_it(lab: Host, api: Api, hello: str) -> None:
    uuid = api.VM.get_uuid(hello)
    xe = Path(__file__).parents[2] / ".venv/bin/xe"
    environment = {**os.environ, "CENOTE_SOCKET": str(lab.socket)}

    def run(*words: str) -> str:
        done = subprocess.run(
            [xe, *words], env=environment, capture_output=True, text=True, timeout=DEADLINE, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("vm-start", f"uuid={uuid}")
    assert run("vm-list", "power-state=running", "is-control-domain=false", "--minimal") == f"{uuid}\n"
    run("vm-shutdown", f"uuid={uuid}", "--force")
    assert "halted" in run("vm-param-get", f"uuid={uuid}", "param-name=power-state")
