"""Which PCI device is behind an interface, and what its ids are called."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_ADDRESS = re.compile(r"[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")
_NAMES = (Path("/usr/share/misc/pci.ids"), Path("/usr/share/hwdata/pci.ids"))  # Debian's package pci.ids


@dataclass(frozen=True, slots=True)
class PciFacts:
    """A PCI device; every field is empty for an interface that isn't on PCI."""

    bus_path: str = ""
    vendor_id: str = ""
    vendor_name: str = ""
    device_id: str = ""
    device_name: str = ""


def device(link: Path) -> PciFacts:
    """The PCI device that ``link`` in /sys leads to, or the one a virtio device sits on."""
    if not link.exists():
        return PciFacts()
    place = link.resolve()
    at = next((one for one in (place, *place.parents) if _ADDRESS.fullmatch(one.name)), None)
    if at is None:
        return PciFacts()
    vendor, model = (
        ((at / name).read_text(encoding="ascii").strip().removeprefix("0x")) for name in ("vendor", "device")
    )
    vendor_name, device_name = named(vendor, model)
    return PciFacts(at.name, vendor, vendor_name, model, device_name)


@cache
def named(vendor: str, model: str) -> tuple[str, str]:
    """The names of a vendor and of its device, empty where they aren't known."""
    path = next((path for path in _NAMES if path.exists()), None)
    return look_up(path.read_text(encoding="utf-8", errors="replace"), vendor, model) if path else ("", "")


def look_up(text: str, vendor: str, model: str) -> tuple[str, str]:
    """As :func:`named`, in the text of pci.ids: vendors at the margin, their devices after one tab."""
    name = ""
    for line in text.splitlines():
        if line.startswith("\t") and not line.startswith("\t\t") and name and line[1:5] == model:
            return name, line[5:].strip()
        if line[:1] not in {"\t", "#", ""}:
            if name:
                return name, ""
            name = line[4:].strip() if line[:4] == vendor else ""
    return name, ""
