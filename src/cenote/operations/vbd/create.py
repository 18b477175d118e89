"""VBD.create and VBD.destroy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cenote.model.classes.VBD import VBD, vbd_mode, vbd_type
from cenote.model.classes.VDI import VDI
from cenote.model.classes.vm import VM
from cenote.model.core import NULL, ApiError, Draft, Ref
from cenote.model.errors.general import DeviceAlreadyExists, InvalidDevice, OperationNotAllowed
from cenote.model.errors.storage import VbdCdsMustBeReadonly, VbdIsEmpty, VdiReadonly
from cenote.operations.context import Context
from cenote.operations.records import assignments
from cenote.operations.registry import creates, destroys
from cenote.rules.device import busy

MOST = 255
"""The highest device number of a VBD, as XenServer has it."""


@creates(VBD)
def create(context: Context, values: Mapping[str, Any]) -> Ref[VBD]:
    """Give a VM a block device: ``userdevice`` is its number, or ``autodetect``; a CD drive may be empty."""

    def work(draft: Draft) -> Ref[VBD]:
        vm = draft.get(VM, values["VM"])
        wrong = _wrong(draft, values)
        if wrong is not None:
            raise wrong
        number = free_number(values["userdevice"], {draft.get(VBD, ref).userdevice for ref in vm.VBDs})
        image = NULL if values["empty"] else values["VDI"]
        given = {**values, "VDI": image, "userdevice": number, "currently_attached": False, "device": ""}
        return draft.create(VBD, *assignments(VBD, given))

    return context.write(work)


def _wrong(draft: Draft, values: Mapping[str, Any]) -> ApiError | None:
    if values["type"] is vbd_type.CD and values["mode"] is not vbd_mode.RO:
        return VbdCdsMustBeReadonly()
    if values["empty"] or values["VDI"] == NULL:
        return None if values["type"] is vbd_type.CD and values["empty"] else VbdIsEmpty(NULL)
    vdi = draft.get(VDI, values["VDI"])
    return VdiReadonly(vdi.ref) if vdi.read_only and values["mode"] is vbd_mode.RW else None


def free_number(wanted: str, taken: set[str]) -> str:
    """The device number that is asked for, or the first free one; raises when it can't be had."""
    if wanted in {"", "autodetect"}:
        free = next((str(n) for n in range(MOST + 1) if str(n) not in taken), None)
        if free is None:
            raise InvalidDevice("autodetect")
        return free
    number = DEVICE_LETTERS.get(wanted, wanted)
    if not (number.isascii() and number.isdigit() and len(number) < 9 and int(number) <= MOST):
        raise InvalidDevice(wanted)
    number = str(int(number))
    if number in taken:
        raise DeviceAlreadyExists(wanted)
    return number


DEVICE_LETTERS = {f"{prefix}{chr(97 + n)}": str(n) for prefix in ("xvd", "hd", "sd", "vd") for n in range(26)}
"""Old clients name a device as the guest would: ``xvda`` is 0."""


@destroys(VBD)
def destroy(context: Context, vbd: Ref[VBD]) -> None:
    """Take the device away; it must be unplugged. The disk stays."""

    def work(draft: Draft) -> None:
        record = draft.get(VBD, vbd)
        other = busy(draft, record)
        if other is not None:
            raise other
        if record.currently_attached:
            raise OperationNotAllowed("the VBD is plugged into a running VM: unplug it first")
        draft.delete(VBD, vbd)

    context.write(work)
