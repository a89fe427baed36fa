"""What a listing carries arrives on the reader's disk, byte for byte, with and without scripts and after instant navigation."""

import html
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from chromium import Browser

from sites import Site
from small_book import until

ROOT = Path(__file__).parents[2]


def download(browser: Browser, folder: Path, selector: str) -> bytes:
    """Click a link and wait for its file."""
    browser.command("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    link = browser.find(selector)
    target = folder / str(link.get_attribute("download"))
    address = browser.driver.current_url
    link.click()
    until(lambda: target.is_file() and target.stat().st_size > 0)
    assert browser.driver.current_url == address, "the page was left"
    return target.read_bytes()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_files_arrive(browser: Browser, site: Site, tmp_path: Path, scripts: bool) -> None:
    browser.open(f"{site.url}one-step-in-numpy/", scripts=scripts)
    code = download(browser, tmp_path, "#training_step_numpy a[download$='.py']")
    assert code == (ROOT / "snippets" / "training_step_numpy.py").read_bytes()
    notebook = download(browser, tmp_path, "#training_step_numpy a[download$='.ipynb']")
    page = (site.folder / "one-step-in-numpy" / "index.html").read_text(encoding="utf-8")
    (address,) = re.findall(r'<a download="training_step_numpy.ipynb" href="([^"]+)"', page)
    assert notebook == unquote_to_bytes(html.unescape(address).partition(",")[2])


def test_the_files_arrive_after_instant_navigation(browser: Browser, site: Site, tmp_path: Path) -> None:
    browser.open(site.url)
    browser.wait_for_navigation()
    browser.run("window.stayed = true")
    browser.find(".md-content a[href*='one-step-in-numpy']:not(.bb-jump)").click()
    link = "#training_step_numpy a[download$='.py']"
    # The address changes before the page does.
    browser.wait("return location.href.includes('one-step-in-numpy') && document.querySelector(arguments[0])", link)
    code = download(browser, tmp_path, link)
    assert code == (ROOT / "snippets" / "training_step_numpy.py").read_bytes()


def test_tables_scroll_and_the_page_does_not(browser: Browser, site: Site) -> None:
    browser.open(f"{site.url}verification/", width=360, height=740)
    widths = browser.run("""
        return [...document.querySelectorAll('.bb-wide')].map(node => [node.scrollWidth > node.clientWidth, node.getBoundingClientRect().right])
    """)
    assert any(scrolls for scrolls, _ in widths)
    assert all(right <= 360 for _, right in widths)
    assert browser.run("return document.documentElement.scrollWidth") <= 360
