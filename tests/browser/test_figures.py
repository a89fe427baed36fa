"""Figures of the book, as readers see them: in each width, in both schemes, without scripts and in print."""

import re
from pathlib import Path

from chromium import Browser

from sites import Site

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
SHOWN = """
    return [...document.querySelectorAll('.bb-figure')].map(figure => {
        const shown = [...figure.querySelectorAll('svg.bb-drawing')].filter(svg => svg.checkVisibility())
        const box = shown[0].getBoundingClientRect()
        const scale = box.width / shown[0].viewBox.baseVal.width
        const sizes = [...shown[0].querySelectorAll('text')].map(text => parseFloat(getComputedStyle(text).fontSize) * scale)
        return [shown.length, shown[0].viewBox.baseVal.width, box.left, box.right, Math.min(...sizes)]
    })"""
PRINTED = """
    const shown = [...document.querySelectorAll('.bb-drawing')].filter(svg => svg.checkVisibility())
    const probe = document.body.appendChild(document.createElement('p'))
    probe.style.color = 'var(--bb-sym-loss)'
    const ink = getComputedStyle(probe).color
    probe.remove()
    return [
        [...new Set(shown.map(svg => svg.viewBox.baseVal.width))], ink, getComputedStyle(document.body).backgroundColor,
        [...document.querySelectorAll('.bb-data')].some(node => node.checkVisibility()),
    ]"""
ROOT = Path(__file__).parents[2]
DRAWN = [path.stem for path in (ROOT / "figures").glob("*.py") if "def draw(" in path.read_text(encoding="utf-8")]
PAGES = sorted(
    f"{path.stem}/".removeprefix("index/")
    for path in (ROOT / "docs").glob("*.md")
    if any(f"](figures/{name}.svg)" in path.read_text(encoding="utf-8") for name in DRAWN)
)
"""The addresses of the pages that show figures, below that of the site."""


def look_at_figures(browser: Browser) -> None:
    """Look whether the figures of the page that is open can be read in each width and scheme, and on paper."""
    ids = browser.run("return [...document.querySelectorAll('.bb-figure, .bb-figure [id]')].map(node => node.id)")
    assert len(ids) == len(set(ids))
    for scheme in ("light", "dark"):
        browser.switch_scheme(scheme)
        texts = browser.run(CONTRAST)
        assert texts
        assert [(text, contrast) for text, contrast in texts if contrast < 4.5] == [], scheme
    for width in (1440, 768, 360):
        browser.resize(width)
        figures = browser.run(SHOWN)
        assert figures
        for count, drawn, left, right, smallest in figures:
            assert count == 1
            assert drawn == (340 if width == 360 else 680)
            assert left >= 0
            assert right <= width
            assert smallest >= LEGIBLE
        assert browser.run("return document.documentElement.scrollWidth") <= width
    # On paper the wide drawing shows on white, whatever the window was.
    browser.command("Emulation.setEmulatedMedia", media="print")
    try:
        shown, ink, paper, data = browser.run(PRINTED)
    finally:
        browser.command("Emulation.setEmulatedMedia", media="")
    assert shown == [680]
    assert re.sub(r"\D+", " ", ink).split() == ["179", "38", "30"]
    assert paper == "rgb(255, 255, 255)"
    assert not data


def test_figures_are_whole_without_scripts(browser: Browser, site: Site) -> None:
    browser.open(f"{site.url}{PAGES[0]}", scripts=False)
    figure = browser.find(".bb-figure")
    assert figure.find_element("css selector", ".bb-drawing").is_displayed()
    table = figure.find_element("css selector", ".bb-data table")
    assert not table.is_displayed()
    figure.find_element("css selector", ".bb-data summary").click()
    assert table.is_displayed()
