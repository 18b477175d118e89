"""What a guest shall be: plain frozen values that a driver turns into a domain. Sizes are bytes, times are seconds."""

from dataclasses import dataclass, field
from enum import Enum


class Virtualization(Enum):
    """How the guest meets the hypervisor. A QEMU driver runs HVM only."""

    HVM = "hvm"
    PV = "pv"
    PVH = "pvh"


class Firmware(Enum):
    """What starts the guest's boot loader."""

    BIOS = "bios"
    UEFI = "uefi"


class Machine(Enum):
    """The chipset. PC boots quickest under emulation and takes hot-plugged devices without spare ports."""

    PC = "pc"
    Q35 = "q35"


class DiskKind(Enum):
    """What a drive looks like to the guest."""

    DISK = "disk"
    CDROM = "cdrom"
    FLOPPY = "floppy"


class DiskFormat(Enum):
    """The format of an image."""

    RAW = "raw"
    QCOW2 = "qcow2"


class Cache(Enum):
    """How the host caches an image: NONE bypasses its page cache, WRITEBACK uses it and honours flushes."""

    NONE = "none"
    WRITEBACK = "writeback"
    WRITETHROUGH = "writethrough"
    UNSAFE = "unsafe"


class ExitAction(Enum):
    """What happens after the guest crashed or rebooted."""

    DESTROY = "destroy"
    RESTART = "restart"
    PRESERVE = "preserve"


class NicModel(Enum):
    """The network card that the guest sees."""

    VIRTIO = "virtio"
    E1000 = "e1000"
    RTL8139 = "rtl8139"


@dataclass(frozen=True, slots=True)
class DiskSpec:
    """One drive. ``index`` (the VBD's device number) fixes its name and its place in the guest for good.

    ``source`` None is an empty drive, which only a cdrom or floppy may be. A source that is a block device is told
    from a file by the driver. ``serial`` is what the guest reads as the disk's serial number (the VDI's uuid).
    """

    index: int
    kind: DiskKind = DiskKind.DISK
    source: str | None = None
    format: DiskFormat = DiskFormat.RAW
    read_only: bool = False
    serial: str | None = None
    cache: Cache = Cache.WRITEBACK
    discard: bool = True
    shareable: bool = False


@dataclass(frozen=True, slots=True)
class BridgePort:
    """A network card on a bridge of the host.

    ``interface_id`` is Open vSwitch's external id of the port (a uuid; needed with ``openvswitch``). ``vlan`` is the
    access VLAN of the port, only with Open vSwitch. ``host_offload`` False turns checksum and segmentation offload
    off on both sides: needed with Open vSwitch's userspace datapath.
    """

    bridge: str
    openvswitch: bool = False
    interface_id: str | None = None
    vlan: int | None = None
    host_offload: bool = True


@dataclass(frozen=True, slots=True)
class UserNetwork:
    """A network card behind QEMU's own user-mode network: needs no privilege, the guest is not reachable."""


@dataclass(frozen=True, slots=True)
class NicSpec:
    """One network card. ``index`` (the VIF's device number) fixes its place in the guest for good."""

    index: int
    mac: str
    attachment: BridgePort | UserNetwork
    model: NicModel = NicModel.VIRTIO
    mtu: int | None = None
    link_up: bool = True


@dataclass(frozen=True, slots=True)
class DirectBoot:
    """A kernel that the hypervisor loads itself, instead of the guest's boot loader."""

    kernel: str
    ramdisk: str | None = None
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class Platform:
    """The virtual mainboard: what the published ``VM.platform`` map says, read into types.

    ``hyperv``: the enlightenments that Windows knows; real only with hardware virtualization. ``time_offset``: the
    guest's clock minus UTC, in seconds. ``cores_per_socket``: None puts every processor into its own socket.
    """

    machine: Machine = Machine.PC
    acpi: bool = True
    apic: bool = True
    pae: bool = True
    hyperv: bool = False
    hpet: bool = False
    tablet: bool = False
    time_offset: int = 0
    cores_per_socket: int | None = None
    video_memory: int = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DomainSpec:
    """A guest, whole. ``uuid`` is the VM's, in canonical text form; ``name`` is for people and need not be unique.

    ``memory_static_max`` is what the guest boots with; the balloon brings it to ``memory_target``. ``boot_order`` is
    the published ``HVM_boot_params:order``: c disks, d cdrom, n network. ``cpu_weight`` (1 to 65535, 256 is normal)
    and ``cpu_cap`` (percent of one processor) are None when nobody asked. ``nvram`` is the file of the UEFI
    variables, made from the firmware's template when missing. ``serial_log`` receives a copy of all serial output.
    """

    uuid: str
    name: str
    memory_static_max: int
    memory_target: int
    vcpus_max: int
    vcpus: int
    virtualization: Virtualization = Virtualization.HVM
    firmware: Firmware = Firmware.BIOS
    secure_boot: bool = False
    boot_order: str = "cd"
    direct_boot: DirectBoot | None = None
    disks: tuple[DiskSpec, ...] = ()
    nics: tuple[NicSpec, ...] = ()
    serial: bool = True
    serial_log: str | None = None
    vnc: bool = True
    agent: bool = True
    balloon: bool = True
    rng: bool = True
    platform: Platform = field(default_factory=Platform)
    cpu_weight: int | None = None
    cpu_cap: int | None = None
    on_crash: ExitAction = ExitAction.RESTART
    on_reboot: ExitAction = ExitAction.RESTART
    nvram: str | None = None
