"""The class ``message``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import TypeAlias

from cenote.model import core
from cenote.model.core import Field, Lifecycle, Object, Runs, runtime
from cenote.model.refs import MessageRef
from cenote.model.roles import Role


class cls(Enum):
    """The classes that messages can be about."""

    VM = "VM"
    HOST = "Host"
    SR = "SR"
    POOL = "Pool"
    VMPP = "VMPP"
    VMSS = "VMSS"
    PVS_PROXY = "PVS_proxy"
    VDI = "VDI"
    CERTIFICATE = "Certificate"


AboutClass: TypeAlias = cls
"""The same, under a name that the field cls does not hide."""


class message(Object):
    """A note that the pool leaves for its administrators: something happened to an object."""

    getters = False

    uuid: Field[str] = runtime("identifies the message for good")
    name: Field[str] = runtime("what happened, as a word in capitals, such as `VM_STARTED`")
    priority: Field[int] = runtime("how grave it is: 1 is critical, 5 is information")
    cls: Field[AboutClass] = runtime("the class of the object that the message is about")
    obj_uuid: Field[str] = runtime("the UUID of the object that the message is about")
    timestamp: Field[datetime] = runtime("when it happened")
    body: Field[str] = runtime("more about it, in words or in XML")

    @core.static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def create(name: str, priority: int, cls_: AboutClass, obj_uuid: str, body: str) -> MessageRef:
        """Leave a message about an object."""
        ...

    @core.message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    def destroy(self) -> None:
        """Remove a message."""

    @core.static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    @staticmethod
    def destroy_many(messages: tuple[MessageRef, ...]) -> None:
        """Remove several messages."""

    @core.static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, lifecycle=Lifecycle.PROTOTYPED)
    @staticmethod
    def destroy_all(filters: Mapping[str, str]) -> None:
        """Remove the messages that match all filters: `name`, `cls`, `before` and `after` among others."""

    @core.static(Role.READ_ONLY, runs=Runs.COORDINATOR)
    @staticmethod
    def get(cls_: AboutClass, obj_uuid: str, since: datetime) -> Mapping[MessageRef, message]:
        """The messages about one object that were left after a moment."""
        ...

    @core.static(Role.READ_ONLY, runs=Runs.COORDINATOR)
    @staticmethod
    def get_since(since: datetime) -> Mapping[MessageRef, message]:
        """The messages that were left after a moment."""
        ...
