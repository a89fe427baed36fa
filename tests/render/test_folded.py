"""Lines of arithmetic, taken apart for the page and put together again."""

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from backprop_book.render import ListingView, listing
from backprop_book.render.arithmetic import arithmetic, kept, lines
from backprop_book.render.drawn import Drawn
from backprop_book.render.folded import fold
from backprop_book.render.grids import AS_IS, WHOLE, Source, find, grid, made, notation, plain
from backprop_book.render.moments import moments
from backprop_book.render.payload import payload
from backprop_book.symbols import Symbols
from backprop_book.tracing import Request, Tracer
from backprop_book.worked import Element, Working
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


def test_numbers_that_the_page_shows_are_not_sent_again(tracer: Tracer) -> None:
    (run,) = tracer.run([Request(SAMPLES / "batch.py")])
    data = json.loads(payload(run.trace, list(moments(run.trace)), (), Symbols(), {}))
    own: dict[str, str] = {}
    for step in data["steps"]:
        for rule, _, cells, *_ in step[7] or ():
            own.setdefault(data["rules"][rule][0], data["texts"][cells] if cells >= 0 else "")
    alone = ("Z", "H", "Y", "dY", "dV", "V")
    assert {name: own[name] for name in alone} == dict.fromkeys(alone, "")
    assert own["loss"] == "64"
    assert own["tiny"] == "1e-7\t-1e-7\t3\t2\t3\t-1e9\t2e-7\t-3e-7\t-3e9"


def working(shape: tuple[int, ...], *texts: str, omitted: int = 0) -> Working:
    places = [()] if not shape else [(n,) for n in range(len(texts))]
    elements = tuple(Element(place, text, 0.0) for place, text in zip(places, texts, strict=True) if text)
    return Working("x", shape, elements, omitted, agrees=True)


def sent(given: Working) -> list[str]:
    """What arrives of a working that can point to nothing."""
    folded = fold(given, {}, {})
    forms = [[form.text, form.letters, []] for form in folded.rule.forms]
    data = {"rules": [["x", folded.rule.shape, forms]], "texts": [folded.cells, folded.kinds], "values": []}
    cut = [given.omitted] if given.omitted else []
    step: list[Any] = [[0, [], 0 if folded.cells else -1, 1 if folded.kinds else -1, *cut]]
    return list(unfolded(data, [0, 0, 0, 0, 0, 0, 0, step]))


NUMBERS = st.floats(-1e9, 1e9).map(lambda value: f"{value:.6g}").map(notation)
TEXTS = st.recursive(
    st.one_of(NUMBERS, NUMBERS.map(lambda text: f"({text})"), st.sampled_from(["True", "∞", "−∞", "nan", "0"])),
    lambda inner: st.tuples(inner, st.sampled_from([" + ", " − ", "×", "/", ", ", " → ", " > "]), inner).map("".join),
    max_leaves=5,
)


@given(
    st.lists(st.one_of(st.just(""), TEXTS, TEXTS.map(lambda text: f"max(0, {text}) ≈ 1.5")), min_size=1, max_size=40)
)
def test_any_lines_come_back(texts: list[str]) -> None:
    given = working((len(texts),), *texts)
    assert sent(given) == list(lines((given,)))


def test_what_shares_nothing_comes_back() -> None:
    many = working((40,), *(f"{'√' * n}(−2 + 1)² ≈ 1×10⁻⁷" for n in range(40)))
    strange = working((2,), "# = 1", "2 = 1")
    for each in (many, strange, working((), "1 + 1 = 2"), working((3,), "1 = 1", "", "", omitted=2)):
        assert sent(each) == list(lines((each,)))


def test_what_is_too_long_is_counted() -> None:
    html = arithmetic((working((3,), "1×2 = 2", "", "", omitted=2),))
    assert "<summary>Every multiplication</summary>" in html
    assert written(BeautifulSoup(html, "html.parser"))[1:] == ["and 2 more, too long to be written out"]
    assert "<summary>Every element</summary>" in arithmetic((working((1,), "1×10⁻⁷ + 1 = 1"),))


def test_a_result_stays_with_its_sign() -> None:
    assert kept("1 + 1 = 2") == "1 + 1 =\u00a02"


@given(st.floats(allow_nan=False, allow_infinity=False).map(lambda value: f"{value:.6g}"))
def test_notation_can_be_taken_back(token: str) -> None:
    assert notation(plain(notation(token))) == notation(token)


