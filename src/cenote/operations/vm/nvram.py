"""Where a VM's firmware variables are kept between its runs."""

from __future__ import annotations

from pathlib import Path

from cenote.operations.context import Settings


def path(settings: Settings, uuid: str) -> Path:
    """The file of the UEFI variables of the VM of that uuid."""
    return settings.state_dir / "nvram" / f"{uuid}.fd"


def prepare(settings: Settings) -> None:
    """Make the directory be there; the hypervisor's account must be able to pass through it."""
    (settings.state_dir / "nvram").mkdir(parents=True, exist_ok=True, mode=0o711)


def forget(settings: Settings, uuid: str) -> None:
    """Remove the file; a VM that never ran by UEFI has none."""
    path(settings, uuid).unlink(missing_ok=True)
