"""The SM records: one for each type of repository that there is a driver for."""

from __future__ import annotations

from cenote import __version__
from cenote.model.classes.SM import SM
from cenote.model.core import Draft
from cenote.storage.registry import types


def ensure(draft: Draft) -> None:
    """Make the records be there and be true to this version's drivers."""
    known = {record.type: record.ref for record in draft.all(SM)}
    found = types()
    for gone in known.keys() - found.keys():
        draft.delete(SM, known[gone])
    for name, facts in found.items():
        ref = known.get(name) or draft.create(SM, SM.type.to(name))
        features = sorted(each.value for each in facts.features)
        draft.update(
            ref,
            SM.name_label.to(facts.name),
            SM.name_description.to(facts.description),
            SM.vendor.to("Cenote"),
            SM.copyright.to("Apache-2.0"),
            SM.version.to(__version__),
            SM.required_api_version.to("1.0"),
            SM.configuration.to(dict(facts.configuration)),
            SM.capabilities.to(tuple(features)),
            SM.features.to(dict.fromkeys(features, 1)),
        )
