"""<disk>: a drive."""

from enum import Enum

from cenote.compute.domainxml.address import Address
from cenote.compute.domainxml.engine import Attr, Children, Element, Flag


class SourceType(Enum):
    """What an image is on the host."""

    FILE = "file"
    BLOCK = "block"


class DiskDevice(Enum):
    """What a drive looks like to the guest."""

    DISK = "disk"
    CDROM = "cdrom"
    FLOPPY = "floppy"


class DiskBus(Enum):
    """How a drive is connected."""

    VIRTIO = "virtio"
    IDE = "ide"
    SATA = "sata"
    SCSI = "scsi"
    FDC = "fdc"
    XEN = "xen"


class Discard(Enum):
    """What becomes of the guest's trim requests."""

    UNMAP = "unmap"
    IGNORE = "ignore"


class Disk(Element):
    """A drive and its image."""

    TAG = "disk"

    type = Attr("@type", SourceType)
    device = Attr("@device", DiskDevice)
    driver = Attr("driver/@name", str)
    format = Attr("driver/@type", str)
    cache = Attr("driver/@cache", str)
    discard = Attr("driver/@discard", Discard)
    file = Attr("source/@file", str)
    block = Attr("source/@dev", str)
    target = Attr("target/@dev", str)
    bus = Attr("target/@bus", DiskBus)
    has_source = Flag("source")
    has_backing = Flag("backingStore")
    read_only = Flag("readonly")
    shareable = Flag("shareable")
    serial = Attr("serial", str)
    boot = Attr("boot/@order", int)
    alias = Attr("alias/@name", str)
    addresses = Children("address", Address)

    @property
    def source(self) -> str | None:
        """The path of its image, None for an empty drive."""
        return self.file or self.block

    @property
    def removable(self) -> bool:
        """Whether its medium can be changed."""
        return self.device is not DiskDevice.DISK

    def point(self, type_: SourceType, path: str | None) -> None:
        """Make ``path`` its image; None empties it."""
        self.type = type_
        self.file = path if type_ is SourceType.FILE else None
        self.block = path if type_ is SourceType.BLOCK else None
