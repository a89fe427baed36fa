"""Lines of arithmetic, in the HTML and in the data for the script."""

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from backprop_book.core.symbols import Symbols
from backprop_book.explain import Element, Working
from backprop_book.render.listing import ListingView, listing
from backprop_book.render.moments import moments
from backprop_book.render.payload import payload
from backprop_book.render.states import arithmetic, lines
from backprop_book.run import Request, Tracer
from unfolding import unfolded

SAMPLES = Path(__file__).parent / "samples"


@pytest.mark.parametrize("name", ["batch", "step", "loop"])
def test_each_line_comes_back(tracer: Tracer, name: str) -> None:
    (run,) = tracer.run([Request(SAMPLES / f"{name}.py")])
    found = list(moments(run.trace))
    data = json.loads(payload(run.trace, found, (), Symbols(), {}))
    sent = {step[0]: list(unfolded(data, step)) for step in data["steps"]}
    assert sent == {m.step.index: list(lines(m.arithmetic)) for m in found}
    assert sum(map(len, sent.values())) > 10


def working(shape: tuple[int, ...], *texts: str, omitted: int = 0) -> Working:
    places = [()] if not shape else [(n,) for n in range(len(texts))]
    elements = tuple(Element(place, text, 0.0) for place, text in zip(places, texts, strict=True) if text)
    return Working("x", shape, elements, omitted, agrees=True)


def test_what_is_too_long_is_counted() -> None:
    html = arithmetic((working((3,), "1×2 = 2", "", "", omitted=2),)).html
    assert "<summary>Every multiplication</summary>" in html
    assert written(BeautifulSoup(html, "html.parser"))[1:] == ["and 2 more, too long to be written out"]
    assert "<summary>Every element</summary>" in arithmetic((working((1,), "1×10⁻⁷ + 1 = 1"),)).html


def test_a_result_stays_with_its_sign() -> None:
    assert list(lines([working((), "1 + 1 = 2")])) == ["x: 1 + 1 =\u00a02"]


def written(page: BeautifulSoup) -> list[str]:
    """The lines of all arithmetic of a page."""
    return [line for sums in page.select(".bb-sums") for line in sums.get_text().split("\n")]


def test_the_html_has_every_line_sorted_where_there_are_many(tracer: Tracer) -> None:
    (run,) = tracer.run([Request(SAMPLES / "batch.py")])
    page = BeautifulSoup(listing(ListingView("batch", 1, "A batch", run.trace)), "html.parser")
    assert page.select_one("bb-listing") is not None
    (moment,) = [m for m in moments(run.trace) if m.arithmetic and m.arithmetic[0].name == "cube"]
    shown = BeautifulSoup(arithmetic(moment.arithmetic).html, "html.parser")
    assert written(shown) == list(lines(moment.arithmetic))
    assert len(written(shown)) == 96
    heads = [head.get_text() for head in shown.select("summary")]
    assert heads == ["Every multiplication", *(f"cube[{n}, …]" for n in range(len(heads) - 1))]


def test_what_is_too_long_is_counted_below_what_is_sorted() -> None:
    elements = tuple(Element((n // 9, n % 9), "1×2 = 2", 2.0) for n in range(90))
    first, second = (Working(name, (10, 9), elements, omitted, agrees=True) for name, omitted in (("x", 3), ("y", 0)))
    alone = BeautifulSoup(arithmetic((first,)).html, "html.parser")
    assert [head.get_text() for head in alone.select("details details > summary")] == [f"x[{n}, …]" for n in range(10)]
    assert written(alone)[-1] == "and 3 more, too long to be written out"
    deep = Working(
        "z", (2, 9, 9), tuple(Element((n // 81, n // 9 % 9, n % 9), "1×2 = 2", 2.0) for n in range(162)), 0, True
    )
    heads = [head.get_text() for head in BeautifulSoup(arithmetic((deep,)).html, "html.parser").select("summary")]
    assert heads[:4] == ["Every multiplication", "z[0, …]", "z[0, 0, …]", "z[0, 1, …]"]
    assert len(heads) == 1 + 2 * (1 + 9)
    both = BeautifulSoup(arithmetic((first, second)).html, "html.parser")
    assert [
        head.get_text()
        for head in both.select("body > details > details > summary, details:not(details *) > details > summary")
    ] == ["x (90)", "y (90)"]
    assert written(both) == list(lines((first, second)))
