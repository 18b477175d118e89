"""The host's facts, from libvirt and the kernel."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import libvirt

from cenote.compute.facts import HypervisorFacts
from cenote.compute.firmware import Firmwares

KIB = 1024
CPUINFO = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known before asking: the driver, why it was chosen, and what it can give a guest."""

    driver: str
    description: str
    firmwares: Firmwares
    hvm: bool
    max_disks: int
    max_nics: int
    cpuinfo: Callable[[], str] = CPUINFO.read_text

    def look(self, connection: libvirt.virConnect) -> HypervisorFacts:
        """Ask the host. Raises libvirt's errors."""
        _, _, count, mhz, nodes, sockets, cores, threads = connection.getInfo()
        memory = connection.getMemoryStats(libvirt.VIR_NODE_MEMORY_STATS_ALL_CELLS, 0)
        cpu = first_processor(self.cpuinfo())
        return HypervisorFacts(
            driver=self.driver,
            uri=connection.getURI(),
            description=self.description,
            libvirt_version=dotted(connection.getLibVersion()),
            hypervisor_version=dotted(connection.getVersion()),
            cpu_count=int(count),
            cpu_sockets=int(nodes) * int(sockets),
            cpu_cores=int(cores),
            cpu_threads=int(threads),
            cpu_vendor=cpu.get("vendor_id", ""),
            cpu_model=cpu.get("model name", ""),
            cpu_family=int(cpu.get("cpu family", 0)),
            cpu_model_number=int(cpu.get("model", 0)),
            cpu_stepping=int(cpu.get("stepping", 0)),
            cpu_mhz=float(cpu.get("cpu MHz", mhz)),
            cpu_flags=tuple(cpu.get("flags", "").split()),
            memory_total=memory["total"] * KIB,
            memory_free=sum(memory.get(part, 0) for part in ("free", "buffers", "cached")) * KIB,
            uefi=self.firmwares.plain is not None,
            secure_boot=self.firmwares.secure is not None,
            hvm=self.hvm,
            max_disks=self.max_disks,
            max_nics=self.max_nics,
        )


def first_processor(cpuinfo: str) -> dict[str, str]:
    """What the kernel's cpuinfo says about its first processor."""
    lines = (line.partition(":") for line in cpuinfo.partition("\n\n")[0].splitlines())
    return {name.strip(): value.strip() for name, _, value in lines}


def dotted(version: int) -> str:
    """libvirt's way of writing versions as numbers: 9000001 is 9.0.1."""
    return f"{version // 1_000_000}.{version // 1000 % 1000}.{version % 1000}"
