"""The budgets: what is spent, and what is allowed."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.lint import measure


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the budget; ``worst`` names what costs most."""

    name: str
    spent: float
    allowed: float
    worst: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether no more is spent than allowed."""
        return self.spent <= self.allowed

    def __str__(self) -> str:
        worst = "".join(f"\n    {each}" for each in self.worst) if not self.kept else ""
        return f"{self.name:24} {self.spent:6g} of {self.allowed:g}{worst}"


def entries() -> list[Entry]:
    """Every line of the budget as it stands now."""
    allowed = tomllib.loads((Path(__file__).parent / "budgets.toml").read_text(encoding="utf-8"))
    found: list[Entry] = []
    for name, lengths in (("module", measure.module_lengths()), ("function", measure.function_lengths())):
        long = tuple(f"{each.lines} {each.where}" for each in lengths if each.lines > allowed[name]["most"])
        found.append(Entry(f"longest {name}", lengths[0].lines, allowed[name]["most"], long))
        found.append(Entry(f"median {name}", measure.middle(lengths), allowed[name]["median"]))
    counts = measure.silenced()
    return found + [Entry(f"silenced: {name}", counts[name], most) for name, most in allowed["silenced"].items()]
