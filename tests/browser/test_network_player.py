"""The network of a training step: it shows one moment after the other, and moves together with the listing."""

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe import violations
from chromium import Browser
from page import Page

from once import once
from sites import ADDRESS, Site, build, served

ROOT = Path(__file__).parents[2]
CONFIG = """\
site_name: One step
site_url: {url}
docs_dir: docs
site_dir: site
theme:
  name: material
  custom_dir: {overrides}
  font: false
  features: [navigation.instant]
  palette:
    - media: "(prefers-color-scheme: light)"
      scheme: default
      toggle: {{icon: material/weather-night, name: Switch to the dark scheme}}
    - media: "(prefers-color-scheme: dark)"
      scheme: slate
      toggle: {{icon: material/weather-sunny, name: Switch to the light scheme}}
extra_css: [assets/theme.css, assets/book.css, assets/network.css]
extra_javascript: [{{path: assets/theme.js, defer: true}}, {{path: assets/book.js, defer: true}}, {{path: assets/network.js, defer: true}}]
markdown_extensions: [attr_list, tables, pymdownx.superfences, backprop_book: {{root: {root}}}]
"""
PAGE = """\
---
hide: [toc]
---

# One step

Before it, [another page](other.md).

![Columns of circles with lines between them.](figures/network_step.svg)
The step in the network.

```python title="One training step"
--8<-- "training_step_numpy.py"
```

The end.
"""
LOOP_PAGE = """\
---
hide: [toc]
---

# The loop

![Columns of circles with lines between them.](figures/network_loop.svg)
The network over the loop.

```python title="The loop"
--8<-- "training_loop_numpy.py"
```
"""
GRAPH_PAGE = """\
---
hide: [toc]
---

# The graph

![Boxes with arrows between them.](figures/step_graph.svg)
The computational graph.

```python title="One training step"
--8<-- "training_step_numpy.py"
```
"""
STEP = "training_step_numpy"
LOOP = "training_loop_numpy"
ON = "bb-network .bb-net-moment.bb-on"


@pytest.fixture(scope="module")
def network(shared_folder: Path) -> Iterator[Site]:
    with served(once(shared_folder, "network", build_network) / "site") as site:
        yield site


def build_network(root: Path) -> None:
    """A book of the step and of the loop, each with its listing and its network."""
    for folder in ("docs", "snippets", "figures"):
        (root / folder).mkdir()
    figures = ("network_step", "network_loop", "step_graph")
    names = (f"snippets/{STEP}.py", f"snippets/{LOOP}.py", *(f"figures/{name}.py" for name in figures))
    for path in names:
        shutil.copy(ROOT / path, root / path)
    shutil.copytree(ROOT / "docs" / "assets", root / "docs" / "assets")
    (root / "pyproject.toml").write_text("[tool.backprop_book]\nverified = []\n", encoding="utf-8")
    (root / f"snippets/{STEP}.md").write_text(
        "## `z1 = ...`: pre-activation\n\nA sum.\n\n## `dL_dW2 = ...`: a gradient\n\nAn outer product.\n\n"
        "## `b2_new = ...`: the update\n\nAgainst the gradient.\n",
        encoding="utf-8",
    )
    (root / "docs" / "index.md").write_text(PAGE, encoding="utf-8")
    (root / f"snippets/{LOOP}.md").write_text("## `y_hat = ...`: the outputs\n\nA sum.\n", encoding="utf-8")
    (root / "docs" / "loop.md").write_text(LOOP_PAGE, encoding="utf-8")
    (root / "docs" / "graph.md").write_text(GRAPH_PAGE, encoding="utf-8")
    (root / "docs" / "other.md").write_text("# Other page\n\nBack to [the step](index.md).\n", encoding="utf-8")
    config = CONFIG.format(url=ADDRESS, overrides=ROOT / "overrides", root=root)
    (root / "mkdocs.yml").write_text(config, encoding="utf-8")
    assert build(root) == (0, "")


