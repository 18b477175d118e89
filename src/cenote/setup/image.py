"""The tiny Linux: there already, or built now."""

from __future__ import annotations

from cenote.setup import tinylinux
from cenote.setup.failure import Failure
from cenote.setup.place import Place
from cenote.setup.screen import Report
from cenote.setup.step import Step


def step(place: Place) -> Step:
    """The step that makes the image of the first guest be there."""
    folder = place.cache / "tinylinux"

    def there() -> str | None:
        found = tinylinux.find(folder)
        return None if found is None else _size(found)

    def do(report: Report) -> str:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return f"built: {_size(tinylinux.build(folder, report))}"
        except tinylinux.BuildError as error:
            raise Failure("The tiny Linux could not be built", error.what, error.advice) from error
        except OSError as error:
            raise Failure(
                "The tiny Linux could not be built", str(error), f"see that {folder} can be written"
            ) from error

    return Step("Tiny Linux", there, do)


def _size(found: tinylinux.TinyLinux) -> str:
    return f"{found.image.stat().st_size / 2**20:.0f} MiB, kernel {found.kernel}"
