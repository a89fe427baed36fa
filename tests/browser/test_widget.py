"""The listing in a real browser, on the sample site."""

import io
import json
import re
from pathlib import Path

import pytest
from chromium import Browser
from page import Page
from pypdf import PdfReader
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from sites import Site

SAMPLES = Path(__file__).parents[1] / "render" / "samples"
VISIBLE_NOTES = """
    return [...document.querySelectorAll(`#${arguments[0]} .bb-note`)]
        .filter(note => note.checkVisibility({visibilityProperty: true, opacityProperty: true}) && note.offsetHeight > 0).map(note => note.querySelector('.bb-note-title').innerText)"""
HEADED = "return document.querySelector('h1')?.textContent.startsWith(arguments[0])"
AT_STEP = "return document.querySelector(`#${arguments[0]} .bb-where`)?.textContent.startsWith(arguments[1])"
FOCUS = "return document.activeElement.getAttribute('aria-label')"
LINE_OF_NOTE = (
    "return document.querySelector('#loop [data-open]').closest('.bb-row').querySelector('.bb-l').textContent.trim()"
)
LAID_OUT = """
    window.laid = []
    const look = ({ target: note }) => {
        if (note.inert)
            laid.push([note.querySelector('.bb-note-title').textContent, note.offsetHeight > 100, getComputedStyle(note).opacity])
    }
    new MutationObserver(list => list.forEach(look)).observe(document.body, { subtree: true, attributes: true, attributeFilter: ['inert'] })"""
# What shows between the click and all that moves then: the script is held up there until `go()`.
HELD = """
    window.held = []
    window.go = () => held.splice(0).forEach(action => action())
    const frame = requestAnimationFrame, timeout = setTimeout
    window.requestAnimationFrame = action => frame(() => held.push(action))
    // What is laid out at the press stays so for half a second, in which a busy machine may not come to the click.
    window.setTimeout = (action, delay, ...rest) => delay >= 500 ? held.push(action) : timeout(action, delay, ...rest)"""
PLACES = """
    const [ident] = arguments
    const round = ({top, left, width, height}) => [top, left, width, height].map(Math.round)
    const note = [...document.querySelectorAll(`#${ident} .bb-note`)].find(note => note.checkVisibility({opacityProperty: true})
        && note.closest('.bb-row').querySelector('[aria-current]'))
    return [note.querySelector('.bb-note-title').innerText, round(note.getBoundingClientRect()),
        round(note.firstElementChild.getBoundingClientRect()), note.firstElementChild.innerText]"""
SHIFT = """
    const done = arguments[0]
    let sum = 0
    const add = entry => { if (entry.startTime >= (window.jumped ?? 0)) sum += entry.value }
    new PerformanceObserver(list => list.getEntries().forEach(add)).observe({ type: 'layout-shift', buffered: true })
    setTimeout(() => done(sum), 700)"""
JUMPED = """
    // A frame may be shown, and what moved in it be told, only after the next one has begun.
    const later = frames => requestAnimationFrame(time => { if (frames) later(frames - 1); else window.jumped = time })
    addEventListener('scroll', () => later(2), { once: true })"""


# A word where each line with a note begins, and one behind its last value.
ENDS_MARKED = """
    const rows = [...document.querySelectorAll('.bb-row:has(.bb-states)')]
    rows.forEach((row, index) => {
        row.querySelector('.bb-src').prepend(`begin${index} `)
        row.querySelector('.bb-states').append(` end${index} `)
    })
    return rows.length"""


def visible_notes(page: Page, ident: str = "step") -> list[str]:
    found: list[str] = page.run(VISIBLE_NOTES, ident)
    return found


