"""The lines of arithmetic that the script puts together, in a real browser, on the sample site."""

import json
from collections.abc import Iterator

import pytest
from chromium import Browser
from sample_site import sample_traces
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from backprop_book.render.moments import moments
from backprop_book.render.states import lines
from reading_back import fault
from sites import Site
from unfolding import unfolded

EVERY_LINE = """
    const listing = document.querySelectorAll('bb-listing')[arguments[0]]
    return listing.steps.filter(step => step.working.length).map(step => {
        const drawn = listing.draw(step).querySelector('.bb-working')
        for (const all = [drawn]; all.length;) {
            const details = all.shift()
            details.dispatchEvent(new Event('toggle'))
            all.push(...details.querySelectorAll(':scope > details'))
        }
        return [step.index, [...drawn.querySelectorAll('.bb-sums')].flatMap(sums => sums.textContent.split('\\n'))]
    })"""


def drawn_and_sent(browser: Browser) -> Iterator[tuple[dict[int, list[str]], dict[int, list[str]]]]:
    """For each listing of the page the lines of each step, as the script puts them together, and as the data have them."""
    for place, listing in enumerate(browser.all("bb-listing")):
        data = json.loads(str(listing.get_attribute("data-trace")))
        sent = {step[0]: list(unfolded(data, step)) for step in data["steps"] if isinstance(step[7], list)}
        yield dict(browser.run(EVERY_LINE, place)), sent


def test_each_line_that_the_script_puts_together_is_the_one_that_was_worked_out(browser: Browser, sample: Site) -> None:
    browser.open(f"{sample.url}batch/")
    ((drawn, sent),) = drawn_and_sent(browser)
    expected = {m.step.index: list(lines(m.arithmetic)) for m in moments(sample_traces()["batch"])}
    assert len(drawn) > 15
    assert sum(map(len, drawn.values())) > 900
    assert drawn == sent
    assert drawn == {index: expected[index] for index in drawn}
    assert any("×10⁻⁷" in line for line in drawn[max(drawn)])
    assert browser.log() == []


@pytest.mark.parametrize("page", ["all-sixteen-images", "how-many-neurons"])
def test_each_line_that_the_script_puts_together_holds(browser: Browser, site: Site, page: str) -> None:
    browser.open(f"{site.url}{page}/")
    found = 0
    for drawn, sent in drawn_and_sent(browser):
        assert drawn == sent
        every = {line for step in drawn.values() for line in step}
        assert [wrong for wrong in map(fault, sorted(every)) if wrong] == []
        found += len(every)
    assert found > 500


def test_many_lines_are_sorted_in_the_html_and_in_what_the_script_makes_on_demand(
    browser: Browser, sample: Site
) -> None:
    browser.open(f"{sample.url}batch/#batch-t6")
    written = browser.find("[data-open] .bb-working")
    count = (
        "return [...arguments[0].querySelectorAll('.bb-sums')].flatMap(sums => sums.textContent.split('\\n')).length"
    )
    assert browser.run(count, written) == 96
    heads = "return [...arguments[0].querySelectorAll('summary')].map(head => head.textContent)"
    sorting = browser.run(heads, written)
    assert sorting[:2] == ["Every multiplication", "Z[0, …]"]
    browser.open(f"{sample.url}batch/#batch-t17")
    working = browser.find("[data-open] .bb-working")
    assert browser.run("return arguments[0].querySelectorAll('*').length", working) == 1
    _open(browser, working)
    assert browser.run(heads, working) == sorting == ["Every multiplication", *(f"Z[{n}, …]" for n in range(16))]
    third = browser.all("[data-open] .bb-working .bb-working")[3]
    _open(browser, third)
    found = third.find_element(By.CLASS_NAME, "bb-sums").text.replace("\u00a0", " ").split("\n")
    assert len(found) == 6
    assert found[1] == "Z[3, 1]: 1×(−0.265011) + 1×0.716193 + 0×(−0.407379) + 0×0.574469 = 0.451182"


def _open(browser: Browser, details: WebElement) -> None:
    summary = details.find_element(By.TAG_NAME, "summary")
    browser.run("arguments[0].scrollIntoView({block: 'center'})", summary)
    summary.click()
    # What is in it is made in the task after the click.
    browser.driver.execute_async_script("requestAnimationFrame(() => setTimeout(arguments[0], 50))")
