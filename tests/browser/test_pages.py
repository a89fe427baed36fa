"""Every page of the book itself, as readers get it."""

import gzip
import time

import pytest
from axe import violations
from chromium import Browser, Site
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait


def pages(site: Site) -> list[str]:
    """The addresses of all pages."""
    found = sorted(path.parent.relative_to(site.folder).as_posix() for path in site.folder.rglob("index.html"))
    assert found
    return [site.url if path == "." else f"{site.url}{path}/" for path in found]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(browser: Browser, site: Site, scheme: str, width: int) -> None:
    found = []
    for page in pages(site):
        browser.open(page, scheme=scheme, width=width)
        # In the dark scheme the elements are the same, in other colours.
        found += [f"{page} {violation}" for violation in violations(browser, colors_only=scheme == "dark")]
    assert not found, "\n".join(found)


def test_a_link_within_a_page_stays_in_it(browser: Browser, site: Site) -> None:
    """The theme would bring the page anew, and go nowhere if it was scrolled just before."""
    page, link = f"{site.url}one-step-in-pytorch/", "#beside-1-1-52"
    is_there = "return Math.abs(document.querySelector(location.hash)?.getBoundingClientRect().top - innerHeight / 2) < innerHeight / 2"
    browser.open(page)
    time.sleep(0.8)  # the theme loads its map of the site first
    browser.run("window.kept = document.querySelector('bb-listing')")
    browser.run(
        """scrollBy({top: 300, behavior: 'instant'})
        return new Promise(go => setTimeout(go, 60)).then(() => document.querySelector(`.bb-sames a[href$='${arguments[0]}']`).click())""",
        link,
    )
    time.sleep(1)
    assert browser.run(is_there)
    assert browser.run("return document.querySelector(':target')?.id") == link[1:]
    browser.driver.back()
    browser.wait("return location.hash === '' && Math.abs(scrollY - 300) < 2")
    browser.driver.forward()
    browser.wait(is_there)
    time.sleep(0.5)
    assert browser.run("return kept.isConnected"), "the page was brought anew"

    # Other pages are brought by the theme as ever.
    browser.run("window.here = true; document.querySelector(`.md-nav--primary a[href$='loop-in-pytorch/']`).click()")
    browser.wait(
        "return !kept.isConnected && document.querySelector('h1').textContent.startsWith('The loop in PyTorch')"
    )
    browser.driver.back()
    browser.wait("return document.querySelector('h1').textContent.startsWith('One step in PyTorch')")
    assert browser.run("return here && location.href") == page + link


def test_the_menu_closes_after_a_link_within_the_page(browser: Browser, site: Site) -> None:
    browser.open(site.url, width=360)
    for _ in range(2):
        browser.run("document.querySelector('#__drawer').click()")
        assert browser.run("return document.querySelector('#__drawer').checked")
        browser.run("document.querySelector('.md-nav--secondary a[href$=\"#whom-it-is-for\"]').click()")
        browser.wait("return location.hash && !document.querySelector('#__drawer').checked")


def test_pages_reached_by_links_are_as_good_as_those_opened(browser: Browser, site: Site) -> None:
    browser.open(site.url, width=1280)
    browser.run("window.here = true")
    found = []
    for page in pages(site):
        browser.run("document.querySelector(`.md-nav--primary a[href='${arguments[0]}']`).click()", page)
        browser.wait("return location.href === arguments[0] && document.querySelector('.md-nav__link--active')", page)
        assert browser.run("return window.here"), f"{page} was loaded anew"
        count = browser.run("return document.querySelectorAll('bb-listing').length")
        browser.wait(
            "return document.querySelectorAll('bb-listing:defined .bb-note[data-open]').length >= arguments[0]",
            min(count, 1),
        )
        assert browser.log() == [], page
        time.sleep(0.4)  # what was shown a moment ago is looked at for what scrolls when it is at rest
        if page.endswith(("/one-step-in-numpy/", "/playground/", "/lab/", "/verification/")):
            found += [f"{page} {violation}" for violation in violations(browser)]
    assert not found, "\n".join(found)


def test_no_page_scrolls_sideways_or_complains_or_calls_out(browser: Browser, site: Site) -> None:
    for page in pages(site):
        browser.open(page, width=360, height=740)
        # The others are a window of 1280 pixels, magnified by four and by two.
        for width in (360, 320, 640):
            browser.resize(width)
            sideways = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert browser.run(sideways) <= 0, f"{page} at {width}"
        assert browser.log() == [], page
        assert [address for address in browser.requests() if not address.startswith(site.url)] == [], page


def test_listings_come_alive_and_are_small(browser: Browser, site: Site) -> None:
    weights = {path.name: len(gzip.compress(path.read_bytes())) for path in (site.folder / "assets").glob("*.js")}
    assert len(weights) == 8
    loaded: set[str] = set()
    listings = 0
    for page in pages(site):
        browser.open(page)
        count = browser.run("return document.querySelectorAll('bb-listing').length")
        listings += count
        assert browser.run("return document.querySelectorAll('bb-listing:defined .bb-note[data-open]').length") >= min(
            count, 1
        ), page
        sizes = browser.driver.execute_async_script("""
            const packed = text => new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).blob()
            Promise.all([...document.querySelectorAll('bb-listing')].map(node => packed(node.dataset.trace)))
                .then(blobs => arguments[0](blobs.map(blob => blob.size)))""")
        assert max(sizes, default=0) <= 20_000, page
        own = [
            name.split("/")[-1] for name in browser.requests() if name.endswith(".js") and "/javascripts/" not in name
        ]
        assert len(own) == len(set(own))
        assert sum(weights[name] for name in own) <= 30_000, page
        loaded.update(own)
    assert listings
    assert loaded == set(weights)


