"""A browser that looks at a page while it is edited: what is wrong comes and goes without anybody reloading."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Browser, Site

from small_book import SNIPPET

MKDOCS = """\
site_name: A small book
theme: {name: material, font: false, features: [navigation.instant]}
plugins: []
markdown_extensions:
  - pymdownx.snippets: {base_path: [snippets], check_paths: true}
  - pymdownx.superfences
  - backprop_book
"""
PAGE = '# Page\n\n```python\n--8<-- "descent.py"\n```\n\nIt ends at [0.588]{best}. To [another](index.md).\n'


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Site]:
    """A book that is served while it is edited."""
    files = {
        "pyproject.toml": '[tool.backprop_book]\nverified = []\n', "mkdocs.yml": MKDOCS, "docs/page.md": PAGE, "docs/index.md": "# Start\n\nWords.\n",
        "snippets/descent.py": SNIPPET,
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-u", "-m", "backprop_book.serve", "--port", "0"]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    server = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True, env=environment)
    assert server.stdout is not None
    with server.stdout as lines:
        url = lines.readline().split()[-1]
        assert any(line.startswith("served the book") for line in lines)
        yield Site(url, tmp_path)
        server.terminate()
        lines.read()
    server.wait()


def test_what_is_wrong_comes_and_goes_by_itself(browser: Browser, live: Site) -> None:
    page, start = live.folder / "docs/page.md", live.folder / "docs/index.md"
    browser.open(f"{live.url}page/")
    assert not browser.all(".bb-board, .bb-wrong")
    page.write_text(PAGE.replace("0.588", "0.589"), encoding="utf-8")
    browser.wait("return !!document.querySelector('.bb-wrong-words')")
    assert browser.find(".bb-wrong-words").text == "0.589"
    assert browser.find(".bb-wrong-why").text == (
        "⚠ this number is not what descent.py gives found: 0.589 expected: 0.588 (`best` is 0.588029625)".removeprefix(
            "⚠ "
        )
    )
    browser.find(".bb-board a").click()
    assert browser.run("return location.hash") == f"#{browser.find('.bb-wrong-here').get_attribute('id')}"
    assert browser.run("return document.querySelector(location.hash).getBoundingClientRect().top < innerHeight")
    # A problem of another page changes the list, and leaves the page as it is.
    browser.run("window.kept = true")
    start.write_text("# Start\n\nSeven words.\n", encoding="utf-8")
    browser.wait("return document.querySelectorAll('.bb-board li').length === 2")
    assert browser.run("return window.kept")
    assert str(browser.all(".bb-board a")[1].get_attribute("href")).startswith(f"{live.url}#problem-")
    # The theme brings the other page without loading it anew.
    browser.run("document.querySelector('article p > a[href]').click()")
    browser.wait(
        "return document.title.startsWith('Start') || document.querySelector('h1').innerText.startsWith('Start')"
    )
    browser.wait("return document.querySelector('.bb-wrong-words')?.innerText === 'Seven'")
    start.write_text("# Start\n\nWords.\n", encoding="utf-8")
    browser.wait(
        "return !document.querySelector('.bb-wrong-words') && document.querySelectorAll('.bb-board li').length === 1"
    )
    page.write_text(PAGE, encoding="utf-8")
    browser.wait("return !document.querySelector('.bb-board')")
    assert not [line for line in browser.log() if "SEVERE" in line and "favicon" not in line]
