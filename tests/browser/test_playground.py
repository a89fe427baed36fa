"""The playground: it computes what NumPy computes, shows what the page says of it, and stays out of the reader's way."""

import json
import os
import re
import runpy
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe import violations
from chromium import Browser
from page import Page
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from sites import ADDRESS, Site, build, served

ROOT = Path(__file__).parents[2]
PARTS = "const parts = customElements.get('bb-playground').parts;"
SAID = "return document.querySelector('.pg-said').textContent"
RUNS = "return document.querySelector('[data-do=run]').textContent"


def execute(name: str) -> dict[str, Any]:
    """The names of a snippet after its run."""
    with redirect_stdout(StringIO()):
        return runpy.run_path(str(ROOT / "snippets" / f"{name}.py"))


@pytest.fixture(scope="module")
def snippets() -> Iterator[Callable[[str], dict[str, Any]]]:
    """Runs snippets, which import each other."""
    before = set(sys.modules)
    sys.path.insert(0, str(ROOT / "snippets"))
    yield execute
    sys.path.remove(str(ROOT / "snippets"))
    for name in set(sys.modules) - before:
        if str(ROOT / "snippets") in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def visit(browser: Browser, site: Site, query: str = "", **window: Any) -> None:
    browser.open(f"{site.url}playground/{query}", **window)


def stay(browser: Browser, site: Site) -> None:
    """Visit the playground, unless the test before has left it open: for tests that only call its functions."""
    # A test that switches the scripts off leaves a page without functions at the same address.
    has_parts = browser.run("return Boolean(customElements.get('bb-playground'))")
    if not has_parts or browser.driver.current_url != f"{site.url}playground/":
        visit(browser, site)


def click(page: Page, action: str) -> None:
    page.run("arguments[0].scrollIntoView({block: 'center'})", button := page.find(f"[data-do={action}]"))
    button.click()


def until(page: Page, script: str, wanted: object, seconds: float = 60) -> None:
    """Wait until a script gives a value."""
    end = time.monotonic() + seconds
    while (found := page.run(script)) != wanted:
        assert time.monotonic() < end, found
        time.sleep(0.05)


HURRY = """
    const {port1, port2} = new MessageChannel(), due = []
    port1.onmessage = () => due.shift()(performance.now())
    window.requestAnimationFrame = action => { due.push(action); port2.postMessage(0) }"""
"""Frames follow each other without waiting for the screen, for which a run of the playground takes three seconds."""


def finish(page: Page, *, hurry: bool = True) -> str:
    """Press Run, and wait for the summary."""
    if hurry:
        page.run(HURRY)
    click(page, "run")
    until(page, RUNS, "Run")
    return str(page.run(SAID))


def shown(browser: Browser, name: str) -> str:
    return browser.find(f"[data-show={name}]").text


def enter(browser: Browser, field: str, text: str) -> None:
    """Type into a field, in the place of what it holds."""
    browser.run("arguments[0].select()", node := browser.find(field))
    node.send_keys(text or Keys.DELETE, Keys.TAB)


def query(browser: Browser) -> str:
    return str(browser.run("return location.search"))


def preset(page: Page, name: str) -> None:
    Select(page.find("#pg-preset")).select_by_value(name)


SETTINGS: dict[str, dict[str, Any]] = {
    "chapter": {},
    "chapter, large rate": {"rate": 4.1},
    "kink up": {"relu": "plain", "nudge": 1},
    "kink down": {"relu": "plain", "nudge": -1},
    "another picture": {"image": 6, "rate": 0.5},
    "all from the chapter's weights": {"train": "all", "rate": 0.2},
    "eight": {"train": "all", "hidden": 8, "start": "seed", "seed": 7, "rate": 0.5},
    "sixteen, plain": {"train": "all", "hidden": 16, "start": "seed", "seed": 12345, "rate": 0.1, "relu": "plain"},
    "left out": {"train": "rest", "image": 0, "hidden": 4, "start": "seed", "seed": 4294967295, "rate": 0.3},
    "one neuron, one picture": {"hidden": 1, "start": "seed", "seed": 0, "rate": 1.0},
    "linear": {"train": "all", "hidden": 0, "start": "seed", "seed": 3, "rate": 0.5},
    "linear, one picture": {"image": 9, "hidden": 0, "start": "seed", "seed": 3, "rate": 0.05},
}


