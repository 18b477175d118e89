"""The linters as tests, one each."""

import pytest
from tests.lint import imports, measure
from tests.lint.budget import Entry, entries
from tests.lint.linters import LINTERS, Linter


@pytest.mark.parametrize("linter", LINTERS, ids=lambda linter: linter.name)
def test_linter_is_content(linter: Linter) -> None:
    content, said = linter.run()
    assert content, said


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
def test_budget_is_kept(entry: Entry) -> None:
    assert entry.kept, str(entry)


def test_rooms_import_what_they_may() -> None:
    assert imports.violations() == []


def test_names_say_something() -> None:
    assert measure.empty_names() == []


def test_nothing_is_left_over() -> None:
    assert measure.left_over() == []
