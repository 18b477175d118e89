"""The class ``host_metrics``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cenote.model.core import Field, Lifecycle, Object, editable, runtime


class host_metrics(Object):
    """What is measured about a host now and then."""

    uuid: Field[str] = runtime("identifies the record for good")
    memory_total: Field[int] = runtime("memory that the host has (bytes)")
    memory_free: Field[int] = runtime("no longer measured; zero", default=0, lifecycle=Lifecycle.REMOVED)
    live: Field[bool] = runtime("whether the host is up, as the coordinator sees it")
    last_updated: Field[datetime] = runtime("when these values were measured")
    other_config: Field[Mapping[str, str]] = editable("free keys and values", default={})
