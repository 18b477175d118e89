"""How QEMU gets a network card: its place follows from its index, for good."""

from cenote.compute.domainxml.address import Address, pci
from cenote.compute.domainxml.drive import FIRST_PORT, FIRST_SLOT, MAX_DISKS
from cenote.compute.domainxml.interface import Interface, InterfaceType, LinkState, Switch
from cenote.compute.errors import Unsupported
from cenote.compute.spec import BridgePort, Machine, NicSpec, UserNetwork

MAX_NICS = 7
ALIAS = "ua-nic-"


def place(machine: Machine, index: int) -> Address:
    """The PCI place of the network card ``index``, behind the disks'. Raises `Unsupported` beyond the last."""
    if not 0 <= index < MAX_NICS:
        raise Unsupported(f"network card {index}", f"a guest takes network cards 0 to {MAX_NICS - 1}")
    slot = MAX_DISKS + index
    return pci(0, FIRST_SLOT + slot) if machine is Machine.PC else pci(FIRST_PORT + slot, 0)


def network_card(spec: NicSpec, machine: Machine, boot: int | None) -> Interface:
    """A network card; one that is not booted from carries no boot ROM, which saves the firmware time."""
    card = attached(spec.attachment)
    card.mac = spec.mac.lower()
    card.model = spec.model.value
    card.mtu = spec.mtu if isinstance(spec.attachment, BridgePort) else None
    card.link = LinkState.UP if spec.link_up else LinkState.DOWN
    card.boot = boot
    card.rom = None if boot else False
    card.alias = f"{ALIAS}{spec.index}"
    card.addresses = [place(machine, spec.index)]
    return card


def attached(attachment: BridgePort | UserNetwork) -> Interface:
    """A card that is connected and nothing else yet."""
    card = Interface()
    if isinstance(attachment, UserNetwork):
        card.type = InterfaceType.USER
        return card
    card.type, card.bridge = InterfaceType.BRIDGE, attachment.bridge
    if attachment.openvswitch:
        card.port_type, card.port_id, card.vlan = "openvswitch", attachment.interface_id, attachment.vlan
    elif attachment.vlan is not None:
        raise Unsupported(f"VLAN {attachment.vlan}", f"{attachment.bridge} is not an Open vSwitch bridge")
    if not attachment.host_offload:
        no_offload(card)
    return card


def no_offload(card: Interface) -> None:
    """Turn off every offload that leaves a packet unfinished: Open vSwitch's userspace datapath does not finish it."""
    off = Switch.OFF
    card.host_checksum = card.host_gso = card.host_tso4 = card.host_tso6 = card.host_ecn = card.host_ufo = off
    card.guest_checksum = card.guest_tso4 = card.guest_tso6 = card.guest_ecn = card.guest_ufo = off
