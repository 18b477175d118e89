"""<address>: where a device sits in the guest."""

from enum import Enum

from cenote.compute.domainxml.engine import Attr, Element


class AddressType(Enum):
    """The kind of place."""

    PCI = "pci"
    DRIVE = "drive"
    VIRTIO_SERIAL = "virtio-serial"
    USB = "usb"
    ISA = "isa"
    CCW = "ccw"


class Address(Element):
    """A place on a bus. libvirt writes PCI numbers in hexadecimal and the others in decimal: they stay texts."""

    TAG = "address"

    type = Attr("@type", AddressType)
    controller = Attr("@controller", str)
    domain = Attr("@domain", str)
    bus = Attr("@bus", str)
    target = Attr("@target", str)
    slot = Attr("@slot", str)
    unit = Attr("@unit", str)
    function = Attr("@function", str)


def pci(bus: int, slot: int) -> Address:
    """The PCI address ``bus``:``slot``.0."""
    address = Address()
    address.type = AddressType.PCI
    address.domain, address.bus, address.slot, address.function = "0x0000", f"{bus:#04x}", f"{slot:#04x}", "0x0"
    return address


def drive(bus: int, unit: int) -> Address:
    """A place at the first controller of the disk's bus."""
    address = Address()
    address.type = AddressType.DRIVE
    address.controller, address.bus, address.target, address.unit = "0", str(bus), "0", str(unit)
    return address
