"""Opens the hypervisor that a probe has chosen."""

from cenote.compute.contract import Hypervisor
from cenote.compute.probe import Choice, Driver
from cenote.compute.qemu import QemuHypervisor
from cenote.compute.xen import XenHypervisor


def connect(choice: Choice) -> Hypervisor:
    """The driver for ``choice``.

    Never fails: while libvirtd is away the driver says so at each call, and keeps trying.
    """
    return XenHypervisor(choice) if choice.driver is Driver.XEN else QemuHypervisor(choice)
