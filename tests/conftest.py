"""What all tests share: in continuous integration nothing that the machine should have may be missing."""

import os
from collections.abc import Generator

import pytest

MAY_LACK = ("kernel: ", "hardware: ")
"""How a reason begins for what a machine may lack and no script can install: a module, a processor's feature."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true a test that is skipped for something else than what a machine may lack has failed."""
    report = yield
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr).removeprefix(
            "Skipped: "
        )
        if not reason.startswith(MAY_LACK):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} may not be skipped here: {reason}"
    return report
