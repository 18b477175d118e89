"""Frames really pass: DHCP, ping, large packets and the way out, between namespaces that stand for guests."""

import contextlib
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Generator, Iterator
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path

import pytest
from tests.contract.namespace import namespaces
from tests.contract.test_network import INTERNAL, HostBench, SwitchBench, open_vswitch, sh

from cenote.network import choose, nat, subnet
from cenote.network import tool as programs
from cenote.network.contract import BridgeSpec, PortSpec, Wiring
from cenote.network.errors import ForwardingUnavailable, ToolMissing, WiringUnavailable
from cenote.network.openvswitch import OpenVSwitch

pytestmark = pytest.mark.skipif(not shutil.which("busybox"), reason="needs busybox for its DHCP client")

LEASED = """#!/bin/sh
[ "$1" = bound ] || exit 0
ip address add "$ip/$mask" dev "$interface"
[ -z "$router" ] || ip route add default via $router
echo "$ip $mask router=$router dns=$dns mtu=$mtu"
"""

ECHO = """
import socket, sys
server = socket.socket(type=socket.SOCK_DGRAM)
server.bind((sys.argv[1], 7))
print("listening", flush=True)
data, caller = server.recvfrom(65536)
server.sendto(data, caller)
"""

SHOUT = """
import socket, sys
client = socket.socket(type=socket.SOCK_DGRAM)
client.settimeout(10)
client.setsockopt(socket.IPPROTO_IP, 10, 2)  # IP_MTU_DISCOVER, IP_PMTUDISC_DO: never in fragments
client.sendto(bytes(8972), (sys.argv[1], 7))
print(len(client.recv(65536)))
"""

GREET = """
import socket, sys
server = socket.create_server((sys.argv[1], 8000))
print("listening", flush=True)
caller, (address, _) = server.accept()
caller.sendall(address.encode().ljust(2**20))
"""

LISTEN = """
import socket, sys
server, text = socket.create_connection((sys.argv[1], 8000), 10), b""
while part := server.recv(65536):
    text += part
print(text.decode().strip(), len(text))
"""


