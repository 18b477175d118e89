"""<domain>: a guest, whole."""

from enum import Enum
from xml.etree import ElementTree

from cenote.compute.domainxml.devices import (
    Balloon,
    Channel,
    Console,
    Controller,
    Graphics,
    Input,
    Panic,
    Rng,
    Serial,
    Video,
)
from cenote.compute.domainxml.disk import Disk
from cenote.compute.domainxml.engine import Attr, Children, Element, Flag
from cenote.compute.domainxml.interface import Interface, Switch

NAMESPACE = "urn:cenote:domain:1"
ElementTree.register_namespace("cenote", NAMESPACE)


class DomainType(Enum):
    """What runs the guest."""

    KVM = "kvm"
    QEMU = "qemu"
    XEN = "xen"


class CpuMode(Enum):
    """Which processor the guest sees."""

    PASSTHROUGH = "host-passthrough"
    MAXIMUM = "maximum"


class OnExit(Enum):
    """What libvirt does when the guest powers off, reboots or crashes."""

    DESTROY = "destroy"
    RESTART = "restart"
    PRESERVE = "preserve"


class Timer(Element):
    """<timer>: one of the guest's clocks."""

    TAG = "timer"

    name = Attr("@name", str)
    present = Attr("@present", bool)
    policy = Attr("@tickpolicy", str)


class Domain(Element):
    """A guest. Memory is in KiB, as libvirt counts."""

    TAG = "domain"

    type = Attr("@type", DomainType)
    id = Attr("@id", int)
    name = Attr("name", str)
    uuid = Attr("uuid", str)
    title = Attr("title", str)
    owner = Attr(f"metadata/{{{NAMESPACE}}}vm/@uuid", str)
    memory = Attr("memory", int)
    memory_unit = Attr("memory/@unit", str)
    memory_now = Attr("currentMemory", int)
    memory_now_unit = Attr("currentMemory/@unit", str)
    vcpus = Attr("vcpu", int)
    vcpu_placement = Attr("vcpu/@placement", str)
    vcpus_now = Attr("vcpu/@current", int)
    shares = Attr("cputune/shares", int)
    period = Attr("cputune/global_period", int)
    quota = Attr("cputune/global_quota", int)
    os_type = Attr("os/type", str)
    arch = Attr("os/type/@arch", str)
    machine = Attr("os/type/@machine", str)
    loader = Attr("os/loader", str)
    loader_read_only = Attr("os/loader/@readonly", bool)
    loader_secure = Attr("os/loader/@secure", bool)
    loader_type = Attr("os/loader/@type", str)
    nvram = Attr("os/nvram", str)
    nvram_template = Attr("os/nvram/@template", str)
    kernel = Attr("os/kernel", str)
    ramdisk = Attr("os/initrd", str)
    arguments = Attr("os/cmdline", str)
    acpi = Flag("features/acpi")
    apic = Flag("features/apic")
    pae = Flag("features/pae")
    hyperv_mode = Attr("features/hyperv/@mode", str)
    hyperv_relaxed = Attr("features/hyperv/relaxed/@state", Switch)
    hyperv_vapic = Attr("features/hyperv/vapic/@state", Switch)
    hyperv_spinlocks = Attr("features/hyperv/spinlocks/@state", Switch)
    hyperv_retries = Attr("features/hyperv/spinlocks/@retries", int)
    smm = Attr("features/smm/@state", Switch)
    cpu = Attr("cpu/@mode", CpuMode)
    cpu_check = Attr("cpu/@check", str)
    cpu_migratable = Attr("cpu/@migratable", Switch)
    sockets = Attr("cpu/topology/@sockets", int)
    cores = Attr("cpu/topology/@cores", int)
    threads = Attr("cpu/topology/@threads", int)
    clock = Attr("clock/@offset", str)
    clock_adjustment = Attr("clock/@adjustment", int)
    clock_basis = Attr("clock/@basis", str)
    timers = Children("clock/timer", Timer)
    on_poweroff = Attr("on_poweroff", OnExit)
    on_reboot = Attr("on_reboot", OnExit)
    on_crash = Attr("on_crash", OnExit)
    disks = Children("devices/disk", Disk)
    controllers = Children("devices/controller", Controller)
    interfaces = Children("devices/interface", Interface)
    serials = Children("devices/serial", Serial)
    consoles = Children("devices/console", Console)
    channels = Children("devices/channel", Channel)
    inputs = Children("devices/input", Input)
    graphics = Children("devices/graphics", Graphics)
    videos = Children("devices/video", Video)
    balloons = Children("devices/memballoon", Balloon)
    rngs = Children("devices/rng", Rng)
    panics = Children("devices/panic", Panic)
