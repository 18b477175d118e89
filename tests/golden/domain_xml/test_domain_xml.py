"""The XML of guests, kept as files. ``REWRITE=1`` in the environment writes them anew."""

import os
from pathlib import Path

import pytest
from tests.golden.domain_xml.specs import KVM, QEMU, XEN

from cenote.compute.domainxml.domain import Domain
from cenote.compute.domainxml.engine import Children, Element
from cenote.compute.domainxml.qemu import QemuHost, qemu_domain
from cenote.compute.domainxml.xen import xen_domain
from cenote.compute.firmware import Firmwares, Image

FOLDER = Path(__file__).parent
FIRMWARES = Firmwares(Image("/fw/code.fd", "/fw/vars.fd"), Image("/fw/secure.fd", "/fw/keys.fd"), ("/fw",))
BUILT = {
    **{name: qemu_domain(spec, QemuHost(False, FIRMWARES)) for name, spec in QEMU.items()},
    **{name: qemu_domain(spec, QemuHost(True, FIRMWARES)) for name, spec in KVM.items()},
    **{name: xen_domain(spec) for name, spec in XEN.items()},
}


@pytest.mark.parametrize("name", BUILT)
def test_the_xml_is_as_it_was(name: str) -> None:
    path, text = FOLDER / f"{name}.xml", BUILT[name].xml()
    if os.environ.get("REWRITE"):
        path.write_text(text)
    assert text == path.read_text()


def test_no_file_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.xml")} == {*BUILT, "live"}


def seen(view: Element) -> set[str]:
    """The properties that a document has, as class and name."""
    found: set[str] = set()
    for name, property_ in type(view).declared.items():
        if isinstance(property_, Children):
            children = property_.__get__(view, type(view))
            found = found.union(*map(seen, children))
            there = bool(children)
        else:
            there = view.find(property_.steps) is not None and property_.__get__(view, type(view)) is not None
        if there:
            found.add(f"{type(view).__name__}.{name}")
    return found


def declared(kind: type[Element]) -> set[str]:
    """The properties that a class and its children's classes declare."""
    found = {f"{kind.__name__}.{name}" for name in kind.declared}
    for property_ in kind.declared.values():
        if isinstance(property_, Children):
            found |= declared(property_.kind)
    return found


def test_every_declared_property_is_used() -> None:
    documents = [Domain.parse(path.read_text()) for path in FOLDER.glob("*.xml")]
    assert declared(Domain) - set().union(*map(seen, documents)) == set()


def test_what_is_not_declared_is_kept() -> None:
    domain = Domain.parse((FOLDER / "live.xml").read_text())
    domain.name = "renamed"
    text = domain.xml()
    assert "<name>renamed</name>" in text
    for kept in ("<partition>/machine</partition>", '<audio id="1" type="none" />', "<imagelabel>+0:+0</imagelabel>"):
        assert kept in text
