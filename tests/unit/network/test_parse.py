"""What programs print becomes facts."""

from ipaddress import IPv4Interface, IPv4Network, IPv6Interface
from pathlib import Path
from typing import Any

from cenote.network import iproute, nat, pci
from cenote.network.bridged import Mark, parse_mark
from cenote.network.contract import DhcpRange, Lease
from cenote.network.dhcp import Dhcp, DhcpSpec, parse_leases
from cenote.network.linuxbridge import local_mac
from cenote.network.openvswitch import rows


def test_a_link() -> None:
    link = iproute.parse_link(
        {
            "ifname": "eth0",
            "flags": ["BROADCAST", "UP", "LOWER_UP"],
            "mtu": 9000,
            "master": "xenbr0",
            "address": "02:00:00:00:00:01",
            "ifalias": "cenote",
            "linkinfo": {"info_kind": "veth"},
            "addr_info": [
                {"family": "inet", "local": "10.0.0.5", "prefixlen": 24, "dynamic": True},
                {"family": "inet", "local": "169.254.3.4", "prefixlen": 16},
                {"family": "inet6", "local": "fe80::1", "prefixlen": 64, "dynamic": True},
                {},
            ],
        }
    )
    assert (link.name, link.type, link.mtu, link.bridge, link.alias) == ("eth0", "veth", 9000, "xenbr0", "cenote")
    assert (link.up, link.carrier, link.dynamic) == (True, True, True)
    assert link.addresses == (
        IPv4Interface("10.0.0.5/24"),
        IPv4Interface("169.254.3.4/16"),
        IPv6Interface("fe80::1/64"),
    )
    assert link.addresses4 == (IPv4Interface("10.0.0.5/24"),)


def test_a_bare_link() -> None:
    link = iproute.parse_link({"ifname": "tap0"})
    assert (link.up, link.carrier, link.bridge, link.dynamic, link.addresses) == (False, False, None, False, ())


def test_routes() -> None:
    found = [
        iproute.parse_route({"dst": "default", "gateway": "10.0.0.1", "dev": "eth0"}),
        iproute.parse_route({"dst": "10.0.0.0/24", "dev": "eth0"}),
        iproute.parse_route({"dst": "10.1.1.1", "dev": "tun0"}),
    ]
    assert [route.network for route in found] == [None, IPv4Network("10.0.0.0/24"), IPv4Network("10.1.1.1/32")]
    assert iproute.default_gateway(found, "eth0") == "10.0.0.1"
    assert iproute.default_gateway(found, "tun0") == ""


def test_rows_of_ovsdb() -> None:
    text = (
        '{"data":[["br0",["map",[["cenote","cenote"],["n",1]]],["uuid","u1"]],'
        '["br1",["map",[]],["set",[["uuid","u2"],["uuid","u3"]]]]],"headings":["name","external_ids","ports"]}'
    )
    assert rows(text) == [
        {"name": "br0", "external_ids": {"cenote": "cenote", "n": 1}, "ports": "u1"},
        {"name": "br1", "external_ids": {}, "ports": ("u2", "u3")},
    ]


def test_marks() -> None:
    assert parse_mark(Mark().text()) == Mark()
    assert parse_mark(Mark("eth0").text()) == Mark("eth0")
    assert parse_mark("") is None
    assert parse_mark("cenotes") is None


def test_leases() -> None:
    text = (
        "1700000000 02:16:3e:00:00:01 10.0.0.50 hello 01:02\n"
        "0 02:16:3e:00:00:02 10.0.0.51 * *\n"
        "duid 00:01:00\n"
        "1700000000 77 fd00::5 host 00:01\n\n"
    )
    first, second = parse_leases("br0", text)
    assert first == Lease("br0", "02:16:3e:00:00:01", first.address, "hello", 1700000000)
    assert (str(second.address), second.hostname, second.expires) == ("10.0.0.51", "", 0)


def test_the_server_listens_on_its_bridge_alone() -> None:
    address = IPv4Interface("10.0.0.1/24")
    spec = DhcpSpec("br0", address, DhcpRange(address.ip + 49, address.ip + 98), 1400, routed=True)
    words = Dhcp(Path("/run/x"), Path("/var/x")).argv(spec, dns=True)
    assert {"--bind-dynamic", "--interface=br0", "--except-interface=lo", "--conf-file="} <= set(words)
    assert "--dhcp-range=10.0.0.50,10.0.0.99,255.255.255.0,12h" in words
    assert "--dhcp-lease-max=50" in words
    assert "--port=0" not in words
    assert "--port=0" in Dhcp(Path("/run/x"), Path("/var/x")).argv(spec, dns=False)


def test_rules_are_replaced_in_one_transaction_and_name_their_bridge() -> None:
    text = nat.ruleset("br0", IPv4Network("10.0.0.0/24"))
    assert (
        text.index("table ip cenote_br0 { }") < text.index("delete table ip cenote_br0") < text.index("chain forward")
    )
    assert 'oifname "br0" drop' in text
    assert "ip saddr 10.0.0.0/24 ip daddr != 10.0.0.0/24 masquerade" in text


def test_a_foreign_firewall_that_drops_is_pointed_out() -> None:
    def chain(table: str, hook: str, policy: str, family: str = "inet") -> dict[str, Any]:
        return {"chain": {"family": family, "table": table, "name": "c", "hook": hook, "policy": policy}}

    entries: list[dict[str, Any]] = [
        {"metainfo": {}},
        chain("filter", "forward", "drop"),
        chain("filter", "input", "drop"),
        chain("open", "forward", "accept"),
        chain("six", "forward", "drop", family="ip6"),
        chain("cenote_br0", "forward", "drop"),
        {"chain": {"family": "ip", "table": "plain", "name": "c"}},
    ]
    (sentence,) = nat.foreign_drops(entries, "cenote_br0")
    assert "inet filter" in sentence


def test_names_of_pci_devices() -> None:
    text = (
        "# list\n8086  Intel Corporation\n\t1533  I210 Gigabit\n\t\t8086 0001  Card\n10ec  Realtek\n\t8168  RTL8111\n"
    )
    assert pci.look_up(text, "8086", "1533") == ("Intel Corporation", "I210 Gigabit")
    assert pci.look_up(text, "8086", "8168") == ("Intel Corporation", "")
    assert pci.look_up(text, "10ec", "8168") == ("Realtek", "RTL8111")
    assert pci.look_up(text, "10ec", "0001") == ("Realtek", "")
    assert pci.look_up(text, "ffff", "0001") == ("", "")


def test_a_mac_of_our_own_is_local_and_of_one_interface() -> None:
    for _ in range(64):
        first = int(local_mac()[:2], 16)
        assert (first & 1, first & 2) == (0, 2)
