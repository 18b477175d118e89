"""Who uses which volume: many readers or one writer, remembered over the driver's restart, not over the machine's."""

import json
from dataclasses import dataclass, field
from typing import TypedDict

from cenote.storage.errors import VolumeInUse


class _Kept(TypedDict):
    boot: str
    uses: dict[str, dict[str, bool]]


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

    def drop(self, volume: str, holder: str) -> bool:
        """Forget a use; False when there was none."""
        held = self.uses.get(volume, {})
        if holder not in held:
            return False
        del held[holder]
        if not held:
            del self.uses[volume]
        return True

    def of(self, volume: str) -> tuple[str, ...]:
        """Who uses the volume, sorted."""
        return tuple(sorted(self.uses.get(volume, {})))

    def refuse(self, volume: str, *, readers: bool) -> None:
        """``VolumeInUse`` when the volume has a writer or, with ``readers``, anybody."""
        held = self.uses.get(volume, {})
        if any(held.values()) or (readers and held):
            raise VolumeInUse(volume, tuple(sorted(held)))

    def text(self) -> str:
        """As it is kept in a file."""
        return json.dumps({"boot": self.boot, "uses": self.uses}, sort_keys=True)


def read(text: str, boot: str) -> Holders:
    """What :meth:`Holders.text` wrote; empty after the machine restarted. ``ValueError``, ``KeyError`` when garbled."""
    kept: _Kept = json.loads(text)
    return Holders(boot, kept["uses"] if kept["boot"] == boot else {})
