"""A whole daemon in this process over fake drivers, and the official client to talk to it."""

from __future__ import annotations

import importlib
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from cenote.compute.fake import FakeHypervisor
from cenote.compute.fakeguest import FakeGuest
from cenote.daemon.config import Config
from cenote.daemon.main import Daemon
from cenote.daemon.rooms import Drivers
from cenote.model.classes.vm import VM
from cenote.model.core import Ref
from cenote.network.fake import FakeWiring
from cenote.storage.fake import MEDIA, FakeRepository, Medium

XenAPI: Any = importlib.import_module("XenAPI")
"""The official client, which carries no types."""

NULL = "OpaqueRef:NULL"
GIB = 2**30
WAIT = 20.0
"""Seconds after which something that should have happened is missed."""


class House:
    """A daemon that can be closed and opened again over the same records, guests and disks."""

    def __init__(self, root: Path, hypervisor: FakeHypervisor | None = None, wiring: FakeWiring | None = None) -> None:
        self.root = root
        self.hypervisor = hypervisor or FakeHypervisor()
        self.wiring = wiring or FakeWiring()
        self.config = Config(
            state_dir=root / "state",
            run_dir=root / "run",
            https=("127.0.0.1:0",),
            http=("127.0.0.1:0",),
            socket=root / "run" / "cenote.sock",
            pam=False,
            password_file=root / "state" / "password",
            compute_uri="fake:///",
            network_backend="fake",
        )
        self.daemon: Daemon
        self._clients: list[Any] = []
        self.open()

    def open(self) -> None:
        """Open the daemon."""
        self.daemon = Daemon(self.config, Drivers(self.hypervisor, self.wiring, "a test's"))

    def close(self) -> None:
        """Close the daemon; its guests run on."""
        self.daemon.close()
        while self._clients:
            self._clients.pop()("close")()

    def reopen(self) -> None:
        """Close the daemon, and open another over what it leaves."""
        self.close()
        self.after_close()

    def after_close(self, hypervisor: FakeHypervisor | None = None) -> None:
        """Open another daemon over what the one that was closed has left, as another process would find it."""
        self.hypervisor = hypervisor or self.hypervisor.reopened()
        for medium in MEDIA.values():
            medium.held = False
        self.open()

    @property
    def url(self) -> str:
        """Where it answers without TLS."""
        host, port = self.daemon.edge.bound.http[0]
        return f"http://{host}:{port}"

    @property
    def password(self) -> str:
        """The generated password."""
        return self.config.password_file.read_text(encoding="ascii").strip()

    def stranger(self) -> Any:
        """The official client, not logged in."""
        self._clients.append(XenAPI.Session(self.url))
        return self._clients[-1]

    def log_in(self) -> Any:
        """The official client, logged in as root."""
        session = self.stranger()
        session.login_with_password("root", self.password, "1.0", "test")
        return session

    def guest(self, uuid: str) -> FakeGuest:
        """The guest of a running VM."""
        return self.hypervisor.running(uuid)

    def power(self, uuid: str) -> str:
        """What the hypervisor says of a VM: running, paused or gone."""
        found = {state.uuid: state.power.value for state in self.hypervisor.domains()}
        return found.get(uuid, "gone")

    def await_record(self, vm: str, **wanted: object) -> None:
        """Wait until the VM's record has these values; fails when that does not come."""

        def there(state: Any) -> bool | None:
            record = state.find(VM, Ref[VM](vm))
            values = {} if record is None else {name: _plain(record.values[name]) for name in wanted}
            return values == wanted or None

        assert self.daemon.rooms.store.wait(there, WAIT), f"{vm} never had {wanted}"


def _plain(value: object) -> object:
    return getattr(value, "value", value)


@contextmanager
def opened(root: Path, hypervisor: FakeHypervisor | None = None, wiring: FakeWiring | None = None) -> Generator[House]:
    """A house, closed at the end."""
    house = House(root, hypervisor, wiring)
    try:
        yield house
    finally:
        house.close()


