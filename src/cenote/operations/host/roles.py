"""The role records: the published roles, and a permission for each message, all derived from the model."""

from __future__ import annotations

import uuid
from functools import cache

from cenote.model.classes.role import role
from cenote.model.core import Draft, Ref
from cenote.model.roles import CLIENT_CERT, LADDER
from cenote.model.sealed import CATALOGUE

SPACE = uuid.UUID("9b1f2f0c-6a54-4f0e-9d57-5a1f8d4f3d21")
"""The name space from which the uuids of roles are made, so that they are the same in every pool."""

DESCRIPTIONS = {
    "pool-admin": "May do everything",
    "pool-operator": "May manage hosts, storage and networks, but not who may log in",
    "vm-power-admin": "May create and manage VMs, and place them",
    "vm-admin": "May create and manage VMs",
    "vm-operator": "May run VMs",
    "read-only": "May look at everything",
    CLIENT_CERT: "A peer that shows a certificate",
}


@cache
def ref_of(name: str) -> Ref[role]:
    """The reference of a role or a permission; its uuid is the same text."""
    return Ref(f"OpaqueRef:{uuid.uuid5(SPACE, name)}")


def ensure(draft: Draft) -> None:
    """Make the records be there and be true to this version's model."""
    wanted: dict[str, tuple[str, ...]] = dict.fromkeys(CATALOGUE.signatures, ())
    for name in (*(each.value for each in LADDER), CLIENT_CERT):
        wanted[name] = tuple(wire for wire, signature in CATALOGUE.signatures.items() if name in signature.roles)
    for record in list(draft.all(role)):
        if record.name_label not in wanted:
            draft.delete(role, record.ref)
    for name, permissions in wanted.items():
        ref = ref_of(name)
        if draft.find(role, ref) is None:
            draft.create(
                role,
                role.uuid.to(ref.removeprefix("OpaqueRef:")),
                role.name_label.to(name),
                role.name_description.to(DESCRIPTIONS.get(name, "A basic permission")),
                role.is_internal.to(name not in DESCRIPTIONS),
                ref=ref,
            )
        draft.update(ref, role.subroles.to(tuple(ref_of(each) for each in permissions)))
