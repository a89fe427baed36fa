"""Accessibility of a page, by axe."""

from pathlib import Path
from typing import Any

import axe_selenium_python
from chromium import Browser

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
