"""A model of one class, for tests of the client."""

from __future__ import annotations

from enum import Enum

from cenote.model.catalogue import seal
from cenote.model.core import Field, Object, editable, message, runtime, static
from cenote.model.roles import Role


class mood(Enum):
    """How a lamp feels."""

    BRIGHT = "Bright"
    DIM = "Dim"


class lamp(Object):
    """A lamp."""

    creatable = True

    uuid: Field[str] = runtime("its UUID")
    name_label: Field[str] = editable("its name", default="")
    type_: Field[mood] = editable("its mood", default=mood.DIM)
    watts: Field[int] = editable("its power", default=0)
    tags: Field[tuple[str, ...]] = editable("its tags", default=())

    @message(Role.VM_OPERATOR, self_name="lamp")
    def shine(self, how: mood, for_: int, loud: bool) -> str:
        """Shine."""
        raise NotImplementedError

    @static(Role.VM_OPERATOR)
    @staticmethod
    def count(at_least: int) -> int:
        """Count the lamps."""
        raise NotImplementedError

    @static(Role.OPEN, session_required=False)
    @staticmethod
    def hello(name: str) -> str:
        """Greet somebody who is not logged in."""
        raise NotImplementedError


CATALOGUE = seal({"lamp": lamp}, {"lamp": lamp, "mood": mood})
