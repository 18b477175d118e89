"""The tiny Linux, booted by QEMU itself: what the toolstack and every other test with a guest rely on."""

import base64
import json
import os
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from itertools import chain, count
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TypeVar

import pytest

from cenote.setup.tinylinux import TinyLinux, build
from cenote.setup.tinylinux.key import KeyPair, make

pytestmark = pytest.mark.guest

T = TypeVar("T")
Start = Callable[..., "Guest"]

DEADLINE = 120.0  # seconds; far more than a boot takes, as a busy machine may be very slow
MARKS = count(1)
VIRTIO = "virtio-blk-pci"
OVMF = Path("/usr/share/OVMF")
FIRMWARES = {
    "bios": [],
    "uefi": [
        *("-drive", f"if=pflash,format=raw,readonly=on,file={OVMF}/OVMF_CODE_4M.fd"),
        *("-drive", f"if=pflash,format=raw,snapshot=on,file={OVMF}/OVMF_VARS_4M.fd"),
    ],
}


@pytest.fixture(scope="session")
def tiny() -> TinyLinux:
    """The image, built once and kept in a cache."""
    checkout = Path(__file__).parents[2]
    cache = Path(os.environ.get("CENOTE_TEST_CACHE") or checkout / ".cache")
    return build(cache / "tinylinux", lambda what, fraction: print(f"{fraction:4.0%} {what}"))


class Guest:
    """A running QEMU: its agent, SSH, serial console and monitor."""

    def __init__(self, tiny: TinyLinux, folder: Path, *more: str, machine: str = "pc", disk: str = VIRTIO) -> None:
        self.tiny = tiny
        self.folder = folder
        self.port = free_port()
        image = folder / "disk.qcow2"
        base = ["-F", "qcow2", "-b", str(tiny.image.resolve())]
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", *base, str(image)], check=True)
        words = ["-machine", machine, "-accel", "tcg", "-m", "256", "-nodefaults", "-display", "none", "-vga", "std"]
        words += ["-qmp", f"unix:{folder}/monitor,server=on,wait=off", "-serial", "chardev:line"]
        words += ["-chardev", f"socket,id=line,path={folder}/line,server=on,wait=off,logfile={folder}/line.log"]
        words += ["-device", "virtio-serial-pci", "-chardev", f"socket,id=agent,path={folder}/agent,server=on,wait=off"]
        words += ["-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0", "-device", "virtio-rng-pci"]
        words += ["-netdev", f"user,id=n0,hostfwd=tcp:127.0.0.1:{self.port}-:22", "-device", "virtio-net-pci,netdev=n0"]
        words += ["-device", "virtio-balloon-pci", "-drive", f"file={image},if=none,id=d0,format=qcow2"]
        words += [*more, "-device", f"{disk},drive=d0,bootindex=1"]
        with (folder / "stderr").open("w") as stderr:
            self.process = subprocess.Popen(["qemu-system-x86_64", *words], stderr=stderr)

    def agent(self, command: str, **arguments: Any) -> Any:
        """What the guest agent answers to ``command``."""
        return self.until(lambda: ask(self.folder / "agent", command, arguments), f"the agent's answer to {command}")

    def monitor(self, command: str, **arguments: Any) -> Any:
        """What QEMU's monitor answers to ``command``."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(30)
            line.connect(str(self.folder / "monitor"))
            replies = line.makefile("rw")
            replies.readline()
            reply: dict[str, Any] = {}
            for name, values in (("qmp_capabilities", {}), (command, arguments)):
                replies.write(json.dumps({"execute": name, "arguments": values}) + "\n")
                replies.flush()
                reply = json.loads(replies.readline())
                while "event" in reply:
                    reply = json.loads(replies.readline())
            assert "error" not in reply, reply
            return reply["return"]

    def run(self, command: str) -> str:
        """What a shell command printed, run over the guest agent."""
        started = self.agent("guest-exec", path="/bin/sh", arg=["-c", command], **{"capture-output": True})

        def ended() -> Any:
            status = self.agent("guest-exec-status", pid=started["pid"])
            return status if status["exited"] else None

        status = self.until(ended, f"the end of {command}")
        return base64.b64decode(status.get("out-data", "")).decode()

    def ssh(self, command: str, key: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run ``command`` as root over SSH, once dropbear answers."""
        self.until(lambda: banner(self.port), "dropbear")
        words = ["-F", "/dev/null", "-i", str(key or self.tiny.key), "-p", str(self.port)]
        for option in ("BatchMode=yes", "StrictHostKeyChecking=no", "IdentitiesOnly=yes"):
            words += ["-o", option]
        words += ["-o", "UserKnownHostsFile=/dev/null"]
        line = ["ssh", *words, "root@127.0.0.1", command]
        return subprocess.run(line, capture_output=True, text=True, timeout=DEADLINE, check=False)

    def addresses(self) -> dict[str, list[str]]:
        """The IPv4 addresses of each interface, as the agent reports them."""
        found: dict[str, list[str]] = {}
        for item in self.agent("guest-network-get-interfaces"):
            known = item.get("ip-addresses", ())
            found[item["name"]] = [each["ip-address"] for each in known if each["ip-address-type"] == "ipv4"]
        return found

    def until(self, probe: Callable[[], T | None], what: str) -> T:
        """Ask again until there is an answer; fail when QEMU ends or the deadline passes."""
        end = monotonic() + DEADLINE
        while monotonic() < end:
            answer = probe()
            if answer is not None:
                return answer
            if self.process.poll() is not None:
                pytest.fail(f"QEMU ended while waiting for {what}: {(self.folder / 'stderr').read_text()}")
            sleep(0.05)
        pytest.fail(f"no {what} within {DEADLINE:g} s")

    def printed(self) -> str:
        """All that came out of the serial line so far."""
        return (self.folder / "line.log").read_text(errors="replace")

    def ends(self) -> int:
        """QEMU's exit status, once it ends by itself."""
        return self.process.wait(DEADLINE)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


