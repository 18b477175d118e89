"""Guests on Xen, through libvirt's Xen driver.

Thin: it builds domains and runs, pauses, saves and ends them as the QEMU driver does. It has not been run outside its
tests of the XML, for no Xen host was at hand; what is known to be missing raises `Unsupported`.
"""

import socket

from cenote.compute.domainxml.disk import Disk
from cenote.compute.domainxml.domain import Domain
from cenote.compute.domainxml.interface import Interface
from cenote.compute.domainxml.xen import MAX_DISKS, MAX_NICS, xen_card, xen_disk, xen_domain
from cenote.compute.driver import LibvirtHypervisor
from cenote.compute.errors import Unsupported
from cenote.compute.facts import GuestFacts
from cenote.compute.firmware import find
from cenote.compute.probe import Choice
from cenote.compute.spec import DiskSpec, DomainSpec, NicSpec
from cenote.compute.survey import Survey


class XenHypervisor(LibvirtHypervisor):
    """The contract, on Xen."""

    def __init__(self, choice: Choice, *, deadline: float = 30.0, patience: float = 15.0) -> None:
        """Connect to the libvirtd of ``choice``; when it is away, keep trying."""
        survey = Survey(choice.driver.value, choice.sentence, find(), True, MAX_DISKS, MAX_NICS)
        super().__init__(choice.uri, survey, deadline=deadline, patience=patience)

    def document(self, spec: DomainSpec) -> Domain:
        """The whole guest as XML."""
        return xen_domain(spec)

    def disk(self, spec: DiskSpec, live: Domain) -> Disk:
        """A disk to plug in."""
        return xen_disk(spec, hvm=live.os_type == "hvm")

    def card(self, spec: NicSpec, live: Domain) -> Interface:
        """A network card to plug in."""
        return xen_card(spec)

    def guest(self, uuid: str) -> GuestFacts:
        """Raises `Unsupported`: Xen's agent speaks through xenstore, which this driver does not read yet."""
        raise Unsupported("ask the guest agent", "not built for Xen yet")

    def open_vnc(self, uuid: str) -> socket.socket:
        """Raises `Unsupported`: libvirt's Xen driver can't hand out the screen's socket."""
        raise Unsupported("look at the screen", "not built for Xen yet")
