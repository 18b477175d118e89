"""Which UEFI firmware this host has."""

from dataclasses import dataclass
from pathlib import Path

from cenote.compute.errors import FirmwareMissing

OVMF = Path("/usr/share/OVMF")


@dataclass(frozen=True, slots=True)
class Image:
    """A firmware: its code, and the template of the variables that each guest gets a copy of."""

    code: str
    variables: str


@dataclass(frozen=True, slots=True)
class Firmwares:
    """What was found; ``looked_at`` says where, for the error that a guest without its firmware gets."""

    plain: Image | None
    secure: Image | None
    looked_at: tuple[str, ...]

    def pick(self, *, secure: bool) -> Image:
        """The image for a guest. Raises `FirmwareMissing`."""
        image = self.secure if secure else self.plain
        if image is None:
            raise FirmwareMissing(self.looked_at)
        return image


def find(folder: Path = OVMF) -> Firmwares:
    """Look where Debian's ``ovmf`` puts its files: the 4 MiB build, and the one that enforces Secure Boot."""
    plain = folder / "OVMF_CODE_4M.fd", folder / "OVMF_VARS_4M.fd"
    secure = folder / "OVMF_CODE_4M.secboot.fd", folder / "OVMF_VARS_4M.ms.fd"

    def image(code: Path, variables: Path) -> Image | None:
        return Image(str(code), str(variables)) if code.is_file() and variables.is_file() else None

    return Firmwares(image(*plain), image(*secure), tuple(str(path) for path in (*plain, *secure)))
