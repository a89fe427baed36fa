"""After a tap on a line, what the line made is in sight: for each statement of each listing, on a telephone and on a desktop."""

from itertools import product

import pytest
from chromium import Browser
from selenium.webdriver.common.keys import Keys
from test_pages import PAGES

from sites import Site

SIZES = {"telephone": (390, 844), "desktop": (1280, 800)}
SAMPLE = (("one-step-in-numpy/", "telephone"), ("one-step-in-numpy/", "desktop"), ("loop-in-numpy/", "telephone"))
"""A listing without and one with a loop; on a telephone there is the least room for the controls of the loop."""
# Brings a button low into the window, and says where it is; one whose note is open lets another one have its place first.
PLACE = """
    const button = document.querySelectorAll('button.bb-gutter')[arguments[0]]
    if (button.ariaExpanded === 'true')
        [...button.closest('bb-listing').querySelectorAll('button.bb-gutter')].find(other => other !== button)?.click()
    return new Promise(done => setTimeout(() => {
        scrollBy({ top: button.getBoundingClientRect().top - innerHeight * arguments[1], behavior: 'instant' })
        const { left, top } = button.getBoundingClientRect()
        done([left + 8, top + 12])
    }, 80))"""
# The value at the top of the note that is open, if nothing covers it, and it is above what ends below it, or too tall for that. Lines of
# a function that the run does not call make nothing.
SEEN = """
    const button = document.querySelectorAll('button.bb-gutter')[arguments[0]]
    const listing = button.closest('bb-listing')
    const state = [...listing.querySelectorAll('[data-open] .bb-state')].find(state => state.checkVisibility())
    if (!state && listing.querySelector('[data-open] .bb-note-inner:not(:has(.bb-state))')) return true
    const value = state?.querySelector('.bb-value, .bb-table, .bb-said, .bb-printed') ?? state?.querySelector('.bb-name')
    if (!value) return 'nothing'
    const { left, top, bottom } = value.getBoundingClientRect()
    const roof = document.querySelector('.md-header').getBoundingClientRect().bottom
    const controls = listing.querySelector('.bb-controls')?.getBoundingClientRect()
    const floor = controls && left < controls.right ? Math.min(innerHeight, controls.top) : innerHeight
    const isThere = top >= roof && (bottom <= floor + 1 || top < roof + 40)
    return isThere && value.contains(document.elementFromPoint(left + 4, top + 4))"""


@pytest.mark.parametrize(
    ("height", "share"),
    [(0.75, 3), *(pytest.param(height, 1, marks=pytest.mark.whole) for height in (0.2, 0.5, 0.75))],
)
@pytest.mark.parametrize(
    ("page", "size"),
    [
        *SAMPLE,
        *(pytest.param(*each, marks=pytest.mark.whole) for each in product(PAGES, SIZES) if each not in SAMPLE),
    ],
)
def test_the_result_is_in_sight_after_a_tap(
    browser: Browser, site: Site, page: str, size: str, height: float, share: int
) -> None:
    """Of one line of so many, at the height of the window where it is."""
    width, tall = SIZES[size]
    browser.open(f"{site.url}{page}", width=width, height=tall)
    browser.run("document.documentElement.style.scrollBehavior = 'auto'")
    missed = []
    for number, button in list(enumerate(browser.all("button.bb-gutter")))[::share]:
        if not button.is_displayed():
            continue
        place = dict(zip("xy", browser.run(PLACE, number, height), strict=True))
        for kind in ("mousePressed", "mouseReleased"):
            browser.command("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)
        # A finger does not stay, and what comes to lie below it is not pointed at.
        browser.command("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
        browser.wait(
            "return document.querySelectorAll('button.bb-gutter')[arguments[0]].ariaExpanded === 'true'", number
        )
        browser.wait_for_frame()
        if not browser.run(SEEN, number):
            missed.append(button.get_attribute("aria-label"))
    assert missed == []


def test_the_result_is_in_sight_after_each_key(browser: Browser, site: Site) -> None:
    browser.open(f"{site.url}one-step-in-numpy/", width=390, height=844)
    browser.run("document.querySelector('button.bb-gutter').focus()")
    seen = []
    for _ in range(20):
        browser.press(Keys.ARROW_DOWN)
        browser.wait_for_frame()
        number = browser.run(
            "return [...document.querySelectorAll('button.bb-gutter')].indexOf(document.activeElement)"
        )
        seen.append(browser.run(SEEN, number))
    assert seen == [True] * 20
