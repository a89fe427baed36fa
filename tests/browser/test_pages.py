"""Every page of the book itself, as readers get it."""

import gzip
import re
import time
from pathlib import Path

import pytest
from axe import violations
from chromium import Browser
from page import Page
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait
from test_figures import PAGES as FIGURES
from test_figures import look_at_figures

from sites import Site

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(
    re.sub(r"(^|/)index/$", r"\1", f"{path.relative_to(DOCS).with_suffix('').as_posix()}/")
    for path in (*DOCS.rglob("*.md"), DOCS / "lab.py")
)
"""The addresses of all pages, below that of the site."""
RECORDS = tuple(page for page in PAGES if page.startswith("contributing/decisions/"))
"""The records of decisions: pages of words alone, all alike."""
SCRIPTS = ("one-step-in-numpy/", "one-step-in-pytorch/", "exercises/", "playground/")
"""Pages that bring, between them, every script of the book."""
KINDS = (*SCRIPTS, "", "forward-pass/", "loop-in-numpy/", "lab/", "symbols/", "verification/", "contributing/syntax/")
"""One page or two of each kind: with listings, networks, figures, wide formulas, code cells and generated tables."""


def test_these_are_all_pages(site: Site) -> None:
    found = (path.parent.relative_to(site.folder).as_posix() for path in site.folder.rglob("index.html"))
    assert sorted("" if path == "." else f"{path}/" for path in found) == PAGES


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=pytest.mark.whole) if page in RECORDS[1:] else page for page in PAGES]
)
def test_a_page_is_sound_in_each_scheme_and_width(browser: Browser, site: Site, page: str) -> None:
    """Nothing that axe finds, nothing in the log, nothing from elsewhere, live and light listings; it never scrolls sideways.

    Its figures can be read, in each scheme and width and on paper.

    Names, roles and headings are the same at each width, but for the header and the menus of the theme, which are looked at in
    both widths on a page of each kind. On a telephone the most has to be scrolled.
    """
    browser.open(f"{site.url}{page}", width=1280)
    found = violations(browser, "colors") + (violations(browser, "structure") if page in KINDS else [])
    listings = browser.run("return document.querySelectorAll('bb-listing').length")
    alive = browser.run("return document.querySelectorAll('bb-listing:defined .bb-note[data-open]').length")
    assert alive >= min(listings, 1)
    assert max(trace_sizes(browser), default=0) <= 40_000
    assert sum(weights(site)[name] for name in own_scripts(browser)) <= 30_000
    if page in FIGURES:
        look_at_figures(browser)
    browser.switch_scheme("dark")
    # 320 and 640 are a window of 1280 pixels, magnified by four and by two.
    for width in (640, 320, 360):
        browser.resize(width, 740)
        sideways = browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert sideways <= 0, f"at {width}"
    browser.rest()
    found += violations(browser, "structure") + violations(browser, "colors")
    assert not found, "\n".join(found)
    assert browser.log() == []
    assert [address for address in browser.requests() if not address.startswith(site.url)] == []


@pytest.mark.whole
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_on_a_page(browser: Browser, site: Site, page: str, scheme: str, width: int) -> None:
    """In each text, where the test above looks at one of each colour and size."""
    browser.open(f"{site.url}{page}", width=width, scheme=scheme)
    found = violations(browser)
    assert not found, "\n".join(found)


def test_every_script_is_loaded_by_a_page(browser: Browser, site: Site) -> None:
    loaded: set[str] = set()
    for page in SCRIPTS:
        browser.open(f"{site.url}{page}")
        own = own_scripts(browser)
        assert len(own) == len(set(own)), page
        loaded.update(own)
    assert loaded == set(weights(site))


def weights(site: Site) -> dict[str, int]:
    """The bytes of each script of the book, packed."""
    return {path.name: len(gzip.compress(path.read_bytes())) for path in (site.folder / "assets").glob("*.js")}


def own_scripts(browser: Browser) -> list[str]:
    """The names of the scripts that the page has loaded, those of the theme aside."""
    return [name.split("/")[-1] for name in browser.requests() if name.endswith(".js") and "/javascripts/" not in name]


def trace_sizes(browser: Browser) -> list[int]:
    """The bytes of the data of each listing of the page, packed."""
    found: list[int] = browser.driver.execute_async_script("""
        const packed = text => new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).blob()
        Promise.all([...document.querySelectorAll('bb-listing')].map(node => packed(node.dataset.trace)))
            .then(blobs => arguments[0](blobs.map(blob => blob.size)))""")
    return found


def test_a_link_within_a_page_stays_in_it(browser: Browser, site: Site) -> None:
    """The theme would bring the page anew, and go nowhere if it was scrolled just before."""
    page, link = f"{site.url}one-step-in-pytorch/", "#beside-1-1-52"
    is_there = "return Math.abs(document.querySelector(location.hash)?.getBoundingClientRect().top - innerHeight / 2) < innerHeight / 2"
    browser.open(page)
    browser.wait_for_navigation()
    browser.run("window.kept = document.querySelector('bb-listing')")
    browser.run(
        """scrollBy({top: 300, behavior: 'instant'})
        return new Promise(go => setTimeout(go, 60)).then(() => document.querySelector(`.bb-sames a[href$='${arguments[0]}']`).click())""",
        link,
    )
    time.sleep(1)
    browser.wait(is_there)
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
        browser.run("document.querySelector('.md-nav--secondary a[href$=\"#the-short-route\"]').click()")
        browser.wait("return location.hash && !document.querySelector('#__drawer').checked")


