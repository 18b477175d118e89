"""The sealed model: every class that is declared, with all that follows from it.

Sealing gives fields, messages and errors their names and shapes. Importing any class does it, by way of
:mod:`cenote.model.classes`, so nobody meets a half-made declaration.
"""

import importlib
import pkgutil
import re
from typing import Any

import cenote.model.errors
from cenote.model import refs
from cenote.model.catalogue import Catalogue, seal
from cenote.model.classes.blob import blob
from cenote.model.classes.console import console
from cenote.model.classes.data_source import data_source
from cenote.model.classes.event import event
from cenote.model.classes.host import host
from cenote.model.classes.host_cpu import host_cpu
from cenote.model.classes.host_metrics import host_metrics
from cenote.model.classes.message import message
from cenote.model.classes.network import network
from cenote.model.classes.PBD import PBD
from cenote.model.classes.PIF import PIF
from cenote.model.classes.PIF_metrics import PIF_metrics
from cenote.model.classes.pool import pool
from cenote.model.classes.probe_result import probe_result
from cenote.model.classes.role import role
from cenote.model.classes.secret import secret
from cenote.model.classes.session import session
from cenote.model.classes.SM import SM
from cenote.model.classes.SR import SR
from cenote.model.classes.sr_stat import sr_stat
from cenote.model.classes.task import task
from cenote.model.classes.user import user
from cenote.model.classes.VBD import VBD
from cenote.model.classes.VDI import VDI
from cenote.model.classes.vdi_nbd_server_info import vdi_nbd_server_info
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM
from cenote.model.classes.VM_guest_metrics import VM_guest_metrics
from cenote.model.classes.VM_metrics import VM_metrics
from cenote.model.core import Object, Ref

CLASSES: tuple[type[Object], ...] = (
    session,
    user,
    role,
    task,
    event,
    pool,
    host,
    host_metrics,
    host_cpu,
    VM,
    VM_metrics,
    VM_guest_metrics,
    VBD,
    VDI,
    SR,
    SM,
    PBD,
    VIF,
    network,
    PIF,
    PIF_metrics,
    console,
    message,
    secret,
    blob,
    data_source,
    sr_stat,
    probe_result,
    vdi_nbd_server_info,
)

_ALIAS = re.compile(r"Ref\[(\w+)\]\Z")


def _references() -> dict[str, Any]:
    """What the names of :mod:`cenote.model.refs` stand for."""
    found = {name: _ALIAS.match(text) for name, text in vars(refs).items() if isinstance(text, str)}
    return {name: Ref[match.group(1)] for name, match in found.items() if match}  # type: ignore[misc]  # the seal wants the name


def _seal() -> Catalogue:
    for module in pkgutil.iter_modules(cenote.model.errors.__path__, "cenote.model.errors."):
        importlib.import_module(module.name)
    classes = {cls.__name__: cls for cls in CLASSES}
    return seal(classes, {**_references(), **classes})


CATALOGUE = _seal()
