"""Guests on QEMU, with KVM or by emulation, through libvirt's QEMU driver.

Files. ``qemu:///system`` runs each QEMU as the account that qemu.conf names (Debian: libvirt-qemu) and gives it the
images it opens (``dynamic_ownership``, on by default), so images need no special owner; only every folder on the way
to them must let that account through (mode o+x). ``qemu:///session`` runs QEMU as the caller. Nothing of this is
changed here: the host's own qemu.conf, AppArmor included, stays in force.
"""

from cenote.compute.domainxml.card import MAX_NICS, network_card
from cenote.compute.domainxml.disk import Disk
from cenote.compute.domainxml.domain import Domain
from cenote.compute.domainxml.drive import MAX_DISKS, hard_disk
from cenote.compute.domainxml.interface import Interface
from cenote.compute.domainxml.qemu import QemuHost, qemu_domain
from cenote.compute.driver import LibvirtHypervisor
from cenote.compute.errors import Unsupported
from cenote.compute.firmware import Firmwares, find
from cenote.compute.probe import Choice, Driver
from cenote.compute.spec import DiskKind, DiskSpec, DomainSpec, Machine, NicSpec
from cenote.compute.survey import Survey


class QemuHypervisor(LibvirtHypervisor):
    """The contract, on QEMU."""

    def __init__(
        self, choice: Choice, *, firmwares: Firmwares | None = None, deadline: float = 30.0, patience: float = 15.0
    ) -> None:
        """Connect to the libvirtd of ``choice``; when it is away, keep trying.

        ``deadline`` (seconds) is for each call, ``patience`` for a guest to release a device.
        """
        found = find() if firmwares is None else firmwares
        survey = Survey(choice.driver.value, choice.sentence, found, True, MAX_DISKS, MAX_NICS)
        self._host = QemuHost(choice.driver is Driver.KVM, found)
        super().__init__(choice.uri, survey, deadline=deadline, patience=patience)

    def document(self, spec: DomainSpec) -> Domain:
        """The whole guest as XML."""
        return qemu_domain(spec, self._host)

    def disk(self, spec: DiskSpec, live: Domain) -> Disk:
        """A disk to plug in. Raises `Unsupported` for a drive with removable media."""
        if spec.kind is not DiskKind.DISK:
            raise Unsupported(f"plug {spec.kind.value} {spec.index}", "its bus takes no drives while the guest runs")
        return hard_disk(spec, machine_of(live))

    def card(self, spec: NicSpec, live: Domain) -> Interface:
        """A network card to plug in."""
        return network_card(spec, machine_of(live), None)


def machine_of(live: Domain) -> Machine:
    """The chipset of a running guest, whose name libvirt has made precise (pc-q35-7.2)."""
    return Machine.Q35 if "q35" in (live.machine or "") else Machine.PC