def free_port() -> int:
    """A TCP port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ask(path: Path, command: str, arguments: dict[str, Any]) -> Any:
    """One question to the guest agent: its answer, or None while nobody answers."""
    mark = next(MARKS)  # a new one each time: the agent may still answer earlier, given up questions
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            line.connect(str(path))
            replies = line.makefile("rw")
            replies.write(json.dumps({"execute": "guest-sync", "arguments": {"id": mark}}) + "\n")
            replies.flush()
            while json.loads(replies.readline()).get("return") != mark:
                continue
            line.settimeout(10)
            replies.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
            replies.flush()
            reply = json.loads(replies.readline())
    except (OSError, ValueError):
        return None
    assert "error" not in reply, reply
    return reply["return"]


def banner(port: int) -> str | None:
    """What an SSH server says first, or None while there is none."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            return line.recv(64).decode(errors="replace") or None
    except OSError:
        return None


@pytest.fixture(scope="session")
def other_key() -> KeyPair:
    """A key that the image doesn't know."""
    return make()


@pytest.fixture
def start(tiny: TinyLinux, tmp_path: Path) -> Iterator[Start]:
    """Start guests that are gone after the test."""
    guests: list[Guest] = []

    def begin(*more: str, machine: str = "pc", disk: str = VIRTIO) -> Guest:
        folder = tmp_path / str(len(guests))
        folder.mkdir()
        guests.append(Guest(tiny, folder, *more, machine=machine, disk=disk))
        return guests[-1]

    yield begin
    for guest in guests:
        guest.close()


@pytest.fixture(scope="module", params=["pc-bios", "q35-bios", "pc-uefi", "q35-uefi"])
def guest(request: pytest.FixtureRequest, tiny: TinyLinux, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guest]:
    """A running guest with two networks, by each firmware on each machine."""
    machine, firmware = request.param.split("-")
    network = ["-netdev", "user,id=n1,net=10.7.0.0/24", "-device", "virtio-net-pci,netdev=n1"]
    running = Guest(tiny, tmp_path_factory.mktemp(request.param), *FIRMWARES[firmware], *network, machine=machine)
    yield running
    running.close()


