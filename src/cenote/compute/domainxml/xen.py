"""A guest as Xen gets it: what differs from QEMU. libvirt's Xen driver knows no aliases: names carry the index."""

from cenote.compute.domainxml.card import attached
from cenote.compute.domainxml.devices import CharType, Console, Graphics, Input, Serial, Video
from cenote.compute.domainxml.disk import Disk, DiskBus
from cenote.compute.domainxml.domain import Domain, DomainType
from cenote.compute.domainxml.drive import image
from cenote.compute.domainxml.frame import KIB, framed, letters
from cenote.compute.domainxml.interface import Interface
from cenote.compute.errors import Unsupported
from cenote.compute.spec import BridgePort, DiskKind, DiskSpec, DomainSpec, Firmware, NicSpec, Virtualization

MAX_DISKS = 16
MAX_NICS = 7
HVM_LOADER = "/usr/lib/xen-4.17/boot/hvmloader"
OS_TYPES = {
    Virtualization.HVM: ("hvm", "xenfv"),
    Virtualization.PV: ("linux", "xenpv"),
    Virtualization.PVH: ("xenpvh", "xenpvh"),
}


def xen_domain(spec: DomainSpec) -> Domain:
    """The domain of ``spec``. Raises `Unsupported` for what this driver can't give."""
    hvm = spec.virtualization is Virtualization.HVM
    if spec.firmware is Firmware.UEFI:
        raise Unsupported("UEFI", "not built for Xen yet")
    if not hvm and spec.direct_boot is None:
        raise Unsupported(spec.virtualization.value, "such a guest needs a kernel to boot directly")
    domain = framed(spec)
    domain.type = DomainType.XEN
    domain.sockets = domain.cores = domain.threads = None
    domain.os_type, domain.machine = OS_TYPES[spec.virtualization]
    domain.acpi, domain.apic, domain.pae = spec.platform.acpi, spec.platform.apic, spec.platform.pae
    domain.disks = [xen_disk(disk, hvm=hvm) for disk in spec.disks]
    domain.interfaces = [xen_card(nic) for nic in spec.nics]
    if hvm:
        domain.loader = HVM_LOADER
    console = Console()
    console.type, console.target, console.port = CharType.PTY, "serial" if hvm else "xen", 0
    domain.consoles = [console] if spec.serial else []
    if hvm and spec.serial:
        serial = Serial()
        serial.type, serial.port = CharType.PTY, 0
        domain.serials = [serial]
    if hvm and spec.vnc:
        hvm_screen(domain, spec)
    return domain


def hvm_screen(domain: Domain, spec: DomainSpec) -> None:
    """The screen of an HVM guest; Xen's device model listens on loopback."""
    graphics, video = Graphics(), Video()
    graphics.type, graphics.listen = "vnc", "address"
    video.model, video.memory, video.heads = "vga", max(spec.platform.video_memory // KIB, 16 * KIB), 1
    domain.graphics, domain.videos = [graphics], [video]
    if spec.platform.tablet:
        tablet = Input()
        tablet.type, tablet.bus = "tablet", "usb"
        domain.inputs = [tablet]


def xen_disk(spec: DiskSpec, *, hvm: bool) -> Disk:
    """A drive: paravirtual, except for the removable ones of an HVM guest. QEMU serves the image to the guest."""
    disk = image(spec)
    disk.alias = disk.cache = disk.discard = None
    emulated = hvm and spec.kind is not DiskKind.DISK
    disk.bus = DiskBus.IDE if emulated else DiskBus.XEN
    disk.target = f"{'hd' if emulated else 'xvd'}{letters(spec.index)}"
    return disk


def xen_card(spec: NicSpec) -> Interface:
    """A network card; on Open vSwitch Xen's own script joins it to the bridge."""
    if not isinstance(spec.attachment, BridgePort):
        raise Unsupported(f"network card {spec.index}", "Xen has no user-mode network")
    card = attached(BridgePort(spec.attachment.bridge, vlan=None))
    card.script = "vif-openvswitch" if spec.attachment.openvswitch else None
    card.mac, card.mtu = spec.mac.lower(), spec.mtu
    return card
