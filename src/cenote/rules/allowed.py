"""May this operation begin on that object? One function answers the guard and fills ``allowed_operations``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from cenote.model.catalogue import fields_of
from cenote.model.classes.host import host
from cenote.model.classes.PBD import PBD
from cenote.model.classes.SR import SR
from cenote.model.classes.VBD import VBD
from cenote.model.classes.VDI import VDI
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM, vm_operations
from cenote.model.core import ApiError, Draft, Object, View
from cenote.rules import device, storage, vm
from cenote.rules import host as host_rules

Refuses = Callable[[View, Any, Any], ApiError | None]

RULES: Mapping[type[Object], Refuses] = {
    VM: vm.refusal,
    VBD: device.vbd_refusal,
    VIF: device.vif_refusal,
    VDI: storage.vdi_refusal,
    SR: storage.sr_refusal,
    host: host_rules.refusal,
}
"""The classes that have rules; an operation on any other may always begin."""

DESTROYS: Mapping[type[Object], Enum] = {VM: vm_operations.DESTROY, VDI: storage.DESTROY_VDI}
"""What the generated ``destroy`` counts as."""

Offered = Mapping[type[Object], tuple[Enum, ...]]
"""The operations that are built, by class: no other is ever said to be allowed."""


def refusal(view: View, record: Object, operation: Enum) -> ApiError | None:
    """Why the operation may not begin now, or None."""
    refuses = RULES.get(type(record))
    return None if refuses is None else refuses(view, record, operation)


def destroy_operation(cls: type[Object]) -> Enum | None:
    """The operation that a generated ``destroy`` of the class is."""
    return DESTROYS.get(cls)


def deriver(offered: Offered) -> Callable[[Draft], None]:
    """What each transaction runs at its end: ``allowed_operations`` of all that it touched, and of what hangs on it."""

    def derive(draft: Draft) -> None:
        for record in _affected(draft):
            cls = type(record)
            allowed = tuple(each for each in offered.get(cls, ()) if refusal(draft, record, each) is None)
            draft.update(record.ref, fields_of(cls)["allowed_operations"].to(allowed))

    return derive


def _affected(draft: Draft) -> list[Object]:
    """Touched objects that have rules, and those whose rules look at them."""
    found: dict[str, Object] = {}
    for cls in RULES:
        touched: list[Object] = draft.touched(cls)
        found.update({each.ref: each for each in touched})
    for record in draft.touched(VM):
        for vbd in record.VBDs:
            _note(found, draft.find(VBD, vbd))
        for vif in record.VIFs:
            _note(found, draft.find(VIF, vif))
        _note(found, draft.find(VDI, record.suspend_VDI))
    for disk in [each for each in found.values() if isinstance(each, VBD)]:
        _note(found, draft.find(VDI, disk.VDI))
    for repository in [each for pbd in draft.touched(PBD) if (each := draft.find(SR, pbd.SR))]:
        _note(found, repository)
        for vdi in repository.VDIs:
            _note(found, draft.find(VDI, vdi))
    return list(found.values())


def _note(found: dict[str, Object], record: Object | None) -> None:
    if record is not None:
        found[record.ref] = record