def test_the_image_is_small(tiny: TinyLinux) -> None:
    facts = json.loads(subprocess.check_output(["qemu-img", "info", "--output=json", tiny.image]))
    assert facts["format"] == "qcow2"
    assert facts["virtual-size"] <= 128 << 20
    assert tiny.image.stat().st_size < 64 << 20
    assert tiny.key.stat().st_mode & 0o777 == 0o600


def test_the_agent_reports_system_and_name(guest: Guest, tiny: TinyLinux) -> None:
    facts = guest.agent("guest-get-osinfo")
    assert facts["id"] == "cenote-tiny"
    assert facts["pretty-name"].startswith("Cenote tiny Linux")
    assert facts["kernel-release"] == tiny.kernel
    assert guest.agent("guest-get-host-name") == {"host-name": "cenote"}


def test_every_network_has_an_address(guest: Guest) -> None:
    expected = ["10.0.2.15", "10.7.0.15", "127.0.0.1"]
    guest.until(lambda: sorted(chain(*guest.addresses().values())) == expected or None, "an address on each")


def test_ssh_opens_with_the_key(guest: Guest) -> None:
    done = guest.ssh("id -u; uname -r")
    assert done.stdout.split() == ["0", guest.tiny.kernel], done.stderr


def test_the_serial_console_says_up_and_lets_in(guest: Guest) -> None:
    guest.until(lambda: "cenote login:" in guest.printed() or None, "the login prompt")
    assert "tiny Linux is up after" in guest.printed()
    assert "not found" not in guest.printed()
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(guest.folder / "line"))
        line.sendall(b"root\n")
        guest.until(lambda: re.search("cenote:(~|/root)# ", guest.printed()), "the shell's prompt")  # by version
        line.sendall(b"echo $((6 * 7)) of $(tty)\n")
        guest.until(lambda: "42 of /dev/ttyS0" in guest.printed() or None, "the shell's answer")


def test_the_screen_shows_text(guest: Guest) -> None:
    guest.agent("guest-ping")
    picture = guest.folder / "screen.ppm"
    guest.monitor("screendump", filename=str(picture))
    pixels = guest.until(lambda: picture.read_bytes() or None, "the picture")
    assert pixels.startswith(b"P6")
    assert len(set(pixels[20:])) > 1, "the screen is of one colour"


def test_the_host_may_take_memory_back(guest: Guest) -> None:
    guest.agent("guest-ping")
    guest.monitor("balloon", value=200 << 20)
    guest.until(lambda: guest.monitor("query-balloon")["actual"] == 200 << 20 or None, "the smaller memory")


def test_a_frozen_disk_thaws(guest: Guest) -> None:
    assert guest.agent("guest-fsfreeze-freeze") == 1
    assert guest.agent("guest-fsfreeze-status") == "frozen"
    assert guest.agent("guest-fsfreeze-thaw") == 1


def test_the_agent_takes_keys(guest: Guest, other_key: KeyPair, tmp_path: Path) -> None:
    private = write_key(tmp_path, other_key)
    assert guest.ssh("true", private).returncode != 0
    guest.agent("guest-ssh-add-authorized-keys", username="root", keys=[other_key.public])
    assert guest.ssh("true", private).returncode == 0


def write_key(folder: Path, pair: KeyPair) -> Path:
    """The private half as a file that ssh accepts."""
    private = folder / "key"
    private.touch(0o600)
    private.write_bytes(pair.private)
    return private


@pytest.mark.parametrize("firmware", FIRMWARES)
def test_the_power_button_ends_it(start: Start, firmware: str) -> None:
    guest = start(*FIRMWARES[firmware])
    guest.agent("guest-ping")
    guest.monitor("system_powerdown")
    assert guest.ends() == 0


def test_the_agent_ends_it(start: Start) -> None:
    guest = start()
    guest.agent("guest-ping")
    tell(guest, "guest-shutdown", mode="powerdown")
    assert guest.ends() == 0


