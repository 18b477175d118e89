"""Which driver serves which type; the drivers' files are imported here and register themselves."""

from collections.abc import Mapping

from cenote.storage import file, iso
from cenote.storage.contract import DriverFacts, Repository, RepositorySpec
from cenote.storage.driver import Driver
from cenote.storage.errors import UnknownType

__all__ = ["file", "iso", "repository", "types"]


def types() -> Mapping[str, DriverFacts]:
    """Every type there is and what it can do, by name."""
    return {name: driver.about for name, driver in sorted(Driver.registered.items())}


def repository(type_: str, spec: RepositorySpec) -> Repository:
    """The repository that ``spec`` describes; nothing is touched yet. ``UnknownType``, ``ConfigInvalid``."""
    driver = Driver.registered.get(type_)
    if driver is None:
        raise UnknownType(type_, tuple(sorted(Driver.registered)))
    return driver(spec)
