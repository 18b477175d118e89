"""What the guest's agent says, in this room's words."""

import json
from typing import cast

import libvirt
import libvirt_qemu

from cenote.compute.facts import GuestFacts, GuestInterface

PATIENCE = 5  # seconds for each question
ASKED = (
    libvirt.VIR_DOMAIN_GUEST_INFO_OS | libvirt.VIR_DOMAIN_GUEST_INFO_HOSTNAME | libvirt.VIR_DOMAIN_GUEST_INFO_INTERFACES
)


def ask(domain: libvirt.virDomain) -> GuestFacts:
    """Everything the agent of ``domain`` knows. Raises libvirt's errors."""
    domain.agentSetResponseTimeout(PATIENCE, 0)
    said = domain.guestInfo(ASKED, 0)
    time = domain.getTime(0)
    return facts(said, agent_version(domain), time["seconds"] + time["nseconds"] / 1e9)


def agent_version(domain: libvirt.virDomain) -> str:
    """The agent's own version."""
    answer = cast("object", json.loads(libvirt_qemu.qemuAgentCommand(domain, '{"execute":"guest-info"}', PATIENCE, 0)))
    match answer:
        case {"return": {"version": str(version)}}:
            return version
        case _:
            return ""


def facts(said: dict[str, str | int], version: str, time: float | None) -> GuestFacts:
    """libvirt's flat answer (``if.0.addr.1.type`` and the like) as facts."""

    def text(key: str) -> str:
        return str(said.get(key, ""))

    def count(key: str) -> int:
        return int(said.get(key, 0))

    def addresses(prefix: str, family: str) -> tuple[str, ...]:
        places = [f"{prefix}.addr.{number}" for number in range(count(f"{prefix}.addr.count"))]
        return tuple(text(f"{place}.addr") for place in places if text(f"{place}.type") == family)

    def interface(prefix: str) -> GuestInterface:
        mac = text(f"{prefix}.hwaddr").lower()
        return GuestInterface(text(f"{prefix}.name"), mac, addresses(prefix, "ipv4"), addresses(prefix, "ipv6"))

    return GuestFacts(
        os_id=text("os.id"),
        os_name=text("os.pretty-name") or text("os.name"),
        os_version=text("os.version-id") or text("os.version"),
        kernel=text("os.kernel-release"),
        hostname=text("hostname"),
        interfaces=tuple(interface(f"if.{number}") for number in range(count("if.count"))),
        agent_version=version,
        time=time,
    )
