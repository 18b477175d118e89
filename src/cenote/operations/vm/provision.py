"""VM.provision: a clone of a template becomes a VM, with the disks that the template asks for.

A template asks in ``other_config:disks``: ``<provision><disk device="0" size="BYTES" sr="UUID" bootable="true"
type="system"/></provision>``; an empty ``sr`` means the pool's default.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree

from cenote.base.undo import Undo
from cenote.model.classes.pool import pool
from cenote.model.classes.SR import SR
from cenote.model.classes.VBD import VBD, vbd_mode, vbd_type
from cenote.model.classes.VDI import VDI, vdi_type
from cenote.model.classes.vm import VM
from cenote.model.core import NULL, Draft, Ref
from cenote.model.errors.general import InvalidValue
from cenote.model.errors.storage import DefaultSrNotFound
from cenote.operations.context import Context
from cenote.operations.registry import implements
from cenote.operations.vbd.create import free_number
from cenote.operations.vdi.create import create as create_vdi
from cenote.operations.vdi.create import discard

DISKS = "disks"


@dataclass(frozen=True, slots=True)
class Wish:
    """A disk that a template asks for; ``size`` in bytes, ``sr`` a uuid or empty."""

    device: str
    size: int
    sr: str
    bootable: bool
    type: vdi_type


def parse(text: str) -> list[Wish]:
    """Read the wishes; raises ``INVALID_VALUE``. Declarations of entities are refused with the rest of bad XML."""
    if "<!" in text:
        raise InvalidValue("other_config:disks", "no declarations are allowed")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - without declarations there are no entities to expand
        return [_wish(each) for each in root.iter("disk")]
    except (ElementTree.ParseError, KeyError, ValueError) as error:
        raise InvalidValue("other_config:disks", str(error)) from error


def _wish(element: ElementTree.Element) -> Wish:
    kind = element.get("type", "user").lower()
    return Wish(
        device=element.attrib["device"],
        size=int(element.attrib["size"]),
        sr=element.get("sr", ""),
        bootable=element.get("bootable", "false").lower() == "true",
        type=vdi_type.SYSTEM if kind == "system" else vdi_type.USER,
    )


@implements(VM.provision)
def provision(context: Context, vm: Ref[VM]) -> None:
    """Make the disks that the VM's template asks for; all of them or none."""
    record = context.view.get(VM, vm)
    wishes = parse(record.other_config[DISKS]) if record.other_config.get(DISKS) else []
    with Undo() as undo:
        for at, wish in enumerate(wishes):
            context.progress.report(at / len(wishes))
            _make(context, record, wish, undo)
        context.write(lambda draft: _done(draft, vm))
        undo.keep()


def _make(context: Context, record: VM, wish: Wish, undo: Undo) -> None:
    sr = context.view.by_uuid(SR, wish.sr).ref if wish.sr else _default(context)
    vdi = create_vdi(
        context,
        {
            "SR": sr,
            "name_label": f"{record.name_label} {wish.device}",
            "name_description": "Created by template provisioner",
            "virtual_size": wish.size,
            "type": wish.type,
            "sharable": False,
            "read_only": False,
            "other_config": {},
        },
    )
    undo.add(f"remove the disk {wish.device}", lambda: discard(context, vdi))
    context.write(lambda draft: _drive(draft, record.ref, wish, vdi))


def _drive(draft: Draft, vm: Ref[VM], wish: Wish, vdi: Ref[VDI]) -> None:
    taken = {draft.get(VBD, ref).userdevice for ref in draft.get(VM, vm).VBDs}
    draft.create(
        VBD,
        VBD.VM.to(vm),
        VBD.VDI.to(vdi),
        VBD.userdevice.to(free_number(wish.device, taken)),
        VBD.bootable.to(wish.bootable),
        VBD.mode.to(vbd_mode.RW),
        VBD.type.to(vbd_type.DISK),
        VBD.unpluggable.to(True),
    )


def _default(context: Context) -> Ref[SR]:
    found = next(iter(context.view.all(pool))).default_SR
    if found == NULL or context.view.find(SR, found) is None:
        raise DefaultSrNotFound(found)
    return found


def _done(draft: Draft, vm: Ref[VM]) -> None:
    record = draft.get(VM, vm)
    left = {key: value for key, value in record.other_config.items() if key != DISKS}
    draft.update(vm, VM.other_config.to(left), VM.is_a_template.to(False))
