"""The class ``sr_stat``."""

from __future__ import annotations

from enum import Enum

from cenote.model.core import Field, Object, runtime


class sr_health(Enum):
    """How a repository is."""

    HEALTHY = "healthy"
    RECOVERING = "recovering"
    UNREACHABLE = "unreachable"
    UNAVAILABLE = "unavailable"


class sr_stat(Object):
    """What a driver tells about a storage repository."""

    struct = True

    uuid: Field[str | None] = runtime("the repository's UUID, where it has one")
    name_label: Field[str] = runtime("the name for people to read")
    name_description: Field[str] = runtime("a note for people to read")
    free_space: Field[int] = runtime("the room that is free (bytes)")
    total_space: Field[int] = runtime("the room that there is (bytes)")
    clustered: Field[bool] = runtime("whether the repository needs its hosts to form a cluster")
    health: Field[sr_health] = runtime("how the repository is")
