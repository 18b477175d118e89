"""The class ``host_cpu``."""

from __future__ import annotations

from collections.abc import Mapping

from cenote.model.core import Field, Lifecycle, Object, editable, runtime
from cenote.model.refs import HostRef


class host_cpu(Object):
    """One logical processor of a host. host.cpu_info tells the same for all of them together."""

    lifecycle = Lifecycle.DEPRECATED

    uuid: Field[str] = runtime("identifies the record for good")
    host: Field[HostRef] = runtime("the host that the processor is in")
    number: Field[int] = runtime("the processor's number within its host, from 0")
    vendor: Field[str] = runtime("the maker's identification")
    speed: Field[int] = runtime("the clock rate (MHz)")
    modelname: Field[str] = runtime("the maker's name for the model")
    family: Field[int] = runtime("the family number of the processor")
    model: Field[int] = runtime("the model number within the family")
    stepping: Field[str] = runtime("the stepping, the revision of the model")
    flags: Field[str] = runtime("the features that the processor reports, separated by blanks")
    features: Field[str] = runtime("the features as a bit mask in hexadecimal")
    utilisation: Field[float] = runtime("the share of the time that the processor is busy, from 0.0 to 1.0")
    other_config: Field[Mapping[str, str]] = editable("free keys and values", default={})
