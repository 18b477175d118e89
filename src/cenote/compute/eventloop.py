"""libvirt's event loop: one for the process, on one thread that never blocks and never ends."""

import logging
import threading

import libvirt

log = logging.getLogger(__name__)

_lock = threading.Lock()
_threads: list[threading.Thread] = []


def ensure() -> None:
    """Start the loop if it does not run. Must come before the first connection is opened. Idempotent."""
    with _lock:
        if _threads:
            return
        libvirt.virEventRegisterDefaultImpl()
        libvirt.registerErrorHandler(_ignore, None)
        thread = threading.Thread(target=_turn, name="libvirt-events", daemon=True)
        thread.start()
        _threads.append(thread)


def _ignore(_context: object, _error: object) -> None:
    """libvirt prints each error besides raising it; the exception is enough."""


def _turn() -> None:
    while True:
        try:
            libvirt.virEventRunDefaultImpl()
        except libvirt.libvirtError:
            log.exception("libvirt's event loop failed once")
