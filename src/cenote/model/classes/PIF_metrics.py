"""The class ``PIF_metrics``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cenote.model.core import Field, Lifecycle, Object, editable, runtime


class PIF_metrics(Object):
    """What is observed about a host's network interface."""

    uuid: Field[str] = runtime("identifies the record for good")
    io_read_kbs: Field[float] = runtime("no longer measured; zero", default=0.0, lifecycle=Lifecycle.REMOVED)
    io_write_kbs: Field[float] = runtime("no longer measured; zero", default=0.0, lifecycle=Lifecycle.REMOVED)
    carrier: Field[bool] = runtime("whether the interface has a link")
    vendor_id: Field[str] = runtime("the maker's PCI identifier, in hexadecimal")
    vendor_name: Field[str] = runtime("the maker of the card")
    device_id: Field[str] = runtime("the card's PCI identifier, in hexadecimal")
    device_name: Field[str] = runtime("the name of the card")
    speed: Field[int] = runtime("the speed of the link (Mbit/s); 0 when there is none")
    duplex: Field[bool] = runtime("whether the link is full duplex")
    pci_bus_path: Field[str] = runtime("the card's place on the PCI bus, such as `0000:03:00.0`")
    last_updated: Field[datetime] = runtime("when these values were measured")
    other_config: Field[Mapping[str, str]] = editable("free keys and values", default={})