@pytest.mark.parametrize("name", SETTINGS)
def test_losses_and_weights_are_those_of_numpy(
    browser: Browser, site: Site, snippets: Callable[[str], dict[str, Any]], name: str
) -> None:
    """The start is handed over from the page, the training is run by the listing on the page."""
    stay(browser, site)
    settings, start, losses, end, seen = browser.run(
        PARTS
        + """
        const settings = {...parts.fromQuery(''), ...arguments[0]}
        const training = parts.begin(settings)
        const copy = () => Object.fromEntries(Object.entries(training.parameters).map(([name, p]) => [name, [...p]]))
        const start = copy()
        for (let step = 0; step < 200; step++) training.update()
        return [settings, start, training.losses, copy(), [...training.x]]""",
        SETTINGS[name],
    )
    numpy = snippets("playground_numpy")
    hidden = settings["hidden"]
    shapes = {"W1": (4, hidden), "b1": (hidden,), "W2": (hidden or 4, 4), "b2": (4,)}
    names = ["W1", "b1", "W2", "b2"] if hidden else ["W2", "b2"]
    parameters = [np.array(start[key]).reshape(shapes[key]) for key in names]
    x = np.array(seen).reshape(-1, 4)
    bar = {"tolerance": 1e-6, "plain": 0.0}[settings["relu"]]
    expected, after = numpy["train"](x, x[:, [0, 2, 1, 3]], parameters, settings["rate"], 200, bar)
    assert len(losses) == 201
    np.testing.assert_allclose(losses, expected, rtol=1e-9, atol=1e-9)
    for key, values in zip(names, after, strict=True):
        np.testing.assert_allclose(np.array(end[key]).reshape(shapes[key]), values, rtol=1e-9, atol=1e-9)


def test_a_seed_draws_the_same_start_as_the_listing(
    browser: Browser, site: Site, snippets: Callable[[str], dict[str, Any]]
) -> None:
    stay(browser, site)
    numpy = snippets("playground_numpy")
    for hidden, seed in ((3, 0), (8, 5), (16, 2**32 - 1), (0, 7)):
        drawn = browser.run(PARTS + "return Object.values(parts.draw(...arguments)).map(p => [...p])", hidden, seed)
        expected = [array.ravel().tolist() for array in numpy["draw"](hidden, seed)]
        assert [values for values in drawn if values] == expected
    for nudge in (-1, 0, 1):
        drawn = browser.run(PARTS + "return Object.values(parts.chapter(arguments[0])).map(p => [...p])", nudge)
        assert drawn == [array.ravel().tolist() for array in numpy["chapter"](nudge * 1e-6)]


def test_the_presets_are_those_of_the_listing_and_show_what_the_page_says(
    browser: Browser, site: Site, snippets: Callable[[str], dict[str, Any]]
) -> None:
    """Every preset is run by its button; the page's table is verified against the same listing."""
    numpy = snippets("playground_presets")
    visit(browser, site)
    names = browser.run(PARTS + "return parts.PRESETS.map(preset => preset.name)")
    assert names == list(numpy["presets"])
    rows = browser.run(
        "return [...document.querySelectorAll('article table:not([class]) tbody tr')].map(row => row.cells[0].innerText)"
    )
    assert rows == browser.run(PARTS + "return parts.PRESETS.map(preset => preset.title)")
    for name in names:
        chosen, _, eta, steps, bar = numpy["presets"][name]
        preset(browser, name)
        assert query(browser) == ("" if name == "dead" else f"?preset={name}")
        finish(browser)
        loss, rate, seen, used = browser.run(
            "const {training} = document.querySelector('bb-playground');"
            "return [training.loss, training.rate, training.x.length / 4, training.bar]"
        )
        assert (rate, seen, used) == (eta, chosen.sum(), bar), name
        assert loss == pytest.approx(numpy["losses"][name][-1], rel=1e-9, abs=1e-9), name
        assert shown(browser, "step") == str(steps), name
        assert shown(browser, "right") == f"{numpy['right'][name].sum()} of 16", name
        if name != "linear":
            assert shown(browser, "dead").split(" of ")[0] == str(numpy["dead"][name]), name


