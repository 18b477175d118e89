"""How a host is reached, and what is kept with it."""

from __future__ import annotations

from collections.abc import Mapping

from cenote.model.core import Field, Lifecycle, Object, Runs, editable, message, runtime, static
from cenote.model.errors.host import HostNameInvalid
from cenote.model.errors.licence import LicenseProcessingError
from cenote.model.refs import BlobRef, HostMetricsRef, PIFRef
from cenote.model.roles import Role


class Reach(Object):
    """How a host is reached, and what is kept with it."""

    hostname: Field[str] = editable("the name in the host's operating system")
    address: Field[str] = editable("the address at which the host is managed")
    metrics: Field[HostMetricsRef] = runtime("what is measured about the host")
    license_params: Field[Mapping[str, str]] = runtime("what the licence allows")
    ha_statefiles: Field[tuple[str, ...]] = runtime(
        "the state files by which the host keeps up with the others", default=()
    )
    ha_network_peers: Field[tuple[str, ...]] = runtime("the hosts that this one sees over the network", default=())
    blobs: Field[Mapping[str, BlobRef]] = runtime("binary data kept with the host, by name", default={})
    tags: Field[tuple[str, ...]] = editable("labels that people gave the host", default=(), role=Role.VM_OPERATOR)

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, errors=(HostNameInvalid,), self_name="host")
    def set_hostname_live(self, hostname: str) -> None:
        """Give the host another name in its operating system."""

    @static(Role.POOL_OPERATOR, runs=Runs.NAMED)
    @staticmethod
    def management_reconfigure(pif: PIFRef) -> None:
        """Have the host managed through that interface."""

    @static(Role.POOL_OPERATOR)
    @staticmethod
    def local_management_reconfigure(interface: str) -> None:
        """Have the host that receives this managed through that interface, without the coordinator."""

    @static(Role.POOL_OPERATOR)
    @staticmethod
    def management_disable() -> None:
        """Stop listening on the network; only the host itself reaches its toolstack then."""

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, self_name="host")
    def get_management_interface(self) -> PIFRef:
        """The interface through which the host is managed."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, self_name="host")
    def create_new_blob(self, name: str, mime_type: str, public: bool = False) -> BlobRef:
        """Make room for binary data that is kept with the host."""
        ...

    @message(
        Role.POOL_OPERATOR,
        runs=Runs.RESIDENT,
        errors=(LicenseProcessingError,),
        lifecycle=Lifecycle.REMOVED,
        self_name="host",
    )
    def license_apply(self, contents: str) -> None:
        """Once applied a licence file of an old kind."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, errors=(LicenseProcessingError,), self_name="host")
    def license_add(self, contents: str) -> None:
        """Apply a licence file, given in base64."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, self_name="host")
    def license_remove(self) -> None:
        """Go back to having no licence."""

    @static(Role.POOL_OPERATOR)
    @staticmethod
    def emergency_ha_disable(soft: bool = False) -> None:
        """Turn high availability off on the host that receives this, while the pool can't."""
