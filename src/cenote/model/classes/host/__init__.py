"""The class ``host``: a facet in each file, and here what they make together."""

from cenote.model.classes.host.access import Access
from cenote.model.classes.host.hardware import Hardware, host_display
from cenote.model.classes.host.identity import Identity, host_allowed_operations
from cenote.model.classes.host.members import Members
from cenote.model.classes.host.reach import Reach
from cenote.model.classes.host.settings import Settings, host_ntp_mode
from cenote.model.classes.host.software import Software, host_numa_affinity_policy, host_sched_gran
from cenote.model.classes.host.upkeep import Upkeep, latest_synced_updates_applied_state

__all__ = [
    "host",
    "host_allowed_operations",
    "host_display",
    "host_ntp_mode",
    "host_numa_affinity_policy",
    "host_sched_gran",
    "latest_synced_updates_applied_state",
]


class host(
    Identity,
    Software,
    Members,
    Reach,
    Access,
    Hardware,
    Upkeep,
    Settings,
):
    """A host: a physical machine that runs guests."""
