"""The roles of the published role-based access control, and what they imply.

The names and their order are those of XenServer's RBAC: each role may do all that the ones after it may.
``client-cert`` stands apart: a pool's certificate-bearing peers may read, and call what names them.
"""

from enum import Enum


class Role(Enum):
    """The least role that may send a message."""

    OPEN = "open"
    """Any caller, even without a role."""
    READ_ONLY = "read-only"
    VM_OPERATOR = "vm-operator"
    VM_ADMIN = "vm-admin"
    VM_POWER_ADMIN = "vm-power-admin"
    POOL_OPERATOR = "pool-operator"
    POOL_ADMIN = "pool-admin"


CLIENT_CERT = "client-cert"

LADDER = (
    Role.POOL_ADMIN,
    Role.POOL_OPERATOR,
    Role.VM_POWER_ADMIN,
    Role.VM_ADMIN,
    Role.VM_OPERATOR,
    Role.READ_ONLY,
)
"""From the mightiest role down."""


def holders(least: Role, client_cert: bool = False) -> frozenset[str]:
    """The published names of every role that may send a message which asks for ``least``."""
    if least is Role.OPEN:
        return frozenset()
    names = {role.value for role in LADDER[: LADDER.index(least) + 1]}
    if client_cert or least is Role.READ_ONLY:
        names.add(CLIENT_CERT)
    return frozenset(names)
