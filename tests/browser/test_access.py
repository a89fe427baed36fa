"""Accessibility of the sample site, by axe and by computing contrasts."""

from pathlib import Path
from typing import Any

import axe_selenium_python
import pytest
from chromium import Browser, Site

AXE = Path(axe_selenium_python.__file__).parent / "node_modules" / "axe-core" / "axe.min.js"


def violations(browser: Browser) -> list[str]:
    """What axe finds on the page, one line for each element."""
    browser.run(AXE.read_text(encoding="utf-8"))
    # This axe knows a skip link by its relative address, which instant navigation has made absolute.
    browser.run("const skip = document.querySelector('.md-skip'); if (skip) skip.setAttribute('href', skip.hash)")
    found: dict[str, Any] = browser.driver.execute_async_script(
        "axe.run(document).then(arguments[0], error => arguments[0]({violations: [{id: String(error), nodes: []}]}))"
    )
    return [
        f"{rule['id']}: {node['html'][:140]} {node['failureSummary'][:300]}"
        for rule in found["violations"]
        for node in rule["nodes"] or [{"html": "", "failureSummary": ""}]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing(browser: Browser, sample: Site, scheme: str, width: int) -> None:
    browser.open(sample.url, width=width, scheme=scheme)
    found = violations(browser)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(browser: Browser, sample: Site, scheme: str) -> None:
    browser.open(sample.url, scheme=scheme)
    browser.run("""
        for (const listing of document.querySelectorAll('bb-listing')) {
            listing.go('last')
            for (const note of listing.querySelectorAll('.bb-note')) note.classList.add('bb-open')
            for (const details of listing.querySelectorAll('details')) details.open = true
        }
        for (const tip of document.querySelectorAll('.bb-tip')) tip.style.display = 'block'""")
    found = violations(browser)
    assert not found, "\n".join(found)
