"""Who uses which volume: many readers or one writer, remembered over the driver's restart, not over the machine's."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from cenote.storage.errors import VolumeInUse

_MODES = {True: "w", False: "r"}


@dataclass
class Holders:
    """The uses of one repository's volumes. ``boot`` names this run of the machine: uses of another run are over."""

    boot: str
    uses: dict[str, dict[str, bool]] = field(default_factory=dict[str, dict[str, bool]])
    """Volume -> holder -> may it write."""

    def take(self, volume: str, holder: str, *, write: bool) -> None:
        """Note a use; the same again is success. ``VolumeInUse`` beside a writer, or a writer beside anybody."""
        others = {name: mode for name, mode in self.uses.get(volume, {}).items() if (name, mode) != (holder, write)}
        if others and (write or any(others.values()) or holder in others):
            raise VolumeInUse(volume, tuple(sorted(others)))
        self.uses.setdefault(volume, {})[holder] = write

    def drop(self, volume: str, holder: str) -> None:
        """Forget a use; none there is success."""
        held = self.uses.get(volume, {})
        held.pop(holder, None)
        if not held:
            self.uses.pop(volume, None)

    def of(self, volume: str) -> tuple[str, ...]:
        """Who uses the volume, sorted."""
        return tuple(sorted(self.uses.get(volume, {})))

    def refuse(self, volume: str, *, readers: bool) -> None:
        """``VolumeInUse`` when the volume has a writer or, with ``readers``, anybody."""
        held = self.uses.get(volume, {})
        if any(held.values()) or (readers and held):
            raise VolumeInUse(volume, tuple(sorted(held)))


def entry(volume: str, holder: str, *, write: bool) -> str:
    """A use as the name of an empty file: on a full disk names can still be added, and always taken away."""
    return f"{volume}.{_MODES[write]}.{quote(holder, safe='')}"


def read(boot: str, entries: Iterable[str]) -> Holders:
    """The uses that these names say."""
    uses = Holders(boot)
    for volume, mode, holder in (name.split(".", 2) for name in entries):
        uses.uses.setdefault(volume, {})[unquote(holder)] = mode == _MODES[True]
    return uses
