"""A guest of 512 bytes: greets on its serial port, echoes, obeys the power button, lets devices go, restarts on `!`.

Written as the bytes of 16-bit code, so that no assembler is needed. Ports: 0x3f8 and 0x3fd serial; 0x600, 0x602, 0x604
the power management of QEMU's chipsets; 0xae04, 0xae08 its PCI hot-plug (slots that shall go, slots let go).
"""

from pathlib import Path

BANNER = b"cenote guest up\r\n"
SIZE = 1024 * 1024  # the BIOS boots no smaller disk on virtio

CODE = bytes.fromhex(
    "fa 31c0 8ed8 8ec0 8ed0 bc007c fb"  # 00 interrupts off; segments 0; stack below the code; interrupts on
    "be717c ac 84c0 7405 e84800 ebf6"  # 0d send each byte of the banner, which stands at 71
    "ba0206 b80001 ef"  # 1a ask to be told of the power button
    "f4"  # 21 wait for the timer
    "ba0006 ed f6c401 7524"  # 22 power button pressed: to 4f
    "ba04ae 66ed 6685c0 7405 ba08ae 66ef"  # 2b devices that shall go: let them go
    "bafd03 ec a801 74df"  # 3a nothing typed: to 21
    "baf803 ec 3c21 740f"  # 42 typed an exclamation mark: to 59
    "e81300 ebd2"  # 4a send it back, to 21
    "ba0406 b80020 ef f4 ebfd"  # 4f power off
    "b0fe e664 f4 ebfd"  # 59 restart, through the keyboard controller
    "88c3 bafd03 ec a820 74f8 baf803 88d8 ee c3"  # 60 wait until the port takes a byte and send it
)


def make(path: Path) -> Path:
    """Write the guest's disk to ``path``."""
    sector = (CODE + BANNER + b"\0").ljust(510, b"\0") + b"\x55\xaa"
    path.write_bytes(sector.ljust(SIZE, b"\0"))
    return path