@pytest.mark.parametrize(
    "reached",
    [
        pytest.param(["one-step-in-numpy/", "playground/", "lab/", "verification/", ""], id="some pages"),
        pytest.param(PAGES, marks=pytest.mark.whole, id="all pages"),
    ],
)
def test_pages_reached_by_links_are_as_good_as_those_opened(browser: Browser, site: Site, reached: list[str]) -> None:
    browser.open(f"{site.url}symbols/", width=1280)
    browser.wait_for_navigation()
    browser.run("window.here = true")
    found = []
    for page in reached:
        address = f"{site.url}{page}"
        browser.run("document.querySelector(`.md-nav--primary a[href='${arguments[0]}']`).click()", address)
        browser.wait(
            "return location.href === arguments[0] && document.querySelector('.md-nav__link--active')", address
        )
        assert browser.run("return window.here"), f"{page} was loaded anew"
        count = browser.run("return document.querySelectorAll('bb-listing').length")
        browser.wait(
            "return document.querySelectorAll('bb-listing:defined .bb-note[data-open]').length >= arguments[0]",
            min(count, 1),
        )
        assert browser.log() == [], page
        browser.rest()
        found += [f"{page} {violation}" for violation in violations(browser, "structure")]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "linking",
    [
        pytest.param(["one-step-in-numpy/"], id="some pages"),
        pytest.param(PAGES, marks=pytest.mark.whole, id="all pages"),
    ],
)
def test_links_to_a_step_find_it(browser: Browser, site: Site, linking: list[str]) -> None:
    links: set[str] = set()
    for page in linking:
        browser.open(f"{site.url}{page}")
        links.update(browser.run("return [...document.querySelectorAll('a.bb-jump')].map(link => link.href)"))
    places: set[str] = set()
    for page in {link.partition("#")[0] for link in links}:
        browser.open(page)
        # What the script can show, and what a browser without it can scroll to.
        known = browser.run("""
            const base = location.href.split('#')[0], ids = new Set([...document.querySelectorAll('.bb-listing, .bb-listing [id]')].map(node => node.id))
            return [...document.querySelectorAll('bb-listing')].flatMap(node => {
                const names = node.steps.flatMap(({index, statement}) => [`-t${index}`, `-s${statement}`])
                return ['', ...names].map(name => node.dataset.ident + name).filter(id => ids.has(id)).map(id => `${base}#${id}`)
            })""")
        places.update(known)
    assert sorted(links - places) == []
    assert len(links) > 20


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
    for _ in range(60):
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
        WebDriverWait(browser.driver, 60, poll_frequency=0.05).until(
            lambda driver: driver.execute_script(seen), browser.run("return document.activeElement.outerHTML")
        )
        visited += browser.run("return document.activeElement.matches('.md-sidebar--primary a')")
    assert visited > 20
    assert not browser.run("return document.querySelector('.md-sidebar--primary').matches(':has(:focus-visible)')")


BESIDE = """
    const [limit, done] = arguments, wrong = []
    const look = async () => {
        const words = [...document.querySelectorAll('article p .bb-words')].filter(found => found.checkVisibility({visibilityProperty: true}))
        const sample = words.filter((_, i) => i % Math.ceil(words.length / limit) === 0)
        for (const found of sample) for (const place of [0.95, 0.5, 0.15]) {
            scrollTo({top: scrollY + found.getBoundingClientRect().bottom - innerHeight * place, behavior: 'instant'})
            found.click()
            await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
            const tip = found.parentElement.querySelector('.bb-tip').getBoundingClientRect(), lines = [...found.getClientRects()]
            const apart = lines.every(box =>
                box.left >= tip.right - 1 || box.right <= tip.left + 1 || box.top >= tip.bottom - 1 || box.bottom <= tip.top + 1)
            const near = Math.abs(tip.top - lines.at(-1).bottom) < 2 || Math.abs(tip.bottom - lines[0].top) < 2
            if (!tip.width || !apart || !near || tip.left < -1 || tip.top < -1 || tip.right > innerWidth + 1 || tip.bottom > innerHeight + 1)
                wrong.push(`${found.textContent} at ${place}`)
            document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}))
            await new Promise(done => setTimeout(done))
            if (found.parentElement.querySelector('.bb-tip').checkVisibility()) wrong.push(`${found.textContent} stays`)
        }
    }
    look().then(() => done(wrong), done)"""


def misplaced(page: Page, limit: int = 10_000) -> list[str]:
    """The words of claims whose explanations do not lie beside them and in the window, or do not go with Escape.

    Args:
        page: A page of the book.
        limit: How many claims to look at, all over the page.
    """
    found: list[str] = page.driver.execute_async_script(BESIDE, limit)
    return found


@pytest.mark.parametrize(("width", "height"), [(360, 740), (640, 720), (1280, 720)])
def test_an_explanation_lies_beside_its_words_and_in_the_window(
    browser: Browser, site: Site, width: int, height: int
) -> None:
    browser.open(f"{site.url}one-step-in-numpy/", width=width, height=height)
    assert misplaced(browser) == []
