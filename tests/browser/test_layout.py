"""The measure, the sizes and the room of the pages, as a browser lays them out."""

import io
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from chromium import Browser
from pypdf import PdfReader

from sites import Site

WIDEST = (
    "return Math.max(...[...document.querySelectorAll('article > p')].map(text => text.getBoundingClientRect().width))"
)
SCROLLING = """
    return [...document.querySelectorAll('.bb-scroll, .bb-side ol, article .highlight pre > code')]
        .filter(code => code.checkVisibility() && code.scrollWidth > code.clientWidth + 1).map(code => code.textContent.slice(0, 80))"""
SIZES = """
    const own = node => [...node.childNodes].some(part => part.nodeType === 3 && part.data.trim())
    const texts = [...document.querySelectorAll('article *')].filter(node => own(node) && node.checkVisibility() && !node.closest('svg, math'))
    return [...new Set(texts.map(node => getComputedStyle(node).fontSize))]"""
ROWS = """
    return [...document.querySelectorAll('article table:not([class]) td.bb-number')]
        .map(cell => [cell.parentElement.getBoundingClientRect().height, getComputedStyle(cell).textAlign])"""


@pytest.mark.parametrize("page", ["forward-pass/", "one-step-in-pytorch/", "memorising-or-learning/"])
def test_prose_keeps_its_measure_and_code_has_its_room(browser: Browser, site: Site, page: str) -> None:
    browser.open(f"{site.url}{page}", width=1440)
    assert 480 < browser.run(WIDEST) <= 42 * 16
    assert browser.run(SCROLLING) == []
    assert len(browser.run(SIZES)) <= 4
    rows = browser.run(ROWS)
    assert all(height <= 30 and align == "right" for height, align in rows)


def test_the_headings_of_a_page_follow_its_reader(browser: Browser, site: Site) -> None:
    browser.open(f"{site.url}forward-pass/", width=1440)
    browser.wait_for_navigation()
    browser.run("document.querySelector('#what-comes-out').scrollIntoView()")
    active = "return document.querySelector('.md-sidebar--primary .md-nav--secondary .md-nav__link--active')"
    browser.wait(f"{active}?.hash === '#what-comes-out'")
    assert browser.run(
        f"const box = ({active.removeprefix('return ')}).getBoundingClientRect(); return box.top > 0 && box.bottom < innerHeight"
    )


def test_the_overview_answers_a_stranger_in_its_first_screen(browser: Browser, site: Site) -> None:
    browser.open(site.url, width=390, height=844)
    for needed in (".bb-objectives li:last-child", ".md-button--primary", ".bb-pages li:last-child", ".bb-total"):
        assert browser.run(
            "return document.querySelector(arguments[0]).getBoundingClientRect().bottom <= innerHeight", needed
        ), needed
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth")


def test_the_short_route_takes_half_an_hour_at_most(built: Path) -> None:
    page = BeautifulSoup((built / "index.html").read_text(encoding="utf-8"), "html.parser")
    route = page.select("ol.bb-pages")[0]
    minutes = [int(item.get_text().split()[0]) for item in route.select("li > span")]
    assert sum(minutes) <= 30
    assert len(minutes) >= 3
    # What it says of a page is what the page says of itself.
    for link, each in zip(route.select("a"), minutes, strict=True):
        target = BeautifulSoup((built / str(link["href"]) / "index.html").read_text(encoding="utf-8"), "html.parser")
        assert target.select(".bb-summary")[0].get_text().startswith(f"{each} minute")


def test_symbols_are_cards_on_a_telephone(browser: Browser, site: Site) -> None:
    browser.open(f"{site.url}symbols/", width=390, height=844)
    browser.wait("return document.querySelector('.md-typeset__scrollwrap')")
    wide = "return [...document.querySelectorAll('.md-typeset__scrollwrap')].filter(box => box.scrollWidth > box.clientWidth).length"
    assert browser.run(wide) == 0
    label = "return getComputedStyle(document.querySelector('table[data-cards] td'), '::before').content"
    assert browser.run(label) == '"in code"'


@pytest.mark.parametrize(("page", "most"), [("exercises/", 16), ("one-step-in-numpy/", 18)])
def test_paper_holds_what_is_open(browser: Browser, site: Site, page: str, most: int) -> None:
    browser.open(f"{site.url}{page}")
    assert len(PdfReader(io.BytesIO(browser.pdf())).pages) <= most
