"""Predicting a listing's values, and the ticks of questions that ask why, in a real browser."""

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import predict_site
import pytest
from axe import violations
from chromium import Browser
from page import Page
from pypdf import PdfReader
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.interaction import POINTER_TOUCH
from selenium.webdriver.common.actions.pointer_input import PointerInput
from selenium.webdriver.common.keys import Keys

from once import once
from sites import Site, served

KEPT = "return JSON.parse(localStorage.getItem(arguments[0]))"
# What can be read of the open note, the question aside, and of the output.
SHOWN = """
    const parts = document.querySelectorAll(
        `#${arguments[0]} .bb-note[data-open] .bb-note-inner > :not(.bb-guess, .bb-states), #${arguments[0]} [data-open] .bb-state > *,
         #${arguments[0]} .bb-output span`)
    return [...parts].filter(part => part.checkVisibility({visibilityProperty: true})).map(part => part.innerText).join(' ')"""


@pytest.fixture(scope="module")
def asking(shared_folder: Path) -> Iterator[Site]:
    with served(once(shared_folder, "asking", predict_site.build) / "site") as site:
        yield site


def predict(page: Page, ident: str = "step") -> None:
    page.run("arguments[0].click()", page.find(f"#{ident} .bb-predict"))


def choose(page: Page, code: str, ident: str = "step") -> None:
    """Choose the line that begins with the code."""
    button = page.find(f"#{ident} button.bb-gutter[aria-label*=': {code}']")
    page.run("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()


def tap(browser: Browser, selector: str, place: int = 0) -> None:
    """Click an element, away from what sticks to the edges of the window."""
    found = browser.all(selector)[place]
    browser.run("arguments[0].scrollIntoView({block: 'center'})", found)
    found.click()


def question(page: Page, ident: str = "step") -> str:
    found: str = page.run(
        "return document.querySelector(`#${arguments[0]} .bb-guess.bb-asking :is(legend, b)`)?.innerText ?? ''", ident
    )
    return found


def answer(page: Page, text: str, ident: str = "step") -> str:
    """Write the answer; gives the verdict."""
    field = page.find(f"#{ident} .bb-guess [type=text]")
    field.clear()
    field.send_keys(text, Keys.ENTER)
    return verdict(page, ident)


def verdict(page: Page, ident: str = "step") -> str:
    return page.find(f"#{ident} .bb-verdict").text


def tally(browser: Browser, ident: str = "step") -> str:
    return browser.find(f"#{ident} .bb-tally span").text


def shown(browser: Browser, ident: str = "step") -> str:
    text: str = browser.run(SHOWN, ident)
    return " ".join(text.split())


def visit(browser: Browser, asking: Site, code: str = "", **window: Any) -> None:
    browser.open(asking.url, **window)
    predict(browser)
    if code:
        choose(browser, code)


def test_a_field_keeps_the_focus_that_came_right_after_a_click(browser: Browser, asking: Site) -> None:
    """The focus follows a click a moment later, for engines that give none to a button: by then the reader may be typing."""
    visit(browser, asking)
    (button, *_) = browser.all("#step button.bb-gutter[aria-label*=': loss =']")
    field = "document.querySelector('#step .bb-guess [type=text]')"
    browser.run(f"arguments[0].click(); {field}.focus()", button)
    browser.wait_for_frame()
    browser.rest()
    assert browser.run(f"return document.activeElement === {field}")


def test_entries_that_are_zero_are_marked(browser: Browser, asking: Site) -> None:
    visit(browser, asking, "h =")
    assert browser.find("#step .bb-predict").get_attribute("aria-pressed") == "true"
    assert question(browser) == "Which entries of h are zero?"
    # The operand shows; the result, the arithmetic and the note's text do not.
    assert shown(browser) == "ReLU Read z1 (3,) float64 0 1 2 0.0 -0.1 0.5"
    boxes = browser.all("#step .bb-guess [type=checkbox]")
    assert [box.accessible_name for box in boxes] == ["0", "1", "2"]
    boxes[2].click()
    boxes[0].click()
    tap(browser, "#step .bb-guess button:not([type])")
    assert verdict(browser) == "1 of 3 are as you marked them. Try again."
    boxes[2].click()
    boxes[1].click()
    boxes[1].send_keys(Keys.ENTER)
    assert verdict(browser) == "Right: h is zero at [0], [1]."
    assert "What is below zero becomes zero" in shown(browser)
    assert "Result h (3,) float64 new 0 1 2 0.0 0.0 0.5" in shown(browser)
    assert tally(browser) == "1 of 1 right in this listing"
    assert browser.run(KEPT, "bb-predict-1") == {"": ["/#step"], "/#step": {"8": 1}}


def test_it_begins_at_the_first_line_that_has_something_to_ask(browser: Browser, asking: Site) -> None:
    browser.open(asking.url)
    browser.find("#step [data-go=first]").click()
    predict(browser)
    assert question(browser) == "What is the shape of W1?"
    assert browser.find("#step .bb-where").text.startswith("moment 2 of 25")
    # Where there is something to ask, it stays.
    predict(browser)
    choose(browser, "h =")
    predict(browser)
    assert question(browser) == "Which entries of h are zero?"


def test_a_number_is_right_close_or_tried_again(browser: Browser, asking: Site) -> None:
    visit(browser, asking, "loss = np.mean((y_hat")
    assert question(browser) == "What is loss?"
    assert "0.89" not in shown(browser)
    assert browser.find("#step .bb-rule").text.endswith("Within 5 % is close enough.")
    # Letters in the field are text and do not step.
    assert answer(browser, "no pen") == "That is no number like −0.25, 1e-3 or 1/4. Try again."
    assert answer(browser, "0.8") == "Not 0.8. Try again."
    assert answer(browser, "−0.896") == "The right size, but the other sign. Try again."
    assert answer(browser, "1/0") == "That is no number like −0.25, 1e-3 or 1/4. Try again."
    assert question(browser) == "What is loss?"
    assert answer(browser, "0,9") == "Right: loss is 0.89625."
    assert "loss float64 new 0.89625" in shown(browser)
    # The next step prints the old loss and holds nothing to predict; after it comes a vector.
    browser.press(Keys.ENTER)
    assert verdict(browser) == "Nothing to predict here."
    assert "Old loss: 0.8963" in shown(browser)
    browser.press(Keys.ENTER)
    assert question(browser) == "What is dL_dy[0]?"
    assert browser.run("return document.activeElement.type") == "text"
    assert answer(browser, "-46e-2") == "Close: dL_dy[0] is -0.45."
    assert tally(browser) == "2 of 2 right in this listing"


WRITTEN = {
    "0.725753": "Right",
    ".73": "Right",
    "0,73": "Right",
    "0.7": "Right",
    "+7.26e-1": "Right",
    "0.74": "Close",
    "3 / 4": "Close",
    "2177259/3000000": "Right",
    "0.8": "Not 0.8",
    "1": "Not 1",
    "0": "Not 0",
    # What was there before is not close.
    "0.89625": "Not 0.89625",
    "1,000": "Not 1,000",
    "0.8.1": "That is no number",
    ".": "That is no number",
    "-": "That is no number",
    "1e": "That is no number",
    "Infinity": "That is no number",
}


def test_numbers_as_readers_write_them(browser: Browser, asking: Site) -> None:
    visit(browser, asking)
    tap(browser, "#step [data-go=last]")
    tap(browser, "#step [data-go=previous]")
    assert browser.find("#step .bb-ask").text.split("\n")[:2] == ["What is loss?", "Before: 0.89625"]
    said = {}
    for text in WRITTEN:
        said[text] = answer(browser, text)
        if not question(browser):
            tap(browser, "#step .bb-tally button")
        assert question(browser) == "What is loss?"
    assert {text: words for text, words in said.items() if not words.startswith(WRITTEN[text])} == {}


def test_a_shape_and_giving_up(browser: Browser, asking: Site) -> None:
    visit(browser, asking, "dL_dW2 =")
    assert question(browser) == "What is the shape of dL_dW2?"
    assert "(3, 4)" not in shown(browser)
    assert answer(browser, "4 x 3") == "The right numbers, in another order. Try again."
    assert answer(browser, "3") == "Not 3. Try again."
    assert answer(browser, "3×4") == "Right: the shape of dL_dW2 is (3, 4)."
    browser.press("n")
    assert question(browser) == "What is dL_dh[2]?"
    tap(browser, "#step .bb-guess .bb-ask [type=button]")
    assert verdict(browser) == "The answer: dL_dh[2] is 0.44."
    assert tally(browser) == "1 of 2 right in this listing"
    assert browser.run("return document.activeElement.textContent") == "Next moment"
    # What was answered stays answered, and is told again.
    browser.press("p", "n")
    assert verdict(browser) == "The answer: dL_dh[2] is 0.44."
    tap(browser, "#step .bb-tally button")
    assert question(browser) == "What is dL_dh[2]?"
    assert browser.run(KEPT, "bb-predict-1") == {"": ["/#step"]}
    assert not browser.find("#step .bb-tally").is_displayed()


def test_a_note_unfolds_when_all_its_steps_are_predicted(browser: Browser, asking: Site) -> None:
    visit(browser, asking)
    # W1 and W2 are matrices, and have a shape; b1 and b2 stand in the code as they are.
    assert question(browser) == "What is the shape of W1?"
    assert "They start at fixed values" not in shown(browser)
    assert shown(browser).count("The values are hidden until you predict them.") == 0
    assert "0.1 -0.1 0.0" in shown(browser)
    answer(browser, "4, 3")
    assert "They start at fixed values" not in shown(browser)
    browser.press("n", "n")
    assert question(browser) == "What is the shape of W2?"
    answer(browser, "3, 4")
    assert "They start at fixed values" in shown(browser)


def test_the_output_on_the_page_is_hidden_while_a_question_is_open(browser: Browser, asking: Site) -> None:
    browser.open(asking.url)
    visible = "return document.querySelector('#loop + .highlight code').checkVisibility({visibilityProperty: true})"
    choose(browser, "y =", "loop")
    assert browser.run(visible)
    predict(browser, "loop")
    assert question(browser, "loop")
    assert not browser.run(visible)
    tap(browser, "#loop .bb-guess .bb-ask [type=button]")
    assert browser.run(visible)


def test_executions_of_a_statement_ask_in_turn(browser: Browser, asking: Site) -> None:
    browser.open(asking.url)
    predict(browser, "loop")
    assert question(browser, "loop") == "Which entries of y are zero?"
    asked = []
    picker = "#loop [data-open] .bb-pick select"
    for value in browser.run(f"return [...document.querySelectorAll('{picker} option')].map(option => option.value)"):
        browser.run(
            "const s = document.querySelector(arguments[0]); s.value = arguments[1]; s.dispatchEvent(new Event('change', {bubbles: true}))",
            picker,
            value,
        )
        asked.append(question(browser, "loop"))
        assert shown(browser, "loop").startswith("The line Shown at")
    assert asked == [
        "Which entries of y are zero?",
        "What is y[0]?",
        "What is y[0]?",
        "What is y[0]?",
        "What is y[0]?",
    ]
    # The loop's own variable stands beside the picker: nothing to predict.
    choose(browser, "for step", "loop")
    assert verdict(browser, "loop") == "Nothing to predict here."


def go(browser: Browser, step: int, ident: str) -> str:
    """Draw the slider to a step; gives what is asked there."""
    browser.run(
        """
        const slider = document.querySelector(`#${arguments[0]} .bb-controls input`)
        slider.value = arguments[1]
        slider.dispatchEvent(new Event('input', {bubbles: true}))""",
        ident,
        step,
    )
    return question(browser, ident)


def test_what_is_seldom_asked(browser: Browser, asking: Site) -> None:
    browser.open(asking.url)
    predict(browser, "rare")
    asked = [go(browser, step, "rare") for step in range(10)]
    assert asked == [
        "",
        "",
        "What is weight[0]?",
        "What is noise[1]?",  # it is next to nothing, and so not to be told from zero
        "What is total?",
        "What is many[6]?",  # its middle is not shown, and cannot be marked
        "Which entries of mask are False?",
        "",
        "What is the shape of cube?",
        "What is weight[0]?",  # the other one has not changed
    ]


def test_numbers_that_are_hard_to_tell(browser: Browser, asking: Site) -> None:
    browser.open(asking.url)
    predict(browser, "rare")
    go(browser, 2, "rare")
    assert answer(browser, "1", "rare") == "Not 1. Try again."
    assert answer(browser, "0.984", "rare") == "Not 0.984. Try again."
    assert answer(browser, "0.994", "rare") == "Close: weight[0] is 0.99."
    go(browser, 3, "rare")
    assert answer(browser, "1e-8", "rare") == "Not 1e-8. Try again."
    assert answer(browser, "0", "rare") == "Close: noise[1] is 4.95e-10."
    go(browser, 4, "rare")
    printed = (
        "return document.querySelector('#rare .bb-output [data-step]').checkVisibility({visibilityProperty: true})"
    )
    assert not browser.run(printed)
    assert answer(browser, "1.485", "rare") == "Right: total is 1.485."
    assert browser.run(printed)
    go(browser, 8, "rare")
    assert answer(browser, "1,2,1", "rare") == "Right: the shape of cube is (1, 2, 1)."


def test_no_value_shows_for_a_frame(browser: Browser, asking: Site) -> None:
    """While steps rush by, whoever draws them, what is visible is looked at in each frame."""
    visit(browser, asking, "z1 =")
    seen = browser.driver.execute_async_script("""
        const done = arguments[0], seen = new Set(), listing = document.querySelector('#step bb-listing')
        const slider = listing.querySelector('.bb-controls input')
        let at = 0
        const look = () => {
            for (const part of listing.querySelectorAll('[data-open] :is(.bb-how, .bb-working, .bb-body)'))
                if (part.checkVisibility()) seen.add(part.textContent)
            if (at > 22) return done([...seen])
            slider.value = at++
            slider.dispatchEvent(new Event('input', {bubbles: true}))
            requestAnimationFrame(look)
        }
        requestAnimationFrame(look)""")
    # The step that imports, literal vectors and the learning rate: nothing to predict.
    assert set(seen) == {"new"}


def test_it_goes_on_after_another_page(browser: Browser, asking: Site) -> None:
    visit(browser, asking, "z1 =")
    browser.wait_for_navigation()
    browser.run("window.stayed = true")
    tap(browser, ".md-content a[href$='other/']")
    browser.driver.execute_async_script("setTimeout(arguments[0], 600)")
    assert browser.all("bb-listing") == []
    browser.run("""
        window.flashed = 0
        const look = () => {
            for (const state of document.querySelectorAll('#step [data-open] :is(.bb-how, .bb-body)')) window.flashed += state.checkVisibility()
            requestAnimationFrame(look)
        }
        look()""")
    tap(browser, ".md-content p a")
    browser.driver.execute_async_script("setTimeout(arguments[0], 800)")
    assert browser.run("return window.stayed")
    assert browser.find("#step .bb-predict").get_attribute("aria-pressed") == "true"
    assert browser.find("#loop .bb-predict").get_attribute("aria-pressed") == "false"
    assert question(browser) == "What is the shape of W1?"
    assert browser.run("return document.querySelectorAll('.bb-predict').length") == 3
    # Two literal vectors of the first note are no secret; that is all there was to see.
    assert browser.run("return flashed % 2") == 0
    predict(browser)
    assert "They start at fixed values" in shown(browser)
    assert browser.all(".bb-guess") == []
    assert browser.log() == []


def test_a_reload_goes_on_where_the_reader_was(browser: Browser, asking: Site) -> None:
    visit(browser, asking, "loss = np.mean((y_hat")
    answer(browser, "0.9")
    browser.driver.refresh()
    assert browser.find("#step .bb-predict").get_attribute("aria-pressed") == "true"
    assert browser.find("#loop .bb-predict").get_attribute("aria-pressed") == "false"
    assert question(browser) == "", "what was answered is not asked again"
    assert tally(browser) == "1 of 1 right in this listing"
    choose(browser, "W1 =")
    assert question(browser) == "What is the shape of W1?"
    predict(browser)
    browser.driver.refresh()
    assert browser.find("#step .bb-predict").get_attribute("aria-pressed") == "false"
    assert browser.run("return localStorage.getItem('bb-predict-1')") == '{"":[],"/#step":{"10":1}}'


def test_playing_stops_at_a_question(browser: Browser, asking: Site) -> None:
    visit(browser, asking)
    where = "return document.querySelector('#step input[type=range]').value"
    play = "#step [data-play]"
    tap(browser, play)
    browser.wait(
        "return document.querySelector('#step .bb-asking') && document.querySelector('#step [data-play]').ariaLabel === 'Play'"
    )
    stopped = browser.run(where)
    assert question(browser) == "What is the shape of W1?"
    tap(browser, play)
    assert browser.find(play).get_attribute("aria-label") == "Play"
    assert (browser.run(where), question(browser)) == (stopped, "What is the shape of W1?")
    tap(browser, "#step .bb-ask [type=button]")
    assert question(browser) == ""
    tap(browser, play)
    assert browser.find(play).get_attribute("aria-label") == "Pause"
    browser.wait(f"{where} > arguments[0]", stopped)


REFUSALS = {
    "refused": "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})",
    "full": "Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError') }",
}


@pytest.mark.parametrize("case", REFUSALS)
def test_it_works_where_nothing_is_kept(browser: Browser, asking: Site, case: str) -> None:
    found = browser.command("Page.addScriptToEvaluateOnNewDocument", source=REFUSALS[case])
    try:
        visit(browser, asking, "loss = np.mean((y_hat")
        answer(browser, "0.9")
        assert tally(browser) == "1 of 1 right in this listing"
        browser.run("document.querySelector('details.question').open = true")
        tap(browser, ".bb-answered input")
        assert browser.find(".bb-answered span").text == "1 of 2 on this page, 1 in the book."
    finally:
        browser.command("Page.removeScriptToEvaluateOnNewDocument", identifier=found["identifier"])


def test_what_others_kept_does_no_harm(browser: Browser, asking: Site) -> None:
    visit(browser, asking)
    browser.run("localStorage.setItem('bb-predict-1', '{\"/#step\": 5}'); localStorage.setItem('bb-why-1', '[')")
    browser.driver.refresh()
    predict(browser)
    choose(browser, "loss = np.mean((y_hat")
    answer(browser, "0.9")
    assert tally(browser) == "1 of 1 right in this listing"
    assert browser.log() == []


def test_touch(browser: Browser, asking: Site) -> None:
    visit(browser, asking, "h =", width=360, height=740)
    for target in browser.all("#step .bb-guess label")[:2]:
        browser.run("arguments[0].scrollIntoView({block: 'center'})", target)
        finger = ActionBuilder(browser.driver, mouse=PointerInput(POINTER_TOUCH, "finger"))  # type: ignore[no-untyped-call]
        finger.pointer_action.move_to(target).pointer_down().pointer_up()  # type: ignore[no-untyped-call]
        finger.perform()
    tap(browser, "#step .bb-guess button:not([type])")
    assert verdict(browser) == "Right: h is zero at [0], [1]."
    small = """
        return [...document.querySelectorAll('.bb-predict, .bb-guess button, .bb-guess label, .bb-answered :is(button, label)')]
            .filter(node => node.checkVisibility()).map(node => node.getBoundingClientRect())
            .filter(box => box.width < 24 || box.height < 24).length"""
    assert browser.run(small) == 0


def test_keyboard_alone(browser: Browser, asking: Site) -> None:
    browser.open(asking.url)
    browser.run("document.querySelector('#step .bb-predict').focus()")
    browser.press(Keys.SPACE)
    choose(browser, "h =")
    browser.press(Keys.TAB, Keys.SPACE, Keys.TAB, Keys.SPACE, Keys.TAB, Keys.TAB, Keys.ENTER)
    assert verdict(browser) == "Right: h is zero at [0], [1]."
    # The focus is on the way to the next step.
    browser.press(Keys.ENTER)
    assert question(browser) == "What is y_hat[1]?"
    browser.press("-", ".", "1", Keys.ENTER)
    assert verdict(browser) == "Right: y_hat[1] is -0.1."


@pytest.mark.parametrize("scripts", [True, False])
def test_print_holds_everything(browser: Browser, asking: Site, scripts: bool) -> None:
    browser.open(asking.url, scripts=scripts)
    if scripts:
        predict(browser)
        choose(browser, "loss = np.mean((y_hat")
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(browser.pdf())).pages).split())
    for found in ("0.89625", "The mean of the squared errors."):
        assert found in text
    # The answer to a question that nobody has opened is not given away on paper.
    for missing in ("Predict first", "Check", "I could answer this", "are hidden", "Nothing passes on either side."):
        assert missing not in text


