"""The layers in a directory: what each file name says, who stands on whom, how deep.

Names carry all that is remembered, so each change of meaning is one atomic rename: ``<uuid>.qcow2`` is a disk,
``<uuid>.snapshot.qcow2`` a snapshot, ``<uuid>.base.qcow2`` a hidden base that others stand on, ``<uuid>.state`` a
guest's saved memory, whose bytes say nothing to us. ``*.part`` is unfinished.

A layer names its base in its qcow2 header, without a directory, so a whole repository can be moved.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cenote.storage import qcow2
from cenote.storage.contract import SECTOR, Kind, VolumeFacts
from cenote.storage.errors import VolumeUnknown

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME = re.compile(rf"({UUID.pattern})((?:\.snapshot|\.base)?\.qcow2|\.state)")
_ENDINGS = {Kind.DISK: ".qcow2", Kind.SNAPSHOT: ".snapshot.qcow2", Kind.BASE: ".base.qcow2", Kind.STATE: ".state"}
_KINDS = {ending: kind for kind, ending in _ENDINGS.items()}
WRITABLE = frozenset({Kind.DISK, Kind.STATE})
"""The kinds that a guest or a hypervisor may write to."""
_BLOCK = 512  # bytes in a unit of st_blocks, whatever the file system's own (stat(2))


def name(uuid: str, kind: Kind) -> str:
    """The file's name."""
    return f"{uuid}{_ENDINGS[kind]}"


def meaning(file_name: str) -> tuple[str, Kind] | None:
    """The uuid and the kind that a file's name says, None when it isn't a volume's."""
    match = _NAME.fullmatch(file_name)
    return (match[1], _KINDS[match[2]]) if match else None


@dataclass(frozen=True, slots=True)
class Node:
    """One layer. ``base`` is the uuid of what it stands on; ``fault`` says why it can't be used."""

    uuid: str
    kind: Kind
    virtual_size: int = 0
    physical_size: int = 0
    base: str | None = None
    fault: str | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return name(self.uuid, self.kind)


class Tree:
    """All the layers of a repository at one moment."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = {node.uuid: node for node in sorted(nodes, key=lambda node: node.uuid)}

    def __getitem__(self, uuid: str) -> Node:
        if uuid not in self.nodes:
            raise VolumeUnknown(uuid)
        return self.nodes[uuid]

    def __contains__(self, uuid: str) -> bool:
        return uuid in self.nodes

    @property
    def whole(self) -> bool:
        """Every layer could be read, so who stands on whom is known; a state is no layer."""
        return all(node.fault is None or node.kind is Kind.STATE for node in self.nodes.values())

    def under(self, uuid: str) -> Iterator[Node]:
        """The layers that a volume stands on, the nearest first; ends where one is missing or comes again."""
        seen = {uuid}
        base = self[uuid].base
        while base is not None and base in self.nodes and base not in seen:
            seen.add(base)
            yield self.nodes[base]
            base = self.nodes[base].base

    def fault(self, uuid: str) -> str | None:
        """Why the volume can't be used: its own fault, or that of a layer it stands on."""
        node = self[uuid]
        for layer in (node, *self.under(uuid)):
            if layer.fault is not None:
                return layer.fault
            if layer.base is not None and layer.base not in self.nodes:
                return f"it stands on {layer.base}, which is missing"
        return None

    def children(self, uuid: str) -> tuple[Node, ...]:
        """The layers that stand directly on it."""
        return tuple(node for node in self.nodes.values() if node.base == uuid)

    def unused(self) -> tuple[Node, ...]:
        """The bases that nobody stands on. Nothing at all while some layer can't be read: it might stand on any."""
        if not self.whole:
            return ()
        used = {node.base for node in self.nodes.values()}
        return tuple(node for node in self.nodes.values() if node.kind is Kind.BASE and node.uuid not in used)

    def facts(self, uuid: str) -> VolumeFacts:
        """One volume as the contract has it."""
        node = self[uuid]
        return VolumeFacts(
            uuid=uuid,
            virtual_size=node.virtual_size,
            physical_utilisation=node.physical_size,
            kind=node.kind,
            parent=node.base,
            depth=sum(1 for _ in self.under(uuid)),
            read_only=node.kind not in WRITABLE,
            fault=self.fault(uuid),
        )


def grow(directory: Path) -> Tree:
    """Read a directory's tree. A file that can't be read becomes a node with a fault. ``OSError`` for the directory."""
    known = ((path, meaning(path.name)) for path in directory.iterdir())
    return Tree(_node(path, *said) for path, said in known if said is not None)


def _node(path: Path, uuid: str, kind: Kind) -> Node:
    try:
        now = path.stat()
        used = now.st_blocks * _BLOCK
        if kind is Kind.STATE:
            return Node(uuid, kind, -(-now.st_size // SECTOR) * SECTOR, used)
        header = qcow2.read(path)
    except (OSError, qcow2.NotQcow2) as error:
        return Node(uuid, kind, fault=str(error))
    base = meaning(header.backing) if header.backing is not None else None
    foreign = header.external_data or (header.backing is not None and (base is None or base[1] is not Kind.BASE))
    fault = "it names a file that is no base of this repository" if foreign else None
    fault = "it is marked as corrupt" if header.corrupt else fault
    return Node(uuid, kind, header.virtual_size, used, base[0] if base else None, fault)
