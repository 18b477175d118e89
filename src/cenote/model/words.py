"""The words of declarations: references, who writes a field, how long a part of the API lives, where it is done."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from cenote.model.core import Object

O = TypeVar("O", bound="Object")  # noqa: E741 - the usual letter for an object of the API


class Ref(str, Generic[O]):
    """An opaque reference to an object of the API, as it stands on the wire: ``OpaqueRef:`` and a UUID.

    It is invariant, so that type checkers refuse ``view.get(VM, vbd)``; one to an object of any class is ``Ref[Any]``.
    """

    __slots__ = ()


NULL: Ref[Any] = Ref("OpaqueRef:NULL")
"""The reference to nothing."""


class Access(Enum):
    """Who writes a field, in the published words."""

    EDITABLE = "RW"
    INITIAL = "RO/constructor"
    RUNTIME = "RO/runtime"


class Lifecycle(Enum):
    """Whether a part of the API is to be used."""

    PUBLISHED = "published"
    PROTOTYPED = "prototyped"
    DEPRECATED = "deprecated"
    REMOVED = "removed"


MISSING: Any = object()
"""Stands for a default that was not given."""


class Runs(Enum):
    """The host on which a message is done."""

    ANYWHERE = "anywhere"
    """Where it arrives: it reads or writes records only."""
    COORDINATOR = "coordinator"
    RESIDENT = "resident"
    """The host that owns the object: where the VM runs, where the PBD or PIF is, the host itself."""
    ATTACHED = "attached"
    """A host to which the storage repository is attached: that of the disk, or the repository itself."""
    CHOSEN = "chosen"
    """A host that placement chooses."""
    NAMED = "named"
    """The host that the first parameter of that type names, or the host of the object that it names."""
