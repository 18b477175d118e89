"""The first virtual machine, `hello`: cloned from the tiny Linux, started, and seen to answer."""

from __future__ import annotations

import time

from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.classes.VM_guest_metrics import VM_guest_metrics
from cenote.model.core import NULL, Ref
from cenote.setup import template
from cenote.setup.api import Api
from cenote.setup.failure import Failure
from cenote.setup.screen import Report
from cenote.setup.step import Step

NAME = "hello"
KEY = "cenote:hello"
PATIENCE = 90.0  # seconds until the guest's agent has told its address; emulation on a busy machine is slow


def step(api: Api) -> Step:
    """The step that makes the guest run."""

    def there() -> str | None:
        vm = find(api)
        if vm is None or vm.power_state is not vm_power_state.RUNNING:
            return None
        return _running(address(api, vm))

    def do(report: Report) -> str:
        with api.told(f"The virtual machine {NAME} could not be started"):
            report("cloning the template")
            vm = find(api) or _clone(api)
            began = time.monotonic()
            report("starting")
            _start(api, vm)
            return _wait(api, vm, began, report)

    return Step(f"Virtual machine {NAME}", there, do)


def find(api: Api) -> VM | None:
    """The guest, by its mark, whatever it is called now."""
    found = (
        vm for vm in api.session.records(VM) if KEY in vm.other_config and not vm.is_a_template and not vm.is_a_snapshot
    )
    return next(found, None)


def address(api: Api, vm: VM) -> str | None:
    """The first address that the guest's agent has told."""
    metrics = api.session.get(VM.guest_metrics, vm.ref)
    if metrics == NULL:
        return None
    networks = api.session.get(VM_guest_metrics.networks, metrics)
    return next((value for key, value in sorted(networks.items()) if key.endswith("/ip")), None)


def _clone(api: Api) -> VM:
    source = template.find(api, template.TINY)
    if source is None:
        raise Failure(f"The virtual machine {NAME} could not be made", "its template is gone", "run this again")
    made = _left_over(api) or api.session.call(VM.clone, source.ref, NAME)
    other_config = api.session.get(VM.other_config, made)
    left = {key: value for key, value in other_config.items() if key not in template.MARKS}
    api.session.set(VM.other_config, made, {**left, KEY: "true"})
    api.session.set(VM.name_description, made, "The first virtual machine; remove it when you like")
    api.session.call(VM.provision, made)
    return api.session.record(VM, made)


def _left_over(api: Api) -> Ref[VM] | None:
    """The clone that a run made which was broken off before it could go on."""
    found = (vm for vm in api.session.records(VM) if vm.is_a_template and vm.name_label == NAME)
    return next((vm.ref for vm in found if vm.other_config.get(template.KEY) == template.TINY), None)


def _start(api: Api, vm: VM) -> None:
    state = api.session.get(VM.power_state, vm.ref)
    if state is vm_power_state.HALTED:
        api.session.call(VM.start, vm.ref, False, False)
    elif state is vm_power_state.PAUSED:
        api.session.call(VM.unpause, vm.ref)
    elif state is vm_power_state.SUSPENDED:
        api.session.call(VM.resume, vm.ref, False, False)


def _wait(api: Api, vm: VM, began: float, report: Report) -> str:
    """Wait until the guest tells its address: its agent speaks once it is up."""
    report("booting: waiting for its address")
    found: str | None = None
    for _ in api.session.changes(["vm_guest_metrics", "vm"], timeout=2.0):
        found = address(api, vm)
        if found is not None or time.monotonic() - began > PATIENCE:
            break
    if found is None:
        return f"running, but has told no address in {PATIENCE:.0f} s: look at its console"
    return _running(found)


def _running(found: str | None) -> str:
    return f"running at {found}" if found else "running"
