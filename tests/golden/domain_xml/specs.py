"""The guests whose XML is kept in this folder, by file name."""

from cenote.compute.spec import (
    BridgePort,
    Cache,
    DirectBoot,
    DiskFormat,
    DiskKind,
    DiskSpec,
    DomainSpec,
    ExitAction,
    Firmware,
    Machine,
    NicModel,
    NicSpec,
    Platform,
    UserNetwork,
    Virtualization,
)

UUID = "8d6a31a4-6d3f-4c0e-9a57-0d3c7c3f5a11"
VDI = "2f1d3b88-0a44-4f0e-8d2c-5b2f3f9d7e10"
PORT = "d0a3c7be-91f5-4b7c-a7a1-3c5d2e8f6b42"
MIB = 1024 * 1024

SMALLEST = DomainSpec(
    UUID,
    "smallest",
    64 * MIB,
    64 * MIB,
    1,
    1,
    serial=False,
    vnc=False,
    agent=False,
    balloon=False,
    rng=False,
)
USUAL = DomainSpec(
    UUID,
    "Debian 13 <web & mail>",
    2048 * MIB,
    1024 * MIB,
    4,
    2,
    disks=(
        DiskSpec(0, source="/var/lib/cenote/sr/disk.qcow2", format=DiskFormat.QCOW2, serial=VDI),
        DiskSpec(1, source="/var/lib/cenote/sr/data.raw", read_only=True, cache=Cache.NONE, discard=False),
        DiskSpec(3, DiskKind.CDROM, "/srv/iso/debian.iso"),
    ),
    nics=(
        NicSpec(0, "52:54:00:AA:BB:01", BridgePort("xenbr0", True, PORT, 12, False), mtu=9000),
        NicSpec(1, "52:54:00:AA:BB:02", BridgePort("br1"), NicModel.E1000, link_up=False),
    ),
    boot_order="cdn",
    serial_log="/var/lib/cenote/console/8d6a31a4.log",
)
UEFI = DomainSpec(
    UUID,
    "uefi",
    512 * MIB,
    512 * MIB,
    2,
    2,
    firmware=Firmware.UEFI,
    nvram="/var/lib/cenote/nvram/8d6a31a4.fd",
    boot_order="n",
    disks=(DiskSpec(0, source="/a.raw"), DiskSpec(15, source="/b.raw", shareable=True)),
    nics=(NicSpec(6, "52:54:00:aa:bb:03", UserNetwork()),),
    platform=Platform(time_offset=-3600, cores_per_socket=2, hpet=True),
    cpu_weight=512,
    cpu_cap=150,
    on_crash=ExitAction.PRESERVE,
    on_reboot=ExitAction.DESTROY,
)
WINDOWS = DomainSpec(
    UUID,
    "windows",
    4096 * MIB,
    4096 * MIB,
    4,
    4,
    firmware=Firmware.UEFI,
    secure_boot=True,
    nvram="/var/lib/cenote/nvram/8d6a31a4.fd",
    disks=(DiskSpec(0, source="/w.raw"), DiskSpec(3, DiskKind.CDROM), DiskSpec(4, DiskKind.CDROM)),
    platform=Platform(hyperv=True, tablet=True, cores_per_socket=4, machine=Machine.Q35),
)
DIRECT = DomainSpec(
    UUID,
    "direct",
    128 * MIB,
    128 * MIB,
    1,
    1,
    boot_order="acd",
    direct_boot=DirectBoot("/boot/vmlinuz", "/boot/initrd", "console=ttyS0 root=/dev/vda"),
    platform=Platform(acpi=False, apic=False, pae=False),
)
FLOPPIES = DomainSpec(
    UUID,
    "floppies",
    64 * MIB,
    64 * MIB,
    1,
    1,
    boot_order="dac",
    disks=(
        DiskSpec(0, DiskKind.FLOPPY, "/a.img"),
        DiskSpec(1, DiskKind.FLOPPY),
        DiskSpec(2, DiskKind.CDROM, "/one.iso"),
        DiskSpec(7, DiskKind.CDROM, "/two.iso"),
        DiskSpec(8, source="/c.raw"),
    ),
)
QEMU = {"smallest": SMALLEST, "usual": USUAL, "uefi": UEFI, "direct": DIRECT, "floppies": FLOPPIES}
KVM = {"kvm": USUAL, "windows": WINDOWS}

XEN_HVM = DomainSpec(
    UUID,
    "hvm",
    512 * MIB,
    512 * MIB,
    2,
    1,
    disks=(DiskSpec(0, source="/a.raw"), DiskSpec(3, DiskKind.CDROM, "/a.iso")),
    nics=(NicSpec(0, "52:54:00:aa:bb:04", BridgePort("xenbr0", True, PORT)),),
    platform=Platform(tablet=True),
)
XEN_PV = DomainSpec(
    UUID,
    "pv",
    256 * MIB,
    256 * MIB,
    1,
    1,
    virtualization=Virtualization.PV,
    direct_boot=DirectBoot("/boot/vmlinuz", "/boot/initrd", "root=/dev/xvda"),
    disks=(DiskSpec(0, source="/a.raw"),),
)
XEN_PVH = DomainSpec(
    UUID,
    "pvh",
    256 * MIB,
    256 * MIB,
    1,
    1,
    virtualization=Virtualization.PVH,
    direct_boot=DirectBoot("/boot/vmlinuz"),
)
XEN = {"xen-hvm": XEN_HVM, "xen-pv": XEN_PV, "xen-pvh": XEN_PVH}
