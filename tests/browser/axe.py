"""Accessibility of a page, by axe."""

from importlib.resources import files
from typing import Any, Literal

from chromium import Browser

# Of this package only the script is used, which needs no other browser than ours.
AXE = files("axe_playwright_python") / "axe.min.js"
COLORS = ("color-contrast", "link-in-text-block")
"""The rules that look at colours, which take most of the time."""
# One element for each look of a text that is not known to be sound: its colours, its size and weight, what is behind it, and the
# colour of the text around it.
LOOKS = """
    const known = new Set(sound), looks = new Map(), grounds = new Map([[null, '']])
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
        if (!known.has(look) && !looks.has(look)) looks.set(look, node)
    }
    if (!looks.size) return done([[], []])
    const place = {include: [...looks.values()]}"""
EVERYTHING = "const looks = new Map(), place = within === 'body' ? document : within"


def violations(
    browser: Browser, rules: Literal["all", "colors", "structure"] = "all", within: str = "body"
) -> list[str]:
    """What axe finds in an element of the page, one line for each element that breaks a rule.

    Args:
        browser: Shows the page.
        rules: "colors" checks the colours of one text of each look that this browser has not yet shown without a mistake;
            "structure" checks everything but colours.
        within: A CSS selector; whatever else stands on the page is passed over.
    """
    if not browser.run("return 'axe' in window"):
        browser.run(AXE.read_text(encoding="utf-8"))
    # Without `preload`, axe does not fetch all style sheets again, which none of the rules that are on reads.
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    if rules == "colors":
        options["runOnly"] = {"type": "rule", "values": COLORS}
    elif rules == "structure":
        options["rules"] = {rule: {"enabled": False} for rule in COLORS}
    found: list[dict[str, Any]]
    found, looks = browser.driver.execute_async_script(
        f"""const [options, within, sound, done] = arguments
        {LOOKS if rules == "colors" else EVERYTHING}
        axe.run(place, options).then(
            ({{violations}}) => done([violations, [...looks.keys()]]), error => done([[{{id: String(error), nodes: []}}], []]))""",
        options,
        within,
        sorted(browser.sound_looks) if rules == "colors" else [],
    )
    if not found:
        browser.sound_looks.update(looks)
    return [
        f"{rule['id']}: {node['html'][:140]} {node['failureSummary'][:300]}"
        for rule in found
        for node in rule["nodes"] or [{"html": "", "failureSummary": ""}]
    ]
