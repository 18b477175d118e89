"""<interface>: a network card."""

from enum import Enum

from cenote.compute.domainxml.address import Address
from cenote.compute.domainxml.engine import Attr, Children, Element


class InterfaceType(Enum):
    """What a network card is connected to."""

    BRIDGE = "bridge"
    USER = "user"
    NETWORK = "network"
    ETHERNET = "ethernet"


class LinkState(Enum):
    """Whether the cable is plugged in."""

    UP = "up"
    DOWN = "down"


class Switch(Enum):
    """An option that libvirt spells on and off."""

    ON = "on"
    OFF = "off"


class Interface(Element):
    """A network card and what it is connected to."""

    TAG = "interface"

    type = Attr("@type", InterfaceType)
    mac = Attr("mac/@address", str)
    bridge = Attr("source/@bridge", str)
    vlan = Attr("vlan/tag/@id", int)
    port_type = Attr("virtualport/@type", str)
    port_id = Attr("virtualport/parameters/@interfaceid", str)
    script = Attr("script/@path", str)
    tap = Attr("target/@dev", str)
    model = Attr("model/@type", str)
    host_checksum = Attr("driver/host/@csum", Switch)
    host_gso = Attr("driver/host/@gso", Switch)
    host_tso4 = Attr("driver/host/@tso4", Switch)
    host_tso6 = Attr("driver/host/@tso6", Switch)
    host_ecn = Attr("driver/host/@ecn", Switch)
    host_ufo = Attr("driver/host/@ufo", Switch)
    guest_checksum = Attr("driver/guest/@csum", Switch)
    guest_tso4 = Attr("driver/guest/@tso4", Switch)
    guest_tso6 = Attr("driver/guest/@tso6", Switch)
    guest_ecn = Attr("driver/guest/@ecn", Switch)
    guest_ufo = Attr("driver/guest/@ufo", Switch)
    link = Attr("link/@state", LinkState)
    mtu = Attr("mtu/@size", int)
    boot = Attr("boot/@order", int)
    rom = Attr("rom/@enabled", bool)
    alias = Attr("alias/@name", str)
    addresses = Children("address", Address)
