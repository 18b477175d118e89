"""The published errors: a code and its parameters."""

from __future__ import annotations

import re
from enum import Enum
from typing import Any, ClassVar, cast, dataclass_transform

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass_transform(eq_default=False)
class ApiError(Exception):
    """A published error: a code and its parameters. Subclasses declare the parameters as annotated fields.

    Type checkers take a subclass for a dataclass. It is none: making 600 of those takes as long as all the rest of
    the model.
    """

    code: ClassVar[str] = "INTERNAL_ERROR"
    names: ClassVar[tuple[str, ...]] = ()
    """The parameters' names in the published order."""

    def __init_subclass__(cls, code: str | None = None) -> None:
        super().__init_subclass__()
        cls.names = tuple(cls.__annotations__)
        setattr(cls, "__match_args__", cls.names)  # noqa: B010 - type checkers believe that a dataclass sets it
        cls.code = code or _WORD.sub("_", cls.__name__).upper()
        ERRORS[cls.code] = cls

    def __init__(self, *values: Any, **named: Any) -> None:
        given = dict(zip(self.names, values, strict=False)) | named
        if len(values) + len(named) != len(self.names) or given.keys() != set(self.names):
            raise TypeError(f"{type(self).__name__} takes {', '.join(self.names) or 'nothing'}")
        super().__init__(*given.values())
        vars(self).update(given)

    @property
    def params(self) -> list[str]:
        """The parameters as they stand on the wire, in the published order."""
        found: list[str] = []
        for name in self.names:
            value: object = getattr(self, name)
            if isinstance(value, tuple):
                found.extend(str(part) for part in cast("tuple[object, ...]", value))
            else:
                found.append(str(value.value) if isinstance(value, Enum) else str(value))
        return found

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.names)})"

    def __str__(self) -> str:
        return ": ".join([self.code, ", ".join(self.params)]) if self.params else self.code


ERRORS: dict[str, type[ApiError]] = {}
"""Every declared error by its code, once the modules that declare them are imported."""
