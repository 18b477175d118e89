"""The class ``role``."""

from __future__ import annotations

from cenote.model.core import Field, Object, initial, message, runtime, static
from cenote.model.refs import RoleRef
from cenote.model.roles import Role


class role(Object):
    """A named set of permissions. A role holds others, down to single permissions, which are roles too."""

    uuid: Field[str] = runtime("identifies the role for good")
    name_label: Field[str] = initial("the published name of the role, or of the permission", default="")
    name_description: Field[str] = initial("what the role is for", default="")
    subroles: Field[tuple[RoleRef, ...]] = initial("roles whose permissions this one includes", default=())
    is_internal: Field[bool] = runtime("true for a role that only hosts use among themselves", default=False)

    @message(Role.READ_ONLY)
    def get_permissions(self) -> tuple[RoleRef, ...]:
        """Every permission that the role includes, directly or through other roles."""
        ...

    @message(Role.READ_ONLY)
    def get_permissions_name_label(self) -> tuple[str, ...]:
        """The names of every permission that the role includes."""
        ...

    @message(Role.READ_ONLY, self_name="permission")
    def get_by_permission(self) -> tuple[RoleRef, ...]:
        """The roles that include a permission."""
        ...

    @static(Role.READ_ONLY)
    @staticmethod
    def get_by_permission_name_label(label: str) -> tuple[RoleRef, ...]:
        """The roles that include the permission of that name."""
        ...
