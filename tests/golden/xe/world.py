"""A small pool for the golden tests of xe: a host, two VMs, a template, disks, an ISO library, a network."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.golden.xe.api import Api

from cenote.client.failure import Failure
from cenote.model.classes.blob import blob
from cenote.model.classes.console import console, console_protocol
from cenote.model.classes.host import host
from cenote.model.classes.host_metrics import host_metrics
from cenote.model.classes.network import network
from cenote.model.classes.PBD import PBD
from cenote.model.classes.PIF import PIF
from cenote.model.classes.PIF_metrics import PIF_metrics
from cenote.model.classes.pool import pool
from cenote.model.classes.session import session
from cenote.model.classes.SR import SR
from cenote.model.classes.task import task, task_status_type
from cenote.model.classes.VBD import VBD, vbd_mode, vbd_type
from cenote.model.classes.VDI import VDI
from cenote.model.classes.VIF import VIF
from cenote.model.classes.vm import VM, vm_operations, vm_power_state
from cenote.model.classes.VM_guest_metrics import VM_guest_metrics
from cenote.model.classes.VM_metrics import VM_metrics
from cenote.model.core import Ref

MIB = 1 << 20
HOST: Ref[host] = Ref("OpaqueRef:host")
LOCAL: Ref[SR] = Ref("OpaqueRef:local")
WEB: Ref[VM] = Ref("OpaqueRef:web")
DB: Ref[VM] = Ref("OpaqueRef:db")


def world() -> Api:
    """The pool."""
    api = Api()
    _hosts(api)
    _machines(api)
    _disks(api)
    _wires(api)
    api.add(
        task, "backup", task.name_label.to("backup"), task.status.to(task_status_type.PENDING), task.progress.to(0.25)
    )
    api.add(session, "session", session.this_host.to(HOST))
    _verbs(api)
    return api


def _verbs(api: Api) -> None:
    def clone(vm: Ref[VM], name: str) -> Ref[VM]:
        return api.copy(VM, vm, "clone", VM.name_label.to(name))

    def copy(vm: Ref[VM], name: str, _: Ref[SR]) -> Ref[VM]:
        return api.copy(VM, vm, "copy", VM.name_label.to(name))

    def make_task(*_: str) -> Ref[task]:
        return api.add(task, "moved", task.status.to(task_status_type.SUCCESS))

    def forget_task(ref: Ref[task]) -> None:
        del api.records[task][ref]

    def start(vm: Ref[VM], *_: bool) -> None:
        if vm == WEB:
            raise Failure("VM_BAD_POWER_STATE", [vm, "halted", "running"])

    api.verbs |= {
        "VM.start": start,
        "VM.clone": clone,
        "VM.copy": copy,
        "VM.get_allowed_VBD_devices": _always(("1", "2")),
        "VM.get_allowed_VIF_devices": _always(("1",)),
        "VM.get_possible_hosts": _always((HOST,)),
        "VM.get_cooperative": _always(True),
        "VM.query_data_source": _no_source,
        "VBD.assert_attachable": _no_source,
        "host.query_data_source": _no_source,
        "host.call_plugin": _always("pong"),
        "task.create": make_task,
        "task.destroy": forget_task,
        "VDI.snapshot": lambda *_: api.add(VDI, "snapshot"),
        "VM.create_new_blob": lambda *_: api.add(blob, "blob"),
        "SR.create": lambda *_: api.add(SR, "new-sr"),
    }


def _always(answer: object) -> Callable[..., Any]:
    def verb(*_: object) -> object:
        return answer

    return verb


def _no_source(*_: object) -> float:
    raise Failure("VM_BAD_POWER_STATE", [WEB, "running", "halted"])


def _hosts(api: Api) -> None:
    api.add(
        host_metrics, "host-metrics", host_metrics.memory_total.to(8192 * MIB), host_metrics.memory_free.to(4096 * MIB)
    )
    api.add(
        host,
        "host",
        host.name_label.to("cenote1"),
        host.hostname.to("cenote1"),
        host.enabled.to(True),
        host.address.to("192.0.2.1"),
        host.metrics.to(Ref("OpaqueRef:host-metrics")),
        host.cpu_info.to({"cpu_count": "2", "vendor": "GenuineIntel"}),
        host.other_config.to({}),
    )
    api.add(pool, "pool", pool.name_label.to(""), pool.master.to(HOST), pool.default_SR.to(LOCAL))


def _machines(api: Api) -> None:
    api.add(
        VM_metrics,
        "web-metrics",
        VM_metrics.memory_actual.to(256 * MIB),
        VM_metrics.VCPUs_number.to(2),
        VM_metrics.start_time.to(datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)),
    )
    api.add(VM_guest_metrics, "web-guest", VM_guest_metrics.networks.to({"0/ip": "192.0.2.10"}))
    api.add(
        VM,
        "web",
        VM.name_label.to("web, front"),
        VM.power_state.to(vm_power_state.RUNNING),
        VM.memory_static_max.to(256 * MIB),
        VM.resident_on.to(HOST),
        VM.VBDs.to((Ref("OpaqueRef:vbd0"), Ref("OpaqueRef:vbd1"))),
        VM.VIFs.to((Ref("OpaqueRef:vif0"),)),
        VM.consoles.to((Ref("OpaqueRef:vnc"), Ref("OpaqueRef:serial"))),
        VM.metrics.to(Ref("OpaqueRef:web-metrics")),
        VM.guest_metrics.to(Ref("OpaqueRef:web-guest")),
        VM.allowed_operations.to((vm_operations.CLEAN_SHUTDOWN, vm_operations.PAUSE)),
        VM.current_operations.to({"OpaqueRef:t": vm_operations.SNAPSHOT}),
        VM.other_config.to({"folder": "/prod", "owner": "ops"}),
        VM.tags.to(("red", "blue")),
    )
    api.add(VM, "db", VM.name_label.to("db"), VM.power_state.to(vm_power_state.HALTED), VM.other_config.to({}))
    api.add(
        VM,
        "dom0",
        VM.name_label.to("Control domain on host: cenote1"),
        VM.is_control_domain.to(True),
        VM.power_state.to(vm_power_state.RUNNING),
    )
    disks = '<provision><disk device="0" size="1073741824" sr="" bootable="true"/></provision>'
    api.add(
        VM,
        "tiny",
        VM.name_label.to("Tiny Linux"),
        VM.is_a_template.to(True),
        VM.other_config.to({"disks": disks}),
    )
    for name, protocol in (("vnc", console_protocol.RFB), ("serial", console_protocol.VT100)):
        where = f"https://192.0.2.1/console?uuid=uuid-{name}"
        api.add(console, name, console.VM.to(WEB), console.protocol.to(protocol), console.location.to(where))


def _disks(api: Api) -> None:
    api.add(SR, "local", SR.name_label.to("Local storage"), SR.type.to("dir"), SR.PBDs.to((Ref("OpaqueRef:pbd"),)))
    api.add(SR, "isos", SR.name_label.to("ISOs"), SR.type.to("iso"), SR.content_type.to("iso"))
    api.add(PBD, "pbd", PBD.host.to(HOST), PBD.SR.to(LOCAL), PBD.device_config.to({"location": "/srv"}))
    api.add(
        VDI,
        "disk",
        VDI.name_label.to("root"),
        VDI.virtual_size.to(1024 * MIB),
        VDI.SR.to(LOCAL),
        VDI.VBDs.to((Ref("OpaqueRef:vbd0"),)),
    )
    api.add(VDI, "cd", VDI.name_label.to("debian.iso"), VDI.virtual_size.to(MIB), VDI.SR.to(Ref("OpaqueRef:isos")))
    api.add(
        VBD,
        "vbd0",
        VBD.VM.to(WEB),
        VBD.VDI.to(Ref("OpaqueRef:disk")),
        VBD.userdevice.to("0"),
        VBD.device.to("xvda"),
        VBD.type.to(vbd_type.DISK),
        VBD.mode.to(vbd_mode.RW),
        VBD.other_config.to({"owner": ""}),
    )
    api.add(VBD, "vbd1", VBD.VM.to(WEB), VBD.userdevice.to("3"), VBD.type.to(vbd_type.CD), VBD.empty.to(True))


def _wires(api: Api) -> None:
    api.add(
        network, "net", network.name_label.to("Pool-wide network"), network.bridge.to("xenbr0"), network.MTU.to(1500)
    )
    api.add(PIF_metrics, "pif-metrics", PIF_metrics.carrier.to(True), PIF_metrics.speed.to(1000))
    api.add(
        PIF,
        "pif",
        PIF.device.to("eth0"),
        PIF.MAC.to("aa:bb:cc:00:00:01"),
        PIF.network.to(Ref("OpaqueRef:net")),
        PIF.host.to(HOST),
        PIF.VLAN.to(-1),
        PIF.metrics.to(Ref("OpaqueRef:pif-metrics")),
    )
    api.add(
        VIF,
        "vif0",
        VIF.VM.to(WEB),
        VIF.device.to("0"),
        VIF.MAC.to("AA:bb:cc:00:00:02"),
        VIF.network.to(Ref("OpaqueRef:net")),
    )
