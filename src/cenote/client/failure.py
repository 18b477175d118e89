"""An error that the API answered, as a client sees it: a code and its parameters."""

from __future__ import annotations

from collections.abc import Sequence

from cenote.model.core import ApiError


class Failure(Exception):
    """The API refused or failed. ``params`` are as they stand on the wire."""

    def __init__(self, code: str, params: Sequence[str] = ()) -> None:
        super().__init__(": ".join([code, ", ".join(params)]) if params else code)
        self.code = code
        self.params = list(params)

    def is_a(self, *errors: type[ApiError]) -> bool:
        """Whether it is one of these declared errors."""
        return self.code in {error.code for error in errors}
