"""What both type checkers must refuse: each line below is wrong, and says so to them.

Nothing runs this file. mypy and pyright read it with all the rest, and both fail on an ignore that ignores nothing:
a mistake that they would no longer see fails the build.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from cenote.model.classes.SR import SR
from cenote.model.classes.VBD import VBD, vbd_mode
from cenote.model.classes.vm import VM, vm_power_state
from cenote.model.core import NULL, Ref, View
from cenote.model.errors.vm import VmBadPowerState, VmIsTemplate
from cenote.model.refs import HostRef, SRRef, VBDRef, VDIRef, VMRef
from cenote.operations.context import Context
from cenote.operations.registry import implements, on_set

vm: VMRef = Ref("OpaqueRef:1")
vbd: VBDRef = Ref("OpaqueRef:2")


# A procedure whose parameters or whose result are not those of the message.


@implements(VM.start)
def start(context: Context, vm: Ref[VM], start_paused: bool, force: bool) -> None:
    """As declared."""


@implements(VM.start)  # type: ignore[arg-type]
def start_without_force(context: Context, vm: Ref[VM], start_paused: bool) -> None:
    """A parameter too few."""


@implements(VM.start)  # type: ignore[arg-type]
def start_with_host(context: Context, vm: Ref[VM], start_paused: bool, force: bool, host: HostRef) -> None:
    """A parameter too many."""


@implements(VM.start)  # type: ignore[arg-type]
def start_by_text(context: Context, vm: Ref[VM], start_paused: str, force: bool) -> None:
    """A parameter of another type."""


@implements(VM.start)  # type: ignore[arg-type]
def start_a_drive(context: Context, vm: Ref[VBD], start_paused: bool, force: bool) -> None:
    """About an object of another class."""


@implements(VM.clone)  # type: ignore[arg-type]
def clone(context: Context, vm: Ref[VM], new_name: str) -> Ref[SR]:
    """A result of another type."""
    return Ref("OpaqueRef:3")


@implements(SR.get_supported_types)
def get_supported_types(context: Context) -> tuple[str, ...]:
    """As declared."""
    return ()


@implements(SR.get_supported_types)  # type: ignore[arg-type]
def get_supported_types_of(context: Context, sr: SRRef) -> tuple[str, ...]:
    """A message about no one object has none."""
    return ()


@on_set(VM.name_label)  # type: ignore[arg-type]
def rename(context: Context, vm: Ref[VM], value: int) -> None:
    """The consequence of setting a field to a value of another type."""


# Values that a field can't have.

VM.domid.to(7)
VM.domid.to("7")  # type: ignore[arg-type]
VM.power_state.to(vm_power_state.HALTED)
VM.power_state.to("Halted")  # type: ignore[arg-type]
VBD.mode.to(vm_power_state.HALTED)  # type: ignore[arg-type]
VBD.VM.to(vm)
VBD.VM.to(NULL)
VBD.VM.to(vbd)  # type: ignore[arg-type]
VM.tags.to(("red", "blue"))
VM.tags.to(["red", "blue"])  # type: ignore[arg-type]


def values(view: View, record: VM) -> tuple[str, vm_power_state, VDIRef]:
    """What a record's fields hold."""
    view.get(VM, vbd)  # type: ignore[misc]
    view.get(VBD, record.VBDs[0])
    drive: vbd_mode = record.power_state  # type: ignore[assignment]
    record.domid.upper()  # type: ignore[attr-defined]
    record.no_such_field.upper()  # type: ignore[attr-defined]
    return (drive.value, record.power_state, record.suspend_VDI)


# Errors with other parameters than their own.

VmIsTemplate(vm)
VmIsTemplate(vbd)  # type: ignore[arg-type]
VmIsTemplate()  # type: ignore[call-arg]
VmBadPowerState(vm, "halted", "running")
VmBadPowerState(vm, "halted")  # type: ignore[call-arg]
VmBadPowerState(vm, "halted", "running", "paused")  # type: ignore[call-arg]
VmBadPowerState(vm, expected="halted", found="running")  # type: ignore[call-arg]
VmBadPowerState(vm, "halted", vm_power_state.RUNNING)  # type: ignore[arg-type]
