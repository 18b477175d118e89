"""What a procedure is given: the rooms of this host, who asks, and the task it works under."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cenote.base.clock import Clock
from cenote.model.core import Draft, Ref
from cenote.operations.progress import Progress
from cenote.store.contract import Store
from cenote.store.state import State

if TYPE_CHECKING:
    from cenote.compute.contract import Hypervisor
    from cenote.model.classes.host import host
    from cenote.model.classes.session import session
    from cenote.network.contract import BridgeSpec, Wiring
    from cenote.operations.storage import Repositories

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the administrator may set of how operations behave, with the defaults of the field."""

    state_dir: Path
    """Where firmware variables and the like are kept."""
    url: str
    """Where clients reach this host: ``https://ADDRESS[:PORT]``, without a slash at the end."""
    shutdown_timeout: float = 1200.0
    """Seconds a guest may take to shut down cleanly: XenServer's 20 minutes."""
    observe_timeout: float = 30.0
    """Seconds a verb waits for its effect to be observed before it fails."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rooms of one host, furnished once by the daemon."""

    store: Store
    clock: Clock
    settings: Settings
    hypervisor: Hypervisor
    repositories: Repositories
    wiring: Wiring
    host: Ref[host]
    bridges: dict[str, BridgeSpec] = field(default_factory=dict["str", "BridgeSpec"])
    """The bridges that this daemon has made ready, by name, and how they were to be."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent the message."""

    session: Ref[session]
    """The session's stored reference, not the token."""
    user: str
    subject: Ref[Any] | None = None
    roles: frozenset[str] = frozenset()
    superuser: bool = False
    originator: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """A procedure's surroundings."""

    rooms: Rooms
    caller: Caller
    progress: Progress = field(default_factory=Progress)
    task: Ref[Any] | None = None
    token: str = ""
    """The token that came with the call; only ``session`` messages look at it."""

    @property
    def store(self) -> Store:
        """The records."""
        return self.rooms.store

    @property
    def view(self) -> State:
        """The newest state of the records."""
        return self.rooms.store.state

    def write(self, work: Callable[[Draft], T]) -> T:
        """Do ``work`` as one transaction."""
        return self.rooms.store.transact(work)