def test_without_scripts_nothing_is_hidden(browser: Browser, asking: Site) -> None:
    browser.open(asking.url, scripts=False)
    assert browser.find("#step-n2").text.startswith("ReLU")
    assert browser.all(".bb-predict, .bb-answered") == []
    answers = browser.all("details.question > p")
    assert not answers[0].is_displayed()
    tap(browser, "details.question > summary")
    assert answers[0].is_displayed()


def test_ticks_are_kept_and_forgotten(browser: Browser, asking: Site) -> None:
    browser.open(asking.url)
    first, second = browser.all("details.question > summary")
    # Opening is not answering, and is not remembered.
    first.send_keys(Keys.ENTER)
    assert browser.run(KEPT, "bb-why-1") is None
    assert not browser.find(".bb-answered span").is_displayed()
    tap(browser, ".bb-answered label")
    assert first.accessible_name == "Why does a silent neuron learn nothing? (you could answer this)"
    assert browser.run(KEPT, "bb-why-1") == {"/#Why does a silent neuron learn nothing?": 1}
    browser.open(f"{asking.url}other/")
    tap(browser, "details.question > summary")
    browser.run("localStorage.setItem('bb-why-1', JSON.stringify({'/#Why does a silent neuron learn nothing?': 1}))")
    tap(browser, ".bb-answered label")
    assert browser.find(".bb-answered span").text == "1 of 1 on this page, 2 in the book."
    browser.driver.get(asking.url)
    first, second = browser.all("details.question > summary")
    assert (
        browser.run("return [...document.querySelectorAll('details.question')].map(block => block.open)") == [False] * 2
    )
    assert [box.is_selected() for box in browser.all(".bb-answered input")] == [True, False]
    second.click()
    line = browser.all(".bb-answered")[1]
    assert line.text.replace("\n", " ") == "I could answer this 1 of 2 on this page, 2 in the book. Forget all"
    line.find_element("css selector", "button").click()
    assert browser.run(KEPT, "bb-why-1") == {}
    assert first.accessible_name == "Why does a silent neuron learn nothing?"
    assert browser.run("return document.activeElement.matches('.bb-answered input')")