def test_a_grid_is_made_of_numbers_that_are_all_shown() -> None:
    square = Drawn("(2, 2)", heads=("0", "1"), row_heads=("0", "1"), rows=(("1.0", "-2.5"), ("1e-07", "3")))
    found = grid(square)
    assert found is not None
    assert (found.shape, found.tokens) == ((2, 2), ("1.0", "−2.5", "1×10⁻⁷", "3"))
    assert found.whole == ("1", "−2.5", "1×10⁻⁷", "3")
    line = grid(Drawn("(2,)", heads=("0", "1"), rows=(("1", "2"),)))
    assert line is not None
    assert line.shape == (2,)
    single = grid(Drawn("float", "0.5"))
    assert single is not None
    assert single.shape == ()
    for drawn in (Drawn("list of 2", "[1, 2]"), Drawn("(30,)", heads=("0", "…"), rows=(("1", "…"),))):
        assert grid(drawn) is None


def test_numbers_are_found_along_rows_and_columns() -> None:
    table = made((2, 3), ["1.0", "2.0", "3.0", "4.0", "5.0", "6.5"])
    grids = {"other": made((), ["9"]), "table": table}
    assert find(["2", "5"], [2], grids) == Source("table", WHOLE, 1, (3,))
    assert find(["4.0", "5.0", "6.5"], [3], grids) == Source("table", AS_IS, 3, (1,))
    assert find(["1", "4", "2", "5"], [2, 2], grids) == Source("table", WHOLE, 0, (1, 3))
    assert find(["", "5"], [2], grids) == Source("table", WHOLE, 1, (3,))
    assert find(["5", "2"], [2], grids) is None, "not backwards"
    assert find(["6.5", "7"], [2], grids) is None
    assert find(["5.0", "6.5", ""], [3], grids) == Source("table", AS_IS, 4, (1,))
    hint = Source("table", AS_IS, 0, (3,))
    assert (
        find(["1.0", "4.0"], [2], grids, [Source("gone", AS_IS, 0, (1,)), Source("table", AS_IS, 0, ()), hint]) is hint
    )


def written(page: BeautifulSoup) -> list[str]:
    """The lines of all arithmetic of a page."""
    return [line for sums in page.select(".bb-sums") for line in sums.get_text().split("\n")]


def test_the_html_has_every_line_sorted_where_there_are_many(tracer: Tracer) -> None:
    (run,) = tracer.run([Request(SAMPLES / "batch.py")])
    page = BeautifulSoup(listing(ListingView("batch", 1, "A batch", run.trace)), "html.parser")
    assert page.select_one("bb-listing") is not None
    (moment,) = [m for m in moments(run.trace) if m.arithmetic and m.arithmetic[0].name == "cube"]
    shown = BeautifulSoup(arithmetic(moment.arithmetic), "html.parser")
    assert written(shown) == list(lines(moment.arithmetic))
    assert len(written(shown)) == 96
    heads = [head.get_text() for head in shown.select("summary")]
    assert heads == ["Every multiplication", *(f"cube[{n}, …]" for n in range(len(heads) - 1))]


def test_what_is_too_long_is_counted_below_what_is_sorted() -> None:
    elements = tuple(Element((n // 9, n % 9), "1×2 = 2", 2.0) for n in range(90))
    first, second = (Working(name, (10, 9), elements, omitted, agrees=True) for name, omitted in (("x", 3), ("y", 0)))
    alone = BeautifulSoup(arithmetic((first,)), "html.parser")
    assert [head.get_text() for head in alone.select("details details > summary")] == [f"x[{n}, …]" for n in range(10)]
    assert written(alone)[-1] == "and 3 more, too long to be written out"
    deep = Working(
        "z", (2, 9, 9), tuple(Element((n // 81, n // 9 % 9, n % 9), "1×2 = 2", 2.0) for n in range(162)), 0, True
    )
    heads = [head.get_text() for head in BeautifulSoup(arithmetic((deep,)), "html.parser").select("summary")]
    assert heads[:4] == ["Every multiplication", "z[0, …]", "z[0, 0, …]", "z[0, 1, …]"]
    assert len(heads) == 1 + 2 * (1 + 9)
    both = BeautifulSoup(arithmetic((first, second)), "html.parser")
    assert [
        head.get_text()
        for head in both.select("body > details > details > summary, details:not(details *) > details > summary")
    ] == ["x (90)", "y (90)"]
    assert written(both) == list(lines((first, second)))
