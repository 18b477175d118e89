"""The class ``network``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from cenote.model.core import Field, Object, Runs, editable, initial, inverse, message, runtime
from cenote.model.errors.network import NetworkIncompatiblePurposes
from cenote.model.refs import BlobRef, PIFRef, VIFRef
from cenote.model.roles import Role


class network_operations(Enum):
    """What can be done to a network."""

    ATTACHING = "attaching"


class network_default_locking_mode(Enum):
    """What holds for interfaces whose locking mode is network_default."""

    UNLOCKED = "unlocked"
    DISABLED = "disabled"


class network_purpose(Enum):
    """What a network may be used for besides guests' traffic."""

    NBD = "nbd"
    """Reading disks over TLS."""
    INSECURE_NBD = "insecure_nbd"
    """Reading disks without TLS."""


class network(Object):
    """A network: a bridge on each host that joins interfaces of guests and of hosts."""

    role = Role.VM_ADMIN
    creatable = True

    uuid: Field[str] = runtime("identifies the network for good")
    name_label: Field[str] = editable("the name for people to read", default="", role=Role.POOL_OPERATOR)
    name_description: Field[str] = editable("a note for people to read", default="", role=Role.POOL_OPERATOR)
    allowed_operations: Field[tuple[network_operations, ...]] = runtime(
        "what may be done to the network now", default=()
    )
    current_operations: Field[Mapping[str, network_operations]] = runtime(
        "what is being done to the network, by the task that does it", default={}
    )
    VIFs: Field[tuple[VIFRef, ...]] = inverse(
        "VIF.network", "interfaces of virtual machines that are joined to the network"
    )
    PIFs: Field[tuple[PIFRef, ...]] = inverse("PIF.network", "interfaces of hosts that are joined to the network")
    MTU: Field[int] = editable("the largest packet that the network carries (bytes)", default=1500)
    other_config: Field[Mapping[str, str]] = editable("free keys and values", role=Role.POOL_OPERATOR)
    bridge: Field[str] = initial("the name of the bridge on every host", default="")
    managed: Field[bool] = initial(
        "false for a bridge that was there before and that the toolstack leaves alone", default=True
    )
    blobs: Field[Mapping[str, BlobRef]] = runtime("binary data kept with the network, by name", default={})
    tags: Field[tuple[str, ...]] = editable("labels that people gave the network", default=(), role=Role.VM_OPERATOR)
    default_locking_mode: Field[network_default_locking_mode] = runtime(
        "what holds for interfaces whose locking mode is network_default", default=network_default_locking_mode.UNLOCKED
    )
    assigned_ips: Field[Mapping[VIFRef, str]] = runtime(
        "addresses that the network gave to interfaces, on a host's internal network", default={}
    )
    purpose: Field[tuple[network_purpose, ...]] = runtime(
        "what the network may be used for besides guests' traffic", default=()
    )

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, self_name="network")
    def create_new_blob(self, name: str, mime_type: str, public: bool = False) -> BlobRef:
        """Make room for binary data that is kept with the network."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, self_name="network")
    def set_default_locking_mode(self, value: network_default_locking_mode) -> None:
        """Say what holds for interfaces whose locking mode is network_default."""

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR, errors=(NetworkIncompatiblePurposes,))
    def add_purpose(self, value: network_purpose) -> None:
        """Let the network be used for one purpose more."""

    @message(Role.POOL_ADMIN, runs=Runs.COORDINATOR)
    def remove_purpose(self, value: network_purpose) -> None:
        """Stop using the network for a purpose."""