def moment(page: Page) -> str:
    """The moment that shows."""
    return str(page.run(f"return document.querySelector('{ON}').dataset.phase"))


def code(page: Page) -> str:
    """The statement of the beat that is current."""
    return str(page.run("return document.querySelector('bb-network [aria-current] code').textContent"))


def line(page: Page) -> str:
    """The line that is current in the listing."""
    return str(
        page.run(
            "return [...document.querySelectorAll('bb-listing [data-now]')].map(n => n.textContent).join('').trim()"
        )
    )


def press(page: Page, selector: str) -> None:
    """Click, wherever the element is."""
    page.run("document.querySelector(arguments[0]).click()", selector)
    settle(page)


def settle(page: Page) -> None:
    """The network follows the listing after the frame in which the listing shows its step; the address comes last."""
    page.driver.execute_async_script("requestAnimationFrame(() => setTimeout(arguments[0], 100))")


def listing_row(page: Page, start: str) -> None:
    """Choose the row of the listing that begins so."""
    page.run(
        "[...document.querySelectorAll('bb-listing button.bb-gutter')]"
        ".find(button => button.getAttribute('aria-label').includes(arguments[0])).click()",
        start,
    )
    settle(page)


def move_together(page: Page) -> None:
    """Choose a step in the listing and in the network in turn: the other one follows."""
    listing_row(page, "dL_dW2")
    assert (moment(page), code(page)) == ("backward", "dL_dW2 = np.outer(h, dL_dy)")
    hidden = page.run(f"return [...document.querySelectorAll('{ON} .bb-later')].length")
    assert hidden > 0, "what comes later in the run does not show yet"
    listing_row(page, "z1 =")
    assert (moment(page), code(page)) == ("forward", "z1 = np.round(x @ W1 + b1, 10)")

    # The other way round: neither the page nor the focus moves. (The line was scrolled to, so that the network may lie below the header.)
    page.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", page.find("[data-go='1']"))
    page.find("[data-go='1']").click()
    before = page.run("return [scrollY, document.activeElement.dataset.go]")
    page.find("[data-go='1']").click()
    assert code(page) == "y_hat = h @ W2 + b2"
    assert line(page) == "y_hat = h @ W2 + b2"
    assert page.run("return location.hash").startswith(f"#{STEP}-s")
    assert page.run("return [scrollY, document.activeElement.dataset.go]") == before
    press(page, "[data-phase='update'] [data-to]")
    assert (moment(page), line(page)) == ("update", "W1_new = W1 - eta * dL_dW1")
    assert page.run("return document.querySelector('[data-moment][aria-pressed=true]').textContent") == "Update"


def test_network_and_listing_move_together(browser: Browser, network: Site) -> None:
    browser.open(network.url)
    assert (moment(browser), code(browser)) == ("forward", "y_hat = h @ W2 + b2")
    assert line(browser).startswith("z1 ="), "a network leaves the listing alone when it starts"

    move_together(browser)
    assert browser.log() == []


def test_a_moment_plays_and_reduced_motion_goes_straight_to_its_end(browser: Browser, network: Site) -> None:
    browser.open(network.url)
    # Asked in the moment of the click: on a machine that stands still for a while it has played to the end before a second look.
    both = """document.querySelector(arguments[0]).click()
        return [document.querySelector("[data-go='0']").textContent, document.querySelector("bb-network [aria-current] code").textContent]"""
    play, first = "[data-go='0']", "dL_dy = 0.5 * (y_hat - target)"
    assert browser.run(both, "[data-moment]:nth-of-type(3)") == ["Pause", first]
    assert browser.run(both, play)[0] == "Play"
    settle(browser)
    assert moment(browser) == "backward"
    browser.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    press(browser, "[data-moment]:nth-of-type(3)")
    assert code(browser) == "dL_db1 = dL_dz1"
    assert browser.find("[data-go='0']").text == "Play"
    moving = "return document.getAnimations().filter(each => each.effect.target.closest('bb-network')).length"
    assert browser.run(moving) == 0
    press(browser, "[data-go='0']")
    waited = "const end = Date.now() + 4000; const look = () => document.querySelector('[data-phase=update].bb-on') ? arguments[0](true) : Date.now() > end ? arguments[0](false) : setTimeout(look, 50); look()"
    assert browser.driver.execute_async_script(waited), "playing goes on by itself"
    press(browser, "[data-go='0']")