def test_a_run_of_all_pictures_leaves_the_page_responsive(browser: Browser, site: Site) -> None:
    """No long task, and little work in a frame. Where others use the processor too, a clean run may take some attempts."""
    visit(browser, site, "?train=all&hidden=16&start=5&rate=0.1&steps=500")
    browser.run("""
        window.tasks = []
        window.observer = new PerformanceObserver(list => tasks.push(...list.getEntries().map(entry => entry.duration)))
        observer.observe({type: 'longtask'})
        window.frames = 0
        const count = () => { frames++; requestAnimationFrame(count) }
        requestAnimationFrame(count)""")
    browser.command("Performance.enable", timeDomain="threadTicks")

    def work() -> float:
        found = browser.command("Performance.getMetrics")["metrics"]
        return next(1000 * float(entry["value"]) for entry in found if entry["name"] == "TaskDuration")

    attempts: list[list[float]] = []
    for attempt in range(1, 6):
        frames, before = browser.run("return frames"), work()
        browser.run("observer.takeRecords(); tasks.length = 0")
        finish(browser, hurry=False)
        assert shown(browser, "step") == str(500 * attempt)
        # Milliseconds of processor time for a frame, of the 16 that it lasts.
        assert (work() - before) / (browser.run("return frames") - frames) < 12
        attempts.append(browser.run("return tasks"))
        if not attempts[-1]:
            break
    browser.command("Performance.disable")
    # On a machine with more to do than processors, any task is long, whoever made it; the work above counts all the same.
    assert attempts[-1] == [] or os.getloadavg()[0] > (os.cpu_count() or 1), attempts


def test_only_its_own_page_loads_it(browser: Browser, site: Site) -> None:
    visit(browser, site)
    assert [name for name in browser.requests() if "playground" in name]
    browser.open(f"{site.url}learning-rates/")
    assert [name for name in browser.requests() if "/playground." in name] == []


def test_it_survives_instant_navigation(browser: Browser, tmp_path: Path) -> None:
    """On a site that knows its address, as instant navigation wants it, with the lines that bring the playground."""
    page = (ROOT / "docs" / "playground.md").read_text(encoding="utf-8")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "playground.md").write_text(
        "# Playground\n\n" + "\n".join(line for line in page.splitlines() if line.startswith("<")), encoding="utf-8"
    )
    (tmp_path / "docs" / "index.md").write_text("# Start\n", encoding="utf-8")
    (tmp_path / "docs" / "learning-rates.md").write_text("# Learning rates\n", encoding="utf-8")
    shutil.copytree(ROOT / "docs" / "assets", tmp_path / "docs" / "assets")
    config = (
        f"site_name: S\nsite_url: {ADDRESS}\ntheme: {{name: material, font: false, features: [navigation.instant]}}\n"
    )
    (tmp_path / "mkdocs.yml").write_text(config + "extra_css: [assets/book.css]\n", encoding="utf-8")
    assert build(tmp_path) == (0, "")
    with served(tmp_path / "site") as small:
        comes_and_goes(browser, small.url)


def comes_and_goes(browser: Browser, url: str) -> None:
    browser.open(url)
    browser.wait_for_navigation()
    browser.run("window.stayed = true")
    for _ in range(2):
        browser.run("document.querySelector('.md-nav a[href$=\"playground/\"]').click()")
        until(browser, "return document.querySelectorAll('bb-playground .pg-pictures li').length", 16)
        assert browser.run("return window.stayed")
        preset(browser, "kink-up")
        assert query(browser) == "?preset=kink-up"
        click(browser, "run")
        browser.run("document.querySelector('.md-nav a[href$=\"learning-rates/\"]').click()")
        until(browser, "return location.pathname", "/learning-rates/")
        until(browser, "return document.querySelectorAll('bb-playground').length", 0)
    assert browser.run("return window.stayed")
    assert browser.log() == []


