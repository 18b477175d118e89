"""The hypervisor's errors in the published words, and waiting for what is observed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.records import GIB, HALTED, PAUSED, ROOT, RUNNING, World

from cenote.base.undo import Undo
from cenote.compute import errors
from cenote.compute.errors import HypervisorError
from cenote.model.classes.vm import VM
from cenote.model.core import ApiError, Ref
from cenote.model.errors.general import InternalError, TaskCancelled
from cenote.model.errors.vm import VmBadPowerState
from cenote.operations import compute
from cenote.operations.context import Context
from cenote.store.state import State

UUID = "00000000-0000-0000-0000-000000000001"
IMAGE = "/images/disk"


class Scene:
    """A running VM with a disk and an interface."""

    def __init__(self) -> None:
        self.world = World()
        self.vm = self.world.add_vm(VM.power_state.to(RUNNING), VM.resident_on.to(self.world.host))
        self.vdi = self.world.add_vdi()
        self.vbd = self.world.add_vbd(self.vm, self.vdi)
        self.vif = self.world.add_vif(self.vm)
        self.context = self.world.context()

    def told(self, error: HypervisorError, device: Ref[Any] | None = None, *, known: bool = True) -> ApiError:
        """What a client hears when a driver raises ``error``."""
        images = {IMAGE: self.vdi} if known else None
        with pytest.raises(ApiError) as caught, compute.published(self.context, self.vm, device=device, images=images):
            raise error
        assert caught.value.__cause__ is error
        return caught.value


@pytest.fixture
def scene() -> Scene:
    return Scene()


Expected = Callable[[Scene], tuple[str, list[str]]]

TABLE: dict[type[HypervisorError], tuple[HypervisorError, Expected]] = {
    HypervisorError: (HypervisorError("odd"), lambda s: ("INTERNAL_ERROR", ["odd"])),
    errors.HypervisorUnavailable: (
        errors.HypervisorUnavailable("qemu:///system", "gone"),
        lambda s: ("HOST_OFFLINE", [s.world.host]),
    ),
    errors.CallTimedOut: (
        errors.CallTimedOut("create", 30, True),
        lambda s: ("INTERNAL_ERROR", ["create: no answer after 30 s"]),
    ),
    errors.DomainUnknown: (errors.DomainUnknown(UUID), lambda s: ("VM_BAD_POWER_STATE", [s.vm, "running", "halted"])),
    errors.DomainExists: (errors.DomainExists(UUID), lambda s: ("DUPLICATE_VM", [s.vm])),
    errors.DomainBusy: (
        errors.DomainBusy(UUID, "a save"),
        lambda s: ("OPERATION_NOT_ALLOWED", [f"domain {UUID} is busy: a save"]),
    ),
    errors.DomainNotRunning: (
        errors.DomainNotRunning(UUID, "it is paused"),
        lambda s: ("VM_BAD_POWER_STATE", [s.vm, "running", "running"]),
    ),
    errors.ImageMissing: (errors.ImageMissing(IMAGE), lambda s: ("VDI_NOT_AVAILABLE", [s.vdi])),
    errors.ImageBusy: (errors.ImageBusy(IMAGE, "a lock"), lambda s: ("VDI_IN_USE", [s.vdi, "attach"])),
    errors.NoSpace: (errors.NoSpace("/run"), lambda s: ("OUT_OF_SPACE", ["/run"])),
    errors.NoMemory: (
        errors.NoMemory(9 * GIB),
        lambda s: ("HOST_NOT_ENOUGH_FREE_MEMORY", [str(9 * GIB), str(8 * GIB - 256 * 2**20 - GIB - 64 * 2**20)]),
    ),
    errors.FirmwareMissing: (
        errors.FirmwareMissing(("/ovmf",)),
        lambda s: (
            "VM_INCOMPATIBLE_WITH_THIS_HOST",
            [s.vm, s.world.host, "no UEFI firmware on this host (looked at /ovmf)"],
        ),
    ),
    errors.BridgeMissing: (errors.BridgeMissing("cenbr0"), lambda s: ("BRIDGE_NOT_AVAILABLE", ["cenbr0"])),
    errors.DeviceUnknown: (errors.DeviceUnknown(UUID, "disk 0"), lambda s: ("DEVICE_ALREADY_DETACHED", [s.vbd])),
    errors.DeviceExists: (errors.DeviceExists(UUID, "disk 0"), lambda s: ("DEVICE_ALREADY_ATTACHED", [s.vbd])),
    errors.GuestRefused: (
        errors.GuestRefused(UUID, "release disk 0"),
        lambda s: (
            "DEVICE_DETACH_REJECTED",
            ["VBD", s.vbd, f"the guest in domain {UUID} did not release disk 0"],
        ),
    ),
    errors.GuestAgentSilent: (errors.GuestAgentSilent(UUID), lambda s: ("VM_MISSING_PV_DRIVERS", [s.vm])),
    errors.Unsupported: (errors.Unsupported("plug", "no bus"), lambda s: ("OPERATION_NOT_ALLOWED", ["plug: no bus"])),
    errors.CallFailed: (errors.CallFailed("create", "no"), lambda s: ("INTERNAL_ERROR", ["create: no"])),
}


def test_no_error_of_the_driver_is_left_out() -> None:
    assert TABLE.keys() == {HypervisorError, *HypervisorError.__subclasses__()}


@pytest.mark.parametrize("kind", list(TABLE), ids=lambda kind: kind.__name__)
def test_published_errors(scene: Scene, kind: type[HypervisorError]) -> None:
    error, expected = TABLE[kind]
    told = scene.told(error, scene.vbd)
    assert (told.code, told.params) == expected(scene)


def test_an_interface_is_told_as_one(scene: Scene) -> None:
    assert scene.told(errors.GuestRefused(UUID, "let go"), scene.vif).params[:2] == ["VIF", scene.vif]


@pytest.mark.parametrize("error", [errors.ImageMissing(IMAGE), errors.ImageBusy(IMAGE, "a lock")])
def test_an_image_that_is_no_disks_is_named_by_its_path(scene: Scene, error: HypervisorError) -> None:
    told = scene.told(error, known=False)
    assert isinstance(told, InternalError)
    assert IMAGE in told.params[0]


@pytest.mark.parametrize(
    "error", [errors.DeviceUnknown(UUID, "nic 1"), errors.DeviceExists(UUID, "nic 1"), errors.GuestRefused(UUID, "x")]
)
def test_a_device_that_nobody_named(scene: Scene, error: HypervisorError) -> None:
    assert scene.told(error).params == [str(error)]


def test_other_errors_pass(scene: Scene) -> None:
    with pytest.raises(KeyError), compute.published(scene.context, scene.vm):
        raise KeyError("ours")


def after_timeout(*, started: bool) -> list[str]:
    undone: list[str] = []

    def work() -> None:
        with Undo() as undo:
            undo.add("detach", lambda: undone.append("detached"))
            with compute.uncertain(undo):
                raise errors.CallTimedOut("create", 1, started)

    with pytest.raises(errors.CallTimedOut):
        work()
    return undone


def test_what_may_be_in_use_is_not_taken_back() -> None:
    assert after_timeout(started=True) == []
    assert after_timeout(started=False) == ["detached"]


def at_once(world: World) -> Context:
    """A context whose waits end at once."""
    rooms = world.rooms()
    return Context(replace(rooms, settings=replace(rooms.settings, observe_timeout=0.0)), ROOT)


def never(state: State) -> bool:
    return False


def test_what_is_observed_ends_the_wait(scene: Scene) -> None:
    running = compute.in_state(scene.vm, RUNNING)
    compute.observed(scene.context, running, "the start")
    compute.reached(scene.context, scene.vm, running, "the start")
    assert compute.watch(scene.context, running, 0.0)


def test_what_is_not_observed_in_time(scene: Scene) -> None:
    context = at_once(scene.world)
    with pytest.raises(InternalError, match="the pause was not observed in time"):
        compute.observed(context, never, "the pause")
    with pytest.raises(InternalError, match="the pause was not observed in time"):
        compute.reached(context, scene.vm, never, "the pause")
    assert not compute.watch(context, never, 0.0)


def test_a_vm_that_ended_instead(scene: Scene) -> None:
    scene.world.set(scene.vm, VM.power_state.to(HALTED))
    with pytest.raises(VmBadPowerState):
        compute.reached(scene.context, scene.vm, compute.in_state(scene.vm, PAUSED), "the pause")


def test_cancelling_ends_a_watch_but_not_the_observation_of_what_is_done(scene: Scene) -> None:
    scene.context.progress.cancel()
    with pytest.raises(TaskCancelled):
        compute.watch(scene.context, never, 20.0)
    compute.observed(scene.context, lambda state: True, "the start")


def test_a_vm_that_is_gone_is_in_no_state(scene: Scene) -> None:
    assert not compute.in_state(Ref[VM]("OpaqueRef:gone"), *type(RUNNING))(scene.world.view)
