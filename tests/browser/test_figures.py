"""Figures of the book, as readers see them: in each width, in both schemes, without scripts and in print."""

import re

import pytest
from chromium import Browser, Site

LEGIBLE = 10
"""Height of the smallest letters, in pixels of the window."""
CONTRAST = """
    const channels = text => text.match(/[\\d.]+/g).slice(0, 3).map(value => {
        const part = value / 255
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    const light = text => { const [r, g, b] = channels(text); return 0.2126 * r + 0.7152 * g + 0.0722 * b }
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true})
    const opaque = (text, below) => {
        canvas.fillStyle = below
        canvas.fillRect(0, 0, 1, 1)
        canvas.fillStyle = text
        canvas.fillRect(0, 0, 1, 1)
        return `rgb(${[...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).join(',')})`
    }
    const paper = getComputedStyle(document.body).backgroundColor
    return [...document.querySelectorAll('.bb-drawing text')].filter(node => node.checkVisibility()).map(node => {
        const [a, b] = [light(opaque(getComputedStyle(node).fill, paper)), light(paper)].sort((a, b) => b - a)
        return [node.textContent, (a + 0.05) / (b + 0.05)]
    })
"""


def pages(site: Site) -> list[str]:
    """The addresses of the pages that show figures."""
    found = [
        f"{site.url}{path.parent.relative_to(site.folder).as_posix()}/"
        for path in sorted(site.folder.rglob("index.html"))
        if '<figure class="bb-figure"' in path.read_text(encoding="utf-8")
    ]
    assert found
    return found


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_one_drawing_of_each_figure_shows_and_can_be_read(browser: Browser, site: Site, width: int) -> None:
    for page in pages(site):
        browser.open(page, width=width)
        figures = browser.run("""
            return [...document.querySelectorAll('.bb-figure')].map(figure => {
                const shown = [...figure.querySelectorAll('svg.bb-drawing')].filter(svg => svg.checkVisibility())
                const box = shown[0].getBoundingClientRect()
                const scale = box.width / shown[0].viewBox.baseVal.width
                const sizes = [...shown[0].querySelectorAll('text')].map(text => parseFloat(getComputedStyle(text).fontSize) * scale)
                return [shown.length, shown[0].viewBox.baseVal.width, box.left, box.right, Math.min(...sizes)]
            })""")
        for count, drawn, left, right, smallest in figures:
            assert count == 1
            assert drawn == (340 if width == 360 else 680)
            assert left >= 0
            assert right <= width
            assert smallest >= LEGIBLE, page
        assert browser.run("return document.documentElement.scrollWidth") <= width
        assert browser.log() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_stand_out_in_both_schemes(browser: Browser, site: Site, scheme: str) -> None:
    for page in pages(site):
        browser.open(page, scheme=scheme)
        texts = browser.run(CONTRAST)
        assert texts
        assert [(text, contrast) for text, contrast in texts if contrast < 4.5] == [], page


def test_ids_of_a_page_differ(browser: Browser, site: Site) -> None:
    for page in pages(site):
        browser.open(page)
        ids = browser.run("return [...document.querySelectorAll('.bb-figure, .bb-figure [id]')].map(node => node.id)")
        assert len(ids) == len(set(ids)), page


def test_figures_are_whole_without_scripts(browser: Browser, site: Site) -> None:
    browser.open(pages(site)[0], scripts=False)
    figure = browser.find(".bb-figure")
    assert figure.find_element("css selector", ".bb-drawing").is_displayed()
    table = figure.find_element("css selector", ".bb-data table")
    assert not table.is_displayed()
    figure.find_element("css selector", ".bb-data summary").click()
    assert table.is_displayed()


def test_print_shows_the_wide_drawing_on_white_paper(browser: Browser, site: Site) -> None:
    for page in pages(site):
        browser.open(page, width=360, scheme="dark")
        browser.command("Emulation.setEmulatedMedia", media="print")
        try:
            shown, ink, paper, data = browser.run("""
                const shown = [...document.querySelectorAll('.bb-drawing')].filter(svg => svg.checkVisibility())
                const probe = document.body.appendChild(document.createElement('p'))
                probe.style.color = 'var(--bb-sym-loss)'
                const ink = getComputedStyle(probe).color
                probe.remove()
                return [
                    [...new Set(shown.map(svg => svg.viewBox.baseVal.width))], ink, getComputedStyle(document.body).backgroundColor,
                    [...document.querySelectorAll('.bb-data')].some(node => node.checkVisibility()),
                ]""")
        finally:
            browser.command("Emulation.setEmulatedMedia", media="")
        assert shown == [680], page
        assert re.sub(r"\D+", " ", ink).split() == ["179", "38", "30"]
        assert paper == "rgb(255, 255, 255)"
        assert not data