def test_the_address_holds_the_settings(browser: Browser, site: Site) -> None:
    visit(browser, site)
    browser.find("[data-pixel='1']").click()
    browser.find("[name=pg-train][value=rest]").click()
    browser.find("#pg-hidden").send_keys(Keys.ARROW_RIGHT)
    enter(browser, "#pg-seed", "77")
    browser.find("[name=pg-relu][value=plain]").click()
    address = "?image=1111&train=rest&hidden=4&start=77&relu=plain&rate=0.1&steps=200"
    assert query(browser) == address
    assert browser.find("#pg-preset").get_attribute("value") == ""
    finish(browser)
    loss = shown(browser, "loss")
    visit(browser, site, address)
    assert query(browser) == address
    assert shown(browser, "step") == "0"
    finish(browser)
    assert shown(browser, "loss") == loss
    visit(browser, site, "?nudge=down&relu=plain&steps=1")
    assert browser.find("#pg-preset").get_attribute("value") == "kink-down"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("?preset=none&image=12&train=some&hidden=many&start=&nudge=left&relu=leaky&rate=fast&steps=x", ""),
        ("?hidden=99&rate=1e9&steps=0", "?image=1011&train=one&hidden=16&start=1&relu=tolerance&rate=4.5&steps=1"),
        (
            "?hidden=5&start=chapter&nudge=up",
            "?image=1011&train=one&hidden=5&start=1&relu=tolerance&rate=0.1&steps=200",
        ),
        ("?start=3.7&rate=0", "?image=1011&train=one&hidden=3&start=4&relu=tolerance&rate=0.001&steps=200"),
        ("?preset=linear", "?preset=linear"),
        ("?preset=linear&rate=1", "?image=1011&train=all&hidden=0&start=5&relu=tolerance&rate=1&steps=500"),
    ],
)
def test_an_address_that_nobody_made_here_does_no_harm(browser: Browser, site: Site, given: str, kept: str) -> None:
    visit(browser, site, given)
    assert browser.run(PARTS + "return parts.toQuery(document.querySelector('bb-playground').settings)") == kept
    assert browser.log() == []


def test_fields_keep_to_their_ranges(browser: Browser, site: Site) -> None:
    visit(browser, site)
    for field, typed, value in (
        ("#pg-rate", "9", "4.5"),
        ("#pg-rate", "0", "0.001"),
        ("#pg-rate", "0.123", "0.123"),
        ("#pg-rate", "", "0.123"),
        ("#pg-steps", "99999", "5000"),
        ("#pg-steps", "2.4", "2"),
    ):
        enter(browser, field, typed)
        assert browser.find(field).get_attribute("value") == value, typed
    slider = browser.find("#pg-rates")
    slider.send_keys(Keys.END)
    assert browser.find("#pg-rate").get_attribute("value") == "4.5"
    slider.send_keys(Keys.ARROW_LEFT)
    assert (slider.get_attribute("aria-valuetext"), browser.find("#pg-rate").get_attribute("value")) == ("4.4", "4.4")
    slider.send_keys(Keys.HOME)
    assert browser.find("#pg-rate").get_attribute("value") == "0.001"
    assert "rate=0.001" in query(browser)


def test_what_does_not_go_together_is_not_offered(browser: Browser, site: Site) -> None:
    visit(browser, site)
    assert browser.find("[name=pg-start][value=chapter]").is_selected()
    browser.find("#pg-hidden").send_keys(Keys.ARROW_RIGHT)
    assert not browser.find("[name=pg-start][value=chapter]").is_enabled()
    assert browser.find("[name=pg-start][value=seed]").is_selected()
    assert not browser.find("[name=pg-nudge][value=up]").is_enabled()
    browser.find("#pg-hidden").send_keys(Keys.HOME)
    assert browser.find("#pg-hidden").get_attribute("aria-valuetext") == "none: a single linear layer"
    assert not browser.find("[name=pg-relu][value=plain]").is_enabled()
    captions = [caption.text for caption in browser.all(".pg-table caption")]
    assert captions == ["This image, 1 0 1 1", "Weights, from each pixel to each output", "The matrix P that flips"]


def test_everything_goes_by_keyboard(browser: Browser, site: Site) -> None:
    visit(browser, site)
    browser.run("document.querySelector('#pg-preset').focus()")
    before = browser.driver.current_url
    browser.press(Keys.TAB)
    assert browser.run("return document.activeElement.dataset.do") == "run"
    browser.press(Keys.TAB, Keys.ENTER)
    assert shown(browser, "step") == "1"
    browser.press("n", "p", "s", "f", "/")
    assert browser.driver.current_url == before
    assert browser.run("return document.activeElement.dataset.do") == "step"
    browser.press(Keys.SPACE)
    assert shown(browser, "step") == "2"
    reached = []
    for _ in range(16):
        browser.press(Keys.TAB)
        reached.append(
            browser.run(
                "const e = document.activeElement; return e.dataset.do || e.dataset.pixel || e.name || e.id || e.tagName"
            )
        )
    assert reached == [
        "reset", "pg-steps", "SUMMARY", "0", "1", "2", "3", "pg-train", "pg-rate", "pg-rates", "pg-hidden", "pg-start",
        "pg-seed", "pg-nudge", "pg-relu", "DIV",
    ]  # fmt: skip
    browser.run("document.querySelector(\"[data-pixel='0']\").focus()")
    browser.press(Keys.SPACE)
    assert browser.find("[data-pixel='0']").get_attribute("aria-pressed") == "false"
    assert browser.run("return document.activeElement.dataset.pixel") == "0"
    assert shown(browser, "step") == "0"


