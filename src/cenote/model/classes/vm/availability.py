"""What happens to a guest when its host fails."""

from __future__ import annotations

from cenote.model.core import Field, Lifecycle, Object, Runs, initial, message
from cenote.model.roles import Role


class Availability(Object):
    """What happens to a guest when its host fails."""

    ha_always_run: Field[bool] = initial(
        "the old way to say that the guest is to be restarted", default=False, lifecycle=Lifecycle.DEPRECATED
    )
    ha_restart_priority: Field[str] = initial(
        "what follows when the guest's host fails: `restart`, `best-effort`, or empty for nothing", default=""
    )

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def set_ha_restart_priority(self, value: str) -> None:
        """Say what follows when the guest's host fails."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.DEPRECATED)
    def set_ha_always_run(self, value: bool) -> None:
        """Say, in the old way, that the guest is to be restarted."""
