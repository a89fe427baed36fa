"""A reader's walk through the book in Firefox and WebKit, the engines that the other tests do not use."""

import runpy
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from engines import Reader
from selenium.webdriver.common.keys import Keys
from test_beside import light_up
from test_network_player import move_together
from test_pages import KINDS, PAGES, misplaced
from test_playground import finish, preset
from test_predict import answer, choose, predict, question
from test_widget import gutter, visible_notes, where

from sites import Site

SNIPPETS = Path(__file__).parents[2] / "snippets"
STEP, LOOP = "training_step_numpy", "training_loop_numpy"
# Of a listing, what the open note says of a variable.
CELLS = """
    const [ident, name] = arguments
    const shown = [...document.querySelectorAll(`#${ident} [data-open] .bb-state:not([data-other]) .bb-var`)]
        .find(shown => shown.querySelector('code').textContent === name)
    return [...shown.querySelectorAll('td, .bb-value')].map(cell => cell.textContent).filter(Boolean)"""
SIDEWAYS = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
IN_WINDOW = """
    const {top, bottom} = document.querySelector(`#${arguments[0]} [data-open] .bb-note-inner`).getBoundingClientRect()
    return 40 < top && top < 100 && bottom <= innerHeight"""
IS_CHOSEN = "return document.activeElement.getAttribute('aria-label')?.includes(arguments[0])"


def run(name: str) -> tuple[dict[str, Any], str]:
    """The names of a snippet after its run, and what it has printed."""
    with redirect_stdout(StringIO()) as printed:
        names = runpy.run_path(str(SNIPPETS / f"{name}.py"))
    return names, printed.getvalue()


def values(reader: Reader, ident: str, name: str) -> list[float]:
    """What a listing shows of a variable, after the step where it changes."""
    return [float(cell.rpartition("→")[2]) for cell in reader.run(CELLS, ident, name)]


@pytest.mark.parametrize(
    "visited",
    [pytest.param(KINDS, id="kinds of pages"), pytest.param(PAGES, marks=pytest.mark.whole, id="all pages")],
)
def test_each_page_answers_explains_itself_and_fits(reader: Reader, watched: Site, visited: Sequence[str]) -> None:
    """Each page is looked at in Chromium; of what differs between engines, pages of one kind hold the same."""
    for page in visited:
        reader.open(f"{watched.url}{page}", width=360, height=740)
        listings, claims = reader.run(
            "return ['bb-listing', 'article p .bb-words'].map(each => document.querySelectorAll(each).length)"
        )
        open_notes = "return document.querySelectorAll('bb-listing:defined .bb-note[data-open]').length"
        assert reader.run(open_notes) >= min(listings, 1), page
        assert misplaced(reader, 1) == [], page
        if claims:
            line = "return getComputedStyle(document.querySelector('article .bb-words')).textDecorationStyle"
            assert reader.run(line) == "dotted", page
        assert reader.run(SIDEWAYS) <= 0, page
        assert reader.log() == [], page


def test_lines_keys_slider_and_picker_show_the_values_of_the_run(reader: Reader, watched: Site) -> None:
    names, _ = run(STEP)
    reader.open(f"{watched.url}one-step-in-numpy/")
    gutter(reader, "z1 =", STEP)
    assert where(reader, STEP) == "moment 8 of 31, line 23, z1 changed"
    assert values(reader, STEP, "z1") == pytest.approx(names["z1"])
    reader.wait(IS_CHOSEN, ": z1 =")
    reader.press(Keys.ARROW_DOWN)
    assert where(reader, STEP) == "moment 9 of 31, line 24, h changed"
    assert values(reader, STEP, "h") == pytest.approx(names["h"])
    reader.run("scrollBy({top: 200, behavior: 'instant'})")
    reader.wait(IN_WINDOW, STEP)
    slider = reader.find(f"#{STEP} input[type=range]")
    slider.send_keys(Keys.HOME)
    assert where(reader, STEP).startswith("moment 1 of 31")
    slider.send_keys(*[Keys.ARROW_RIGHT] * 11)
    assert where(reader, STEP) == "moment 12 of 31, line 29, dL_dy changed"
    assert values(reader, STEP, "dL_dy") == pytest.approx(names["dL_dy"])

    reader.open(f"{watched.url}loop-in-numpy/")
    gutter(reader, "loss =", LOOP)
    losses = {line.split()[0]: float(line.split()[1]) for line in run(LOOP)[1].splitlines()}
    for iteration in ("10", "200", "1"):
        options = reader.all(f"#{LOOP} [data-open] select option")
        (option,) = [option for option in options if option.text == f"step = {iteration}"]
        option.click()
        assert f", step = {iteration}, loss changed" in where(reader, LOOP)
        assert values(reader, LOOP, "loss") == pytest.approx([losses[iteration]], abs=1e-6)
    assert reader.log() == []