def test_only_a_training_that_stands_still_is_announced(browser: Browser, site: Site) -> None:
    visit(browser, site, "?train=all&hidden=8&start=5&rate=0.1&steps=5000")
    assert (
        browser.run("return document.querySelectorAll('bb-playground [aria-live], bb-playground [role=status]').length")
        == 1
    )
    browser.run("""
        window.heard = []
        new MutationObserver(() => heard.push(document.querySelector('.pg-said').textContent))
            .observe(document.querySelector('.pg-said'), {childList: true, characterData: true, subtree: true})""")
    click(browser, "run")
    until(browser, "return Number(document.querySelector('[data-show=step]').textContent) > 60", wanted=True)
    assert browser.run(RUNS) == "Pause"
    assert browser.run("return heard") == []
    click(browser, "run")
    step = shown(browser, "step")
    said = browser.run("return heard")
    assert len(said) == 1
    assert said[0].startswith(f"Step {step}: loss ")
    finish(browser)
    assert shown(browser, "step") == "5000"
    assert str(browser.run(SAID)).startswith("Step 5000: loss ")


def test_without_motion_it_is_drawn_a_few_times_a_second(browser: Browser, site: Site) -> None:
    visit(browser, site, "?train=all&hidden=8&start=5&rate=0.1&steps=2000")
    browser.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    browser.run("""
        window.changes = 0
        new MutationObserver(() => changes++).observe(document.querySelector('[data-show=step]'), {childList: true})""")
    began = time.monotonic()
    finish(browser, hurry=False)
    seconds = time.monotonic() - began
    assert shown(browser, "step") == "2000"
    assert browser.run("return changes") <= 4 * seconds + 2


def test_a_loss_beyond_all_numbers_ends_the_run(browser: Browser, site: Site) -> None:
    visit(browser, site, "?train=all&hidden=0&start=5&rate=4.5&steps=5000")
    assert "beyond all numbers" in finish(browser)
    step = int(shown(browser, "step"))
    assert 100 < step < 5000
    click(browser, "step")
    assert shown(browser, "step") == str(step)
    assert browser.log() == []


def test_the_curve_has_words_a_floor_and_the_run_before(browser: Browser, site: Site) -> None:
    visit(browser, site, "?preset=three")
    finish(browser)
    label = browser.find(".pg-curve").get_attribute("aria-label")
    assert label == (
        "Loss on a logarithmic axis, over the steps. At step 0 it is 0.5131, at step 800 0.0625."
        " A dashed line marks the floor for 3 neurons: 0.0625."
    )
    floor = browser.run("return document.querySelector('.pg-floor path').getBoundingClientRect().top")
    dot = browser.run(
        "const box = document.querySelector('.pg-dot').getBoundingClientRect(); return (box.top + box.bottom) / 2"
    )
    assert dot == pytest.approx(floor, abs=1.5)
    preset(browser, "eight")
    caption = browser.find("bb-playground figcaption").text
    assert "Dotted: the run before (all 16 images, 3 hidden neurons, seed 5, learning rate 0.5)." in caption
    finish(browser)
    assert browser.run("return document.querySelector('.pg-before').points.numberOfItems") > 300


def test_the_curve_shows_where_neurons_die(browser: Browser, site: Site) -> None:
    visit(browser, site)
    finish(browser)
    caption = browser.find("bb-playground figcaption").text
    assert "A cross marks where a neuron dies: neuron 0 at step 0, neuron 1 at step 0, neuron 2 at step 4." in caption
    crosses = "return (document.querySelector('.pg-deaths').getAttribute('d').match(/M/g) ?? []).length"
    assert browser.run(crosses) == 3
    preset(browser, "eight")
    finish(browser)
    assert browser.run(crosses) == 0
    assert "dies" not in browser.find("bb-playground figcaption").text
    # Whoever diverges has no numbers, and nothing dies of that.
    preset(browser, "five-dead")
    finish(browser)
    assert browser.run(crosses) == 5


