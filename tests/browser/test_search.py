"""The search of the theme, over the book: what is sought is found, and an excerpt shows it."""

import json
import re

import pytest
from chromium import Browser
from selenium.webdriver.common.keys import Keys

from sites import Site

FOUND = "[...document.querySelectorAll('.md-search-result__item')]"


def seek(browser: Browser, site: Site, words: str) -> list[str]:
    """The addresses of the first result of each page, best first, below that of the site."""
    browser.open(site.url, width=1280)
    field = browser.find(".md-search__input")
    browser.run("arguments[0].focus()", field)
    field.send_keys(words, Keys.SPACE)
    browser.wait(f"return {FOUND}.length")
    return results(browser, site)


def results(browser: Browser, site: Site) -> list[str]:
    """The addresses of the results that show, best first, below that of the site."""
    addresses = browser.run(f"return {FOUND}.map(item => item.querySelector('a').href)")
    return [address.removeprefix(site.url).split("?")[0] for address in addresses]


# What is typed letter by letter is sought letter by letter: the first results are those of a part of the words.
ENTER = """
    const field = document.querySelector('.md-search__input')
    field.value = arguments[0]
    field.dispatchEvent(new KeyboardEvent('keyup', {bubbles: true}))"""


LANDED = """
    const row = document.activeElement.closest('.bb-row')
    return row?.querySelector(':scope > [data-open]') && [location.hash, row.querySelector('.bb-src').textContent.trim(),
        row.querySelector('.bb-note-title').innerText, document.querySelector('#__search').checked]"""


def go(browser: Browser, site: Site, words: str, line: str) -> list[str]:
    """Search until the first result is a line, press Enter, and return the code of the line that has the focus, and the title of its note."""
    seek(browser, site, words)
    browser.wait_for_navigation()
    browser.wait(f"return [...{FOUND}[0]?.querySelectorAll('a') ?? []].some(link => link.hash === arguments[0])", line)
    browser.press(Keys.ENTER)
    found: list[str] = browser.wait(LANDED)
    assert found[0] == line
    assert not found[3], "the search is still open"
    return found[1:3]


def test_a_search_lands_on_the_line_that_explains_it(browser: Browser, site: Site) -> None:
    line = "#training_step_pytorch-l64"
    assert go(browser, site, "zero_grad", line) == ["optimizer.zero_grad()", "Clear the gradients"]
    # From the page itself, too, once the theme has seen to the place that it has come to.
    browser.rest()
    browser.run("scrollTo(0, 0); document.activeElement.blur()")
    field = browser.find(".md-search__input")
    browser.run("arguments[0].focus()", field)
    browser.wait("return document.querySelector('#__search').checked")
    browser.press(Keys.ENTER)
    browser.wait("return !document.querySelector('#__search').checked")
    assert browser.wait(LANDED)[0] == line


LINE = re.compile(r'<h6 hidden id="([^"]+)">(.*?)</h6>')


def test_each_explained_line_can_be_found(site: Site) -> None:
    """By the title of a section of its own, which holds its code and the title of its note, and by what the note says."""
    index = json.loads((site.folder / "search" / "search_index.json").read_text(encoding="utf-8"))
    known = {entry["location"]: entry for entry in index["docs"]}
    lines = 0
    for page in site.folder.rglob("index.html"):
        place = page.parent.relative_to(site.folder).as_posix()
        for ident, title in LINE.findall(page.read_text(encoding="utf-8")):
            entry = known[f"{place}/#{ident}"]
            assert entry["title"] == title
            assert entry["text"]
            lines += 1
    assert lines > 200


SOUGHT = {
    "relu_grad": "#training_step_numpy-l33",
    "is it less wrong": "#training_step_numpy-l51",
}


@pytest.mark.parametrize("words", SOUGHT)
def test_a_line_is_found_by_its_code_and_by_its_words(browser: Browser, site: Site, words: str) -> None:
    assert go(browser, site, words, SOUGHT[words])


FIRST = {
    "zero_grad": "one-step-in-pytorch/",  # it stands behind a point, and before brackets
    "loss.backward": "one-step-in-pytorch/",
    "0.0975": "backward-pass/",  # it stands behind a minus sign
    "learning rate": "one-step-in-numpy/",  # here it is explained, and there used
    "dead neuron": "what-the-loss-hides/",
    "gradient": "backward-pass/",
    "loss": "forward-pass/",  # code that computes losses of all kinds names it more often
    "(z1>0)*dL_dh": "loop-in-numpy/",  # signs that HTML writes as entities
    "dL_dW1": "backward-pass/",
    "kink": "the-kink/",
}


def test_what_is_sought_leads_to_a_page_of_the_chapter(browser: Browser, site: Site) -> None:
    seek(browser, site, "loss")
    for words, page in FIRST.items():
        browser.run(ENTER, "")
        browser.wait(f"return !{FOUND}.length")
        browser.run(ENTER, f"{words} ")
        browser.wait(f"return {FOUND}.length")
        found = results(browser, site)
        assert found[0] == page, words
        assert not any(address.startswith("contributing/") for address in found[:5]), words


def test_an_excerpt_of_a_listing_shows_the_lines_that_were_found(browser: Browser, site: Site) -> None:
    seek(browser, site, "zero_grad")
    shown = browser.run(f"return {FOUND}[0].innerText")
    assert "optimizer.zero_grad()" in shown
    assert "import torch" not in shown
