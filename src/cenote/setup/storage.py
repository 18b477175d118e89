"""The first storage repository: a directory on the local file system, the pool's default."""

from __future__ import annotations

from pathlib import Path

from cenote.model.classes.PBD import PBD
from cenote.model.classes.pool import pool
from cenote.model.classes.SR import SR
from cenote.model.core import NULL, Ref
from cenote.setup.api import Api
from cenote.setup.failure import Failure
from cenote.setup.screen import Report
from cenote.setup.step import Step

NAME = "Local storage"


def step(api: Api) -> Step:
    """The step that makes the repository be there and be the default."""

    def there() -> str | None:
        found = find(api)
        return None if found is None or not _chosen(api) else f"{NAME}, {directory(api)}"

    def do(report: Report) -> str:
        report(f"making {NAME}")
        with api.told("The first storage repository could not be made", f"see that {directory(api)} can be written"):
            made = find(api) or _create(api)
            if not _chosen(api):
                for field in (pool.default_SR, pool.suspend_image_SR, pool.crash_dump_SR):
                    api.session.set(field, api.pool.ref, made)
        return f"{NAME}, {directory(api)}"

    return Step("Storage", there, do)


def directory(api: Api) -> Path:
    """Where the disks lie."""
    return api.place.config.state_dir / "storage"


def find(api: Api) -> Ref[SR] | None:
    """The repository of that directory; raises :class:`Failure` where it can't be used now."""
    for pbd in api.session.records(PBD):
        if pbd.device_config.get("location") == str(directory(api)):
            if not pbd.currently_attached:
                why = f"{NAME} at {directory(api)} is known but not plugged in"
                raise Failure("The first storage repository can't be used", why, f"try: xe pbd-plug uuid={pbd.uuid}")
            return pbd.SR
    return None


def _chosen(api: Api) -> bool:
    """Whether the pool has a default; an administrator may have chosen another."""
    chosen = api.pool.default_SR
    return chosen != NULL and any(record.ref == chosen for record in api.session.records(SR))


def _create(api: Api) -> Ref[SR]:
    where = {"location": str(directory(api))}
    about = "Thin disks in a directory of this host"
    return api.session.call(SR.create, api.host.ref, where, 0, NAME, about, "file", "user", False, {})
