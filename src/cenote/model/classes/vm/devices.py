"""The devices that a virtual machine has."""

from __future__ import annotations

from cenote.model.core import Field, Object, inverse, message
from cenote.model.refs import ConsoleRef, CrashdumpRef, VBDRef, VIFRef, VTPMRef, VUSBRef
from cenote.model.roles import Role


class Devices(Object):
    """The devices that a virtual machine has."""

    consoles: Field[tuple[ConsoleRef, ...]] = inverse("console.VM", "ways to the guest's screen and serial line")
    VIFs: Field[tuple[VIFRef, ...]] = inverse("VIF.VM", "network interfaces of the virtual machine")
    VBDs: Field[tuple[VBDRef, ...]] = inverse("VBD.VM", "disk drives of the virtual machine")
    VUSBs: Field[tuple[VUSBRef, ...]] = inverse("VUSB.VM", "USB devices that are handed through to the virtual machine")
    crash_dumps: Field[tuple[CrashdumpRef, ...]] = inverse("crashdump.VM", "crash dumps of the guest")
    VTPMs: Field[tuple[VTPMRef, ...]] = inverse("VTPM.VM", "trusted platform modules of the virtual machine")

    @message(Role.READ_ONLY, self_name="vm")
    def get_allowed_VBD_devices(self) -> tuple[str, ...]:
        """Positions at which a further disk drive can be added."""
        ...

    @message(Role.READ_ONLY, self_name="vm")
    def get_allowed_VIF_devices(self) -> tuple[str, ...]:
        """Positions at which a further network interface can be added."""
        ...
