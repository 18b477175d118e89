"""The class ``pool``: a facet in each file, and here what they make together."""

from cenote.model.classes.pool.availability import Availability
from cenote.model.classes.pool.certificates import Certificates, certificate_purpose
from cenote.model.classes.pool.guests import Guests, pool_guest_secureboot_readiness
from cenote.model.classes.pool.identity import Identity
from cenote.model.classes.pool.notes import Notes
from cenote.model.classes.pool.operations import pool_allowed_operations
from cenote.model.classes.pool.recovery import Recovery
from cenote.model.classes.pool.trust import Trust
from cenote.model.classes.pool.upkeep import Upkeep, telemetry_frequency, update_sync_frequency

__all__ = [
    "certificate_purpose",
    "pool",
    "pool_allowed_operations",
    "pool_guest_secureboot_readiness",
    "telemetry_frequency",
    "update_sync_frequency",
]


class pool(
    Identity,
    Availability,
    Notes,
    Recovery,
    Guests,
    Trust,
    Certificates,
    Upkeep,
):
    """The pool: every host that shares these records, one of them its coordinator. There is exactly one."""

    named = False
