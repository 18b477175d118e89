"""Saving a guest's memory, with its progress."""

import logging
from pathlib import Path

import libvirt

from cenote.compute.connection import Connection
from cenote.compute.contract import Progress
from cenote.compute.errors import HypervisorError
from cenote.compute.failure import About

log = logging.getLogger(__name__)

JOB_TOTAL, JOB_PROCESSED = 3, 4  # virDomainJobInfo: type, elapsed, remaining, data total, data processed, ...
STEP = 0.5  # seconds between two looks at the progress: libvirt has no event for it


def saving(connection: Connection, uuid: str, path: Path, progress: Progress | None, deadline: float) -> None:
    """Save the guest ``uuid`` to ``path`` within ``deadline`` seconds."""
    about = About("save the guest", connection.uri, uuid, paths=(str(path.parent),))

    def work(handle: libvirt.virConnect) -> None:
        handle.lookupByUUIDString(uuid).saveFlags(str(path), None, 0)

    def done(handle: libvirt.virConnect) -> float:
        job = handle.lookupByUUIDString(uuid).jobInfo()
        total, processed = job[JOB_TOTAL], job[JOB_PROCESSED]
        return processed / total if total else 0.0

    job = connection.begin(about, work)
    waited = 0.0
    while not job.wait(STEP if progress else deadline):
        waited += STEP if progress else deadline
        if waited >= deadline:
            connection.abandon(job, deadline)
        elif progress:
            try:
                share = connection.call(About("read the progress", connection.uri, uuid), done)
            except HypervisorError as error:  # the guest has just ended, or nobody knows: the save itself will say
                log.debug("no progress known: %s", error)
            else:
                progress(share)
    job.result()
    if progress:
        progress(1.0)
