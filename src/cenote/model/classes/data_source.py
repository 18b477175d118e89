"""The class ``data_source``."""

from __future__ import annotations

from cenote.model.core import Field, Object, runtime


class data_source(Object):
    """Something that is measured, or could be."""

    struct = True

    name_label: Field[str] = runtime("the name of the measurement", default="")
    name_description: Field[str] = runtime("what is measured", default="")
    enabled: Field[bool] = runtime("whether it is being recorded")
    standard: Field[bool] = runtime("whether it is recorded unless someone says otherwise")
    units: Field[str] = runtime("the unit of the values")
    min: Field[float] = runtime("the lowest value that can be")
    max: Field[float] = runtime("the highest value that can be")
    value: Field[float] = runtime("the newest value")
