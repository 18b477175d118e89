"""Choosing a private network."""

from ipaddress import IPv4Interface, IPv4Network

import pytest

from cenote.network import check
from cenote.network.errors import NoFreeSubnet
from cenote.network.subnet import candidates, free, internal


def nets(*texts: str) -> list[IPv4Network]:
    return [IPv4Network(text) for text in texts]


def test_the_first_choice_on_a_quiet_host() -> None:
    assert free([]) == IPv4Network("192.168.128.0/24")


def test_the_default_route_takes_nothing() -> None:
    assert free(nets("0.0.0.0/0", "127.0.0.0/8", "192.168.1.0/24")) == IPv4Network("192.168.128.0/24")


@pytest.mark.parametrize(
    ("taken", "chosen"),
    [
        (nets("192.168.128.0/24"), "192.168.129.0/24"),
        (nets("192.168.128.77/32", "192.168.129.0/30"), "192.168.130.0/24"),
        (nets("192.168.128.0/17"), "192.168.2.0/24"),
        (nets("192.168.0.0/16"), "172.16.0.0/24"),
        (nets("192.168.0.0/16", "172.16.0.0/12"), "10.0.0.0/24"),
        (nets("192.168.0.0/16", "172.16.0.0/12", "10.0.0.0/9"), "10.128.0.0/24"),
    ],
)
def test_what_is_taken_is_passed_over(taken: list[IPv4Network], chosen: str) -> None:
    assert free(taken) == IPv4Network(chosen)


def test_when_all_is_taken_it_says_so() -> None:
    with pytest.raises(NoFreeSubnet):
        free(nets("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def test_every_candidate_is_private_and_comes_once() -> None:
    everything = list(candidates())
    assert all(network.is_private for network in everything)
    assert len(set(everything)) == len(everything)


def test_an_internal_bridge_can_be_made_from_it() -> None:
    spec = internal("cenote0", IPv4Network("192.168.128.0/24"))
    check.bridge(spec)
    assert spec.address == IPv4Interface("192.168.128.1/24")
    assert spec.dhcp is not None
    assert (str(spec.dhcp.first), str(spec.dhcp.last), spec.nat) == ("192.168.128.50", "192.168.128.254", True)
    check.bridge(internal("cenote0", IPv4Network("10.0.0.0/28"), nat=False))
