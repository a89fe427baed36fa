"""The search of the theme, over the book: what is sought is found, and an excerpt shows it."""

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
    return [
        address.removeprefix(site.url).split("?")[0]
        for address in browser.run(f"return {FOUND}.map(item => item.querySelector('a').href)")
    ]


FIRST = {
    "zero_grad": "loop-in-pytorch/",  # it stands behind a point, and before brackets
    "loss.backward": "one-step-in-pytorch/",
    "0.0975": "backward-pass/",  # it stands behind a minus sign
    "learning rate": "learning-rates/",
    "dL_dW1": "backward-pass/",
    "kink": "the-kink/",
}


def test_what_is_sought_leads_to_a_page_of_the_chapter(browser: Browser, site: Site) -> None:
    for words, page in FIRST.items():
        found = seek(browser, site, words)
        assert found[0] == page, words
        assert not any(address.startswith("contributing/") for address in found[:5]), words


def test_an_excerpt_of_a_listing_shows_the_lines_that_were_found(browser: Browser, site: Site) -> None:
    seek(browser, site, "zero_grad")
    shown = browser.run(f"return {FOUND}[0].innerText")
    assert "optimizer.zero_grad()" in shown
    assert "import torch" not in shown
