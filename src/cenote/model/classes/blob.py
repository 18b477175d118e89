"""The class ``blob``."""

from __future__ import annotations

from datetime import datetime

from cenote.model.core import Field, Object, Runs, editable, initial, message, runtime, static
from cenote.model.refs import BlobRef
from cenote.model.roles import Role


class blob(Object):
    """A piece of binary data that is kept with another object."""

    uuid: Field[str] = runtime("identifies the data for good")
    name_label: Field[str] = editable("the name for people to read", default="")
    name_description: Field[str] = editable("a note for people to read", default="")
    size: Field[int] = runtime("how much data there is (bytes)")
    public: Field[bool] = editable("whether the data can be read without a log-in", default=False)
    last_updated: Field[datetime] = initial("when the data was last written")
    mime_type: Field[str] = initial("what kind of data it is, such as `image/png`")

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def create(mime_type: str, public: bool = False) -> BlobRef:
        """Make room for binary data of a kind."""
        ...

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def destroy(self) -> None:
        """Remove the data and its record."""
