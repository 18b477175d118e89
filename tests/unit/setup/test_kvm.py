"""The device of KVM where no udev runs."""

from __future__ import annotations

from pathlib import Path

from cenote.setup import kvm


def test_what_is_no_device_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "kvm"
    file.write_text("")
    file.chmod(0o600)
    assert not kvm.hand_over(file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_machine_without_kvm_has_nothing_to_hand_over(tmp_path: Path) -> None:
    assert not kvm.hand_over(tmp_path / "nothing")


def test_a_device_that_others_may_use_stays_as_it_is() -> None:
    device = Path("/dev/null")
    before = device.stat()
    assert not kvm.hand_over(device)
    assert device.stat().st_mode == before.st_mode