def test_keys_step_through_and_stop_at_the_ends(browser: Browser, network: Site) -> None:
    right, left = "\ue014", "\ue012"
    browser.open(network.url)
    browser.find("[data-moment]").send_keys(left)
    assert code(browser) == "h = np.maximum(z1, 0)"
    browser.press(left, left, left, left)
    assert code(browser) == "x, W1, b1, W2, b2"
    assert browser.find("[data-go='-1']").get_attribute("aria-disabled") == "true"
    press(browser, "[data-go='-1']")
    assert code(browser) == "x, W1, b1, W2, b2"
    browser.press(right)
    assert code(browser).startswith("z1 =")
    assert browser.run("return document.activeElement.textContent") == "Forward"


def test_it_survives_instant_navigation_and_opens_where_the_address_says(browser: Browser, network: Site) -> None:
    browser.open(network.url)
    press(browser, "article a[href*='other']")
    gone = "const look = () => document.querySelector('h1').textContent.startsWith(arguments[0]) ? arguments[1]() : setTimeout(look, 30); look()"
    browser.driver.execute_async_script(gone, "Other")
    press(browser, "article p a")
    browser.driver.execute_async_script(gone, "One")
    press(browser, "[data-go='-1']")
    assert code(browser) == "h = np.maximum(z1, 0)"
    assert line(browser) == "h = np.maximum(z1, 0)"
    listing_row(browser, "b2_new")
    address = browser.run("return location.href")
    browser.open(address)
    assert code(browser) == "b2_new = b2 - eta * dL_db2"
    assert browser.log() == []


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_moves_when_it_starts_and_while_it_plays(browser: Browser, network: Site, width: int) -> None:
    browser.open(network.url, width=width)
    measure = "const box = document.querySelector('.bb-net').getBoundingClientRect(); return [box.height, document.documentElement.scrollWidth]"
    shifts = "return performance.getEntriesByType('layout-shift').reduce((sum, each) => sum + each.value, 0)"
    height, _ = browser.run(measure)
    assert browser.run(shifts) == 0
    for number in range(1, 5):
        press(browser, f"[data-moment]:nth-of-type({number})")
        now, across = browser.run(measure)
        assert now == height
        assert across <= width
        small = browser.run(
            f"return [...document.querySelectorAll('{ON} text')].map(n => parseFloat(getComputedStyle(n).fontSize)"
            " * n.ownerSVGElement.getBoundingClientRect().width / n.ownerSVGElement.viewBox.baseVal.width)"
        )
        assert min(small) >= 10.5
        outside = browser.run(
            f"return [...document.querySelectorAll('{ON} text')].filter(n => n.getBoundingClientRect().right > innerWidth).length"
        )
        assert outside == 0
    targets = browser.run(
        f"return [...document.querySelectorAll('.bb-net-controls button, {ON} button, {ON} a')].filter(n => n.checkVisibility()).map(n => n.getBoundingClientRect().height)"
    )
    assert min(targets) >= 24


