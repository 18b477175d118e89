"""The class ``user``."""

from __future__ import annotations

from collections.abc import Mapping

from cenote.model.core import Field, Lifecycle, Object, editable, initial, runtime
from cenote.model.roles import Role


class user(Object):
    """A local user of the pool; there is one, the superuser."""

    lifecycle = Lifecycle.DEPRECATED
    role = Role.POOL_ADMIN
    creatable = True
    listed = False

    uuid: Field[str] = runtime("identifies the user for good")
    short_name: Field[str] = initial("the name to log in with")
    fullname: Field[str] = editable("the name for people to read")
    other_config: Field[Mapping[str, str]] = editable("free keys and values", default={})
