"""The class ``secret``."""

from __future__ import annotations

from collections.abc import Mapping

from cenote.model.core import Field, Object, editable, runtime
from cenote.model.roles import Role


class secret(Object):
    """A word to be kept from those who need not know it, such as a password for storage."""

    read_role = Role.POOL_OPERATOR
    creatable = True

    uuid: Field[str] = runtime("identifies the secret for good; settings name it instead of the word itself")
    value: Field[str] = editable("the word that is kept")
    other_config: Field[Mapping[str, str]] = editable("free keys and values", default={}, read_role=Role.READ_ONLY)