def test_every_link_to_a_step_finds_it(browser: Browser, site: Site) -> None:
    links, places = [], set()
    for page in pages(site):
        browser.open(page)
        links += browser.run(
            "return [...document.querySelectorAll('a.bb-jump')].map(link => [location.pathname, link.href])"
        )
        # What the script can show, and what a browser without it can scroll to.
        known = browser.run("""
            const base = location.href.split('#')[0], ids = new Set([...document.querySelectorAll('.bb-listing, .bb-listing [id]')].map(node => node.id))
            return [...document.querySelectorAll('bb-listing')].flatMap(node => {
                const names = node.steps.flatMap(({index, statement}) => [`-t${index}`, `-s${statement}`])
                return ['', ...names].map(name => node.dataset.ident + name).filter(id => ids.has(id)).map(id => `${base}#${id}`)
            })""")
        places.update(known)
    assert [link for link in links if link[1] not in places] == []
    assert len(links) > 1000


def test_the_arithmetic_of_a_batch_scrolls_in_its_place(browser: Browser, site: Site) -> None:
    browser.open(f"{site.url}all-sixteen-images/", width=360)
    button = browser.find("#full_training button.bb-gutter[aria-label*=': loss.backward()']")
    browser.run(
        "arguments[0].click(); document.querySelector('#full_training [data-open] details').open = true", button
    )
    place = "#full_training [data-open] .bb-sums"
    assert browser.run(f"return document.querySelector('{place}').textContent.split('\\n').length") == 64
    browser.wait(f"return document.querySelector('{place}').tabIndex === 0")
    assert browser.run(f"return document.querySelector('{place}').offsetHeight <= innerHeight * 0.6 + 1")


def test_on_a_telephone_tables_of_four_columns_fit_and_headings_leave_no_empty_line(
    browser: Browser, site: Site
) -> None:
    fits = """return [...document.querySelectorAll('article table:not([class])')].filter(table => table.rows[0].cells.length <= 4)
        .map(table => table.closest('.md-typeset__scrollwrap')).every(box => box.scrollWidth <= box.clientWidth)"""
    below = """return [...document.querySelectorAll('article .headerlink')].filter(sign => {
            const text = document.createRange()
            text.selectNodeContents(sign.parentElement)
            text.setEndBefore(sign)
            return sign.getBoundingClientRect().top > [...text.getClientRects()].at(-1).bottom - 5
        }).map(sign => sign.parentElement.textContent)"""
    for page in ("forward-pass", "backward-pass", "one-step-in-numpy"):
        browser.open(f"{site.url}{page}/", width=360)
        browser.wait("return document.querySelector('.md-typeset__scrollwrap')")
        assert browser.run(fits), page
        assert browser.run(below) == [], page


def test_what_has_the_focus_is_in_sight_where_the_navigation_is_folded_away(browser: Browser, site: Site) -> None:
    seen = """
        const node = document.activeElement, target = [node, ...(node.labels ?? [])].find(found => found.offsetWidth)
        const box = target.getBoundingClientRect()
        const top = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(12, box.height / 2))
        return Boolean(top && (target.contains(top) || top.contains(target)))"""
    browser.open(f"{site.url}one-step-in-numpy/", width=640, height=720)
    visited = 0
    for _ in range(40):
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
        WebDriverWait(browser.driver, 3).until(
            lambda driver: driver.execute_script(seen), browser.run("return document.activeElement.outerHTML")
        )
        visited += browser.run("return document.activeElement.matches('.md-sidebar--primary a')")
    assert visited > 20
    assert not browser.run("return document.querySelector('.md-sidebar--primary').matches(':has(:focus-visible)')")


@pytest.mark.parametrize(("width", "height"), [(360, 740), (640, 720), (1280, 720)])
def test_an_explanation_lies_beside_its_words_and_in_the_window(
    browser: Browser, site: Site, width: int, height: int
) -> None:
    explained = """
        const words = [...document.querySelectorAll('article p .bb-words')].filter(found => found.checkVisibility({visibilityProperty: true}))
        for (const found of words) for (const place of [0.95, 0.5, 0.15]) {
            scrollTo({top: scrollY + found.getBoundingClientRect().bottom - innerHeight * place, behavior: 'instant'})
            found.focus({preventScroll: true})
            await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
            const tip = found.parentElement.querySelector('.bb-tip').getBoundingClientRect()
            const apart = [...found.getClientRects()].every(box =>
                box.left >= tip.right - 1 || box.right <= tip.left + 1 || box.top >= tip.bottom - 1 || box.bottom <= tip.top + 1)
            if (!tip.width || !apart || tip.left < -1 || tip.top < -1 || tip.right > innerWidth + 1 || tip.bottom > innerHeight + 1)
                wrong.push(`${found.textContent} at ${place}`)
        }"""
    browser.open(f"{site.url}one-step-in-numpy/", width=width, height=height)
    wrong = browser.driver.execute_async_script(
        f"const done = arguments[0], wrong = []; (async () => {{{explained}}})().then(() => done(wrong))"
    )
    assert wrong == []