def test_a_reboot_keeps_files_and_host_key(start: Start) -> None:
    guest = start()
    before = guest.ssh("echo kept > /root/file; sha256sum /etc/dropbear/*")
    assert before.returncode == 0, before.stderr
    tell(guest, "guest-shutdown", mode="reboot")
    guest.until(lambda: guest.printed().count("tiny Linux is up") == 2 or None, "the second boot")
    after = guest.ssh("cat /root/file; sha256sum /etc/dropbear/*")
    assert after.stdout.split() == ["kept", *before.stdout.split()]
    assert "recover" not in guest.run("dmesg | grep EXT4-fs"), "the disk was not let go cleanly"


def tell(guest: Guest, command: str, **arguments: Any) -> None:
    """A command to the agent that it does not answer."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(guest.folder / "agent"))
        line.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")


def test_the_firmware_brings_keys_and_a_name(start: Start, other_key: KeyPair, tmp_path: Path) -> None:
    say = "type=11,value=io.systemd.credential"
    several = base64.b64encode(f"ssh-ed25519 AAAAfirst\n{other_key.public}\n".encode()).decode()
    guest = start(
        *("-smbios", f"{say}:system.hostname=spring"),
        *("-smbios", f"{say}.binary:ssh.authorized_keys.root={several}"),
    )
    assert guest.ssh("hostname", write_key(tmp_path, other_key)).stdout.strip() == "spring"
    assert guest.agent("guest-get-host-name") == {"host-name": "spring"}


def test_a_seed_disk_brings_keys_and_a_name(start: Start, other_key: KeyPair, tmp_path: Path) -> None:
    seed = tmp_path / "seed"
    (tmp_path / "user-data").write_text(f"#cloud-config\nssh_authorized_keys:\n  - {other_key.public}\n")
    (tmp_path / "meta-data").write_text("instance-id: one\nlocal-hostname: well\n")
    subprocess.run(["mformat", "-C", "-i", seed, "-f", "1440", "-v", "CIDATA", "::"], check=True)
    subprocess.run(["mcopy", "-i", seed, tmp_path / "user-data", tmp_path / "meta-data", "::"], check=True)
    guest = start("-drive", f"file={seed},if=none,id=d1,format=raw,readonly=on", "-device", "virtio-blk-pci,drive=d1")
    guest.until(lambda: guest.agent("guest-get-host-name") == {"host-name": "well"} or None, "the seed's name")
    assert guest.ssh("hostname", write_key(tmp_path, other_key)).stdout.strip() == "well"


@pytest.mark.parametrize("machine", ["pc", "q35"])
def test_networks_and_disks_come_and_go(start: Start, tmp_path: Path, machine: str) -> None:
    slots = ("a", "b") if machine == "q35" else ()  # q35's first bus takes nothing while it runs
    ports = chain(*(("-device", f"pcie-root-port,id={slot},chassis={ord(slot)}") for slot in slots))
    buses = [{"bus": slot} for slot in slots] or [dict[str, str]()] * 2
    guest = start("-netdev", "user,id=n1,net=10.7.0.0/24", *ports, machine=machine)
    disk = tmp_path / "more.raw"
    with disk.open("wb") as out:
        out.truncate(8 << 20)
    guest.agent("guest-ping")
    guest.monitor("blockdev-add", driver="file", filename=str(disk), **{"node-name": "more"})
    guest.monitor("device_add", driver="virtio-net-pci", id="nic", netdev="n1", **buses[0])
    guest.monitor("device_add", driver="virtio-blk-pci", id="disk", drive="more", **buses[1])
    guest.until(lambda: "10.7.0.15" in guest.addresses().get("eth1", ()) or None, "an address for the new network")
    guest.until(lambda: guest.run("cat /sys/block/vdb/size").strip() == "16384" or None, "the new disk")
    guest.monitor("device_del", id="nic")
    guest.monitor("device_del", id="disk")
    guest.until(lambda: "eth1" not in guest.addresses() or None, "the end of the network")
    guest.until(lambda: guest.run("ls /sys/block").split() == ["vda"] or None, "the end of the disk")


def test_a_disk_on_another_bus_is_its_own(start: Start) -> None:
    guest = start("-device", "virtio-scsi-pci", disk="scsi-hd")
    guest.until(lambda: guest.run("grep ' /root ' /proc/mounts").startswith("/dev/sda2 ") or None, "the mount")