class Client:
    """The official client with the things that every test makes."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.session = house.log_in()
        self.api = self.session.xenapi
        self.host: str = self.api.host.get_all()[0]
        self.pool: str = self.api.pool.get_all()[0]

    def repository(self, **config: str) -> str:
        """A new repository in memory, as the pool's default."""
        made: str = self.api.SR.create(self.host, config, "0", "Memory", "", "dummy", "user", False, {})
        self.api.pool.set_default_SR(self.pool, made)
        return made

    def medium(self, sr: str) -> Medium:
        """What is behind a repository in memory."""
        return MEDIA[self.api.SR.get_uuid(sr)]

    def driver(self, sr: str) -> FakeRepository:
        """The attached driver of a repository in memory."""
        found = self.house.daemon.rooms.repositories.find(self.api.SR.get_uuid(sr))
        assert isinstance(found, FakeRepository)
        return found

    def disk(self, sr: str, size: int = GIB, **values: Any) -> str:
        """A new disk."""
        made: str = self.api.VDI.create(vdi_record(sr, size, **values))
        return made

    def network(self, **values: Any) -> str:
        """A new internal network."""
        made: str = self.api.network.create(network_record(**values))
        return made

    def vm(self, name: str = "guest", **values: Any) -> str:
        """A new VM without devices."""
        made: str = self.api.VM.create(vm_record(name, **values))
        return made

    def whole(self, sr: str, network: str, name: str = "guest", **values: Any) -> str:
        """A new VM with a disk, an empty CD drive and a network card."""
        vm = self.vm(name, **values)
        self.api.VBD.create(vbd_record(vm, self.disk(sr)))
        self.api.VBD.create(vbd_record(vm, NULL, userdevice="3", type="CD", mode="RO", empty=True))
        self.api.VIF.create(vif_record(vm, network))
        return vm

    def running(self, sr: str, network: str, name: str = "guest", **values: Any) -> str:
        """A whole VM that runs."""
        vm = self.whole(sr, network, name, **values)
        self.api.VM.start(vm, False, False)
        return vm

    def uuid(self, vm: str) -> str:
        """The uuid of a VM."""
        found: str = self.api.VM.get_uuid(vm)
        return found

    def events(self, classes: Iterable[str], token: str, timeout: float = WAIT) -> Any:
        """``event.from``, whose name Python keeps for itself."""
        return getattr(self.api.event, "from")(list(classes), token, timeout)

    def token(self) -> str:
        """The token of now."""
        found: str = self.events(["pool"], "")["token"]
        return found

    def ended(self, task: str) -> dict[str, Any]:
        """The record of a task once it has ended."""
        token = ""
        while True:
            record: dict[str, Any] = self.api.task.get_record(task)
            if record["status"] not in {"pending", "cancelling"}:
                return record
            token = self.events([f"task/{task}"], token)["token"]


def vm_record(name: str = "guest", **values: Any) -> dict[str, Any]:
    """What a client sends to create a VM."""
    memory = str(GIB // 4)
    record: dict[str, Any] = {
        "name_label": name,
        "name_description": "",
        "user_version": "1",
        "is_a_template": False,
        "affinity": NULL,
        "memory_static_max": memory,
        "memory_dynamic_max": memory,
        "memory_dynamic_min": memory,
        "memory_static_min": "0",
        "VCPUs_params": {},
        "VCPUs_max": "1",
        "VCPUs_at_startup": "1",
        "actions_after_shutdown": "destroy",
        "actions_after_reboot": "restart",
        "actions_after_crash": "restart",
        "PV_bootloader": "",
        "PV_kernel": "",
        "PV_ramdisk": "",
        "PV_args": "",
        "PV_bootloader_args": "",
        "PV_legacy_args": "",
        "HVM_boot_policy": "BIOS order",
        "HVM_boot_params": {"order": "cd"},
        "platform": {},
        "PCI_bus": "",
        "other_config": {},
        "recommendations": "",
    }
    return {**record, **values}


def network_record(**values: Any) -> dict[str, Any]:
    """What a client sends to create a network."""
    record: dict[str, Any] = {
        "name_label": "inside",
        "name_description": "",
        "MTU": "1500",
        "other_config": {},
        "bridge": "",
        "managed": True,
        "tags": [],
    }
    return {**record, **values}


def vdi_record(sr: str, size: int = GIB, **values: Any) -> dict[str, Any]:
    """What a client sends to create a disk."""
    record: dict[str, Any] = {
        "name_label": f"disk {uuid4().hex[:4]}",
        "name_description": "",
        "SR": sr,
        "virtual_size": str(size),
        "type": "user",
        "sharable": False,
        "read_only": False,
        "other_config": {},
        "xenstore_data": {},
        "sm_config": {},
        "tags": [],
    }
    return {**record, **values}


def vbd_record(vm: str, vdi: str, **values: Any) -> dict[str, Any]:
    """What a client sends to give a VM a disk."""
    record: dict[str, Any] = {
        "VM": vm,
        "VDI": vdi,
        "userdevice": "0",
        "bootable": True,
        "mode": "RW",
        "type": "Disk",
        "empty": False,
        "unpluggable": True,
        "other_config": {},
        "qos_algorithm_type": "",
        "qos_algorithm_params": {},
    }
    return {**record, **values}


def vif_record(vm: str, network: str, **values: Any) -> dict[str, Any]:
    """What a client sends to give a VM a network card."""
    record: dict[str, Any] = {
        "VM": vm,
        "network": network,
        "device": "0",
        "MAC": "",
        "MTU": "0",
        "other_config": {},
        "qos_algorithm_type": "",
        "qos_algorithm_params": {},
    }
    return {**record, **values}


def refused(call: Any, *params: Any) -> list[str]:
    """The error with which a call fails: its code and parameters."""
    try:
        call(*params)
    except XenAPI.Failure as failure:
        return [str(each) for each in failure.details]
    raise AssertionError("it was not refused")


def changes(batch: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What a batch of events tells: class, operation, reference."""
    return [(each["class"], each["operation"], each["ref"]) for each in batch["events"]]