@pytest.fixture(params=["bridge", "openvswitch"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[HostBench]:
    with namespaces(network=True), contextlib.ExitStack() as stack:
        sh("mount", "-t", "tmpfs", "tmpfs", "/run")  # ip netns keeps its names there
        host = HostBench(tmp_path)
        if request.param == "openvswitch":
            stack.enter_context(open_vswitch(tmp_path))
            host = SwitchBench(tmp_path)
        yield host
        for bridge in host.wiring().bridges():
            host.wiring().remove(bridge.name)
        assert dnsmasqs(tmp_path) == []


@pytest.fixture
def wiring(bench: HostBench) -> Wiring:
    return bench.wiring()


def dnsmasqs(home: Path) -> list[int]:
    """The servers that work with files in ``home``."""
    pids = [int(entry) for entry in os.listdir("/proc") if entry.isdecimal()]  # noqa: PTH208
    found: list[int] = []
    for pid in pids:
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
            found += [pid] if words[0] == "dnsmasq" and any(str(home) in word for word in words) else []
    return found


def add_guest(bench: HostBench, wiring: Wiring, bridge: str, number: int) -> str:
    """A namespace whose eth0 is joined to the bridge as an attachment says; what a hypervisor does."""
    guest, device = f"guest{number}", f"tap{number}"
    joined = wiring.attach(bridge, PortSpec(f"port-{number}", f"02:16:3e:00:01:{number:02x}"))
    sh("ip", "netns", "add", guest)
    sh("ip", "link", "add", device, "mtu", str(joined.mtu), "type", "veth", "peer", "name", "eth0", "netns", guest)
    mac = f"02:16:3e:00:01:{number:02x}"
    sh("ip", "-n", guest, "link", "set", "eth0", "address", mac, "mtu", str(joined.mtu), "up")
    sh("ip", "link", "set", device, "up")
    if not joined.host_offload:
        sh("ethtool", "-K", device, "tx", "off")
        inside(guest, "ethtool", "-K", "eth0", "tx", "off")
    if isinstance(bench, SwitchBench):
        port = ("set", "Interface", device, f"external_ids:iface-id={joined.interface_id}")
        bench.vsctl("add-port", joined.bridge or "", device, "--", *port)
    else:
        sh("ip", "link", "set", device, "master", joined.bridge or "")
    return guest


def inside(guest: str, *words: str) -> str:
    return sh("ip", "netns", "exec", guest, *words)


def lease(guest: str, home: Path) -> dict[str, str]:
    """What a real DHCP client is told."""
    script = home / "leased"
    script.write_text(LEASED)
    script.chmod(0o755)
    options = ["-i", "eth0", "-n", "-q", "-f", "-t", "10", "-T", "1", "-O", "mtu", "-s", str(script)]
    line = inside(guest, "busybox", "udhcpc", *options).strip().splitlines()[-1]
    address, mask, *said = line.split(" ")
    return {"ip": address, "mask": mask} | dict(option.split("=", 1) for option in said)


@contextlib.contextmanager
def serving(guest: str, code: str, address: str) -> Generator[None]:
    """A Python server inside a namespace, once it listens."""
    words = ["ip", "netns", "exec", guest, sys.executable, "-c", code, address]
    with subprocess.Popen(words, stdout=-1, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "listening\n"
        yield
        assert server.wait(30) == 0


def test_a_guest_gets_an_address_and_reaches_the_host(bench: HostBench, wiring: Wiring, tmp_path: Path) -> None:
    wiring.ensure(replace(INTERNAL, mtu=1400))
    guest = add_guest(bench, wiring, "cenote0", 1)
    told = lease(guest, tmp_path)
    assert INTERNAL.dhcp is not None
    assert str(INTERNAL.dhcp.first) <= told["ip"] <= str(INTERNAL.dhcp.last)
    assert (told["mask"], told["router"], told["dns"], told["mtu"]) == ("24", "192.168.130.1", "192.168.130.1", "1400")
    inside(guest, "busybox", "ping", "-c", "1", "-W", "5", "192.168.130.1")
    given = wiring.leases()
    assert [(one.bridge, one.mac, str(one.address)) for one in given] == [("cenote0", "02:16:3e:00:01:01", told["ip"])]


def test_without_nat_a_guest_is_told_no_way_out(bench: HostBench, wiring: Wiring, tmp_path: Path) -> None:
    wiring.ensure(replace(INTERNAL, nat=False))
    told = lease(add_guest(bench, wiring, "cenote0", 1), tmp_path)
    assert (told["router"], told["dns"]) == ("", "")


def test_guests_reach_each_other_with_large_packets(bench: HostBench, wiring: Wiring) -> None:
    wiring.ensure(BridgeSpec("br-jumbo", mtu=9000))
    first, second = (add_guest(bench, wiring, "br-jumbo", number) for number in (1, 2))
    sh("ip", "-n", first, "address", "add", "10.0.0.1/24", "dev", "eth0")
    sh("ip", "-n", second, "address", "add", "10.0.0.2/24", "dev", "eth0")
    inside(first, "busybox", "ping", "-c", "1", "-W", "5", "10.0.0.2")
    with serving(second, ECHO, "10.0.0.2"):
        answered = inside(first, sys.executable, "-c", SHOUT, "10.0.0.2")
    assert answered.strip() == "8972"
    with serving(second, GREET, "10.0.0.2"):
        assert inside(first, sys.executable, "-c", LISTEN, "10.0.0.2").split() == ["10.0.0.1", str(2**20)]


def test_guests_reach_out_by_the_host_s_address(bench: HostBench, wiring: Wiring, tmp_path: Path) -> None:
    bench.add_interface("eth0", "203.0.113.1/24")
    sh("ip", "netns", "add", "world")
    sh("ip", "link", "set", "eth0-far", "netns", "world")
    sh("ip", "-n", "world", "address", "add", "203.0.113.2/24", "dev", "eth0-far")
    sh("ip", "-n", "world", "link", "set", "eth0-far", "up")
    wiring.ensure(INTERNAL)
    guest = add_guest(bench, wiring, "cenote0", 1)
    address = lease(guest, tmp_path)["ip"]
    with serving("world", GREET, "203.0.113.2"):
        assert inside(guest, sys.executable, "-c", LISTEN, "203.0.113.2").split() == ["203.0.113.1", str(2**20)]
    sh("ip", "-n", "world", "route", "add", "192.168.130.0/24", "via", "203.0.113.1")
    knock = ["ip", "netns", "exec", "world", "busybox", "ping", "-c", "1", "-W", "1", address]
    assert subprocess.run(knock, capture_output=True, check=False).returncode == 1


def test_removing_takes_away_its_own_rules_alone(wiring: Wiring) -> None:
    sh("nft", "add table ip theirs")
    sh("nft", "add chain ip theirs forward { type filter hook forward priority 0; policy drop; }")
    made = wiring.ensure(INTERNAL)
    assert set(nat.tables()) == {"theirs", "cenote_cenote0"}
    assert len(made.warnings) == 1
    assert "theirs" in made.warnings[0]
    wiring.ensure(replace(INTERNAL, nat=False))
    assert nat.tables() == ("theirs",)
    wiring.ensure(INTERNAL)
    wiring.remove("cenote0")
    assert nat.tables() == ("theirs",)


def test_one_server_a_bridge_and_it_outlives_the_driver(bench: HostBench, wiring: Wiring, tmp_path: Path) -> None:
    wiring.ensure(INTERNAL)
    first = dnsmasqs(tmp_path)
    bench.wiring().ensure(INTERNAL)
    assert dnsmasqs(tmp_path) == first
    assert len(first) == 1
    wiring.ensure(replace(INTERNAL, mtu=1400))
    second = dnsmasqs(tmp_path)
    assert len(second) == 1
    assert second != first
    wiring.ensure(replace(INTERNAL, dhcp=None))
    assert dnsmasqs(tmp_path) == []


def test_a_server_that_died_is_started_again(bench: HostBench, wiring: Wiring, tmp_path: Path) -> None:
    wiring.ensure(INTERNAL)
    (pid,) = dnsmasqs(tmp_path)
    handle = os.pidfd_open(pid)
    os.kill(pid, signal.SIGKILL)
    assert select.select([handle], [], [], 10)[0]
    os.close(handle)
    wiring.ensure(INTERNAL)
    assert pid not in dnsmasqs(tmp_path)
    assert lease(add_guest(bench, wiring, "cenote0", 1), tmp_path)["router"] == "192.168.130.1"


def test_a_dns_server_of_the_host_is_not_disturbed(bench: HostBench, wiring: Wiring, tmp_path: Path) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as theirs, socket.socket() as stream:
        theirs.bind(("0.0.0.0", 53))
        stream.bind(("0.0.0.0", 53))
        wiring.ensure(INTERNAL)
        (pid,) = dnsmasqs(tmp_path)
        wiring.ensure(INTERNAL)
        assert dnsmasqs(tmp_path) == [pid]
        guest = add_guest(bench, wiring, "cenote0", 1)
        assert lease(guest, tmp_path)["dns"] == "192.168.130.1"
        ask = "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'who', ('192.168.130.1', 53))"
        inside(guest, sys.executable, "-c", ask)
        theirs.settimeout(10)
        assert theirs.recv(100) == b"who"


def test_two_bridges_have_a_server_each(bench: HostBench, wiring: Wiring, tmp_path: Path) -> None:
    wiring.ensure(INTERNAL)
    network = IPv4Network("192.168.140.0/24")
    other = subnet.internal("cenote1", network)
    wiring.ensure(other)
    guests = [add_guest(bench, wiring, bridge, number) for number, bridge in enumerate(("cenote0", "cenote1"))]
    addresses = [lease(guest, tmp_path)["ip"] for guest in guests]
    assert addresses[0].startswith("192.168.130.")
    assert addresses[1].startswith("192.168.140.")
    wiring.remove("cenote0")
    assert len(dnsmasqs(tmp_path)) == 1
    assert [one.bridge for one in wiring.leases()] == ["cenote1"]


def test_where_forwarding_can_not_be_switched_on_it_says_so(wiring: Wiring, tmp_path: Path) -> None:
    Path("/proc/sys/net/ipv4/ip_forward").write_text("0")
    sh("mount", "--bind", "/proc/sys", "/proc/sys")
    sh("mount", "-o", "remount,bind,ro", "/proc/sys")
    with pytest.raises(ForwardingUnavailable) as caught:
        wiring.ensure(INTERNAL)
    assert "Read-only" in caught.value.why
    assert wiring.ensure(replace(INTERNAL, nat=False)).up


@pytest.mark.parametrize(("tool", "package"), [("dnsmasq", "dnsmasq-base"), ("nft", "nftables")])
def test_without_a_program_its_package_is_named(
    wiring: Wiring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: str, package: str
) -> None:
    for name in ("ip", "ovs-vsctl", "unshare", "nft", "dnsmasq"):
        found = shutil.which(name, path=programs.search())
        if found and name != tool:
            (tmp_path / "bin").mkdir(exist_ok=True)
            (tmp_path / "bin" / name).symlink_to(found)
    with monkeypatch.context() as patched:
        patched.setattr(programs, "search", lambda: str(tmp_path / "bin"))
        with pytest.raises(ToolMissing) as caught:
            wiring.ensure(INTERNAL)
        assert (caught.value.tool, caught.value.package) == (tool, package)
        wiring.remove("cenote0")
        assert wiring.bridges() == ()


@pytest.mark.parametrize("bench", ["bridge"], indirect=True)
def test_a_bridge_that_was_made_and_not_yet_marked_is_finished(wiring: Wiring) -> None:
    sh("ip", "link", "add", "cenote0", "type", "bridge")
    assert wiring.ensure(INTERNAL).ours


@pytest.mark.parametrize("bench", ["openvswitch"], indirect=True)
def test_a_port_of_a_guest_that_died_is_removed_and_a_live_one_stays(bench: HostBench, wiring: Wiring) -> None:
    wiring.ensure(BridgeSpec("br-test"))
    for number in (1, 2):
        add_guest(bench, wiring, "br-test", number)
    sh("ip", "link", "delete", "dev", "tap1")
    assert wiring.bridges()[0].ports == ("tap1", "tap2")
    wiring.detach("port-1")
    wiring.detach("port-2")
    assert wiring.bridges()[0].ports == ("tap2",)


@pytest.mark.parametrize("bench", ["openvswitch"], indirect=True)
def test_a_switch_that_does_not_run_is_named(bench: SwitchBench, tmp_path: Path) -> None:
    lost = OpenVSwitch(run=tmp_path / "run", state=tmp_path / "state", database=f"unix:{tmp_path}/none.sock")
    with pytest.raises(WiringUnavailable) as caught:
        lost.bridges()
    assert caught.value.kind == "openvswitch"
    assert choose.probe(bench.database).openvswitch == ""
    assert "does not run" in choose.probe(f"unix:{tmp_path}/none.sock").openvswitch


def test_a_bridge_with_an_uplink_joins_the_world(bench: HostBench, wiring: Wiring) -> None:
    bench.add_interface("eth0")
    sh("ip", "netns", "add", "world")
    sh("ip", "link", "set", "eth0-far", "netns", "world")
    sh("ip", "-n", "world", "address", "add", "203.0.113.2/24", "dev", "eth0-far")
    sh("ip", "-n", "world", "link", "set", "eth0-far", "mtu", "9000", "up")
    if isinstance(bench, SwitchBench):
        inside(
            "world", "ethtool", "-K", "eth0-far", "tx", "off"
        )  # a veth leaves checksums open, a real wire has none such
    wiring.ensure(BridgeSpec("xenbr0", mtu=9000, uplink="eth0"))
    guest = add_guest(bench, wiring, "xenbr0", 1)
    sh("ip", "-n", guest, "address", "add", "203.0.113.9/24", "dev", "eth0")
    inside(guest, "busybox", "ping", "-c", "1", "-W", "5", "203.0.113.2")
    with serving("world", ECHO, "203.0.113.2"):
        assert inside(guest, sys.executable, "-c", SHOUT, "203.0.113.2").strip() == "8972"


def test_facts_of_the_host_s_links_come_with_their_routes(bench: HostBench, wiring: Wiring) -> None:
    bench.add_interface("eth0", "203.0.113.1/24")
    sh("ip", "route", "add", "default", "via", "203.0.113.254")
    sh("ip", "-6", "address", "add", "2001:db8::1/64", "dev", "eth0", "nodad")
    sh("ip", "-6", "route", "add", "default", "via", "2001:db8::ff")
    (found,) = bench.wiring().links()
    assert (found.gateway, found.gateway6, found.dynamic) == ("203.0.113.254", "2001:db8::ff", False)
    assert {str(one) for one in found.addresses} >= {"203.0.113.1/24", "2001:db8::1/64"}