def test_what_is_zero_but_for_rounding_says_so(browser: Browser, site: Site) -> None:
    visit(browser, site)
    cells = "return [...document.querySelectorAll('.pg-table')].at(-1).rows[1].innerText.split('\\t').slice(1, 3)"
    assert browser.run(cells) == ["2.8e−17 ≈ 0", "0, dead"]
    assert browser.find(".pg-near").text == "≈ 0: what is at most a millionth counts as zero."
    browser.find("[name=pg-relu][value=plain]").click()
    assert browser.find(".pg-near").text == "≈ 0: its sign is a rounding error."
    preset(browser, "kink-up")
    assert browser.find(".pg-near").text == ""
    preset(browser, "linear")
    assert browser.find(".pg-near").text == ""


def test_the_controls_stand_in_one_row(browser: Browser, site: Site) -> None:
    visit(browser, site, width=1440)
    middles = browser.run("""
        return [...document.querySelectorAll('.pg-controls :is(select, button, input)')].map(node => {
            const {top, bottom} = node.getBoundingClientRect()
            return (top + bottom) / 2
        })""")
    assert len(middles) == 5
    assert max(middles) - min(middles) < 2


def test_right_and_wrong_are_words(browser: Browser, site: Site) -> None:
    visit(browser, site)
    finish(browser)
    pictures = [re.sub(r"\s+", " ", item.get_attribute("textContent") or "") for item in browser.all(".pg-pictures li")]
    right = [text for text in pictures if "✓ right" in text]
    assert right == ["→Picture 1 0 1 1: ✓ righttrained on"]
    assert all("✗" in text and "wrong" in text for text in pictures if text not in right)
    assert browser.run(SAID) == (
        "Step 200: loss 8.4e−10, 1 of 16 images right. Every hidden neuron is dead: only the output biases still learn."
    )


def test_axe_finds_nothing_in_any_state(browser: Browser, site: Site) -> None:
    """The rest of the page is looked at with all other pages."""
    visit(browser, site, width=1280)
    browser.run("document.querySelector('.pg-settings').open = true")
    found = []
    for name in ("dead", "five-dead", "linear"):
        preset(browser, name)
        finish(browser)
        browser.switch_scheme("light")
        browser.rest()
        found += violations(browser, within="bb-playground")
        browser.switch_scheme("dark")
        found += violations(browser, "colors", within="bb-playground")
        browser.resize(360)
        browser.rest()
        found += violations(browser, "structure", within="bb-playground")
        browser.resize(1280)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_it_fits_and_can_be_touched(browser: Browser, site: Site, width: int) -> None:
    visit(browser, site, width=width)
    browser.run("document.querySelector('.pg-settings').open = true")
    for name in ("dead", "five-dead", "linear"):
        preset(browser, name)
        finish(browser)
        assert browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        small = browser.run("""
            const targets = 'bb-playground :is(button, select, summary, input:not([type=radio]), label:has([type=radio]))'
            return [...document.querySelectorAll(targets)].filter(node => {
                const {width, height} = node.getBoundingClientRect()
                return width < 24 || height < 24
            }).map(node => node.outerHTML.slice(0, 90))""")
        assert small == []
    assert [address for address in browser.requests() if not address.startswith(site.url)] == []


def test_forced_colours_keep_what_is_pressed_apart(browser: Browser, site: Site) -> None:
    visit(browser, site)
    browser.command("Emulation.setEmulatedMedia", features=[{"name": "forced-colors", "value": "active"}])
    colours = browser.run(
        "return [0, 1].map(i => getComputedStyle(document.querySelector(`[data-pixel='${i}']`)).backgroundColor)"
    )
    assert len(set(colours)) == 2
    lines = browser.run(
        "return ['now', 'before'].map(name => getComputedStyle(document.querySelector(`.pg-${name}`)).strokeDasharray)"
    )
    assert len(set(lines)) == 2


def test_without_scripts_the_presets_are_told(browser: Browser, site: Site) -> None:
    visit(browser, site, width=360, scripts=False)
    text = browser.find("article").text
    assert "The playground itself needs JavaScript" in text
    assert "one image left out" in text
    assert "What the loss hides tells how that comes about." in text
    presets = json.loads((site.folder / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert any(entry["location"] == "playground/" for entry in presets["docs"])
    browser.command("Emulation.setScriptExecutionDisabled", value=False)
