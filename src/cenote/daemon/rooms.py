"""Furnishes the rooms of this host: drivers by probing, the store, the records of the host itself."""

from __future__ import annotations

import ipaddress
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from cenote.base.clock import SystemClock
from cenote.base.undo import Undo
from cenote.compute.contract import Hypervisor
from cenote.daemon.config import Config
from cenote.model.catalogue import Kind
from cenote.model.core import Object
from cenote.model.sealed import CATALOGUE
from cenote.network.contract import Wiring
from cenote.operations.context import Rooms, Settings
from cenote.operations.host.bootstrap import HostFacts, ensure_host
from cenote.operations.registry import Procedures
from cenote.operations.storage import Repositories
from cenote.operations.vm import nvram
from cenote.rules import allowed
from cenote.store.contract import Store
from cenote.store.sqlite import SqliteStore

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Drivers:
    """The drivers of one host, and why those."""

    hypervisor: Hypervisor
    wiring: Wiring
    network_reason: str


def offered(procedures: Procedures) -> allowed.Offered:
    """The operations that are built, by class: those of bound verbs and of bound destroys."""
    found: dict[type[Object], dict[Enum, None]] = {cls: {} for cls in allowed.RULES}
    for name, signature in CATALOGUE.signatures.items():
        if name in procedures.verbs and signature.message is not None and signature.message.operation is not None:
            found.setdefault(signature.cls, {})[signature.message.operation] = None
        operation = allowed.destroy_operation(signature.cls)
        if signature.kind is Kind.DESTROY and operation and signature.cls.__name__ in procedures.destroys:
            found[signature.cls][operation] = None
    return {cls: tuple(operations) for cls, operations in found.items()}


def furnish(config: Config, procedures: Procedures, drivers: Drivers, url: Callable[[], str], undo: Undo) -> Rooms:
    """Open the store and make this host's records true."""
    store: Store = SqliteStore(CATALOGUE, config.state_dir / "cenote.db", allowed.deriver(offered(procedures)))
    undo.add("close the store", store.close)
    clock = SystemClock()
    facts = HostFacts(
        drivers.hypervisor.facts(),
        drivers.wiring.kind.value,
        drivers.network_reason,
        management_address(drivers.wiring),
    )
    here = ensure_host(store, facts, clock.now())
    settings = Settings(config.state_dir, url())
    nvram.prepare(settings)
    return Rooms(store, clock, settings, drivers.hypervisor, Repositories(), drivers.wiring, here)


def management_address(wiring: Wiring) -> str:
    """The address at which others reach this host: that of the link with the default route, else loopback."""
    links = sorted(wiring.links(), key=lambda link: (not link.gateway, link.device))
    for link in links:
        for address in link.addresses:
            if address.version == 4 and not address.ip.is_link_local:
                return str(address.ip)
    return "127.0.0.1"


def certificate_names(address: str) -> tuple[str, ...]:
    """What the certificate is for: the host by its names, by its address, and as localhost."""
    names = [socket.gethostname(), socket.getfqdn(), address, "localhost", "127.0.0.1", "::1"]
    return tuple(dict.fromkeys(name for name in names if _usable(name)))


def _usable(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return bool(name) and len(name) < 254 and not name.startswith(".")
    return True
