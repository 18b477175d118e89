"""Types for what Cenote uses of libvirt-python's QEMU extension."""

from libvirt import virDomain

def qemuAgentCommand(domain: virDomain, cmd: str, timeout: int, flags: int) -> str: ...
