"""The Debian packages that Cenote needs, each with its purpose: the only list of them."""

from __future__ import annotations

from dataclasses import dataclass

from cenote.setup.tinylinux import HOST_PACKAGES


@dataclass(frozen=True, slots=True)
class Package:
    """A Debian package and what it is for."""

    name: str
    purpose: str
    root: bool = False
    """Needed only where we are root."""


RUN = (
    Package("libvirt-daemon-system", "the hypervisor's daemon and its settings"),
    Package("libvirt-daemon-driver-qemu", "its driver for QEMU and KVM"),
    Package("libvirt-clients", "virsh, to look at guests from beside"),
    Package("qemu-system-x86", "the hypervisor"),
    Package("qemu-utils", "qemu-img, which makes and converts disks"),
    Package("qemu-block-extra", "disks over iSCSI, NFS and HTTP"),
    Package("ovmf", "UEFI firmware for guests"),
    Package("openvswitch-switch", "networks of guests", root=True),
    Package("dnsmasq-base", "addresses for guests (DHCP)", root=True),
    Package("nftables", "address translation for guests", root=True),
    Package("iproute2", "bridges, VLANs and bonds", root=True),
    Package("ethtool", "settings of network cards", root=True),
    Package("ca-certificates", "trust in what is downloaded"),
    Package("python3-venv", "the virtual environment"),
    Package("python3-dev", "to build the Python binding of libvirt"),
    Package("libvirt-dev", "to build the Python binding of libvirt"),
    Package("gcc", "to build the Python binding of libvirt"),
    Package("libc6-dev", "to build the Python binding of libvirt"),
    Package("pkg-config", "to build the Python binding of libvirt"),
    *(Package(name, "to make the tiny Linux") for name in HOST_PACKAGES),
)
"""What `script/up` needs."""

DEVELOP = (
    Package("shellcheck", "checks the shell scripts"),
    Package("busybox", "the DHCP client of the network tests", root=True),
    Package("zsh", "reads the completion of xe"),
    Package("openssh-client", "logs in to the guests of the tests"),
)
"""What `script/test` and `script/check` need beside it."""


def wanted(*, root: bool, develop: bool = False) -> tuple[Package, ...]:
    """The packages for this kind of set-up, each once."""
    found = {package.name: package for package in reversed(RUN + (DEVELOP if develop else ()))}
    return tuple(package for package in reversed(found.values()) if root or not package.root)