def test_only_verdicts_and_steps_are_announced(browser: Browser, asking: Site) -> None:
    visit(browser, asking, "h =")
    live = "return [...document.querySelectorAll('.md-content :is([role=status], [role=alert], [aria-live])')].map(node => node.className)"
    assert browser.run(live) == ["bb-verdict", "bb-where", "bb-where", "bb-where"]
    assert verdict(browser) == ""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, asking: Site, scheme: str, width: int) -> None:
    visit(browser, asking, "dL_dW2 =", width=width, scheme=scheme)
    answer(browser, "7")
    predict(browser, "loop")
    choose(browser, "y =", "loop")
    browser.run("document.querySelectorAll('details.question').forEach(block => { block.open = true })")
    tap(browser, ".bb-answered input")
    browser.wait_for_scheme(scheme)
    assert browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    found = violations(browser)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_moves_when_the_scripts_start(browser: Browser, asking: Site, width: int) -> None:
    loaded = "return performance.getEntriesByType('navigation')[0].loadEventEnd"
    for _ in range(3):
        browser.open(asking.url, width=width, height=740)
        if browser.run(loaded) < 3000:  # all notes open where no script comes for four seconds, and close when it does
            break
    shift = browser.driver.execute_async_script("""
        let sum = 0
        new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += entry.value }))
            .observe({ type: 'layout-shift', buffered: true })
        setTimeout(() => arguments[0](sum), 500)""")
    assert shift < 0.02


def test_the_scripts_are_small(asking: Site) -> None:
    sizes = {
        name: len(gzip.compress((asking.folder / "assets" / name).read_bytes())) for name in ("predict.js", "why.js")
    }
    assert sizes["predict.js"] < 4300, sizes
    assert sizes["why.js"] < 1300, sizes
