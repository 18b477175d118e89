"""From what the hypervisor says of a guest to the records."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.unit.records import GIB, HALTED, MIB, PAUSED, RUNNING, SUSPENDED, URL, World

from cenote.compute.event import Reason
from cenote.compute.facts import DiskState, DomainState, NicState, Power
from cenote.compute.spec import DiskKind
from cenote.model.classes.console import console, console_protocol
from cenote.model.classes.host import host
from cenote.model.classes.host_metrics import host_metrics
from cenote.model.classes.VBD import VBD
from cenote.model.classes.VDI import VDI
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM, domain_type, vm_operations
from cenote.model.classes.VM_guest_metrics import VM_guest_metrics
from cenote.model.classes.VM_metrics import VM_metrics
from cenote.model.core import NULL, Assignment, Ref
from cenote.operations.observe import apply
from cenote.rules.placement import OVERHEAD, RESERVE

DISKS = (DiskState(0, DiskKind.DISK, "/images/x"), DiskState(3, DiskKind.CDROM, None))
NICS = (NicState(0, "02:00:00:00:00:0a", "tap0"),)


class Scene:
    """A halted VM with a disk, a CD drive and an interface."""

    def __init__(self, *assignments: Assignment[Any]) -> None:
        self.world = World()
        self.vm = self.world.add_vm(*assignments)
        self.vbd = self.world.add_vbd(self.vm, self.world.add_vdi())
        self.cd = self.world.add_cd(self.vm)
        self.vif = self.world.add_vif(self.vm)

    @property
    def record(self) -> VM:
        return self.world.get(VM, self.vm)

    @property
    def metrics(self) -> VM_metrics:
        return self.world.get(VM_metrics, self.record.metrics)

    def present(self, power: Power = Power.RUNNING, **facts: Any) -> Ref[VDI]:
        """The hypervisor says that the guest is there."""
        known: dict[str, Any] = {"vnc": True, "agent": False, "disks": DISKS, "nics": NICS, **facts}
        state = DomainState(
            uuid=self.record.uuid,
            name="a guest",
            domid=7,
            power=power,
            vcpus=2,
            memory=512 * MIB,
            memory_max=GIB,
            **known,
        )
        now = self.world.clock.now()
        return self.world.store.transact(
            lambda draft: apply.present(draft, draft.get(VM, self.vm), state, self.world.host, now, URL)
        )

    def absent(self, reason: Reason | None = Reason.SHUTDOWN) -> Ref[VDI]:
        """The hypervisor says that the guest is gone."""
        now = self.world.clock.now()
        return self.world.store.transact(lambda draft: apply.absent(draft, draft.get(VM, self.vm), reason, now))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_guest_that_runs(scene: Scene) -> None:
    scene.world.set(scene.vm, VM.scheduled_to_be_resident_on.to(scene.world.host))
    assert scene.present() == NULL
    record = scene.record
    assert (record.power_state, record.domid, record.resident_on) == (RUNNING, 7, scene.world.host)
    assert (record.scheduled_to_be_resident_on, record.memory_target) == (NULL, 512 * MIB)
    metrics = scene.metrics
    assert (metrics.memory_actual, metrics.VCPUs_number, metrics.state) == (512 * MIB, 2, ("running",))
    assert (metrics.hvm, metrics.current_domain_type) == (True, domain_type.HVM)
    assert metrics.start_time == metrics.last_updated == scene.world.clock.now()


@pytest.mark.parametrize("power", [Power.RUNNING, Power.PAUSED, Power.SHUTTING_DOWN])
def test_power_states(scene: Scene, power: Power) -> None:
    scene.present(power)
    assert scene.record.power_state is (PAUSED if power is Power.PAUSED else RUNNING)
    assert scene.metrics.state == (power.value,)


def attached(scene: Scene) -> tuple[bool, bool, bool]:
    world = scene.world
    return (
        world.get(VBD, scene.vbd).currently_attached,
        world.get(VBD, scene.cd).currently_attached,
        world.get(VIF, scene.vif).currently_attached,
    )


def test_devices(scene: Scene) -> None:
    scene.present()
    assert attached(scene) == (True, True, True)
    assert (scene.world.get(VBD, scene.vbd).device, scene.world.get(VBD, scene.cd).device) == ("vda", "sdd")
    scene.present(disks=DISKS[1:], nics=())
    assert attached(scene) == (False, True, False)
    assert scene.world.get(VBD, scene.vbd).device == ""
    scene.absent()
    assert attached(scene) == (False, False, False)


def consoles(scene: Scene) -> list[console]:
    return [scene.world.get(console, ref) for ref in scene.record.consoles]


def test_consoles_come_with_the_guest_and_go_with_it(scene: Scene) -> None:
    scene.present()
    found = consoles(scene)
    assert [each.protocol for each in found] == [console_protocol.RFB, console_protocol.VT100]
    assert {each.location for each in found} == {f"{URL}/console?uuid={each.uuid}" for each in found}
    scene.present(Power.PAUSED)
    assert consoles(scene) == found, "the same while the guest runs"
    scene.absent()
    assert list(scene.world.view.all(console)) == []
    scene.present(vnc=False)
    assert [each.protocol for each in consoles(scene)] == [console_protocol.VT100]


def test_the_same_again_changes_nothing(scene: Scene) -> None:
    scene.present()
    before = scene.world.view
    scene.world.clock.advance(60)
    scene.present()
    assert scene.world.view is before


def test_start_times_only_grow(scene: Scene) -> None:
    scene.present()
    first = scene.metrics.start_time
    scene.absent()
    scene.present()
    assert scene.metrics.start_time == first + timedelta(seconds=1), "within the same second"
    scene.world.clock.advance(60)
    now = scene.world.clock.now()
    scene.world.store.transact(lambda draft: apply.restarted(draft, draft.get(VM, scene.vm), now))
    assert scene.metrics.start_time == now


def test_a_new_run_forgets_what_the_agent_said(scene: Scene) -> None:
    scene.present()
    scene.world.set(scene.vm, VM.guest_metrics.to(scene.world.add(VM_guest_metrics)))
    now = scene.world.clock.now()
    scene.world.store.transact(lambda draft: apply.restarted(draft, draft.get(VM, scene.vm), now))
    assert scene.record.guest_metrics == NULL
    assert list(scene.world.view.all(VM_guest_metrics)) == []


@pytest.mark.parametrize("reason", [None, Reason.SHUTDOWN, Reason.DESTROYED, Reason.CRASHED, Reason.FAILED])
def test_a_guest_that_is_gone(scene: Scene, reason: Reason | None) -> None:
    scene.present()
    scene.world.set(scene.vm, VM.guest_metrics.to(scene.world.add(VM_guest_metrics)))
    assert scene.absent(reason) == NULL
    record, metrics = scene.record, scene.metrics
    assert (record.power_state, record.domid, record.resident_on, record.memory_target) == (HALTED, -1, NULL, 0)
    assert (record.guest_metrics, list(scene.world.view.all(VM_guest_metrics))) == (NULL, [])
    assert (metrics.memory_actual, metrics.VCPUs_number, metrics.state) == (0, 0, ())


def with_saved_memory(*assignments: Assignment[Any]) -> tuple[Scene, Ref[VDI]]:
    scene = Scene(*assignments)
    vdi = scene.world.add_vdi()
    scene.world.set(scene.vm, VM.suspend_VDI.to(vdi))
    return scene, vdi


def during(operation: vm_operations) -> Assignment[Any]:
    return VM.current_operations.to({"OpaqueRef:task": operation})


@pytest.mark.parametrize("reason", [None, Reason.SAVED])
def test_a_guest_whose_memory_was_saved_is_suspended(reason: Reason | None) -> None:
    scene, vdi = with_saved_memory(VM.power_state.to(RUNNING))
    assert scene.absent(reason) == NULL
    assert (scene.record.power_state, scene.record.suspend_VDI) == (SUSPENDED, vdi)


@pytest.mark.parametrize("reason", [Reason.SHUTDOWN, Reason.DESTROYED, Reason.CRASHED, Reason.FAILED])
def test_a_guest_that_ended_otherwise_has_no_use_for_saved_memory(reason: Reason) -> None:
    scene, vdi = with_saved_memory(VM.power_state.to(RUNNING))
    assert scene.absent(reason) == vdi
    assert (scene.record.power_state, scene.record.suspend_VDI) == (HALTED, NULL)


def test_a_guest_that_failed_while_it_was_restored_is_still_suspended() -> None:
    for reason, state in ((Reason.FAILED, SUSPENDED), (Reason.DESTROYED, HALTED)):
        scene, _ = with_saved_memory(VM.power_state.to(PAUSED), during(vm_operations.RESUME))
        assert scene.absent(reason) == NULL
        assert scene.record.power_state is state


def test_a_guest_that_failed_while_it_was_saved_has_run() -> None:
    scene, vdi = with_saved_memory(VM.power_state.to(PAUSED), during(vm_operations.SUSPEND))
    assert scene.absent(Reason.CRASHED) == NULL, "the suspension looks after it"
    assert (scene.record.power_state, scene.record.suspend_VDI) == (HALTED, vdi)


def test_a_guest_that_runs_has_no_use_for_saved_memory() -> None:
    scene, vdi = with_saved_memory()
    assert scene.present(Power.PAUSED) == NULL, "it may be in the middle of it"
    assert scene.record.suspend_VDI == vdi
    assert scene.present() == vdi
    assert scene.record.suspend_VDI == NULL


@pytest.mark.parametrize("operation", [vm_operations.SUSPEND, vm_operations.RESUME, vm_operations.RESUME_ON])
def test_operations_that_look_after_saved_memory_themselves(operation: vm_operations) -> None:
    scene, vdi = with_saved_memory(during(operation))
    assert scene.present() == NULL
    assert scene.record.suspend_VDI == vdi


def test_what_guests_may_still_take(scene: Scene) -> None:
    def free() -> int:
        scene.world.store.transact(lambda draft: apply.memory(draft, scene.world.host))
        return scene.world.get(host_metrics, scene.world.get(host, scene.world.host).metrics).memory_free

    assert free() == 8 * GIB - RESERVE
    scene.present()
    assert free() == 8 * GIB - RESERVE - GIB - OVERHEAD
    scene.world.set(scene.vm, VM.memory_static_max.to(100 * GIB))
    assert free() == 0
