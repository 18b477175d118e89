"""How the layers in a directory change: new files under ``*.part`` names, and one rename by which each takes effect.

Nothing here asks whether it may; the driver has done that. Every step is one of :class:`Files`, so that tests can stop
at each.
"""

import logging
from pathlib import Path
from uuid import uuid4

from cenote.base.undo import Undo
from cenote.storage import qcow2, qemuimg
from cenote.storage.contract import MAXIMUM_DEPTH, Cancel, DiskSource, Format, Kind, Progress
from cenote.storage.directory import Directory
from cenote.storage.driver import checked_uuid
from cenote.storage.errors import ChainTooDeep, NoSpace
from cenote.storage.files import Files
from cenote.storage.tree import WRITABLE, Node, Tree, grow, name

log = logging.getLogger(__name__)


class Layers:
    """The qcow2 files of one repository. The driver's lock guards all but the copying."""

    def __init__(self, directory: Directory, files: Files) -> None:
        self._directory = directory
        self._path = directory.path
        self._files = files

    def tree(self) -> Tree:
        """What is there now."""
        with self._directory.guarded():
            return grow(self._path)

    def path(self, node: Node) -> Path:
        """The file of a layer."""
        return self._path / node.name

    def source(self, node: Node, *, read_only: bool) -> DiskSource:
        """What a hypervisor opens to use the layer and all it stands on."""
        return DiskSource(str(self.path(node)), Format.RAW if node.kind is Kind.STATE else Format.QCOW2, read_only)

    def part(self, uuid: str, undo: Undo) -> Path:
        """The name of an unfinished file, which ``undo`` removes."""
        part = self._path / f"{checked_uuid(uuid)}.{uuid4().hex}.part"
        undo.add(f"remove {part.name}", lambda: self._files.remove(part))
        return part

    def empty(self, part: Path, size: int) -> None:
        """Write an unfinished disk of ``size`` bytes without content."""
        with self._directory.guarded():
            self._files.layer(part, size)

    def hollow(self, part: Path, size: int) -> None:
        """Write an unfinished state of ``size`` bytes; refuses beforehand what would fill the disk up: ``NoSpace``."""
        _, _, free = self._directory.room()
        if size > free:
            raise NoSpace(size, free)
        with self._directory.guarded():
            self._files.hollow(part, size)

    def publish(self, part: Path, uuid: str, kind: Kind) -> None:
        """Let a finished file take effect, replacing the volume's layer if there is one."""
        with self._directory.guarded():
            if kind not in WRITABLE:
                self._files.seal(part)
            self._files.rename(part, self._path / name(uuid, kind))
            self._files.settle(self._path)

    def appear(self, part: Path, uuid: str, kind: Kind, undo: Undo) -> None:
        """Publish a volume that wasn't there; ``undo`` removes it."""
        path = self._path / name(uuid, kind)
        undo.add(f"remove {path.name}", lambda: self._files.remove(path))
        self.publish(part, uuid, kind)

    def branch(self, now: Tree, node: Node, new: str, kind: Kind) -> None:
        """A second leaf beside ``node``, with its content. ``ChainTooDeep``, ``NoSpace``."""
        with Undo() as undo, self._directory.guarded(node.uuid):
            part = self.part(new, undo)
            untouched = node.base is not None and qcow2.unwritten(self.path(node))
            base = now[node.base] if untouched and node.base is not None else self._lower(now, node, undo)
            self._files.layer(part, node.virtual_size, base.name)
            self.appear(part, new, kind, undo)
            undo.keep()

    def copied(self, source: DiskSource, part: Path, size: int, progress: Progress, cancel: Cancel) -> None:
        """Write an unfinished disk of ``size`` bytes with the content of ``source``; see :func:`qemuimg.convert`.

        Refuses beforehand what would fill the disk up: that would stop the guests on it. ``NoSpace``, ``Cancelled``.
        """
        needed, (_, _, free) = qemuimg.measure(source), self._directory.room()
        if needed > free:
            raise NoSpace(needed, free)
        qemuimg.convert(source, part, progress=progress, cancel=cancel)
        with self._directory.guarded():
            self._files.unseal(part)
        if qcow2.read(part).virtual_size < size:
            qemuimg.resize(part, size)

    def folded(self, node: Node, part: Path, kept: Node, progress: Progress, cancel: Cancel) -> None:
        """Write an unfinished layer on ``kept``, which ``node`` stands on too, with the content of ``node``."""
        with self._directory.guarded(node.uuid):
            self._files.layer(part, node.virtual_size, node.name)
        qemuimg.rebase(part, kept.name, progress=progress, cancel=cancel)

    def remove(self, node: Node) -> None:
        """Remove a leaf and every base that nobody stands on then."""
        with self._directory.guarded(node.uuid):
            self._files.remove(self.path(node))
        self.prune()

    def prune(self) -> None:
        """Remove the bases that nobody stands on."""
        with self._directory.guarded():
            now = self.tree()
            while unused := now.unused():
                for node in unused:
                    self._files.remove(self.path(node))
                now = self.tree()
            self._files.settle(self._path)
        if not now.whole:
            log.warning("%s has layers that can't be read; unused bases stay", self._path)

    def recover(self) -> None:
        """Remove what interrupted changes left."""
        with self._directory.guarded():
            for path in self._path.glob("*.part"):
                log.warning("removing what an interrupted change left: %s", path)
                self._files.remove(path)
        self.prune()

    def _lower(self, now: Tree, node: Node, undo: Undo) -> Node:
        """Turn the volume's layer into a base with the volume as an empty layer on it; ``undo`` turns it back."""
        depth = sum(1 for _ in now.under(node.uuid))
        if depth >= MAXIMUM_DEPTH:
            raise ChainTooDeep(node.uuid, depth, MAXIMUM_DEPTH)
        base = Node(str(uuid4()), Kind.BASE, node.virtual_size)
        top, below, part = self.path(node), self.path(base), self.part(node.uuid, undo)
        self._files.link(top, below)
        undo.add(f"remove the second name {base.name}", lambda: self._files.remove(below))
        self._files.layer(part, node.virtual_size, base.name)
        if node.kind is Kind.SNAPSHOT:
            self._files.seal(part)
        self._files.settle(self._path)
        self._files.rename(part, top)
        undo.add(f"put {node.name} back", lambda: self._raise(below, top, node.kind))
        self._files.seal(below)
        return base

    def _raise(self, below: Path, top: Path, kind: Kind) -> None:
        if kind is Kind.DISK:
            self._files.unseal(below)
        self._files.rename(below, top)
