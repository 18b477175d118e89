"""The repository's setters."""

from __future__ import annotations

from cenote.model.classes.SR import SR
from cenote.operations.plain import sets

sets(SR.set_name_label, SR.name_label)
sets(SR.set_name_description, SR.name_description)
