"""Small worlds of records: a host with a repository, and the VMs, disks and wires that a test asks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from cenote.model.classes.host import host
from cenote.model.classes.host_metrics import host_metrics
from cenote.model.classes.network import network
from cenote.model.classes.PBD import PBD
from cenote.model.classes.SR import SR
from cenote.model.classes.VBD import VBD, vbd_mode, vbd_type
from cenote.model.classes.VDI import VDI
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.classes.VM_metrics import VM_metrics
from cenote.model.core import NULL, Assignment, Object, Ref
from cenote.model.sealed import CATALOGUE
from cenote.network.fake import FakeWiring
from cenote.operations.context import Caller, Context, Rooms, Settings
from cenote.operations.storage import Repositories
from cenote.store.memory import MemoryStore

if TYPE_CHECKING:
    from cenote.compute.contract import Hypervisor
    from cenote.store.contract import Derive
    from cenote.store.state import State

O = TypeVar("O", bound=Object)  # noqa: E741

MIB, GIB = 2**20, 2**30
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
URL = "https://192.0.2.1"
NOTHING: Ref[Any] = Ref("OpaqueRef:00000000-0000-0000-0000-00000000dead")
"""A reference to no object."""
ROOT = Caller(session=NULL, user="root", superuser=True)

HALTED, RUNNING, PAUSED, SUSPENDED = (
    vm_power_state.HALTED,
    vm_power_state.RUNNING,
    vm_power_state.PAUSED,
    vm_power_state.SUSPENDED,
)


class Hands:
    """A clock whose hands a test moves."""

    def __init__(self) -> None:
        self.moment = NOW
        self.seconds = 1000.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += timedelta(seconds=seconds)
        self.seconds += seconds


class World:
    """Records in memory: one host, enabled and live, with one repository attached."""

    def __init__(self, derive: Derive | None = None) -> None:
        self.store = MemoryStore(CATALOGUE, derive)
        self.clock = Hands()
        self.host = self.add_host()
        self.sr = self.add_sr()

    @property
    def view(self) -> State:
        """The newest state."""
        return self.store.state

    def add(self, cls: type[O], *assignments: Assignment[Any]) -> Ref[O]:
        """An object of any class."""
        return self.store.transact(lambda draft: draft.create(cls, *assignments))

    def set(self, ref: Ref[Any], *assignments: Assignment[Any]) -> None:
        """Give fields of an object new values."""
        self.store.transact(lambda draft: draft.update(ref, *assignments))

    def get(self, cls: type[O], ref: Ref[O]) -> O:
        """The newest record."""
        return self.view.get(cls, ref)

    def add_host(self, *assignments: Assignment[Any], memory: int = 8 * GIB, live: bool = True) -> Ref[host]:
        """A host, enabled unless told otherwise."""
        metrics = self.add(host_metrics, host_metrics.memory_total.to(memory), host_metrics.live.to(live))
        return self.add(host, host.enabled.to(True), host.metrics.to(metrics), *assignments)

    def add_sr(self, *assignments: Assignment[Any], attached: bool = True, on: Ref[host] | None = None) -> Ref[SR]:
        """A repository with a PBD of the host."""
        made = self.add(SR, SR.type.to("file"), *assignments)
        self.add(PBD, PBD.host.to(on or self.host), PBD.SR.to(made), PBD.currently_attached.to(attached))
        return made

    def add_vm(self, *assignments: Assignment[Any], memory: int = GIB) -> Ref[VM]:
        """A halted VM with metrics."""
        limits = (VM.memory_static_max, VM.memory_dynamic_max, VM.memory_dynamic_min)
        return self.add(
            VM,
            VM.name_label.to("a guest"),
            VM.power_state.to(HALTED),
            VM.metrics.to(self.add(VM_metrics)),
            VM.VCPUs_max.to(2),
            VM.VCPUs_at_startup.to(1),
            *(field.to(memory) for field in limits),
            *assignments,
        )

    def add_vdi(self, *assignments: Assignment[Any]) -> Ref[VDI]:
        """A disk in the repository."""
        return self.add(VDI, VDI.SR.to(self.sr), VDI.virtual_size.to(GIB), *assignments)

    def add_vbd(self, vm: Ref[VM], vdi: Ref[VDI] = NULL, *assignments: Assignment[Any]) -> Ref[VBD]:
        """A writable disk drive of a VM, number 0."""
        return self.add(
            VBD,
            VBD.VM.to(vm),
            VBD.VDI.to(vdi),
            VBD.userdevice.to("0"),
            VBD.mode.to(vbd_mode.RW),
            VBD.type.to(vbd_type.DISK),
            VBD.empty.to(vdi == NULL),
            *assignments,
        )

    def add_cd(self, vm: Ref[VM], vdi: Ref[VDI] = NULL, *assignments: Assignment[Any]) -> Ref[VBD]:
        """A CD drive of a VM, number 3, empty without a disk."""
        kind = (VBD.type.to(vbd_type.CD), VBD.mode.to(vbd_mode.RO), VBD.userdevice.to("3"))
        return self.add_vbd(vm, vdi, *kind, *assignments)

    def add_network(self, *assignments: Assignment[Any]) -> Ref[network]:
        """A network with a bridge."""
        return self.add(network, network.bridge.to("cenbr0"), *assignments)

    def add_vif(self, vm: Ref[VM], *assignments: Assignment[Any]) -> Ref[VIF]:
        """An interface of a VM, number 0."""
        return self.add(VIF, VIF.VM.to(vm), VIF.device.to("0"), VIF.MAC.to("02:00:00:00:00:0a"), *assignments)

    def rooms(self, hypervisor: Hypervisor | None = None, state_dir: Path = Path("/nowhere")) -> Rooms:
        """The rooms of the host; a test whose subject asks the hypervisor gives one."""
        return Rooms(
            self.store,
            self.clock,
            Settings(state_dir, URL),
            cast("Hypervisor", hypervisor),
            Repositories(),
            FakeWiring(),
            self.host,
        )

    def context(self, hypervisor: Hypervisor | None = None, caller: Caller = ROOT) -> Context:
        """What a procedure is given."""
        return Context(self.rooms(hypervisor), caller)
