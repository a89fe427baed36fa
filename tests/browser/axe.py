"""Accessibility of a page, by axe."""

from importlib.resources import files
from typing import Any

from chromium import Browser

# Of this package only the script is used, which needs no other browser than ours.
AXE = files("axe_playwright_python") / "axe.min.js"


def violations(browser: Browser, *, colors_only: bool = False) -> list[str]:
    """What axe finds on the page, or with its colours alone, one line for each element."""
    browser.run(AXE.read_text(encoding="utf-8"))
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if colors_only:
        options["runOnly"] = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
    found: dict[str, Any] = browser.driver.execute_async_script(
        # theme.js sees to what scrolls a moment after the page changed.
        """const [options, done] = arguments
        setTimeout(() => axe.run(document, options).then(done, error => done({violations: [{id: String(error), nodes: []}]})), 250)""",
        options,
    )
    return [
        f"{rule['id']}: {node['html'][:140]} {node['failureSummary'][:300]}"
        for rule in found["violations"]
        for node in rule["nodes"] or [{"html": "", "failureSummary": ""}]
    ]
