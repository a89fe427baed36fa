"""The site under a strict Content-Security-Policy: only its own files are scripts, and what the theme writes into pages, by hash."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from chromium import Browser
from sample_site import ROOT

from sites import Site, served

POLICY = (
    "default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
)
"""Styles may be inline: matplotlib, MathML and the theme set attributes of style. Scripts of the theme come in by their hashes."""
_CODE = {None, "", "text/javascript", "module"}
"""Types of scripts that run; others are data."""


def inline(folder: Path) -> dict[str, str]:
    """The scripts that stand in the pages themselves, by their hashes."""
    found = {}
    for path in sorted(folder.rglob("*.html")):
        for script in BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").select("script:not([src])"):
            if script.get("type") in _CODE:
                digest = hashlib.sha256(script.get_text().encode()).digest()
                found[f"'sha256-{base64.b64encode(digest).decode()}'"] = script.get_text()
    return found


@pytest.fixture(scope="module")
def strict(sample: Site) -> Iterator[Site]:
    """The sample site, served with the policy."""
    with served(sample.folder, POLICY.format(hashes=" ".join(inline(sample.folder)))) as site:
        yield site


def test_all_features_work_without_a_violation(browser: Browser, strict: Site) -> None:
    browser.open(strict.url)
    browser.run(
        "window.broken = []; addEventListener('securitypolicyviolation', e => broken.push(e.violatedDirective + e.blockedURI))"
    )
    # The listing: another line by its button, a step further by the key, the values of that step.
    buttons = browser.all("#step bb-listing button.bb-gutter")
    browser.run("arguments[0].click()", buttons[3])
    assert buttons[3].get_attribute("aria-expanded") == "true"
    before = browser.find("#step bb-listing [type=range]").get_attribute("aria-valuetext")
    browser.run("arguments[0].focus()", buttons[3])
    browser.press("n")
    assert browser.find("#step bb-listing [type=range]").get_attribute("aria-valuetext") != before
    # The text that would break out of a careless page is text.
    assert browser.run("return document.querySelectorAll('#hard img, #hard script').length") == 0
    # The theme's instant navigation, and the listing of the page that it brought.
    browser.run("document.querySelector('a[href*=other]').click()")
    browser.wait("return document.title.startsWith('Other')")
    browser.run("document.querySelector('article a[href*=step-s22]').click()")
    browser.wait("return !!document.querySelector('#step bb-listing button[aria-expanded=true]')")
    assert browser.run("return broken") == []
    assert [line for line in browser.log() if "Content Security" in line or "SEVERE" in line] == []


def test_without_the_hashes_of_the_theme_the_policy_would_speak(browser: Browser, strict: Site) -> None:
    """The policy is really in force: a script that is written into the page does not run."""
    browser.open(strict.url)
    browser.run("const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s)")
    assert browser.run("return window.ran === undefined")
    assert any("Content Security" in line for line in browser.log())


def test_no_script_of_ours_stands_in_a_page(strict: Site) -> None:
    scripts = inline(strict.folder)
    assert scripts
    for text in scripts.values():
        assert "bb-" not in text
        assert "__md_" in text or "__palette" in text or "location" in text, text
    for path in strict.folder.rglob("*.html"):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        handlers = [name for tag in page.find_all(True) for name in tag.attrs if name.lower().startswith("on")]
        assert handlers == []
        assert not page.select("[href^='javascript:'], [src^='javascript:'], iframe, object, embed")


@pytest.mark.parametrize("script", sorted(path.name for path in (ROOT / "docs/assets").glob("*.js")))
def test_our_scripts_make_no_code_of_text(script: str) -> None:
    text = (ROOT / "docs/assets" / script).read_text(encoding="utf-8")
    for word in ("eval(", "new Function", "document.write", "setTimeout('", 'setTimeout("', "javascript:"):
        assert word not in text
