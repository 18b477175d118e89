"""The class ``probe_result``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cenote.model.core import Field, Object, runtime

if TYPE_CHECKING:
    from cenote.model.classes.sr_stat import sr_stat


class probe_result(Object):
    """One thing that SR.probe_ext found."""

    struct = True

    configuration: Field[Mapping[str, str]] = runtime(
        "the device configuration with which the repository can be reached"
    )
    complete: Field[bool] = runtime("whether that configuration is enough to create or introduce a repository")
    sr: Field[sr_stat | None] = runtime("the repository that is already there, if one is")
    extra_info: Field[Mapping[str, str]] = runtime("more about what was found, to choose from")