def test_a_copy_stays_in_sight_while_the_listing_is_read(browser: Browser, network: Site) -> None:
    browser.open(network.url, width=1440)
    press(browser, "[data-keep]")
    assert not browser.find(".bb-net-pin").is_displayed(), "the network itself is in sight"
    listing_row(browser, "b2_new")
    browser.run("document.querySelector('.bb-listing').scrollIntoView({block: 'end', behavior: 'instant'})")
    seen = "const end = Date.now() + 3000; const look = () => document.querySelector('.bb-net-pin').checkVisibility() ? arguments[0](true) : Date.now() > end ? arguments[0](false) : setTimeout(look, 30); look()"
    assert browser.driver.execute_async_script(seen)
    assert browser.run("return document.querySelector('.bb-net-pin svg').getAttribute('aria-label')").startswith(
        "The network, update"
    )
    assert violations(browser) == []
    listing_row(browser, "z1 =")
    assert "forward" in browser.run("return document.querySelector('.bb-net-pin svg').getAttribute('aria-label')")
    browser.find(".bb-net-pin button").click()
    assert browser.all(".bb-net-pin") == []
    assert browser.find("[data-keep]").get_attribute("aria-pressed") == "false"
    press(browser, "[data-keep]")
    press(browser, "article a[href*='other']")
    gone = "const look = () => document.querySelector('.bb-net-pin') ? setTimeout(look, 30) : arguments[0](); look()"
    browser.driver.execute_async_script(gone)


# The texts and the controls of the page that lie below an element, as far as they are in sight where it is not.
COVERED = """
    const pin = document.querySelector('.bb-net-pin')
    const { left, top, right, bottom } = pin.getBoundingClientRect()
    const found = []
    for (const node of document.querySelectorAll('a, button, input, p, pre, td, h2')) {
        if (pin.contains(node) || !node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
        for (const box of node.getClientRects()) {
            const [x, y] = [(Math.max(box.left, left) + Math.min(box.right, right)) / 2, (Math.max(box.top, top) + Math.min(box.bottom, bottom)) / 2]
            if (x < left || x > right || y < top || y > bottom) continue
            // What its own box has scrolled away is not in sight, and for a window's lower edge the page can be scrolled.
            pin.style.visibility = 'hidden'
            if (pin.parentNode !== document.body && node.contains(document.elementFromPoint(x, y))) found.push(node.textContent)
            if (pin.parentNode === document.body && node.closest('.bb-controls')) found.push(node.outerHTML)
            pin.style.visibility = ''
        }
    }
    return found"""


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 800), (1024, 768), (768, 1024), (390, 844)])
def test_a_copy_covers_nothing(browser: Browser, site: Site, width: int, height: int) -> None:
    browser.open(f"{site.url}one-step-in-numpy/", width=width, height=height)
    browser.run("document.querySelector('[data-keep]').click()")
    browser.run("document.querySelectorAll('button.bb-gutter')[8].click()")
    browser.wait("return document.querySelector('.bb-net-pin')?.checkVisibility()")
    for move in ("document.querySelectorAll('button.bb-gutter')[14].click()", "scrollTo(0, 1e6)"):
        browser.run(f"document.documentElement.style.scrollBehavior = 'auto'; {move}")
        browser.rest()
        assert browser.run(COVERED) == [], move
        assert browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    end = "const [foot, pin] = ['.md-footer', '.bb-net-pin'].map(name => document.querySelector(name).getBoundingClientRect())"
    assert browser.run(
        f"{end}; return pin.left > 10 || pin.top < 1 || foot.bottom <= pin.top + 1 || pin.bottom <= foot.top + 1"
    )
    number = "return [...document.querySelectorAll('button.bb-gutter')].findIndex(button => button.ariaCurrent)"
    browser.run("document.querySelectorAll('button.bb-gutter')[9].click()")
    browser.wait_for_frame()
    assert browser.run(number) == 9
    assert browser.run(
        """const pin = document.querySelector('.bb-net-pin').getBoundingClientRect()
        const value = [...document.querySelectorAll('[data-open] .bb-state .bb-table')].find(each => each.checkVisibility()).getBoundingClientRect()
        return value.top > 40 && value.top < innerHeight && (pin.top > value.top + 10 || pin.right < value.left)"""
    )


