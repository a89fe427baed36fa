"""Two listings side by side in a browser: what belongs together lights up together."""

from chromium import Browser
from page import Page

from sites import Site

LIT = """return [...document.querySelectorAll('.bb-side [data-same]')]
    .filter(row => getComputedStyle(row).boxShadow !== 'none').map(row => row.id)"""

IS_LIT = f"{LIT.replace('return', 'return (', 1)}).length > 0"


def light_up(page: Page, url: str) -> None:
    """Point at a line, come to it by keyboard and by a link, and choose its step: its counterparts light up each time."""
    page.open(url)
    assert page.run(LIT) == []
    backward = page.run("""return [...document.querySelectorAll('.bb-side')].map(side =>
        [...side.querySelectorAll('[data-same]')].find(row => /loss.backward|dL_dh =/.test(row.textContent)).id)""")
    numpy, torch = backward
    group = page.run("return document.getElementById(arguments[0]).dataset.same", torch)
    together = page.run(
        "return [...document.querySelectorAll(`.bb-side [data-same~='${arguments[0]}']`)].map(row => row.id)", group
    )
    assert {numpy, torch} < set(together)
    assert len(together) == 9

    page.hover(f"#{torch} .bb-code")
    assert page.run(LIT) == together
    page.hover("h1")
    assert page.run(LIT) == []
    page.run("document.querySelector(`#${arguments[0]} .bb-sames a`).focus()", numpy)
    assert page.run(LIT) == together
    page.run("document.activeElement.click()")
    assert page.run("return location.hash") == f"#{torch}"
    page.run("document.activeElement.blur()")
    page.wait(IS_LIT)
    assert page.run(LIT) == together

    page.open(f"{url}#{page.run('return document.getElementById(arguments[0]).dataset.of', torch).replace('-', '-s')}")
    page.wait(IS_LIT)
    assert page.run(LIT) == together


def test_counterparts_light_up_by_pointer_keyboard_link_and_step(browser: Browser, site: Site) -> None:
    light_up(browser, f"{site.url}one-step-in-pytorch/")


def test_sides_stand_below_each_other_where_there_is_no_room(browser: Browser, site: Site) -> None:
    tops = "return [...document.querySelectorAll('.bb-side')].map(side => side.getBoundingClientRect().top)"
    browser.open(f"{site.url}loop-in-pytorch/", width=360)
    first, second = browser.run(tops)
    assert first < second
    browser.open(f"{site.url}loop-in-pytorch/", width=1440)
    first, second = browser.run(tops)
    assert first == second
