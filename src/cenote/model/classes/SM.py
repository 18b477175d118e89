"""The class ``SM``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from cenote.model.core import Field, Lifecycle, Object, editable, runtime


class image_format_type(Enum):
    """The format in which a disk is kept."""

    RAW = "raw"
    VHD = "vhd"
    QCOW2 = "qcow2"


class SM(Object):
    """A driver for storage repositories, as it describes itself."""

    uuid: Field[str] = runtime("identifies the driver for good")
    name_label: Field[str] = runtime("the name for people to read", default="")
    name_description: Field[str] = runtime("what kind of storage the driver handles", default="")
    type: Field[str] = runtime("the SR.type that the driver serves")
    vendor: Field[str] = runtime("who made the driver")
    copyright: Field[str] = runtime("whose rights the driver is under")
    version: Field[str] = runtime("the driver's version")
    required_api_version: Field[str] = runtime("the version of the drivers' interface that the driver needs")
    configuration: Field[Mapping[str, str]] = runtime(
        "the keys of PBD.device_config that the driver reads, and what each means"
    )
    capabilities: Field[tuple[str, ...]] = runtime(
        "names of what the driver can do; features tells more", default=(), lifecycle=Lifecycle.DEPRECATED
    )
    features: Field[Mapping[str, int]] = runtime("what the driver can do, and in which version", default={})
    other_config: Field[Mapping[str, str]] = editable("free keys and values", default={})
    driver_filename: Field[str] = runtime("the file that holds the driver", default="")
    required_cluster_stack: Field[tuple[str, ...]] = runtime(
        "cluster stacks of which one must run for the driver to work", default=()
    )
    supported_image_formats: Field[tuple[image_format_type, ...]] = runtime(
        "the formats in which the driver keeps disks, the preferred one first",
        default=(),
        lifecycle=Lifecycle.PROTOTYPED,
    )
