"""The engine: classes that are views of XML elements, with typed properties declared by path.

A path is ``child/grandchild`` for an element's text and ``child/@name`` for an attribute. Reading a missing property
gives None; setting None removes it. What is not declared is kept as it was. Children appear in the order in which a
class declares them, however they were set.
"""

import re
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, ClassVar, Generic, Self, TypeVar, cast, overload
from xml.etree import ElementTree

T = TypeVar("T")
E = TypeVar("E", bound="Element")

UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class XmlError(ValueError):
    """A document is not what its declaration says."""


def read(kind: type[T], text: str) -> T:
    """``text`` as a ``kind``: str, int, bool (yes, no, on, off) or an enum of texts."""
    try:
        if kind is bool:
            return cast("T", {"yes": True, "on": True, "no": False, "off": False}[text])
        return cast("Callable[[str], T]", kind)(text)
    except (ValueError, KeyError) as error:
        raise XmlError(f"{text!r} is not a {kind.__name__}") from error


def show(value: object) -> str:
    """A value as XML text, without the characters that XML can't carry."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return UNFIT.sub("", str(value.value if isinstance(value, Enum) else value))


class Element:
    """A view of one XML element. Subclasses name its tag and declare its properties."""

    TAG: ClassVar[str]
    layout: ClassVar[dict[str, list[str]]]
    declared: ClassVar[dict[str, "Attr[Any] | Flag | Children[Any]"]]

    def __init_subclass__(cls) -> None:
        cls.layout, cls.declared = {}, {}
        for name, value in vars(cls).items():
            if isinstance(value, (Attr, Flag, Children)):
                cls.declared[name] = value
                place = ""
                for step in value.steps:
                    if step not in (siblings := cls.layout.setdefault(place, [])):
                        siblings.append(step)
                    place = f"{place}/{step}"

    def __init__(self, node: ElementTree.Element | None = None) -> None:
        self.node = ElementTree.Element(self.TAG) if node is None else node

    @classmethod
    def parse(cls, text: str) -> Self:
        """The view of a document. Raises `XmlError` when it is no XML or has another root."""
        try:
            node = ElementTree.fromstring(text)  # noqa: S314 - only libvirt's own documents come here
        except ElementTree.ParseError as error:
            raise XmlError(str(error)) from error
        if node.tag != cls.TAG:
            raise XmlError(f"<{node.tag}> is not <{cls.TAG}>")
        return cls(node)

    def xml(self) -> str:
        """The document, indented."""
        ElementTree.indent(self.node)
        return ElementTree.tostring(self.node, encoding="unicode") + "\n"

    def find(self, steps: Iterable[str]) -> ElementTree.Element | None:
        """The node at the end of ``steps``, None when there is none."""
        node: ElementTree.Element | None = self.node
        for step in steps:
            if node is None:
                return None
            node = node.find(step)
        return node

    def ensure(self, steps: Iterable[str]) -> ElementTree.Element:
        """The node at the end of ``steps``, made where missing."""
        node, place = self.node, ""
        for step in steps:
            found = node.find(step)
            node = self.add(node, place, ElementTree.Element(step)) if found is None else found
            place = f"{place}/{step}"
        return node

    def add(self, parent: ElementTree.Element, place: str, child: ElementTree.Element) -> ElementTree.Element:
        """Put ``child`` into ``parent``, behind its like and before what is declared after it."""
        order = self.layout.get(place, [])
        rank = order.index(child.tag) if child.tag in order else len(order)
        later = set(order[rank + 1 :])
        position = next((i for i, other in enumerate(parent) if other.tag in later), len(parent))
        parent.insert(position, child)
        return child

    def prune(self, steps: tuple[str, ...]) -> None:
        """Remove the nodes along ``steps`` that hold nothing any more, innermost first."""
        for depth in range(len(steps), 0, -1):
            node, parent = self.find(steps[:depth]), self.find(steps[: depth - 1])
            if node is None or parent is None or len(node) or node.attrib or (node.text or "").strip():
                return
            parent.remove(node)
            if not len(parent) and not (parent.text or "").strip():
                parent.text = None


class Attr(Generic[T]):
    """A text or an attribute, as a value of type ``kind``."""

    def __init__(self, path: str, kind: type[T]) -> None:
        *steps, last = path.split("/")
        self.path, self.kind = path, kind
        self.name = last[1:] if last.startswith("@") else None
        self.steps = tuple(steps) if self.name else (*steps, last)

    @overload
    def __get__(self, view: None, owner: type[Element]) -> Self: ...
    @overload
    def __get__(self, view: Element, owner: type[Element]) -> T | None: ...
    def __get__(self, view: Element | None, owner: type[Element]) -> Self | T | None:
        if view is None:
            return self
        node = view.find(self.steps)
        if node is None:
            return None
        text = node.get(self.name) if self.name else (node.text or "").strip()
        return None if text is None else read(self.kind, text)

    def __set__(self, view: Element, value: T | None) -> None:
        if value is None:
            self.clear(view)
        elif self.name:
            view.ensure(self.steps).set(self.name, show(value))
        else:
            view.ensure(self.steps).text = show(value)

    def clear(self, view: Element) -> None:
        """Remove it, and what it leaves empty."""
        node = view.find(self.steps)
        if node is None:
            return
        if self.name:
            node.attrib.pop(self.name, None)
        else:
            node.text = None
        view.prune(self.steps)


class Flag:
    """An element that means yes by being there."""

    def __init__(self, path: str) -> None:
        self.path, self.steps = path, tuple(path.split("/"))

    @overload
    def __get__(self, view: None, owner: type[Element]) -> Self: ...
    @overload
    def __get__(self, view: Element, owner: type[Element]) -> bool: ...
    def __get__(self, view: Element | None, owner: type[Element]) -> Self | bool:
        return self if view is None else view.find(self.steps) is not None

    def __set__(self, view: Element, value: bool) -> None:
        if value:
            view.ensure(self.steps)
        elif (node := view.find(self.steps)) is not None:
            node.clear()
            view.prune(self.steps)


class Children(Generic[E]):
    """All elements at one path, as views."""

    def __init__(self, path: str, kind: type[E]) -> None:
        *steps, _ = path.split("/")
        self.path, self.kind = path, kind
        self.parent, self.steps = tuple(steps), (*steps, kind.TAG)

    @overload
    def __get__(self, view: None, owner: type[Element]) -> Self: ...
    @overload
    def __get__(self, view: Element, owner: type[Element]) -> list[E]: ...
    def __get__(self, view: Element | None, owner: type[Element]) -> Self | list[E]:
        if view is None:
            return self
        parent = view.find(self.parent)
        return [] if parent is None else [self.kind(node) for node in parent.findall(self.kind.TAG)]

    def __set__(self, view: Element, values: Iterable[E]) -> None:
        parent = view.ensure(self.parent)
        for old in parent.findall(self.kind.TAG):
            parent.remove(old)
        place = "".join(f"/{step}" for step in self.parent)
        for value in values:
            view.add(parent, place, value.node)
