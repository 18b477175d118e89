"""Every wiring driver keeps the promises of cenote.network.contract; the real ones in namespaces made for the test."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import Protocol

import pytest
from tests.contract.namespace import namespaces

from cenote.network import fake
from cenote.network.contract import (
    BridgeFacts,
    BridgeSpec,
    DhcpRange,
    LinkFacts,
    Locking,
    PortSpec,
    Wiring,
    WiringKind,
)
from cenote.network.errors import (
    AddressInUse,
    BridgeExists,
    BridgeMissing,
    InterfaceMissing,
    SpecInvalid,
    Unsupported,
    UplinkBusy,
)
from cenote.network.linuxbridge import LinuxBridge
from cenote.network.openvswitch import OpenVSwitch

PORT = PortSpec("0a6e3ddc-0000-4000-8000-000000000001", "02:16:3e:00:00:01")
INTERNAL = BridgeSpec(
    "cenote0",
    address=IPv4Interface("192.168.130.1/24"),
    dhcp=DhcpRange(IPv4Address("192.168.130.50"), IPv4Address("192.168.130.99")),
    nat=True,
)


class Bench(Protocol):
    """A host that a suite may change, with the interface ``eth0`` and a way to make others."""

    kind: WiringKind
    openvswitch: bool

    def wiring(self) -> Wiring:
        """A driver, as a daemon that starts would make it."""
        ...

    def add_interface(self, name: str, address: str | None = None) -> None:
        """Another physical interface."""
        ...

    def add_bridge(self, name: str) -> None:
        """A bridge that somebody else made."""
        ...


@dataclass
class FakeBench:
    """Memory."""

    kind: WiringKind = WiringKind.FAKE
    openvswitch: bool = False
    host: fake.FakeHost = field(default_factory=fake.FakeHost)

    def wiring(self) -> Wiring:
        return fake.FakeWiring(self.host)

    def add_interface(self, name: str, address: str | None = None) -> None:
        addresses = (IPv4Interface(address),) if address else ()
        self.host.links[name] = LinkFacts(name, "02:00:00:00:00:09", 1500, up=True, carrier=True, addresses=addresses)

    def add_bridge(self, name: str) -> None:
        self.host.bridges[name] = BridgeFacts(name, ours=False)


@dataclass
class HostBench:
    """Network namespaces; a veth stands for a physical interface, its other end in a namespace of its own."""

    home: Path
    kind: WiringKind = WiringKind.BRIDGE
    openvswitch: bool = False
    also: set[str] = field(default_factory=set[str])

    def wiring(self) -> Wiring:
        return LinuxBridge(run=self.home / "run", state=self.home / "state", also=frozenset(self.also))

    def add_interface(self, name: str, address: str | None = None) -> None:
        sh("ip", "link", "add", name, "type", "veth", "peer", "name", f"{name}-far")
        sh("ip", "link", "set", f"{name}-far", "up")
        sh("ip", "link", "set", name, "up")
        if address:
            sh("ip", "address", "add", address, "dev", name)
        self.also.add(name)

    def add_bridge(self, name: str) -> None:
        sh("ip", "link", "add", name, "type", "bridge")
        sh("ip", "link", "set", name, "up")


@dataclass
class SwitchBench(HostBench):
    """The same with Open vSwitch, which switches in its own process."""

    kind: WiringKind = WiringKind.OPENVSWITCH
    openvswitch: bool = True

    @property
    def database(self) -> str:
        return f"unix:{self.home}/db.sock"

    def wiring(self) -> Wiring:
        return OpenVSwitch(
            run=self.home / "run",
            state=self.home / "state",
            also=frozenset(self.also),
            datapath="netdev",
            database=self.database,
        )

    def vsctl(self, *words: str) -> str:
        return sh("ovs-vsctl", f"--db={self.database}", "--timeout=10", *words)

    def add_bridge(self, name: str) -> None:
        self.vsctl("add-br", name, "--", "set", "Bridge", name, "datapath_type=netdev")


def sh(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


@contextlib.contextmanager
def open_vswitch(home: Path) -> Generator[None]:
    """The two daemons of Open vSwitch, in the foreground and with all their files in ``home``."""
    if not shutil.which("ovs-vswitchd"):
        pytest.skip("needs Open vSwitch")
    env = {**os.environ, "OVS_RUNDIR": str(home), "OVS_LOGDIR": str(home), "OVS_DBDIR": str(home)}
    sh("ovsdb-tool", "create", f"{home}/conf.db", "/usr/share/openvswitch/vswitch.ovsschema")
    quiet = ["--log-file", "-vconsole:off"]
    detached = ["--detach", f"--pidfile={home}/server.pid", f"--unixctl={home}/server.ctl"]
    subprocess.run(
        ["ovsdb-server", f"{home}/conf.db", f"--remote=punix:{home}/db.sock", *detached, *quiet], env=env, check=True
    )
    sh("ovs-vsctl", f"--db=unix:{home}/db.sock", "--no-wait", "init")
    switch = subprocess.Popen(
        ["ovs-vswitchd", f"unix:{home}/db.sock", f"--unixctl={home}/switch.ctl", *quiet], env=env, stderr=-3
    )
    try:
        yield
    finally:
        switch.terminate()
        switch.wait(20)
        os.kill(int((home / "server.pid").read_text()), signal.SIGTERM)


@pytest.fixture(params=["fake", "bridge", "openvswitch"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "fake":
        yield FakeBench()
        return
    with namespaces(network=True), contextlib.ExitStack() as stack:
        host = HostBench(tmp_path)
        if request.param == "openvswitch":
            stack.enter_context(open_vswitch(tmp_path))
            host = SwitchBench(tmp_path)
        host.add_interface("eth0")
        yield host
        for bridge in host.wiring().bridges():
            if bridge.ours:
                host.wiring().remove(bridge.name)


@pytest.fixture
def wiring(bench: Bench) -> Wiring:
    return bench.wiring()


def test_it_says_which_kind_it_is(wiring: Wiring, bench: Bench) -> None:
    assert wiring.kind == bench.kind


def test_a_bridge_is_as_the_spec_says(wiring: Wiring) -> None:
    made = wiring.ensure(BridgeSpec("br-test", mtu=1400))
    assert (made.name, made.ours, made.mtu, made.up, made.addresses, made.ports) == (
        "br-test",
        True,
        1400,
        True,
        (),
        (),
    )
    assert wiring.bridges() == (made,)


def test_ensuring_again_changes_nothing(wiring: Wiring, bench: Bench) -> None:
    spec = replace(INTERNAL, mtu=9000)
    made = wiring.ensure(spec)
    assert wiring.ensure(spec) == made
    assert bench.wiring().ensure(spec) == made
    assert made.addresses == (spec.address,)
    assert made.mtu == 9000


def test_a_bridge_follows_its_spec(wiring: Wiring) -> None:
    first = wiring.ensure(replace(INTERNAL, mtu=9000))
    second = wiring.ensure(BridgeSpec("cenote0", address=IPv4Interface("192.168.131.1/25")))
    assert (second.mtu, second.addresses) == (1500, (IPv4Interface("192.168.131.1/25"),))
    assert second.mac == first.mac
    third = wiring.ensure(BridgeSpec("cenote0"))
    assert third.addresses == ()


def test_removing_is_idempotent_and_complete(wiring: Wiring) -> None:
    wiring.remove("cenote0")
    wiring.ensure(INTERNAL)
    wiring.remove("cenote0")
    wiring.remove("cenote0")
    assert wiring.bridges() == ()
    assert wiring.ensure(INTERNAL).addresses == (INTERNAL.address,)


def test_bridges_outlive_the_driver(wiring: Wiring, bench: Bench) -> None:
    made = wiring.ensure(INTERNAL)
    again = bench.wiring()
    assert again.bridges() == (made,)
    again.remove("cenote0")
    assert again.bridges() == ()


def test_a_bridge_of_somebody_else_is_left_alone(wiring: Wiring, bench: Bench) -> None:
    bench.add_bridge("br-theirs")
    before = wiring.bridges()
    assert [(facts.name, facts.ours) for facts in before] == [("br-theirs", False)]
    for verb in (lambda: wiring.ensure(BridgeSpec("br-theirs", mtu=9000)), lambda: wiring.remove("br-theirs")):
        with pytest.raises(BridgeExists) as caught:
            verb()
        assert caught.value.name == "br-theirs"
    assert wiring.bridges() == before
    assert wiring.attach("br-theirs", PORT).bridge == "br-theirs"


def test_the_name_of_an_interface_is_taken(wiring: Wiring) -> None:
    with pytest.raises(BridgeExists):
        wiring.ensure(BridgeSpec("eth0"))


def test_an_uplink_is_put_in_and_set_free(wiring: Wiring, bench: Bench) -> None:
    bench.add_interface("eth1")
    made = wiring.ensure(BridgeSpec("xenbr0", mtu=9000, uplink="eth0"))
    assert made.ports == ("eth0",)
    with pytest.raises(UplinkBusy) as caught:
        wiring.ensure(BridgeSpec("xenbr1", uplink="eth0"))
    assert "xenbr0" in caught.value.why
    assert [facts.name for facts in wiring.bridges()] == ["xenbr0"]
    assert wiring.ensure(BridgeSpec("xenbr0", uplink="eth1")).ports == ("eth1",)
    assert wiring.ensure(BridgeSpec("xenbr1", uplink="eth0")).ports == ("eth0",)
    assert wiring.ensure(BridgeSpec("xenbr0")).ports == ()
    wiring.remove("xenbr1")
    assert wiring.ensure(BridgeSpec("xenbr0", uplink="eth0")).ports == ("eth0",)


def test_an_interface_with_an_address_is_no_uplink(wiring: Wiring, bench: Bench) -> None:
    bench.add_interface("eth2", "10.9.8.7/24")
    with pytest.raises(UplinkBusy) as caught:
        wiring.ensure(BridgeSpec("xenbr2", uplink="eth2"))
    assert "10.9.8.7" in caught.value.why
    assert wiring.bridges() == ()


def test_an_uplink_must_exist(wiring: Wiring) -> None:
    with pytest.raises(InterfaceMissing) as caught:
        wiring.ensure(BridgeSpec("xenbr0", uplink="eth7"))
    assert caught.value.name == "eth7"
    assert wiring.bridges() == ()


def test_a_subnet_in_use_is_refused(wiring: Wiring, bench: Bench) -> None:
    bench.add_interface("eth3", "192.168.130.200/16")
    with pytest.raises(AddressInUse) as caught:
        wiring.ensure(INTERNAL)
    assert caught.value.interface == "eth3"
    assert wiring.bridges() == ()


@pytest.mark.parametrize(
    "spec",
    [
        BridgeSpec("a-name-too-long-for-it"),
        BridgeSpec("br;reboot"),
        BridgeSpec(""),
        BridgeSpec("br-test", mtu=20),
        BridgeSpec("br-test", nat=True),
        replace(INTERNAL, uplink="eth0"),
        replace(INTERNAL, dhcp=DhcpRange(IPv4Address("192.168.130.9"), IPv4Address("192.168.131.9"))),
        replace(INTERNAL, dhcp=DhcpRange(IPv4Address("192.168.130.1"), IPv4Address("192.168.130.9"))),
    ],
)
def test_a_spec_that_can_not_be_is_refused(wiring: Wiring, spec: BridgeSpec) -> None:
    with pytest.raises(SpecInvalid):
        wiring.ensure(spec)
    assert wiring.bridges() == ()


def test_an_attachment_says_how_to_join(wiring: Wiring, bench: Bench) -> None:
    wiring.ensure(BridgeSpec("br-test", mtu=9000))
    joined = wiring.attach("br-test", PORT)
    assert (joined.bridge, joined.user, joined.openvswitch) == ("br-test", False, bench.openvswitch)
    assert (joined.interface_id, joined.mtu) == (PORT.interface_id, 9000)
    assert joined.host_offload is not bench.openvswitch
    assert wiring.attach("br-test", replace(PORT, mtu=1400)).mtu == 1400


def test_a_bridge_must_be_there_to_be_attached_to(wiring: Wiring) -> None:
    with pytest.raises(BridgeMissing):
        wiring.attach("br-none", PORT)


@pytest.mark.parametrize(
    "port", [replace(PORT, mac="02:16:3e"), replace(PORT, mac="01:00:5e:00:00:01"), replace(PORT, interface_id="")]
)
def test_a_port_that_can_not_be_is_refused(wiring: Wiring, port: PortSpec) -> None:
    wiring.ensure(BridgeSpec("br-test"))
    with pytest.raises(SpecInvalid):
        wiring.attach("br-test", port)


@pytest.mark.parametrize("locking", [Locking.LOCKED, Locking.DISABLED])
def test_locking_is_never_pretended(wiring: Wiring, locking: Locking) -> None:
    wiring.ensure(BridgeSpec("br-test"))
    with pytest.raises(Unsupported):
        wiring.attach("br-test", replace(PORT, locking=locking))


def test_detaching_is_idempotent(wiring: Wiring) -> None:
    wiring.detach(PORT.interface_id)
    wiring.detach(PORT.interface_id)


def test_physical_interfaces_are_listed(wiring: Wiring, bench: Bench) -> None:
    bench.add_interface("eth4", "10.1.2.3/24")
    wiring.ensure(BridgeSpec("xenbr0", uplink="eth0"))
    found = {facts.device: facts for facts in bench.wiring().links()}
    assert set(found) == {"eth0", "eth4"}
    assert (found["eth4"].mtu, found["eth4"].up, found["eth4"].carrier) == (1500, True, True)
    assert IPv4Interface("10.1.2.3/24") in found["eth4"].addresses
    assert len(found["eth0"].mac.split(":")) == 6
