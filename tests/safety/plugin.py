"""A pytest plugin: keeps the tests that hold a requirement, and writes down how each ended."""

import json
from pathlib import Path

import pytest

from tests.safety.requirements import ids_in


def pytest_addoption(parser: pytest.Parser) -> None:
    """--holds [ID]: only tests of that requirement, or of any; --holds-to FILE: how they ended, as JSON."""
    parser.addoption("--holds", default="", help="a requirement's id, or 'any'")
    parser.addoption("--holds-to", default="", help="where to write id -> test -> outcome")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what holds nothing that was asked for."""
    wanted = config.getoption("--holds")
    if not wanted:
        return
    kept, dropped = [], []
    for item in items:
        ids = ids_in(getattr(getattr(item, "function", None), "__doc__", None))
        item.user_properties.append(("holds", ids))
        (kept if ids and wanted in ("any", *ids) else dropped).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=dropped)


class Outcomes:
    """id -> test -> outcome, gathered where pytest reports."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: dict[str, dict[str, str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test that failed in any of its phases failed; one that only was set up, or could not be, did not run."""
        if report.when != "call" and report.outcome == "passed":
            return
        outcome = "not set up" if report.when == "setup" and report.failed else report.outcome
        test = report.nodeid.partition("[")[0]
        for name, ids in report.user_properties:
            for one in ids if name == "holds" else ():
                before = self._found.setdefault(one, {}).get(test, "passed")
                self._found[one][test] = before if before == "failed" else outcome

    def pytest_sessionfinish(self) -> None:
        self._path.write_text(json.dumps(self._found), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """The process that gathers the reports writes them down; workers do not."""
    path = config.getoption("--holds-to")
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Outcomes(Path(path)))
