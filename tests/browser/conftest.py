"""The fixtures of the browser tests, and what is done where Chromium itself dies."""

from pathlib import Path

import pytest
from fixtures import browser, chromium, reader, readers, sample, site, watched

__all__ = ["browser", "chromium", "reader", "readers", "sample", "site", "watched"]

DEATHS = ("invalid session id", "tab crashed", "not reachable", "disconnected", "Connection aborted", "Max retries")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test under which the browser dies is tried once more, with a new one: a page that ends it does so twice."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=list(DEATHS)))