@pytest.mark.parametrize("width", [360, 1280])
def test_explanations_lie_beside_their_words_and_go(reader: Reader, watched: Site, width: int) -> None:
    reader.open(f"{watched.url}forward-pass/", width=width, height=740)
    assert misplaced(reader, 4) == []
    shows = "return document.querySelector('article p .bb-words + .bb-tip').checkVisibility()"
    words = reader.find("article p .bb-words")
    reader.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", words)
    words.click()
    assert reader.run(shows)
    reader.press(Keys.ESCAPE)
    assert not reader.run(shows)
    reader.hover("h1")
    reader.hover("article p .bb-words")
    assert reader.run(shows)
    reader.hover("h1")
    reader.wait(shows.replace("document", "!document"))
    assert reader.log() == []


def test_values_can_be_predicted(reader: Reader, watched: Site) -> None:
    reader.open(f"{watched.url}one-step-in-numpy/")
    predict(reader, STEP)
    choose(reader, "loss =", STEP)
    assert question(reader, STEP) == "What is loss?"
    assert answer(reader, "0.8", STEP) == "Not 0.8. Try again."
    assert answer(reader, "0,9", STEP) == "Right: loss is 0.89625."
    assert values(reader, STEP, "loss") == [0.89625]
    assert reader.log() == []


def test_counterparts_of_two_listings_light_up(reader: Reader, watched: Site) -> None:
    light_up(reader, f"{watched.url}one-step-in-pytorch/")
    assert reader.log() == []


def test_the_network_and_its_listing_move_together(reader: Reader, watched: Site) -> None:
    reader.open(f"{watched.url}one-step-in-numpy/")
    move_together(reader)
    assert reader.log() == []


def test_the_playground_trains(reader: Reader, watched: Site) -> None:
    reader.open(f"{watched.url}playground/")
    assert finish(reader) == (
        "Step 200: loss 8.4e−10, 1 of 16 images right. Every hidden neuron is dead: only the output biases still learn."
    )
    preset(reader, "three")
    assert finish(reader).startswith("Step 800: loss 0.0625, 14 of 16 images right")
    assert reader.run("return location.search") == "?preset=three"
    assert reader.log() == []


def test_pages_reached_by_links_work_without_being_loaded_anew(reader: Reader, watched: Site) -> None:
    reader.open(f"{watched.url}summary/")
    reader.wait_for_navigation()
    reader.run("window.here = true")
    for page, title in (("one-step-in-numpy/", "One step in NumPy"), ("loop-in-numpy/", "The loop in NumPy")):
        # Clicked as by a reader: WebKit goes back past pages that a script alone has put into the history.
        link = reader.find(f".md-nav--primary a[href='{watched.url}{page}']")
        reader.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", link)
        link.click()
        reader.wait("return document.querySelector('h1')?.textContent.startsWith(arguments[0])", title)
        reader.wait("return document.querySelector('bb-listing:defined .bb-note[data-open]')")
    gutter(reader, "h =", LOOP)
    assert visible_notes(reader, LOOP)
    assert values(reader, LOOP, "h") == pytest.approx([0, 0, 0.5])
    reader.driver.back()
    reader.wait("return document.querySelector('h1')?.textContent.startsWith('One step in NumPy')")
    assert reader.run("return window.here"), "a page was loaded anew"
    assert reader.log() == []
