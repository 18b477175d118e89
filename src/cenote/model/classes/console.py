"""The class ``console``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from cenote.model.core import Field, Object, editable, runtime
from cenote.model.refs import VMRef
from cenote.model.roles import Role


class console_protocol(Enum):
    """How a console is spoken to."""

    VT100 = "vt100"
    """A serial line."""
    RFB = "rfb"
    """The screen, over VNC."""
    RDP = "rdp"
    """The screen, over the guest's own remote desktop."""


class console(Object):
    """A way to a guest's screen or serial line."""

    role = Role.VM_ADMIN
    creatable = True

    uuid: Field[str] = runtime("identifies the console for good")
    protocol: Field[console_protocol] = runtime("how the console is spoken to")
    location: Field[str] = runtime("the URL to connect to")
    VM: Field[VMRef] = runtime("the virtual machine that has the console")
    other_config: Field[Mapping[str, str]] = editable("free keys and values")
