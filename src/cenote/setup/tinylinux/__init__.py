"""The tiny Linux: a small real guest for tests and for "does it work here?", built from Debian's own packages.

Its disk boots by BIOS and by UEFI. All of it runs from memory; a partition keeps root's home. What the host does:

- disk on virtio (IDE boots too, but slowly; the kernel has no driver for SATA on q35), networks on virtio;
- a guest agent channel named ``org.qemu.guest_agent.0``, and entropy (virtio-rng), else SSH answers a second later;
- keys over SMBIOS OEM strings: ``io.systemd.credential:ssh.authorized_keys.root=ssh-ed25519 ...`` (or
  ``io.systemd.credential.binary:`` and base64 for several), a name as ``system.hostname``; or a NoCloud disk (CIDATA).
"""

from cenote.setup.tinylinux.errors import BuildError
from cenote.setup.tinylinux.image import TinyLinux, build, find
from cenote.setup.tinylinux.packages import HOST_PACKAGES

__all__ = ["HOST_PACKAGES", "BuildError", "TinyLinux", "build", "find"]
