"""Two listings side by side in a browser: what belongs together lights up together."""

from chromium import Browser

from sites import Site

LIT = """return [...document.querySelectorAll('.bb-side [data-same]')]
    .filter(row => getComputedStyle(row).boxShadow !== 'none').map(row => row.id)"""

IS_LIT = f"{LIT.replace('return', 'return (', 1)}).length > 0"


def test_counterparts_light_up_by_pointer_keyboard_link_and_step(browser: Browser, site: Site) -> None:
    browser.open(f"{site.url}one-step-in-pytorch/")
    assert browser.run(LIT) == []
    backward = browser.run("""return [...document.querySelectorAll('.bb-side')].map(side =>
        [...side.querySelectorAll('[data-same]')].find(row => /loss.backward|dL_dh =/.test(row.textContent)).id)""")
    numpy, torch = backward
    group = browser.run("return document.getElementById(arguments[0]).dataset.same", torch)
    together = browser.run(
        "return [...document.querySelectorAll(`.bb-side [data-same~='${arguments[0]}']`)].map(row => row.id)", group
    )
    assert {numpy, torch} < set(together)
    assert len(together) == 9

    browser.hover(f"#{torch} .bb-code")
    assert browser.run(LIT) == together
    browser.hover("h1")
    assert browser.run(LIT) == []
    browser.run("document.querySelector(`#${arguments[0]} .bb-sames a`).focus()", numpy)
    assert browser.run(LIT) == together
    browser.run("document.activeElement.click()")
    assert browser.run("return location.hash") == f"#{torch}"
    browser.run("document.activeElement.blur()")
    browser.wait(IS_LIT)
    assert browser.run(LIT) == together

    browser.open(
        f"{site.url}one-step-in-pytorch/#{browser.run('return document.getElementById(arguments[0]).dataset.of', torch).replace('-', '-s')}"
    )
    browser.wait(IS_LIT)
    assert browser.run(LIT) == together


def test_sides_stand_below_each_other_where_there_is_no_room(browser: Browser, site: Site) -> None:
    tops = "return [...document.querySelectorAll('.bb-side')].map(side => side.getBoundingClientRect().top)"
    browser.open(f"{site.url}loop-in-pytorch/", width=360)
    first, second = browser.run(tops)
    assert first < second
    browser.open(f"{site.url}loop-in-pytorch/", width=1440)
    first, second = browser.run(tops)
    assert first == second
