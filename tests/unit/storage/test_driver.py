"""Registration, sizes, texts of errors, progress."""

import pytest

from cenote.storage import errors, registry
from cenote.storage.contract import DriverFacts, Format, RepositorySpec
from cenote.storage.driver import Driver, whole_sectors
from cenote.storage.file import FileRepository
from cenote.storage.iso import IsoRepository
from cenote.storage.qemuimg import fraction

SR = "11111111-2222-3333-4444-555555555555"


def test_types_come_from_the_drivers() -> None:
    assert {"file", "iso"} <= set(registry.types())
    assert registry.types()["file"].configuration.keys() == {"location"}
    assert registry.types()["iso"].formats == (Format.RAW,)


@pytest.mark.parametrize(("type_", "driver"), [("file", FileRepository), ("iso", IsoRepository)])
def test_a_type_names_its_driver(type_: str, driver: type[Driver]) -> None:
    assert isinstance(registry.repository(type_, RepositorySpec(SR, {"location": "/srv"})), driver)


def test_an_unknown_type_is_answered_with_the_known() -> None:
    with pytest.raises(errors.UnknownType) as caught:
        registry.repository("floppy", RepositorySpec(SR))
    assert "file" in str(caught.value)


def test_a_repository_has_a_uuid() -> None:
    with pytest.raises(errors.ConfigInvalid):
        registry.repository("file", RepositorySpec("../x", {"location": "/srv"}))


def test_two_drivers_can_not_share_a_name() -> None:
    about = DriverFacts("file", "", "", frozenset(), {}, ())
    with pytest.raises(TypeError):
        type("Twin", (Driver,), {}, about=about)


@pytest.mark.parametrize(("size", "rounded"), [(1, 512), (512, 512), (513, 1024), (2**44, 2**44)])
def test_sizes_are_whole_sectors(size: int, rounded: int) -> None:
    assert whole_sectors(size) == rounded


def test_a_size_below_the_minimum() -> None:
    with pytest.raises(errors.SizeInvalid):
        whole_sectors(1024, minimum=1025)


@pytest.mark.parametrize(
    ("text", "done"),
    [
        (b"", None),
        (b"    (0.00/100%)\r", 0.0),
        (b"    (12.50/100%)\r    (50.00/100%)\r", 0.5),
        (b"    (100.00/100%)\r\n", 1.0),
        (b"(100.40/100%)", 1.0),
    ],
)
def test_progress_is_the_last_report(text: bytes, done: float | None) -> None:
    assert fraction(text) == done


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (errors.VolumeUnknown("x"), "there is no volume x"),
        (errors.VolumeInUse("x", ("a", "b")), "volume x is in use by (a, b)"),
        (errors.NoSpace(5, 3), "no space left: 5 bytes wanted, 3 free"),
        (errors.RepositoryNotEmpty("r", ("f", "g")), "repository r is not empty: f, g"),
        (errors.ToolMissing("t", "p"), "t is not installed; Debian has it in p"),
        (errors.Cancelled(), "cancelled"),
    ],
)
def test_an_error_is_a_sentence(error: errors.StorageError, text: str) -> None:
    assert str(error) == text