def gutter(page: Page, code: str, ident: str = "step") -> None:
    """Click the button of the line that begins with the code."""
    button = page.find(f"#{ident} button.bb-gutter[aria-label*=': {code}']")
    page.run("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()


def where(page: Page, ident: str = "step") -> str:
    return str(page.run("return document.querySelector(`#${arguments[0]} .bb-where`).innerText", ident))


def wait_for_hash(browser: Browser, wanted: str) -> None:
    """Wait until the address names a place: the frame that the reader waits for comes first."""
    browser.wait("return location.hash === arguments[0]", wanted)


def test_one_note_at_a_time(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    assert visible_notes(browser) == ["The parameters"]
    wait(browser, 0.35)  # after which the address would follow
    assert browser.run("return location.hash") == ""
    gutter(browser, "z1 =")
    assert visible_notes(browser) == ["Pre-activation"]
    expanded = browser.all("#step button[aria-expanded=true]")
    assert [button.get_attribute("aria-label") for button in expanded] == ["Line 24: z1 = np.round(x @ W1 + b1, 10)"]
    gutter(browser, "z1 =")
    assert visible_notes(browser) == []
    gutter(browser, "z1 =")
    assert visible_notes(browser) == ["Pre-activation"]
    assert visible_notes(browser, "loop") == ["Shared"]


def test_arrow_keys_move_and_select(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    gutter(browser, "z1 =")
    browser.press(Keys.ARROW_DOWN)
    assert browser.run(FOCUS) == "Line 25: h = np.maximum(0, z1)"
    assert visible_notes(browser) == ["ReLU"]
    browser.press(Keys.ARROW_UP, Keys.ARROW_UP)
    assert visible_notes(browser) == ["The parameters"]
    browser.press(Keys.ARROW_UP)
    assert visible_notes(browser) == ["The parameters"]
    browser.press(Keys.END)
    assert visible_notes(browser) == ["The update"]
    browser.press(Keys.HOME)
    assert visible_notes(browser) == ["The parameters"]
    assert len(browser.all("#step button.bb-gutter[tabindex='0']")) == 1
    browser.press(Keys.ENTER)
    assert visible_notes(browser) == []


def test_letters_step_and_do_not_leave_the_page(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    gutter(browser, "z1 =")
    before = browser.driver.current_url
    browser.press("n", "n")
    assert where(browser).startswith("moment 10 of 25, line 26")
    browser.press("p")
    assert where(browser).startswith("moment 9 of 25, line 25")
    browser.press("s", "f", "b", "/")
    assert browser.run("return document.activeElement.matches('button.bb-gutter')")
    assert browser.driver.current_url.split("#")[0] == before.split("#")[0]


def test_buttons_and_slider_go_through_the_steps(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    browser.find("#step [data-go=first]").click()
    assert where(browser) == "moment 1 of 25, line 3, np changed"
    assert browser.find("#step [data-go=previous]").get_attribute("aria-disabled") == "true"
    assert visible_notes(browser) == ["Line 3"]
    browser.find("#step [data-go=last]").click()
    assert where(browser) == "moment 25 of 25, line 46, printed"
    slider = browser.find("#step input[type=range]")
    slider.send_keys(Keys.HOME)
    slider.send_keys(*[Keys.ARROW_RIGHT] * 7)
    assert slider.get_attribute("aria-valuetext") == "moment 8 of 25, line 24, z1 changed"
    assert visible_notes(browser) == ["Pre-activation"]
    assert browser.run("return document.activeElement.type") == "range"


def test_a_step_inside_a_shared_note_is_marked_and_shown_alone(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    marked = "return [...document.querySelectorAll('#step [data-now]')].map(line => Number(line.dataset.line))"
    states = "return [...document.querySelectorAll('#step .bb-state')].filter(s => s.checkVisibility()).map(s => s.dataset.step)"
    assert browser.run(marked) == list(range(6, 19))
    assert browser.run(states) == ["1", "2", "3", "4"]
    browser.find("#step [data-go=next]").click()
    assert browser.run(marked) == [12]
    assert browser.run(states) == ["2"]


@pytest.mark.parametrize("anchor", ["step-s8", "step-t7"])
def test_a_deep_link_opens_and_shows_its_line(browser: Browser, sample: Site, anchor: str) -> None:
    browser.open(f"{sample.url}#{anchor}")
    assert visible_notes(browser) == ["Pre-activation"]
    wait_for_hash(browser, f"#{anchor}")
    assert browser.run(
        "const r = document.querySelector('#step [data-now]').getBoundingClientRect(); return 60 < r.top && r.bottom < innerHeight"
    )


def test_selecting_writes_the_address(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    length = browser.run("return history.length")
    gutter(browser, "z1 =")
    wait_for_hash(browser, "#step-s8")
    gutter(browser, "y =", "loop")
    wait_for_hash(browser, "#loop-t5")
    assert browser.run("return history.length") == length


def test_iterations_can_be_picked(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    gutter(browser, "y =", "loop")
    options = browser.all("#loop [data-open] select option")
    assert [option.text for option in options] == ["step = 0", "step = 1", "step = 5", "step = 10", "step = 200"]
    assert browser.find("#loop [data-open] .bb-kept").text == (
        "5 of 201 runs kept: the first, the last and those that print; the others were run, not kept"
    )
    options[4].click()
    assert ", step = 200, y changed" in where(browser, "loop")
    gutter(browser, "loss", "loop")
    assert ", step = 200, loss changed" in where(browser, "loop")


def test_output_appears_as_it_is_printed(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    shown = "return document.querySelector('#step .bb-output').innerText"
    assert browser.run(shown).split() == ["Output", "Old", "loss:", "0.8963", "New", "loss:", "0.7258"]
    gutter(browser, "z1 =")
    visible = "return [...document.querySelectorAll('#step .bb-output span')].map(s => getComputedStyle(s).visibility)"
    assert browser.run(visible) == ["hidden", "hidden"]
    gutter(browser, "dL_dW2")
    assert browser.run(visible) == ["visible", "hidden"]


def test_a_shared_note_moves_to_the_line_that_is_chosen(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    gutter(browser, "w -=", "loop")
    assert visible_notes(browser, "loop") == ["Shared"]
    assert browser.run(LINE_OF_NOTE) == "w -= 0.1 * np.mean(2 * error * x)"
    gutter(browser, "x =", "loop")
    assert browser.run(LINE_OF_NOTE) == "x = np.array([1.0, 2.0])"


def test_script_and_page_draw_the_same_values(browser: Browser, sample: Site) -> None:
    """Each state in the HTML, drawn again by the script from its data, is the same element for element."""
    browser.open(sample.url)
    different = browser.run("""
        const differ = []
        for (const listing of document.querySelectorAll('bb-listing'))
            for (const node of listing.querySelectorAll('.bb-note:not(.bb-plain) .bb-state')) {
                const step = listing.steps.find(step => step.index === Number(node.dataset.step))
                const copy = node.cloneNode(true)
                listing.complete(copy)
                copy.querySelectorAll('.bb-times, .bb-working').forEach(part => part.remove())
                copy.className = 'bb-state'
                copy.removeAttribute('data-first')
                const drawn = listing.draw(step)
                drawn.querySelectorAll('.bb-working').forEach(part => part.remove())
                if (copy.outerHTML !== drawn.outerHTML) differ.push([copy.outerHTML, drawn.outerHTML])
            }
        return differ""")
    assert different == []


def test_what_a_step_read_comes_to_it_when_its_note_opens(browser: Browser, sample: Site) -> None:
    """Until then, as on paper, a link says where the table stands already."""
    browser.open(sample.url)
    read = """
        const state = [...document.querySelectorAll('#step .bb-row')].find(row => row.textContent.startsWith('h = ')).querySelector('.bb-state')
        return [state.querySelector('.bb-made')?.textContent ?? '', state.lastChild.textContent]"""
    assert browser.run(read) == ["line 24", "z1 (3,) float64 line 24"]
    gutter(browser, "h =")
    assert browser.run(read) == ["", "z1 (3,) float640120.0-0.10.5"]


def test_copied_code_is_the_source(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    for name in ("step", "loop", "hard"):
        copied = browser.run(
            """
            const lines = document.querySelector(`#${arguments[0]} .bb-lines`)
            getSelection().selectAllChildren(lines)
            let text = null
            const event = new ClipboardEvent('copy', {bubbles: true, cancelable: true, clipboardData: new DataTransfer()})
            lines.dispatchEvent(event)
            return event.clipboardData.getData('text/plain')""",
            name,
        )
        assert copied == (SAMPLES / f"{name}.py").read_text(encoding="utf-8")


def test_the_copy_button_copies_the_source(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    browser.command(
        "Browser.grantPermissions",
        origin=sample.url.rstrip("/"),
        permissions=["clipboardReadWrite", "clipboardSanitizedWrite"],
    )
    button = browser.find("#step .bb-copy")
    button.click()
    text = browser.driver.execute_async_script(
        "const done = arguments[0]; setTimeout(() => navigator.clipboard.readText().then(done, done), 100)"
    )
    assert text == (SAMPLES / "step.py").read_text(encoding="utf-8")
    assert button.text == "Copied"


def test_without_scripts_every_note_shows(browser: Browser, sample: Site) -> None:
    browser.open(sample.url, scripts=False)
    assert len(visible_notes(browser)) == 7
    assert not browser.find("#step .bb-controls").is_displayed()
    assert browser.find("#step #step-n2").text.startswith("ReLU")


def test_notes_show_when_the_script_does_not_come(browser: Browser, sample: Site) -> None:
    browser.command("Network.enable")
    browser.command("Network.setBlockedURLs", urls=["*book.js*"])
    try:
        browser.open(sample.url)
        assert visible_notes(browser) == ["The parameters"]
        browser.driver.execute_async_script("setTimeout(arguments[0], 4300)")
        assert len(visible_notes(browser)) == 7
    finally:
        browser.command("Network.setBlockedURLs", urls=[])


def printed(browser: Browser) -> str:
    """The text of the page on paper."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(browser.pdf())).pages).split())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_print_holds_every_note(browser: Browser, sample: Site, scheme: str) -> None:
    browser.open(sample.url, scheme=scheme)
    gutter(browser, "z1 =")
    text = printed(browser)
    for title in ("The parameters", "Pre-activation", "ReLU", "The prediction", "The update", "Shared", "A dict"):
        assert title in text
    assert "What is below zero becomes zero" in text
    assert "New loss: 0.7258" in text
    # What is folded away stays so on paper; what a reader has opened is printed.
    sums = "z1[1]: 1×(−0.5) + 0×0.4 + 1×0.3 + 1×0.2 + (−0.1) = −0.1"
    assert sums not in text
    browser.run("document.querySelector('#step [data-open] .bb-working').open = true")
    assert sums in printed(browser)


def test_lines_follow_notes_that_go_on_on_the_next_sheet(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    rows = browser.run(ENDS_MARKED)
    for height in (3, 4):
        places: dict[str, tuple[int, float]] = {}
        for number, sheet in enumerate(PdfReader(io.BytesIO(browser.pdf(paperHeight=height))).pages):

            def keep(
                text: str,
                cm: list[float],
                tm: list[float],
                *_: object,
                number: int = number,
                places: dict[str, tuple[int, float]] = places,
            ) -> None:
                down = -(tm[4] * cm[1] + tm[5] * cm[3] + cm[5])
                places.update(dict.fromkeys(re.findall(r"(?:begin|end)\d+", text), (number, down)))

            sheet.extract_text(visitor_text=keep)
        assert [
            row
            for row in range(1, rows)
            if not places[f"begin{row - 1}"] < places[f"end{row - 1}"] < places[f"begin{row}"]
        ] == []
        # Some did go on.
        assert any(places[f"begin{row}"][0] < places[f"end{row}"][0] for row in range(rows))


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_the_page_does_not_scroll_sideways(browser: Browser, sample: Site, width: int) -> None:
    browser.open(sample.url, width=width, height=740)
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert browser.run(wide) <= 0
    gutter(browser, "z1 =")
    assert browser.run(wide) <= 0
    open_claim(browser, "claim-4")
    assert browser.find("#claim-4").is_displayed()
    assert browser.run(wide) <= 0


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("anchor", ["", "#step-s8"])
def test_nothing_moves_when_the_script_starts(browser: Browser, sample: Site, width: int, anchor: str) -> None:
    """With an anchor, from the jump on: a browser may show the top of the page before, and what is there moves out of sight."""
    found = browser.command("Page.addScriptToEvaluateOnNewDocument", source=JUMPED)
    try:
        browser.open(sample.url + anchor, width=width, height=740)
        if anchor:
            browser.wait("return window.jumped")
        assert browser.driver.execute_async_script(SHIFT) < 0.02
    finally:
        browser.command("Page.removeScriptToEvaluateOnNewDocument", **found)


def test_search_finds_notes_and_code_but_no_values(sample: Site) -> None:
    index = json.loads((sample.folder / "search" / "search_index.json").read_text(encoding="utf-8"))
    text = " ".join(page["text"] for page in index["docs"])
    for found in ("the third neuron holds 0.5, and", "What is below zero becomes zero", "h = np.maximum(0, z1)"):
        assert found in text
    for hidden in ("max(0, 0.5)", "z1[2]", "float64", "Copy", "moment 2 of 25"):
        assert hidden not in text


def test_console_and_network_are_quiet(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    gutter(browser, "z1 =")
    assert browser.log() == []
    assert [address for address in browser.requests() if not address.startswith(sample.url)] == []


def test_listings_survive_instant_navigation(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    browser.wait_for_navigation()
    browser.run("window.mark = 'same document'")
    browser.find("a[href$='other/']").click()
    browser.wait(HEADED, "Other page")
    browser.find(".md-content a[href*='#step-s22']").click()
    browser.wait(HEADED, "One step")
    browser.wait(f"return (() => {{ {VISIBLE_NOTES} }})().join() === 'The update'", "step")
    assert browser.run("return window.mark") == "same document"
    gutter(browser, "z1 =")
    assert visible_notes(browser) == ["Pre-activation"]
    assert browser.log() == []


def focus_claim(browser: Browser, ident: str) -> None:
    browser.run("document.querySelector(`[aria-describedby=${arguments[0]}]`).focus()", ident)


def open_claim(browser: Browser, ident: str) -> None:
    focus_claim(browser, ident)
    browser.press(Keys.ENTER)


def tip_of(browser: Browser, ident: str) -> WebElement:
    return browser.find(f".bb-claim:has([aria-describedby={ident}]) > .bb-tip")


def tap(browser: Browser, x: float, y: float) -> None:
    browser.run(
        "window.tapped = false; addEventListener('click', () => { tapped = true }, {capture: true, once: true})"
    )
    browser.command("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
    browser.command("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    browser.wait("return tapped")
    wait(browser, 0.1)


def test_a_claim_is_one_stop_and_enter_explains_it(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    tip = tip_of(browser, "claim-1")
    words = browser.find("[aria-describedby=claim-1]")
    focus_claim(browser, "claim-1")
    assert (words.aria_role, words.get_attribute("aria-expanded")) == ("button", "false")
    assert not tip.is_displayed()
    browser.press(Keys.TAB)
    assert browser.run("return document.activeElement.getAttribute('aria-describedby')") == "claim-2"
    open_claim(browser, "claim-1")
    assert words.get_attribute("aria-expanded") == "true"
    assert tip.text.splitlines() == [
        "z1[2] gives 0.5",
        "One training step, line 24, moment 8 of 25: z1 = np.round(x @ W1 + b1, 10)",
        "Show this moment",
    ]
    # It goes with Escape, with Enter, with the focus, and with a press elsewhere.
    browser.press(Keys.ESCAPE)
    assert not tip.is_displayed()
    assert words.get_attribute("aria-expanded") == "false"
    browser.press(Keys.SPACE)
    assert tip.is_displayed()
    browser.press(Keys.ENTER)
    assert not tip.is_displayed()
    open_claim(browser, "claim-1")
    browser.press(Keys.TAB)
    assert browser.run("return document.activeElement.className").startswith("bb-jump")
    browser.press(Keys.TAB)
    assert not tip.is_displayed()
    open_claim(browser, "claim-1")
    browser.press(Keys.TAB, Keys.ESCAPE)
    assert not tip.is_displayed()
    assert browser.run("return document.activeElement.className").startswith("bb-words")
    open_claim(browser, "claim-1")
    browser.find("h1").click()
    assert not tip.is_displayed()


def test_a_step_leads_back_to_its_claim_at_the_same_height(browser: Browser, sample: Site) -> None:
    browser.open(sample.url, height=500)
    browser.run("document.querySelector('#loop [data-go=next]').click()")
    wait_for_hash(browser, "#loop-s3")
    browser.run("document.querySelector('[aria-describedby=claim-1]').scrollIntoView({block: 'center'})")
    top = "return document.querySelector('[aria-describedby=claim-1]').getBoundingClientRect().top"
    before = browser.run(top)
    claimed = "return [...document.querySelectorAll('.bb-state [aria-current]')].map(cell => cell.textContent)"
    for way in ("key", "button", "link pressed twice"):
        open_claim(browser, "claim-1")
        browser.press(Keys.TAB, Keys.ENTER)
        wait_for_hash(browser, "#step-t7")
        browser.wait(AT_STEP, "step", "moment 8 of 25, line 24")
        assert visible_notes(browser) == ["Pre-activation"]
        assert browser.run(FOCUS) == "Line 24: z1 = np.round(x @ W1 + b1, 10)"
        assert browser.run(claimed) == ["0.5"]
        assert browser.find("#step [data-open] .bb-return").text == "Back to the sentence"
        # The page was not loaded anew: the other listing stands where it stood.
        assert where(browser, "loop").startswith("moment 3 of 47")
        if way == "button":
            # What the claim speaks of is marked at its step alone; the way back comes along.
            browser.find("#step [data-go=next]").click()
            assert visible_notes(browser) == ["ReLU"]
            assert browser.run(claimed) == []
            browser.find("#step [data-open] .bb-return").click()
        else:
            browser.driver.back()
        wait_for_hash(browser, "#loop-s3")
        browser.wait(f"return Math.abs((() => {{ {top} }})() - arguments[0]) < 1", before)
        browser.wait("return document.activeElement.getAttribute('aria-describedby') === 'claim-1'")
        assert browser.all(".bb-return") == []
        assert where(browser, "loop").startswith("moment 3 of 47")
    # Any other link ends it: going back would lead elsewhere.
    open_claim(browser, "claim-1")
    browser.press(Keys.TAB, Keys.ENTER)
    browser.run("document.querySelector(\".md-content a[href$='#the-loop']\").click()")
    assert browser.all(".bb-return") == []


@pytest.mark.parametrize("mapped", [True, False], ids=["brought by the theme", "loaded anew"])
def test_a_claim_leads_to_the_step_on_another_page(browser: Browser, sample: Site, mapped: bool) -> None:
    """Without the map of the site, as where it was built without an address, the browser loads each page anew."""
    browser.open(sample.url)
    if mapped:
        browser.wait_for_navigation()
    else:
        browser.command("Network.enable")
        browser.command("Network.setBlockedURLs", urls=["*sitemap.xml"])
        browser.load(f"{sample.url}?")
        browser.wait_for_frame()
    open_claim(browser, "claim-4")
    top = "return document.querySelector('[aria-describedby=claim-4]').getBoundingClientRect().top"
    before = browser.run(top)
    links = tip_of(browser, "claim-4").find_elements("css selector", "a")
    assert [link.text for link in links] == ["Show this moment", "Show this moment in “Other page”"]
    links[1].click()
    browser.wait(HEADED, "Other page")
    browser.wait(AT_STEP, "other", "moment 31 of 47, line 9, step = 10, step changed")
    browser.wait("return document.querySelector('#other').contains(document.activeElement)")
    browser.find("#other .bb-return").click()
    browser.wait(HEADED, "One step")
    browser.wait(f"return Math.abs((() => {{ {top} }})() - arguments[0]) < 1", before)
    browser.wait("return document.activeElement.getAttribute('aria-describedby') === 'claim-4'")
    assert browser.all(".bb-return") == []
    if mapped:
        assert browser.log() == []
    else:
        browser.command("Network.setBlockedURLs", urls=[])


def test_a_claim_of_a_program_that_no_page_lists_says_so(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    open_claim(browser, "claim-3")
    tip = tip_of(browser, "claim-3")
    assert tip.text.splitlines()[1:] == ["hidden.py, line 3: loss = 1 / 3", "No page lists this program."]
    assert tip.find_elements("css selector", "a") == []


@pytest.mark.parametrize("ident", ["claim-1", "claim-4", "claim-6", "in-note"])
def test_a_tap_shows_where_a_number_comes_from(browser: Browser, sample: Site, ident: str) -> None:
    browser.open(f"{sample.url}#step-s8" if ident == "in-note" else sample.url, width=360, height=640)
    browser.run("document.querySelector(`[aria-describedby=${arguments[0]}]`).scrollIntoView({block: 'center'})", ident)
    place = """
        const words = document.querySelector(`[aria-describedby=${arguments[0]}]`).getClientRects()[0]
        return [words.x + words.width / 2, words.y + words.height / 2, document.documentElement.scrollHeight]"""
    x, y, height = browser.run(place, ident)
    tip = tip_of(browser, ident)
    assert not tip.is_displayed()
    tap(browser, x, y)
    assert tip.is_displayed()
    box = tip.rect
    seen = """
        const tip = arguments[0], box = tip.getBoundingClientRect()
        const spots = [[box.left + 3, box.top + 3], [box.right - 3, box.top + 3], [box.left + 3, box.bottom - 3], [box.right - 3, box.bottom - 3]]
        return [box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight,
            spots.every(([x, y]) => tip.contains(document.elementFromPoint(x, y)))]"""
    assert browser.run(seen, tip) == [True, True], box
    assert browser.run(place, ident) == [x, y, height]
    tap(browser, 180, 100)
    assert not tip.is_displayed()


def test_a_tap_on_its_link_leads_to_the_step_and_puts_the_explanation_away(browser: Browser, sample: Site) -> None:
    browser.open(sample.url, width=360, height=640)
    words = browser.find("[aria-describedby=claim-1]")
    tip = tip_of(browser, "claim-1")
    place = """
        if (arguments[1]) arguments[0].scrollIntoView({block: 'center'})
        const {x, y, width, height} = arguments[0].getBoundingClientRect()
        return [x + width / 2, y + height / 2]"""
    tap(browser, *browser.run(place, words, True))
    tap(browser, *browser.run(place, tip.find_element("css selector", ".bb-jump"), False))
    assert visible_notes(browser) == ["Pre-activation"]
    assert not tip.is_displayed()
    tap(browser, *browser.run(place, words, True))
    assert tip.is_displayed()
    tap(browser, 180, 100)
    assert not tip.is_displayed()


def test_an_explanation_can_be_pointed_at(browser: Browser, sample: Site) -> None:
    browser.open(f"{sample.url}#step-s8")
    browser.hover("[aria-describedby=in-note]")
    tip = tip_of(browser, "in-note")
    assert tip.is_displayed()
    browser.hover(".bb-claim:has([aria-describedby=in-note]) .bb-jump")
    assert tip.is_displayed()
    box = browser.run("const b = arguments[0].getBoundingClientRect(); return [b.left, b.right, innerWidth]", tip)
    assert 0 <= box[0] < box[1] <= box[2]
    browser.press(Keys.ESCAPE)
    assert not tip.is_displayed()
    browser.hover("#step .bb-title")
    assert not tip.is_displayed()
    browser.hover("[aria-describedby=in-note]")
    assert tip.is_displayed()


def test_an_explanation_needs_no_script(browser: Browser, sample: Site) -> None:
    browser.open(sample.url, scripts=False)
    tip = tip_of(browser, "claim-2")
    assert not tip.is_displayed()
    browser.hover("[aria-describedby=claim-2]")
    assert tip.is_displayed()
    tip.find_element("css selector", "a").click()
    assert browser.run("return location.hash") == "#step-t10"


def test_hard_text_stays_text(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    assert browser.all("#hard img") == []
    assert "</script><img src=x onerror=alert(1)>" in browser.find("#hard [data-open] .bb-value").text
    browser.find("#hard [data-go=last]").click()
    output = browser.find("#hard .bb-output").text
    assert "\\u202e" in output
    assert "[31m" not in output  # a colour


def test_a_listing_without_notes_shows_the_values_of_the_step(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    assert visible_notes(browser, "bare") == []
    code, figure = browser.find("#bare .bb-scroll"), browser.find("#bare")
    assert code.size["width"] == figure.size["width"]
    browser.find("#bare [data-go=next]").click()
    assert visible_notes(browser, "bare") == ["Line 5"]
    assert browser.find("#bare [data-open] .bb-name").text == "x (2,) float64 new"
    wait_for_hash(browser, "#bare-s2")


def test_a_press_makes_the_note_ready_and_nothing_moves_before_the_click(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    browser.run(LAID_OUT)
    line = browser.find("#step button.bb-gutter[aria-label*=': z1 =']")
    browser.run("arguments[0].scrollIntoView({block: 'center'})", line)
    places = "return [...document.querySelectorAll('#step .bb-row')].map(row => row.getBoundingClientRect().top)"
    before = browser.run(places)
    source = "const {x, y} = arguments[0].nextElementSibling.getBoundingClientRect(); return [x + 40, y + 8]"
    x, y = browser.run(source, line)
    at = {"x": x, "y": y, "button": "left", "clickCount": 1}
    browser.command("Input.dispatchMouseEvent", type="mousePressed", **at)
    assert browser.run("return laid") == [["Pre-activation", True, "0"]]  # laid out already, and not to be seen
    assert visible_notes(browser) == ["The parameters"]
    assert browser.run(places) == before
    browser.command("Input.dispatchMouseEvent", type="mouseReleased", **at)
    assert visible_notes(browser) == ["Pre-activation"]
    # The note before is put away when nobody waits.
    assert browser.run("return laid.slice(1)") == [["The parameters", True, "0"]]
    browser.wait("return !document.querySelector('#step .bb-note[inert]')")


def touch(browser: Browser, code: str, part: str = ".bb-src") -> WebElement:
    """Tap a line of the first listing, with all held up that the first frame leaves for later; return its button."""
    button = browser.find(f"#step button.bb-gutter[aria-label*=': {code}']")
    browser.run("arguments[0].scrollIntoView({block: 'center'})", button)
    browser.run(HELD)
    place = (
        "const {x, y} = arguments[0].querySelector(arguments[1]).getBoundingClientRect(); return {x: x + 12, y: y + 8}"
    )
    at = browser.run(place, button.find_element("xpath", ".."), part)
    tap(browser, at["x"], at["y"])
    browser.wait("return document.querySelector('#step .bb-note[data-over]')")
    return button


@pytest.mark.parametrize("part", [".bb-src", ".bb-gutter"])
@pytest.mark.parametrize("code", ["z1 =", "W1 -="])
def test_a_note_shows_where_it_will_stand_before_anything_moves(
    browser: Browser, sample: Site, part: str, code: str
) -> None:
    browser.open(sample.url, width=360, height=740)
    tops = """
        const [first] = document.querySelectorAll('#step .bb-row')
        return [...document.querySelectorAll('#step .bb-row')].map(row => row.offsetTop - first.offsetTop)"""
    before, step, address = browser.run(tops), where(browser), browser.run("return location.hash")
    button = touch(browser, code, part)
    assert browser.run(tops) == before
    title, note, inner, text = browser.run(PLACES, "step")
    row = button.find_element("xpath", "..")
    bottom = browser.run("return arguments[0].getBoundingClientRect().bottom", row)
    assert note[0] == pytest.approx(bottom, abs=1)
    assert button.get_attribute("aria-expanded") == "true"
    assert where(browser) == step
    browser.run("go()")
    browser.wait("return !document.querySelector('#step .bb-note[data-over]')")
    assert visible_notes(browser) == [title]
    later = browser.run(PLACES, "step")
    assert later == [title, pytest.approx(note, abs=1), pytest.approx(inner, abs=1), text]
    assert browser.run(tops) != before
    assert where(browser) != step
    browser.wait("return location.hash !== arguments[0]", address)
    assert browser.run(FOCUS) == button.get_attribute("aria-label")


def test_a_step_that_comes_before_room_was_made_counts(browser: Browser, sample: Site) -> None:
    browser.open(sample.url, width=360, height=740)
    button = touch(browser, "z1 =")
    browser.run("arguments[0].focus({preventScroll: true})", button)
    browser.press("n")
    assert where(browser).endswith("h changed")
    assert visible_notes(browser) == ["ReLU"]
    browser.run("go()")
    assert visible_notes(browser) == ["ReLU"]
    assert where(browser).endswith("h changed")


def test_a_press_that_becomes_no_click_leaves_nothing(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    browser.run(LAID_OUT)
    x, y = browser.run("""
        const rows = [...document.querySelectorAll('#loop .bb-explained')]
        const row = rows.findLast(row => row.querySelector('.bb-note:not([data-open])'))
        row.scrollIntoView({block: 'center'})
        const {x, y} = row.querySelector('.bb-src').getBoundingClientRect()
        return [x + 40, y + 8]""")
    shown = visible_notes(browser, "loop")
    browser.command("Input.dispatchMouseEvent", type="mousePressed", x=x, y=y, button="left", clickCount=1)
    browser.command("Input.dispatchMouseEvent", type="mouseReleased", x=x, y=y - 150, button="left", clickCount=1)
    assert len(browser.run("return laid")) == 1
    browser.wait("return !document.querySelector('#loop .bb-note[inert]')")
    assert visible_notes(browser, "loop") == shown


def test_a_click_on_a_line_selects_it_unless_text_is_selected(browser: Browser, sample: Site) -> None:
    browser.open(f"{sample.url}#step-s8")
    line = browser.find("#step .bb-l[data-line='26']")
    line.click()
    assert visible_notes(browser) == ["The prediction"]
    assert browser.run(FOCUS) == "Line 26: y_hat = h @ W2 + b2"
    browser.find("#step .bb-l[data-line='34']").click()
    assert visible_notes(browser) == ["Line 34"]
    browser.run("getSelection().selectAllChildren(arguments[0]); arguments[0].click()", line)
    assert visible_notes(browser) == ["Line 34"]


def test_copying_by_keyboard_takes_code_alone(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    permissions = ["clipboardReadWrite", "clipboardSanitizedWrite"]
    browser.command("Browser.grantPermissions", origin=sample.url.rstrip("/"), permissions=permissions)
    gutter(browser, "h =")
    select = """
        const line = n => document.querySelector(`#step .bb-l[data-line='${n}']`)
        getSelection().setBaseAndExtent(line(24), 0, line(26), line(26).childNodes.length)"""
    browser.run(select)
    lines = (SAMPLES / "step.py").read_text(encoding="utf-8").split("\n")
    assert browser.copy() == "".join(f"{line}\n" for line in lines[23:26])
    # A selection inside a note is the note's own text.
    browser.run("getSelection().selectAllChildren(document.querySelector('#step [data-open] .bb-note-title'))")
    assert browser.copy() == "ReLU"


def test_letters_pick_iterations_in_the_picker(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    gutter(browser, "y =", "loop")
    before = where(browser, "loop")
    browser.find("#loop [data-open] select").send_keys("n")
    assert where(browser, "loop") == before
    browser.find("#loop [data-open] select").send_keys(Keys.ARROW_DOWN)
    assert ", step = 1, y changed" in where(browser, "loop")
    assert browser.run("return document.activeElement.matches('#loop [data-open] select')")


def test_the_values_of_an_iteration_are_those_of_the_run(browser: Browser, sample: Site) -> None:
    browser.open(f"{sample.url}#loop-t30")
    assert where(browser, "loop") == "moment 31 of 47, line 9, step = 10, step changed"
    gutter(browser, "w -=", "loop")
    assert where(browser, "loop") == "moment 37 of 47, line 15, step = 10, w changed"
    state = browser.find("#loop [data-open] .bb-state:not([data-other])")
    assert "→" in state.find_element("css selector", ".bb-value").text
    state.find_element("css selector", "summary").click()
    assert "0.1" in state.find_element("css selector", ".bb-sums").text


def test_escape_hides_a_claim_under_the_pointer(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    tip = browser.find("#claim-2")
    browser.hover("[aria-describedby=claim-2]")
    assert tip.is_displayed()
    browser.press(Keys.ESCAPE)
    assert not tip.is_displayed()
    browser.hover("h1")
    browser.hover("[aria-describedby=claim-2]")
    assert tip.is_displayed()


def test_the_focus_moves_along_with_the_line(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    gutter(browser, "z1 =")
    browser.press("n")
    assert browser.run(FOCUS) == "Line 25: h = np.maximum(0, z1)"
    # A line without a button takes the focus with its code.
    gutter(browser, "loss =")
    browser.press("n")
    assert browser.run("return document.activeElement.dataset.line") == "28"
    browser.press("p")
    assert str(browser.run(FOCUS)).startswith("Line 27")
    # On the controls it stays, and so it does in a note that stays open.
    button = browser.find("#step [data-go=next]")
    button.click()
    button.click()
    assert browser.run("return document.activeElement.dataset.go") == "next"
    gutter(browser, "y =", "loop")
    browser.find("#loop [data-open] summary").click()
    browser.press("n")
    assert browser.run("return document.activeElement.matches('#loop [data-now]')")


def test_a_step_is_announced_unless_the_listing_plays(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    heard = "return [arguments[0].getAttribute('role'), arguments[0].ariaLive]"
    where_it_is = browser.find("#step .bb-where")
    gutter(browser, "z1 =")
    browser.press("n")
    assert browser.run(heard, where_it_is) == ["status", "polite"]
    browser.press("k")
    browser.find("#step [data-go=next]").click()
    browser.find("#step [data-play]").click()
    assert browser.run(heard, where_it_is) == ["status", "off"]
    browser.find("#step [data-play]").click()
    # The slider says its value itself.
    browser.find("#step input").send_keys(Keys.ARROW_RIGHT)
    assert browser.run(heard, where_it_is) == ["status", "off"]
    browser.find("#step [data-go=next]").click()
    assert browser.run(heard, where_it_is) == ["status", "polite"]


def test_a_step_brings_the_left_edge_of_the_code_back(browser: Browser, sample: Site) -> None:
    browser.open(f"{sample.url}#step-s8", width=390, height=740)
    shift = "const code = document.querySelector('#step .bb-scroll'); if (arguments[0]) code.scrollLeft = 80; return code.scrollLeft"
    assert browser.run(shift, True) > 0
    browser.find("#step [data-go=next]").click()
    assert browser.run(shift, False) == 0


def test_lines_are_large_enough_for_a_finger(browser: Browser, sample: Site) -> None:
    browser.command("Emulation.setTouchEmulationEnabled", enabled=True)
    try:
        browser.open(sample.url, width=390, height=740)
        assert browser.run("return matchMedia('(pointer: coarse)').matches")
        heights = browser.run(
            "return [...document.querySelectorAll('button.bb-gutter')].map(node => node.offsetHeight)"
        )
        assert min(heights) >= 44
    finally:
        browser.command("Emulation.setTouchEmulationEnabled", enabled=False)


def test_targets_are_large_enough(browser: Browser, sample: Site) -> None:
    browser.open(sample.url, width=360, height=740)
    small = browser.run("""
        return [...document.querySelectorAll('.bb-listing :is(button, select, input, a, summary)')]
            .filter(node => node.checkVisibility()).map(node => [node.className, node.getBoundingClientRect()])
            .filter(([, box]) => box.width < 24 || box.height < 24).map(([name, box]) => [name, box.width, box.height])""")
    assert small == []


PACE = 2.2
PLAYS = "return document.querySelector(`#${arguments[0]} [data-play]`).getAttribute('aria-label') === 'Pause'"


def is_playing(browser: Browser, ident: str = "step") -> bool:
    return bool(browser.run(PLAYS, ident))


def wait(browser: Browser, seconds: float) -> None:
    browser.driver.execute_async_script("setTimeout(arguments[1], arguments[0])", seconds * 1000)


def test_a_listing_plays_until_its_end(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    play = browser.find("#step [data-play]")
    assert play.get_attribute("title") == "Play (k)"
    browser.run("""
        window.seen = []
        const told = () => document.querySelector('#step .bb-where').textContent
        const marked = () => [...document.querySelectorAll('#step [data-now]')].map(line => Number(line.dataset.line))
        document.addEventListener('bb-step', () => seen.push([told(), marked(), performance.now()]))""")
    play.click()
    assert is_playing(browser)
    browser.driver.execute_async_script(
        "const done = arguments[0], look = () => seen.length > 1 ? done() : setTimeout(look, 50); look()"
    )
    (*first, begun), (*second, after) = browser.run("return seen.slice(0, 2)")
    assert first == ["moment 2 of 25, line 6, W1 changed", list(range(6, 12))]
    assert second == ["moment 3 of 25, line 12, b1 changed", [12]]
    assert after - begun > 1000 * PACE - 50
    play.click()
    assert not is_playing(browser)
    wait_for_hash(browser, "#step-s3")
    browser.find("#step [data-go=last]").click()
    browser.find("#step [data-go=previous]").click()
    play.click()
    assert where(browser).startswith("moment 25 of 25")
    assert not is_playing(browser)
    # At the end it begins anew.
    play.click()
    assert is_playing(browser)
    assert where(browser).startswith("moment 1 of 25")


def test_k_and_the_space_bar_play_and_pause(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    gutter(browser, "z1 =")
    browser.press("k")
    assert is_playing(browser)
    assert where(browser).startswith("moment 9 of 25")
    browser.press("k")
    assert not is_playing(browser)
    browser.run("document.querySelector('#step input').focus()")
    browser.press(Keys.SPACE)
    assert is_playing(browser)
    assert browser.run("return scrollY") > 0
    browser.press(Keys.SPACE)
    assert not is_playing(browser)
    # A space on a button presses that button, here the one that goes back.
    browser.run("document.querySelector('#step [data-go=previous]').focus()")
    browser.press(Keys.SPACE)
    assert where(browser).startswith("moment 9 of 25")
    assert not is_playing(browser)
    browser.run("document.querySelector('#step [data-play]').focus()")
    browser.press(Keys.SPACE)
    assert is_playing(browser)
    browser.press(Keys.ENTER)
    assert not is_playing(browser)


def test_whatever_the_reader_does_pauses(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    play = browser.find("#step [data-play]")

    def scroll() -> None:
        browser.command("Input.dispatchMouseEvent", type="mouseWheel", x=300, y=300, deltaX=0, deltaY=20)

    def touch() -> None:
        tap(browser, 300, 300)

    def press() -> None:
        browser.command("Input.dispatchMouseEvent", type="mousePressed", x=20, y=400, button="left", clickCount=1)
        browser.command("Input.dispatchMouseEvent", type="mouseReleased", x=20, y=400, button="left", clickCount=1)

    def leave() -> None:
        browser.run("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")

    actions = {
        "another key": lambda: browser.press("x"),
        "another step": browser.find("#step [data-go=next]").click,
        "another listing": browser.find("#loop [data-play]").click,
        "a press on the page": press,
        "a turn of the wheel": scroll,
        "a touch": touch,
        "out of sight": leave,
    }
    for name, action in actions.items():
        play.click()
        assert is_playing(browser), name
        action()
        browser.wait(PLAYS.replace("return ", "return !(") + ")", "step")
    assert not is_playing(browser, "loop")


def test_a_hidden_tab_does_not_play(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    browser.find("#step [data-play]").click()
    assert is_playing(browser)
    page = browser.driver.current_window_handle
    browser.driver.switch_to.new_window("tab")
    try:
        browser.driver.get("about:blank")
    finally:
        browser.driver.close()
        browser.driver.switch_to.window(page)
    assert not is_playing(browser)


def test_nothing_plays_where_motion_is_to_be_reduced(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    browser.find("#step [data-play]").click()
    browser.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    assert not browser.find("#step [data-play]").is_displayed()
    wait(browser, PACE + 0.2)
    assert not is_playing(browser)
    before = where(browser)
    browser.find("#step [data-go=next]").click()
    browser.press("p", "k")
    assert not is_playing(browser)
    assert where(browser) == before
    browser.press("n")
    assert where(browser) != before
    browser.find("#step .bb-keys summary").click()
    keys = browser.find("#step .bb-keys ul").text
    assert "next and previous moment" in keys
    assert "play" not in keys


def test_the_keys_are_told(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    keys = browser.find("#step .bb-keys")
    assert keys.text == "Keys"
    browser.run("arguments[0].querySelector('summary').focus()", keys)
    browser.press(Keys.ENTER)
    assert keys.text.splitlines() == [
        "Keys",
        "n p next and previous moment",
        "k play and pause; so does the space bar on the slider",
        "← → Home End on the slider: moments",
        "↑ ↓ Home End on the line numbers: lines with a note",
    ]
    assert "line numbers" not in str(browser.find("#bare .bb-keys").get_attribute("textContent"))


def test_runs_of_a_line_can_be_turned(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    gutter(browser, "y =", "loop")
    back, on = browser.all("#loop [data-open] .bb-turn")
    assert [button.get_attribute("aria-disabled") for button in (back, on)] == ["true", "false"]
    back.click()
    assert ", step = 0, y changed" in where(browser, "loop")
    on.click()
    on.click()
    assert ", step = 5, y changed" in where(browser, "loop")
    assert browser.find("#loop [data-open] select").get_attribute("value") == "22"
    browser.press(Keys.ENTER)
    browser.press(Keys.ENTER)
    assert ", step = 200, y changed" in where(browser, "loop")
    assert [button.get_attribute("aria-disabled") for button in (back, on)] == ["false", "true"]


def test_the_place_survives_reload_and_going_back(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    browser.wait_for_navigation()
    browser.run("window.mark = 'same document'")
    browser.run("document.querySelector('[aria-describedby=claim-1]').focus()")
    browser.press(Keys.ENTER, Keys.TAB, Keys.ENTER)
    wait_for_hash(browser, "#step-t7")
    browser.wait(f"return (() => {{ {FOCUS} }})() === arguments[0]", "Line 24: z1 = np.round(x @ W1 + b1, 10)")
    browser.press("n", "n", "n")
    wait_for_hash(browser, "#step-s11")
    assert where(browser).startswith("moment 11 of 25")
    browser.find("a[href$='other/']").click()
    browser.wait(HEADED, "Other page")
    browser.wait("return document.querySelector('#other bb-listing:defined')")
    browser.find("#other [data-go=next]").click()
    wait_for_hash(browser, "#other-s2")
    browser.driver.back()
    browser.wait(HEADED, "One step")
    browser.wait(AT_STEP, "step", "moment 11 of 25")
    assert browser.run("return window.mark") == "same document"
    browser.driver.forward()
    browser.wait(HEADED, "Other page")
    browser.wait(AT_STEP, "other", "moment 2 of 47")
    browser.driver.refresh()
    assert where(browser, "other").startswith("moment 2 of 47")
    wait_for_hash(browser, "#other-s2")
    assert browser.log() == []


def test_the_address_keeps_up_with_a_slider_that_is_drawn(browser: Browser, sample: Site) -> None:
    browser.open(sample.url)
    spent = browser.run("""
        window.told = 0
        const replace = history.replaceState.bind(history)
        history.replaceState = (...words) => { window.told += Boolean(words[2]?.startsWith?.('#loop')); replace(...words) }
        const slider = document.querySelector('#loop input'), start = performance.now()
        for (let at = 0; at < 47; at++) { slider.value = at; slider.dispatchEvent(new Event('input', {bubbles: true})) }
        return performance.now() - start""")
    wait_for_hash(browser, "#loop-t46")
    assert browser.run("return window.told") <= 2 + spent / 250


def test_a_fence_with_the_whole_output_fills_as_it_is_printed(browser: Browser, sample: Site) -> None:
    browser.open(f"{sample.url}other/")
    title, code = browser.find(".filename"), browser.find(".highlight pre > code")
    printed = str(code.get_attribute("textContent"))
    assert title.text == "Output"
    browser.run("document.querySelector('#other input').focus()")
    browser.press(Keys.HOME, Keys.ARROW_RIGHT)
    shown = "return [...document.querySelectorAll('.highlight pre > code > span')].filter(s => s.checkVisibility({visibilityProperty: true})).map(s => s.textContent)"
    assert browser.run(shown) == []
    assert title.text == "Output so far: nothing yet"
    height = code.size["height"]
    browser.press(Keys.END)
    assert "".join(browser.run(shown)).strip() == printed.strip()
    assert len(browser.run(shown)) == 5
    assert title.text == "Output so far"
    assert code.size["height"] == height


def test_the_controls_stay_at_the_lower_edge_of_a_small_window(browser: Browser, sample: Site) -> None:
    browser.open(f"{sample.url}#step-s8", width=360, height=640)
    box = "const b = document.querySelector('#step .bb-controls').getBoundingClientRect(); return [b.bottom, b.right, b.height]"
    bottom, right, height = browser.run(box)
    assert bottom == pytest.approx(640, abs=1)
    assert right <= 360
    assert height < 90
    assert where(browser).startswith("moment 8 of 25, line 24")
    point = "const b = document.querySelector('#step [data-go=next]').getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]"
    x, y = browser.run(point)
    tap(browser, x, y)
    assert where(browser).startswith("moment 9 of 25, line 25")
    assert visible_notes(browser) == ["ReLU"]
    # While it plays, the values stand right below the line.
    text = browser.find("#step [data-open] .bb-body")
    assert text.is_displayed()
    browser.press("k")
    assert not browser.find("#step [data-open] .bb-body").is_displayed()
    assert browser.find("#step [data-open] .bb-state").is_displayed()
    browser.press("k")
    assert browser.find("#step [data-open] .bb-body").is_displayed()
    browser.run("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
    assert browser.run(box)[0] < 0


def test_nothing_in_notes_fades(browser: Browser, sample: Site) -> None:
    """The theme would begin a transition for each code and link of the notes while a page is loading, thousands of them."""
    browser.open(sample.url)
    fading = """const notes = document.querySelectorAll('.bb-note *')
        return [notes.length > 50, [...notes].filter(node => getComputedStyle(node).transitionDuration !== '0s').length]"""
    assert browser.run(fading) == [True, 0]
