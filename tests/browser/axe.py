"""Accessibility of a page, by axe."""

from importlib.resources import files
from typing import Any, Literal

from chromium import Browser

# Of this package only the script is used, which needs no other browser than ours.
AXE = files("axe_playwright_python") / "axe.min.js"
COLORS = ("color-contrast", "link-in-text-block")
"""The rules that look at colours, which take most of the time."""
LAYOUT = ("scrollable-region-focusable",)
"""The rules, of those that are on, that look at how wide something is."""
# One element for each look of a text: its colours, its size and weight, what is behind it, and the colour of the text around it.
LOOKS = """
    const looks = new Map(), grounds = new Map([[null, '']])
    const ground = node => {
        if (!grounds.has(node)) {
            const {backgroundColor, backgroundImage, opacity} = getComputedStyle(node)
            const own = `${backgroundColor} ${backgroundImage} ${opacity}`
            grounds.set(node, own === 'rgba(0, 0, 0, 0) none 1' ? ground(node.parentElement) : `${ground(node.parentElement)}; ${own}`)
        }
        return grounds.get(node)
    }
    for (const node of document.querySelectorAll(`${within} *`)) {
        if (![...node.childNodes].some(child => child.nodeType === Node.TEXT_NODE && child.data.trim()) || !node.checkVisibility()) continue
        const {color, fontSize, fontWeight} = getComputedStyle(node), around = getComputedStyle(node.parentElement).color
        const look = [node.tagName === 'A', color, fontSize, fontWeight, around, ground(node)].join()
        if (!looks.has(look)) looks.set(look, node)
    }
    const place = {include: [...looks.values()]}"""
EVERYTHING = "const place = within === 'body' ? document : within"


def violations(
    browser: Browser, rules: Literal["all", "colors", "structure", "layout"] = "all", within: str = "body"
) -> list[str]:
    """What axe finds in an element of the page, one line for each element that breaks a rule.

    Args:
        browser: Shows the page.
        rules: "colors" checks the colours of one text of each look; "structure" checks everything but colours, "layout"
            of this only what depends on the width.
        within: A CSS selector; whatever else stands on the page is passed over.
    """
    if not browser.run("return 'axe' in window"):
        browser.run(AXE.read_text(encoding="utf-8"))
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules == "colors":
        options["runOnly"] = {"type": "rule", "values": COLORS}
    elif rules == "layout":
        options["runOnly"] = {"type": "rule", "values": LAYOUT}
    elif rules == "structure":
        options["rules"] = {rule: {"enabled": False} for rule in COLORS}
    found: dict[str, Any] = browser.driver.execute_async_script(
        f"""const [options, within, done] = arguments
        {LOOKS if rules == "colors" else EVERYTHING}
        axe.run(place, options).then(done, error => done({{violations: [{{id: String(error), nodes: []}}]}}))""",
        options,
        within,
    )
    return [
        f"{rule['id']}: {node['html'][:140]} {node['failureSummary'][:300]}"
        for rule in found["violations"]
        for node in rule["nodes"] or [{"html": "", "failureSummary": ""}]
    ]
