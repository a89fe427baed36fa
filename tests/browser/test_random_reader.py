"""A reader who presses anything, anywhere, in any order: each listing always says one thing."""

import random

import pytest
from chromium import Browser
from selenium.webdriver.common.keys import Keys

from sites import Site

CONTROLS = (
    ".bb-l",
    "button.bb-gutter",
    "[data-go=previous]",
    "[data-go=next]",
    "[data-go=last]",
    "input[type=range]",
    "[data-turn]",
    "[data-open] summary",
    "[data-open] .bb-words",
)
PRESSED = (Keys.ARROW_DOWN, Keys.ARROW_UP, Keys.HOME, Keys.END, Keys.TAB, Keys.ENTER, Keys.ESCAPE, "n", "p", "k", "k")
PLACE = """
    const [listing, selector, nth] = arguments
    const all = [...document.querySelectorAll('bb-listing')[listing].querySelectorAll(selector)].filter(node => node.checkVisibility())
    if (!all.length) return null
    const node = all[nth % all.length]
    node.scrollIntoView({block: 'center', inline: 'nearest', behavior: 'instant'})
    const {left, top, width, height} = node.getBoundingClientRect()
    return {x: Math.max(1, Math.min(left + width / 2, innerWidth - 2)), y: top + height / 2}"""
RESTS = "return !document.querySelector('bb-listing :is([data-over], .bb-note[inert])')"
WRONG = """
    const wrong = []
    for (const listing of document.querySelectorAll('bb-listing')) {
        const all = selector => [...listing.querySelectorAll(selector)]
        const say = (text, is) => is || wrong.push(`${listing.dataset.ident}: ${text}`)
        const [open, expanded, now] = [all('.bb-note[data-open]'), all('.bb-gutter[aria-expanded=true]'), all('[data-now]')]
        say('one open note', open.length < 2)
        say('one button with it', expanded.length === open.filter(note => !note.matches('.bb-plain')).length)
        say('in its row', expanded.every(button => button.parentElement === open[0].parentElement))
        say('one current line', all('[aria-current]').length < 2)
        say('marked lines of one row', new Set(now.map(line => line.closest('.bb-row'))).size < 2)
        say('marked lines above the note', !open.length || now.every(line => line.closest('.bb-row') === open[0].parentElement))
        say('one stop for the Tab key', all('button.bb-gutter').filter(button => button.tabIndex === 0).length === (all('button.bb-gutter').length && 1))
        say('the slider says where', all('input[type=range]').every(slider =>
            slider.getAttribute('aria-valuetext') === listing.querySelector('.bb-where').textContent
            && slider.getAttribute('aria-valuetext').startsWith(`moment ${Number(slider.value) + 1} of ${Number(slider.max) + 1},`)))
    }
    if (document.documentElement.scrollWidth > innerWidth) wrong.push('the page scrolls sideways')
    return wrong"""


def press(browser: Browser, chance: random.Random, at: dict[str, float], finger: bool) -> None:
    """Press at a place, with a finger or the mouse; sometimes for a moment."""
    moment = f"setTimeout(arguments[0], {chance.choice([0, 0, 40, 300])})"
    if finger:
        browser.command("Input.dispatchTouchEvent", type="touchStart", touchPoints=[at])
        browser.driver.execute_async_script(moment)
        browser.command("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        return
    browser.command("Input.dispatchMouseEvent", type="mousePressed", button="left", clickCount=1, **at)
    browser.driver.execute_async_script(moment)
    browser.command("Input.dispatchMouseEvent", type="mouseReleased", button="left", clickCount=1, **at)


WINDOWS = [(360, True), (360, False), (1440, False)]


@pytest.mark.parametrize(("width", "finger"), WINDOWS)
def test_whatever_is_pressed_a_listing_says_one_thing(browser: Browser, sample: Site, width: int, finger: bool) -> None:
    press_anything(browser, sample, width, finger, times=24)


@pytest.mark.whole
@pytest.mark.parametrize(("width", "finger"), WINDOWS)
def test_however_much_is_pressed(browser: Browser, sample: Site, width: int, finger: bool) -> None:
    press_anything(browser, sample, width, finger, times=120)


def press_anything(browser: Browser, sample: Site, width: int, finger: bool, times: int) -> None:
    chance = random.Random(width + finger)  # the same in each run of the tests
    browser.open(sample.url, width=width)
    listings = browser.run("return document.querySelectorAll('bb-listing').length")
    done: list[str] = []
    for number in range(times):
        if chance.random() < 0.2:
            done.append(key := chance.choice(PRESSED))
            browser.press(key)
        else:
            where = (chance.randrange(listings), chance.choice(CONTROLS), chance.randrange(1000))
            at = browser.run(PLACE, *where)
            done.append(f"{where}")
            if at:
                press(browser, chance, at, finger)
        if number % 4 == 3:
            browser.wait(RESTS)
            assert browser.run(WRONG) == [], done
    assert browser.log() == []
