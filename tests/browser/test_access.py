"""Accessibility of the sample site, by axe, which computes contrasts too."""

import time

import pytest
from axe import violations
from chromium import Browser

from sites import Site


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing(browser: Browser, sample: Site, scheme: str, width: int) -> None:
    browser.open(sample.url, width=width, scheme=scheme)
    browser.wait_for_scheme(scheme)
    found = violations(browser)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(browser: Browser, sample: Site, scheme: str) -> None:
    browser.open(sample.url, scheme=scheme)
    browser.run("""
        for (const listing of document.querySelectorAll('bb-listing')) {
            listing.go('last')
            for (const note of listing.querySelectorAll('.bb-note')) note.dataset.open = ''
            for (const details of listing.querySelectorAll('details')) details.open = true
        }
        for (const tip of document.querySelectorAll('.bb-tip')) tip.style.display = 'block'""")
    browser.rest()
    browser.wait_for_scheme(scheme)
    found = violations(browser)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("link", [".md-content p > a", ".md-nav--primary .md-nav__link[href]"])
def test_a_link_that_has_the_focus_is_readable(browser: Browser, sample: Site, scheme: str, link: str) -> None:
    browser.open(sample.url, scheme=scheme)
    browser.wait_for_scheme(scheme)
    browser.run("arguments[0].focus()", browser.find(link))
    time.sleep(0.4)  # its colour changes slowly
    found = violations(browser, "colors")
    assert not found, "\n".join(found)
