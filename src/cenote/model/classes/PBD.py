"""The class ``PBD``."""

from __future__ import annotations

from collections.abc import Mapping

from cenote.model.core import Field, Object, Runs, editable, initial, message, runtime
from cenote.model.errors.storage import SrUnknownDriver
from cenote.model.refs import HostRef, SRRef
from cenote.model.roles import Role


class PBD(Object):
    """How one host reaches one storage repository."""

    creatable = True

    uuid: Field[str] = runtime("identifies the connection for good")
    host: Field[HostRef] = initial("the host that reaches")
    SR: Field[SRRef] = initial("the repository that is reached")
    device_config: Field[Mapping[str, str]] = initial(
        "where the repository lies and how to get at it, in its driver's keys"
    )
    currently_attached: Field[bool] = runtime("whether the repository is attached to the host now")
    other_config: Field[Mapping[str, str]] = editable("free keys and values", default={})

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, errors=(SrUnknownDriver,))
    def plug(self) -> None:
        """Attach the repository to the host."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT)
    def unplug(self) -> None:
        """Detach the repository from the host; none of its disks may be in use there."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def set_device_config(self, value: Mapping[str, str]) -> None:
        """Say anew where the repository lies; the PBD must be unplugged."""
