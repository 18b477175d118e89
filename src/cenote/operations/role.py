"""What can be asked of roles."""

from __future__ import annotations

from cenote.model.classes.role import role
from cenote.model.core import Ref
from cenote.operations.context import Context
from cenote.operations.registry import implements


@implements(role.get_permissions, quick=True)
def get_permissions(context: Context, self_: Ref[role]) -> tuple[Ref[role], ...]:
    """The permissions that a role holds."""
    return tuple(context.view.get(role, self_).subroles)


@implements(role.get_permissions_name_label, quick=True)
def get_permissions_name_label(context: Context, self_: Ref[role]) -> tuple[str, ...]:
    """The names of the permissions that a role holds."""
    return tuple(context.view.get(role, ref).name_label for ref in context.view.get(role, self_).subroles)


@implements(role.get_by_permission, quick=True)
def get_by_permission(context: Context, permission: Ref[role]) -> tuple[Ref[role], ...]:
    """The roles that hold a permission."""
    context.view.get(role, permission)
    return tuple(each.ref for each in context.view.all(role) if permission in each.subroles)


@implements(role.get_by_permission_name_label, quick=True)
def get_by_permission_name_label(context: Context, label: str) -> tuple[Ref[role], ...]:
    """The roles that hold the permission of that name."""
    named = {each.ref for each in context.view.all(role) if each.name_label == label}
    return tuple(each.ref for each in context.view.all(role) if not named.isdisjoint(each.subroles))