def test_a_copy_takes_the_place_of_another_one(browser: Browser, site: Site) -> None:
    browser.open(f"{site.url}one-step-in-numpy/")
    pressed = "return [...document.querySelectorAll('[data-keep]')].map(button => button.ariaPressed)"
    buttons = "document.querySelectorAll('[data-keep]')"
    for number, after in ((0, ["true", "false"]), (1, ["false", "true"]), (1, ["false", "false"])):
        browser.run(f"{buttons}[arguments[0]].click()", number)
        assert browser.run(pressed) == after
        assert len(browser.all(".bb-net-pin")) == after.count("true")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")])
def test_axe_finds_nothing(browser: Browser, network: Site, width: int, scheme: str) -> None:
    browser.open(network.url, width=width, scheme=scheme)
    press(browser, "[data-phase='backward'] li:last-child [data-to]")
    if scheme == "dark":
        press(browser, "[data-all]")
    assert violations(browser) == []


def test_all_four_show_without_scripts_in_print_and_when_asked_for(browser: Browser, network: Site) -> None:
    seen = "[...document.querySelectorAll('.bb-net-moment')].filter(n => n.checkVisibility({visibilityProperty: true})).length"
    browser.open(network.url)
    assert browser.run(f"return {seen}") == 1
    press(browser, "[data-all]")
    assert browser.run(f"return {seen}") == 4
    assert browser.run("return document.querySelectorAll('bb-network [data-beat]').length") > 0
    pale = "[...document.querySelectorAll('bb-network [data-beat]')].filter(n => getComputedStyle(n).opacity !== '1').length"
    assert browser.run(f"return {pale}") == 0
    press(browser, "[data-all]")
    press(browser, "[data-phase='forward'] [data-to]")
    browser.command("Emulation.setEmulatedMedia", media="print")
    try:
        assert browser.run(f"return {seen}") == 4
        assert browser.run(f"return {pale}") == 0
    finally:
        browser.command("Emulation.setEmulatedMedia", media="")
    browser.open(network.url, scripts=False)
    assert [each.is_displayed() for each in browser.all(".bb-net-moment")] == [True] * 4
    assert not browser.find(".bb-net-controls").is_displayed()


def test_the_slider_and_the_listing_of_the_loop_move_together(browser: Browser, network: Site) -> None:
    title = "return document.querySelector('.bb-on .bb-net-title').textContent"
    silent = "return [...document.querySelectorAll('.bb-on svg text')].filter(n => n.textContent === 'inactive').length"
    where = "return document.querySelector('bb-listing .bb-where').textContent"
    page = f"{network.url}loop/"
    browser.open(page)
    assert (browser.run(title), browser.run(silent)) == ("step = 0", 2)
    before = browser.run("return document.querySelector('.bb-net').getBoundingClientRect().height")
    slider = browser.find("bb-rounds input")
    slider.send_keys("\ue014" * 4)
    assert (browser.run(title), browser.run(silent)) == ("step = 4", 3)
    assert slider.get_attribute("aria-valuetext") == "step = 4"
    slider.send_keys("\ue014")
    assert "step = 5" in browser.run(where)
    assert line(browser) == "y_hat = h @ W2 + b2"
    assert browser.run("return document.activeElement === document.querySelector('bb-rounds input')")
    assert browser.run("return document.querySelector('.bb-net').getBoundingClientRect().height") == before

    press(browser, "bb-listing [data-go='last']")
    assert browser.run(title) == "step = 200"
    assert browser.find("bb-rounds [data-go='1']").get_attribute("aria-disabled") == "true"
    press(browser, "bb-rounds [data-go='1']")
    assert browser.run(title) == "step = 200"
    press(browser, "bb-listing [data-go='first']")
    assert browser.run(title) == "step = 0"

    press(browser, "bb-rounds [data-go='0']")
    waited = "const end = Date.now() + 4000; const look = () => document.querySelector('.bb-on .bb-net-title').textContent === 'step = 1' ? arguments[0](true) : Date.now() > end ? arguments[0](false) : setTimeout(look, 50); look()"
    assert browser.driver.execute_async_script(waited), "playing goes on by itself"
    press(browser, "bb-rounds [data-go='0']")
    assert browser.find("bb-rounds [data-go='0']").text == "Play"
    assert browser.log() == []


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_the_loop_passes_axe_and_fits(browser: Browser, network: Site, width: int, scheme: str) -> None:
    browser.open(f"{network.url}loop/", width=width, scheme=scheme)
    assert browser.run("return performance.getEntriesByType('layout-shift').length") == 0
    press(browser, "bb-rounds [data-go='1']")
    assert violations(browser) == []
    assert browser.run("return document.documentElement.scrollWidth") <= width
    browser.open(f"{network.url}loop/", width=width, scheme=scheme, scripts=False)
    assert [each.is_displayed() for each in browser.all(".bb-net-moment")] == [True, True]


