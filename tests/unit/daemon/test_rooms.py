"""How a host is known to others."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Interface, IPv6Interface

import pytest

from cenote.daemon.rooms import certificate_names, management_address
from cenote.network.contract import LinkFacts
from cenote.network.fake import FakeHost, FakeWiring

BARE = LinkFacts("eth0", "02:00:00:00:00:01", 1500, up=True, carrier=True)


def address(*links: LinkFacts) -> str:
    return management_address(FakeWiring(FakeHost(links={link.device: link for link in links})))


def test_the_link_with_the_default_route_wins() -> None:
    first = replace(BARE, addresses=(IPv4Interface("192.0.2.1/24"),))
    second = replace(BARE, device="eth1", addresses=(IPv4Interface("198.51.100.1/24"),), gateway="198.51.100.254")
    assert address(first) == "192.0.2.1"
    assert address(first, second) == "198.51.100.1"


def test_addresses_that_reach_nobody_do_not_count() -> None:
    local = replace(BARE, addresses=(IPv6Interface("2001:db8::1/64"), IPv4Interface("169.254.1.1/16")))
    assert address(local) == address() == "127.0.0.1"


def test_a_certificate_is_for_every_name_once() -> None:
    names = certificate_names("192.0.2.1")
    assert {"192.0.2.1", "localhost", "127.0.0.1", "::1"} <= set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["", ".hidden", "x" * 254])
def test_names_that_no_certificate_can_have(name: str) -> None:
    assert name not in certificate_names(name)
