"""What libvirt, the agent and the kernel say, in this room's words."""

from pathlib import Path

import libvirt
import pytest

from cenote.compute.agent import facts
from cenote.compute.domainxml.domain import Domain
from cenote.compute.event import Device, DeviceKind, EventKind, Reason
from cenote.compute.facts import GuestFacts, GuestInterface, Power
from cenote.compute.probe import Driver, accelerated, boot_sector, choose, default_uri, obstacle
from cenote.compute.signals import device_of, lifecycle
from cenote.compute.state import domain_state
from cenote.compute.survey import dotted, first_processor


def test_the_agents_flat_answer_becomes_facts() -> None:
    said: dict[str, str | int] = {
        "os.id": "debian",
        "os.name": "Debian GNU/Linux",
        "os.pretty-name": "Debian GNU/Linux 12 (bookworm)",
        "os.version-id": "12",
        "os.kernel-release": "6.1.0-cloud-amd64",
        "hostname": "hello",
        "if.count": 2,
        "if.0.name": "lo",
        "if.0.hwaddr": "00:00:00:00:00:00",
        "if.0.addr.count": 1,
        "if.0.addr.0.type": "ipv4",
        "if.0.addr.0.addr": "127.0.0.1",
        "if.1.name": "eth0",
        "if.1.hwaddr": "52:54:00:AA:BB:CC",
        "if.1.addr.count": 3,
        "if.1.addr.0.type": "ipv4",
        "if.1.addr.0.addr": "10.0.2.15",
        "if.1.addr.1.type": "ipv6",
        "if.1.addr.1.addr": "fec0::1",
        "if.1.addr.2.type": "ipv6",
        "if.1.addr.2.addr": "fe80::1",
    }
    assert facts(said, "7.2.0", 12.5) == GuestFacts(
        "debian",
        "Debian GNU/Linux 12 (bookworm)",
        "12",
        "6.1.0-cloud-amd64",
        "hello",
        (
            GuestInterface("lo", "00:00:00:00:00:00", ("127.0.0.1",)),
            GuestInterface("eth0", "52:54:00:aa:bb:cc", ("10.0.2.15",), ("fec0::1", "fe80::1")),
        ),
        "7.2.0",
        12.5,
    )


def test_an_agent_that_says_nothing_gives_empty_facts() -> None:
    assert facts({}, "", None) == GuestFacts()


@pytest.mark.parametrize(
    ("alias", "device"),
    [
        ("ua-disk-0", Device(DeviceKind.DISK, 0)),
        ("ua-disk-15", Device(DeviceKind.DISK, 15)),
        ("ua-nic-3", Device(DeviceKind.NIC, 3)),
        ("virtio-disk0", None),
        ("ua-disk-", None),
        ("ua-nic-x", None),
        ("", None),
    ],
)
def test_an_alias_names_a_device(alias: str, device: Device | None) -> None:
    assert device_of(alias) == device


@pytest.mark.parametrize(
    ("event", "detail", "kind", "reason"),
    [
        (libvirt.VIR_DOMAIN_EVENT_STARTED, 0, EventKind.STARTED, None),
        (libvirt.VIR_DOMAIN_EVENT_RESUMED, 0, EventKind.RESUMED, None),
        (libvirt.VIR_DOMAIN_EVENT_CRASHED, 0, EventKind.CRASHED, None),
        (libvirt.VIR_DOMAIN_EVENT_STOPPED, libvirt.VIR_DOMAIN_EVENT_STOPPED_SAVED, EventKind.STOPPED, Reason.SAVED),
        (libvirt.VIR_DOMAIN_EVENT_STOPPED, libvirt.VIR_DOMAIN_EVENT_STOPPED_FAILED, EventKind.STOPPED, Reason.FAILED),
        (libvirt.VIR_DOMAIN_EVENT_STOPPED, 99, EventKind.STOPPED, Reason.UNKNOWN),
        (
            libvirt.VIR_DOMAIN_EVENT_SUSPENDED,
            libvirt.VIR_DOMAIN_EVENT_SUSPENDED_IOERROR,
            EventKind.PAUSED,
            Reason.IO_ERROR,
        ),
    ],
)
def test_lifecycle_events(event: int, detail: int, kind: EventKind, reason: Reason | None) -> None:
    found = lifecycle("u", event, detail)
    assert found is not None
    assert (found.uuid, found.kind, found.reason) == ("u", kind, reason)


def test_an_event_without_news_is_dropped() -> None:
    assert lifecycle("u", 0, 0) is None


def test_a_live_domain_without_devices_of_ours() -> None:
    text = (
        "<domain type='qemu' id='7'><name>n</name><uuid>u</uuid><memory>1024</memory><vcpu current='1'>2</vcpu>"
        "<devices><disk device='disk'><target dev='sda'/><alias name='scsi0-0-0'/></disk></devices></domain>"
    )
    found = domain_state(Domain.parse(text), Power.PAUSED)
    assert (found.domid, found.vcpus, found.memory, found.memory_max) == (7, 1, 1 << 20, 1 << 20)
    assert (found.disks, found.nics, found.vnc, found.agent) == ((), (), False, False)


def test_versions_are_numbers() -> None:
    assert (dotted(9_000_000), dotted(7_002_022), dotted(12_008_001)) == ("9.0.0", "7.2.22", "12.8.1")


def test_the_first_processor_speaks_for_all() -> None:
    text = "processor\t: 0\nmodel name\t: Some CPU: fast\nflags\t\t: a b\n\nprocessor\t: 1\nmodel name\t: Other\n"
    assert first_processor(text) == {"processor": "0", "model name": "Some CPU: fast", "flags": "a b"}
    assert first_processor("") == {}


def test_the_trial_guest_is_a_boot_sector() -> None:
    sector = boot_sector()
    assert len(sector) == 512
    assert sector.endswith(b"\x55\xaa")


def test_a_configured_xen_is_taken_at_its_word() -> None:
    assert choose("xen:///system").driver is Driver.XEN


def test_kvm_is_used_only_when_nothing_speaks_against_it() -> None:
    assert accelerated("qemu:///system", "").driver is Driver.KVM
    choice = accelerated("qemu:///system", "a trial guest hung")
    assert (choice.driver, choice.uri) == (Driver.QEMU, "qemu:///system")
    assert choice.sentence == "QEMU emulates the guests' processors (qemu:///system): a trial guest hung"


def test_a_device_that_is_not_there_is_an_obstacle() -> None:
    assert obstacle(Path("/dev/no-such-device")) == "/dev/no-such-device is not there"
    assert obstacle(Path("/dev/null")) == ""


@pytest.mark.parametrize(
    ("xen", "root", "uri"),
    [
        (True, True, "xen:///system"),
        (False, True, "qemu:///system"),
        (False, False, "qemu:///session"),
    ],
)
def test_who_asks_and_where_decides_which_libvirt(*, xen: bool, root: bool, uri: str) -> None:
    assert default_uri(xen=xen, root=root) == uri