def test_the_script_is_small() -> None:
    assert len(gzip.compress((ROOT / "docs/assets/network.js").read_bytes())) < 4096


GRAPH = ".bb-net-graph"
OVERLAPS = f"""
    const boxes = [...document.querySelectorAll('{GRAPH} text')].map(node => [node.textContent, node.getBoundingClientRect()])
    const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top + 4 || b.bottom <= a.top + 4
    return boxes.flatMap(([one, a], n) => boxes.slice(n + 1).filter(([, b]) => !apart(a, b)).map(([other]) => [one, other]))"""


def later(page: Page) -> list[str]:
    """The names of the numbers in the graph that do not show yet."""
    script = f"return [...document.querySelectorAll('{GRAPH} .bb-later .bb-net-head')].map(node => node.textContent)"
    return list(page.run(script))


def test_a_graph_moves_together_with_the_listing(browser: Browser, network: Site) -> None:
    browser.open(f"{network.url}graph/")
    assert later(browser) == [], "all of it shows at first"
    assert code(browser) == "dL_db1 = dL_dz1"
    listing_row(browser, "dL_dW2")
    assert code(browser).startswith("dL_dW2 =")
    assert sorted(later(browser)) == sorted(["dL_db2", "dL_dh", "relu_grad", "dL_dz1", "dL_dW1", "dL_db1"])
    listing_row(browser, "z1 =")
    assert {"h", "y_hat", "loss", "target", "dL/dL", "dL_dy"} <= set(later(browser))
    browser.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", browser.find("[data-go='1']"))
    browser.find("[data-go='1']").click()
    settle(browser)
    assert line(browser) == code(browser) == "h = np.maximum(z1, 0)"
    assert "h" not in later(browser)
    press(browser, "[data-keep]")
    assert browser.run(f"return document.querySelectorAll('.bb-net-pin {GRAPH}').length") == 1
    assert browser.log() == []


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_the_numbers_of_a_graph_can_be_read(browser: Browser, network: Site, width: int) -> None:
    browser.open(f"{network.url}graph/", width=width)
    smallest, right = browser.run(
        f"const svg = document.querySelector('{GRAPH}'), box = svg.getBoundingClientRect();"
        "return [parseFloat(getComputedStyle(svg).fontSize) * box.width / svg.viewBox.baseVal.width,"
        "Math.max(...[...svg.querySelectorAll('text')].map(node => node.getBoundingClientRect().right))]"
    )
    assert smallest >= 11
    assert right <= width
    assert browser.run(OVERLAPS) == []
    assert violations(browser) == []


def test_a_graph_is_whole_without_scripts(browser: Browser, network: Site) -> None:
    browser.open(f"{network.url}graph/", scripts=False)
    seen = f"return [...document.querySelectorAll('{GRAPH} text')].every(node => node.checkVisibility({{checkOpacity: true}}))"
    browser.command("Emulation.setScriptExecutionDisabled", value=False)
    assert browser.run(seen)
